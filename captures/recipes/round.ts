/**
 * What this server and one monitored computer say to each other in one round of User Activity, service by service,
 * each of which may fail in a way of its own.
 */
import { be16, zeros } from './craft/bytes.js';
import { SYN_SCHEDULE, TcpConversation } from './craft/tcp.js';
import { SECOND, quotation, type Host, type Wire } from './craft/wire.js';
import * as rpc from './payload/dce-rpc.js';
import { remoteCreateInstance, remoteCreateInstanceReply } from './payload/dcom.js';
import { remotingCall, remotingReturn } from './payload/dotnet-remoting.js';
import { negotiateHandshake, sealed } from './payload/negotiate-stream.js';
import { datagramQuery, nodeStatusQuery, nodeStatusReply } from './payload/netbios.js';
import { PING_TEXT, dnsAnswer, dnsQuery } from './payload/small.js';
import { smbVisit, type SmbParties } from './payload/smb2.js';

/**
 * The services of a round. `epm` asks the endpoint mapper on 135 for the port of `scm`, the service control
 * manager; `activation` is DCOM's question on 135, whose answer names the port of `wmi`.
 */
export type Service =
  'ping' | 'nbns' | 'nbds' | 'epm' | 'scm' | 'activation' | 'wmi' | 'smb' | 'session' | 'agent' | 'server';

/**
 * How a service behaves; a router rejects with ICMP 3/13 or ICMPv6 1/1. `denied`: the port works, but the account
 * may not do this (`smb` and `scm` only).
 */
export type Treatment =
  'works' | 'absent' | 'silent' | 'refused' | 'denied' | { readonly prohibitedBy: Host };

/** Whoever gets no answer on 135 learns of no port and tries none. */
export const NOTHING_AFTER_135 = { scm: 'absent', activation: 'absent', wmi: 'absent' } as const;

/** What is spoken on 9003 and 9004: protected as since version 10.5, or .NET Remoting in the clear as before. */
export type AgentProtocol = 'protected' | 'clear';

export interface RoundOptions {
  /** Seconds after the start of the capture. */
  readonly at: number;
  /** Default: every service works. */
  readonly services?: Partial<Record<Service, Treatment>>;
  /** When given, only these run, as in the later rounds of a day; default: all. */
  readonly only?: readonly Service[];
  readonly synSchedule?: readonly number[];
  /** Default: protected. */
  readonly agentProtocol?: AgentProtocol;
}

export const DOMAIN = 'EXAMPLE';
export const DNS_SUFFIX = 'example.test';
/** The account that the product uses on the computers. */
const ACCOUNT = 'svc-auditor';
export const AGENT_PORT = 9003;
export const SERVER_PORT = 9004;
const SCM_PORT = 49671;
const WMI_PORT = 49680;

/** Where each service starts after the round's start, in seconds: the order in which an installation goes. */
const START_OF: Record<Service, number> = {
  ping: 0.2,
  nbns: 0.4,
  nbds: 0.5,
  smb: 1.0,
  session: 1.0002,
  epm: 2.0,
  scm: 2.2,
  activation: 3.3,
  wmi: 3.4,
  agent: 4.0,
  server: 5.0,
};

/** Plays a round on the wire. The name is looked up first when `dc` is given. */
export function userActivityRound(
  wire: Wire,
  server: Host,
  computer: Host,
  options: RoundOptions,
  dc?: Host,
): void {
  if (dc) lookUp(wire, server, dc, computer, options.at);
  for (const service of Object.keys(START_OF) as Service[]) {
    if (options.only && !options.only.includes(service)) continue;
    const treatment = options.services?.[service] ?? 'works';
    if (treatment === 'absent') continue;
    const at = options.at + START_OF[service];
    new Exchange(wire, server, computer, treatment, options).play(service, at);
  }
}

/** The server asks the domain's name server for the computer's address. */
export function lookUp(wire: Wire, server: Host, dc: Host, computer: Host, at: number): void {
  const id = wire.random.between(1, 0xffff);
  const name = `${computer.name.toLowerCase()}.${DNS_SUFFIX}`;
  const port = server.nextPort++;
  const ipv6 = computer.ip.includes(':');
  wire.udp(at * SECOND, server, port, dc, 53, dnsQuery(id, name, ipv6));
  wire.udp((at + dc.rtt) * SECOND, dc, 53, server, port, dnsAnswer(id, name, computer.ip));
}

/** Question and answer of an echo; ICMPv6 has its own types. */
export function ping(wire: Wire, from: Host, to: Host, at: number, answered: boolean): void {
  const [ask, reply] = from.ip.includes(':') ? ([128, 129] as const) : ([8, 0] as const);
  const rest = be16(1, wire.random.between(1, 0xfff));
  const echo = { code: 0, rest, body: () => PING_TEXT };
  wire.icmp(at * SECOND, from, to, { type: ask, ...echo });
  if (answered) wire.icmp((at + to.rtt) * SECOND, to, from, { type: reply, ...echo });
}

/** One call and its return on 9003 or 9004. */
export function agentExchange(
  tcp: TcpConversation,
  object: string,
  method: string,
  protocol: AgentProtocol = 'protected',
): TcpConversation {
  const { host } = tcp.server;
  const uri = `tcp://${host.name.toLowerCase()}:${tcp.server.port}/${object}`;
  const call = remotingCall(uri, method, `Example.${object}, Example`);
  const back = remotingReturn();
  if (protocol === 'clear') return tcp.exchange(call, back);
  // What runs as a service of a computer logs on as the computer.
  const client = tcp.client.host.name;
  const user = tcp.server.port === SERVER_PORT ? `${client}$` : ACCOUNT;
  const parties = { client, server: host.name, domain: DOMAIN, dnsDomain: DNS_SUFFIX, user };
  for (const [question, answer] of negotiateHandshake(parties)) tcp.exchange(question, answer);
  return tcp.exchange(sealed(tcp.random, 0, call.length), sealed(tcp.random, 0, back.length));
}

/** Logs on to 445 of the other side as the product does, opens `pipe`, and talks there when there is `talk`. */
export function smbExchange(
  tcp: TcpConversation,
  more: Pick<SmbParties, 'pipe' | 'talk' | 'refused'>,
): TcpConversation {
  const [client, server] = [tcp.client.host.name, tcp.server.host.name];
  const parties = {
    client,
    server,
    domain: DOMAIN,
    dnsDomain: DNS_SUFFIX,
    user: ACCOUNT,
    sessionNumber: tcp.random.between(0, 0xff),
    ...more,
  };
  for (const [question, answer] of smbVisit(parties)) tcp.exchange(question, answer);
  return tcp;
}

/** ept_map for `wanted`, answered with `port`. */
export function endpointMap(tcp: TcpConversation, wanted: rpc.RpcInterface, port: number): TcpConversation {
  const address = tcp.server.host.ip.includes(':') ? '0.0.0.0' : tcp.server.host.ip;
  return tcp
    .exchange(rpc.bind(1, rpc.EPMAPPER), rpc.bindAck(1, 135))
    .exchange(rpc.eptMapRequest(2, wanted), rpc.eptMapResponse(2, wanted, port, address));
}

class Exchange {
  readonly #wire: Wire;
  readonly #server: Host;
  readonly #computer: Host;
  readonly #treatment: Treatment;
  readonly #options: RoundOptions;
  readonly #schedule: readonly number[];

  constructor(wire: Wire, server: Host, computer: Host, treatment: Treatment, options: RoundOptions) {
    this.#wire = wire;
    this.#server = server;
    this.#computer = computer;
    this.#treatment = treatment;
    this.#options = options;
    this.#schedule = options.synSchedule ?? SYN_SCHEDULE.rto3;
  }

  play(service: Service, at: number): void {
    if (service === 'ping') ping(this.#wire, this.#server, this.#computer, at, this.#treatment === 'works');
    else if (service === 'nbns') this.#nodeStatus(at);
    else if (service === 'nbds') this.#datagram(at);
    else if (service === 'epm') this.#endpointMapper(at);
    else if (service === 'scm') this.#serviceControl(at);
    else if (service === 'activation') this.#activation(at);
    else if (service === 'wmi') this.#wmi(at);
    else if (service === 'smb') this.#smb(at);
    else if (service === 'session') this.#session(at);
    else if (service === 'agent') this.#agent(at);
    else this.#callHome(at);
  }

  /** A connection in the direction given, ended as the treatment says; null when there is nothing to talk on. */
  #connect(from: Host, to: Host, port: number, at: number): TcpConversation | null {
    const tcp = new TcpConversation(this.#wire, from, to, port, at);
    const treatment = this.#treatment;
    if (treatment === 'works' || treatment === 'denied') return tcp.connect();
    if (treatment === 'silent') tcp.silent(this.#schedule);
    else if (treatment === 'refused') tcp.refused();
    else if (treatment !== 'absent') this.#prohibit(tcp, treatment.prohibitedBy);
    return null;
  }

  #prohibit(tcp: TcpConversation, by: Host): void {
    const [type, code] = by.ip.includes(':') ? ([1, 1] as const) : ([3, 13] as const);
    tcp.rejected(this.#schedule, (syn, at) => {
      const message = { type, code, rest: zeros(4), body: () => quotation(syn) };
      this.#wire.icmp(at + by.rtt * SECOND, by, syn.from, message);
    });
  }

  #nodeStatus(at: number): void {
    if (this.#computer.ip.includes(':')) return;
    const id = this.#wire.random.between(1, 0xffff);
    const { name, mac, rtt } = this.#computer;
    const tries = this.#treatment === 'works' ? [0] : [0, 1.5, 3];
    for (const wait of tries) {
      this.#wire.udp((at + wait) * SECOND, this.#server, 137, this.#computer, 137, nodeStatusQuery(id));
    }
    if (this.#treatment !== 'works') return;
    const reply = nodeStatusReply(id, name, DOMAIN, mac);
    this.#wire.udp((at + rtt) * SECOND, this.#computer, 137, this.#server, 137, reply);
  }

  #datagram(at: number): void {
    if (this.#computer.ip.includes(':')) return;
    const id = this.#wire.random.between(1, 0xffff);
    const query = datagramQuery(id, this.#server.ip, this.#computer.name);
    this.#wire.udp(at * SECOND, this.#server, 138, this.#computer, 138, query);
  }

  #endpointMapper(at: number): void {
    const tcp = this.#connect(this.#server, this.#computer, 135, at);
    if (tcp) endpointMap(tcp, rpc.SVCCTL, SCM_PORT).close();
  }

  /** The service control manager on the port that 135 named. */
  #serviceControl(at: number): void {
    const tcp = this.#connect(this.#server, this.#computer, SCM_PORT, at);
    if (!tcp) return;
    tcp.exchange(rpc.bind(1, rpc.SVCCTL), rpc.bindAck(1, SCM_PORT));
    if (this.#treatment === 'denied') tcp.exchange(rpc.openScManager(2), rpc.openScManagerDenied(2)).close();
    else {
      tcp
        .exchange(rpc.openScManager(2), rpc.openScManagerReply(2))
        .exchange(rpc.closeServiceHandle(3), rpc.closeServiceHandleReply(3))
        .close();
    }
  }

  /** DCOM needs no ept_map: the answer to the activation names the port. */
  #activation(at: number): void {
    const { name, ip } = this.#computer;
    this.#connect(this.#server, this.#computer, 135, at)
      ?.exchange(rpc.bind(1, rpc.SCM_ACTIVATOR), rpc.bindAck(1, 135))
      .exchange(remoteCreateInstance(2, name), remoteCreateInstanceReply(2, [name, ip], WMI_PORT))
      .close();
  }

  /** WMI, whose bind names its interface. */
  #wmi(at: number): void {
    this.#connect(this.#server, this.#computer, WMI_PORT, at)
      ?.exchange(rpc.bind(1, rpc.IWBEM_LEVEL1_LOGIN), rpc.bindAck(1, WMI_PORT))
      .ack('client')
      .wait(4)
      .close();
  }

  #smb(at: number): void {
    const tcp = this.#connect(this.#server, this.#computer, 445, at);
    if (tcp) smbExchange(tcp, { pipe: 'winreg', refused: this.#treatment === 'denied' }).close();
  }

  /** Windows tries 139 beside 445 and drops the one that answers later. */
  #session(at: number): void {
    this.#connect(this.#server, this.#computer, 139, at)?.reset('client');
  }

  #agent(at: number): void {
    const tcp = this.#connect(this.#server, this.#computer, AGENT_PORT, at);
    if (tcp) agentExchange(tcp, 'UAVRAgent', 'GetStatus', this.#options.agentProtocol).close();
  }

  #callHome(at: number): void {
    const tcp = this.#connect(this.#computer, this.#server, SERVER_PORT, at);
    if (tcp) agentExchange(tcp, 'UAVRServer', 'ReportSessions', this.#options.agentProtocol).close();
  }
}
