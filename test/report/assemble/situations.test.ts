/**
 * Situations of the kinds that public captures showed, with other rules, over IPv6 or in the other direction: what a
 * reader is told of each. A kind that is missing here has its two in the file that the table names.
 */
import test from 'ava';
import { zeros } from '../../../captures/recipes/craft/bytes.js';
import { computer, computer6, nas01, nas01v6, router } from '../../../captures/recipes/craft/hosts.js';
import { SECOND, Wire, asPcap, quotation } from '../../../captures/recipes/craft/wire.js';
import type { Host, SentSegment } from '../../../captures/recipes/craft/wire.js';
import { userActivityRound } from '../../../captures/recipes/round.js';
import type { RoundOptions } from '../../../captures/recipes/round.js';
import { told } from './told.js';

const FLAGS = { S: 2, A: 16, SA: 18, R: 4, RA: 20, FA: 17, PA: 24 } as const;

/** One connection of two hosts, told segment by segment; times are seconds of the capture. */
class Talk {
  private readonly wire: Wire;
  private readonly orig: Host;
  private readonly resp: Host;
  private readonly ports: readonly [number, number];

  constructor(wire: Wire, orig: Host, resp: Host, port: number, origPort: number) {
    this.wire = wire;
    this.orig = orig;
    this.resp = resp;
    this.ports = [origPort, port];
  }

  /** @param by who really sends it, with another distance or address */
  send(
    at: number,
    side: 0 | 1,
    flags: keyof typeof FLAGS,
    seq: number,
    ack: number,
    payload: number | Uint8Array = 0,
    by?: Host,
  ): SentSegment {
    const bytes = typeof payload === 'number' ? new Uint8Array(payload).fill(0x41) : payload;
    const [from, to] = side === 0 ? [this.orig, this.resp] : [this.resp, this.orig];
    const [srcPort, dstPort] = side === 0 ? this.ports : [this.ports[1], this.ports[0]];
    const header = { srcPort, dstPort, seq, ack, flags: FLAGS[flags], window: 1026 };
    return this.wire.tcp(at * SECOND, by ?? from, to, header, bytes);
  }

  /** The handshake, with 100 and 300 as first numbers. */
  open(at: number): this {
    this.send(at, 0, 'S', 100, 0);
    this.send(at + 0.001, 1, 'SA', 300, 101);
    this.send(at + 0.002, 0, 'A', 101, 301);
    return this;
  }
}

interface Stage {
  readonly wire: Wire;
  readonly server: Host;
  readonly peer: Host;
  readonly gateway: Host;
}

interface Situation {
  readonly kind: string;
  readonly title: string;
  readonly ipv6?: boolean;
  /** What of the round does not happen by itself. */
  readonly services: NonNullable<RoundOptions['services']>;
  readonly happens: (stage: Stage) => void;
  readonly rule: string;
  readonly verdict: string;
  /** Of the cell: the word, the reason and the place. */
  readonly says: RegExp;
  readonly neverSays?: RegExp;
  /** Kind, fact and owner of the one cause; '' = there is none. */
  readonly cause: string;
}

const NO_135 = { epm: 'absent', scm: 'absent', activation: 'absent', wmi: 'absent' } as const;
const HELLO = Buffer.from('16030100310100002d0303' + '11'.repeat(32) + '000002130101000000', 'hex');
const ALERT = Buffer.from('15030100020246', 'hex');

function timeExceeded({ wire, gateway }: Stage, of: SentSegment, at: number): void {
  const type = gateway.ip.includes(':') ? 3 : 11;
  const message = { type, code: 0, rest: zeros(4), body: () => quotation(of) };
  wire.icmp(at * SECOND, gateway, of.from, message);
}

const SITUATIONS: readonly Situation[] = [
  {
    kind: 'icmp-evidence',
    title: "this server's SYN-ACKs circle until their hops are used up",
    services: { server: 'absent' },
    happens: (stage) => {
      const talk = new Talk(stage.wire, stage.peer, stage.server, 9004, 51_000);
      for (const at of [3, 4, 6]) {
        talk.send(at, 0, 'S', 100, 0);
        timeExceeded(stage, talk.send(at + 0.001, 1, 'SA', 300, 101), at + 0.002);
      }
    },
    rule: 'ua-9004-in',
    verdict: 'blocked',
    says: /Not completed.*10\.20\.0\.1/,
    cause: 'icmp_sender unfinished network_team',
  },
  {
    kind: 'icmp-evidence',
    title: 'SYNs to 445 circle over IPv6, and come through later',
    ipv6: true,
    services: { smb: 'absent', session: 'absent' },
    happens: (stage) => {
      for (const [i, at] of [3, 4, 6].entries()) {
        const talk = new Talk(stage.wire, stage.server, stage.peer, 445, 50_500 + i);
        timeExceeded(stage, talk.send(at, 0, 'S', 100, 0), at + 0.001);
      }
      const talk = new Talk(stage.wire, stage.server, stage.peer, 445, 50_510).open(30);
      talk.send(30.1, 0, 'PA', 101, 301, 40);
      talk.send(30.2, 1, 'PA', 301, 141, 40);
    },
    rule: 'ua-smb-rpc',
    verdict: 'working',
    says: /3 earlier attempts failed/,
    cause: '',
  },
  {
    kind: 'stray-answers',
    title: 'the SYN-ACK of 135 comes from another address, IPv6',
    ipv6: true,
    services: NO_135,
    happens: ({ wire, server, peer }) => {
      const talk = new Talk(wire, server, peer, 135, 50_501);
      const other = { ...peer, ip: '2001:db8:21::99' };
      for (const at of [3, 4, 6]) {
        talk.send(at, 0, 'S', 100, 0);
        talk.send(at + 0.001, 1, 'SA', 300, 101, 0, other);
      }
    },
    rule: 'ua-135',
    verdict: 'blocked',
    says: /Wrong address.*2001:db8:21::99/,
    cause: 'port answered_elsewhere computer_admin',
  },
  {
    kind: 'wrong-advice',
    title: 'the SYN-ACK of 9003 acknowledges another SYN, IPv6',
    ipv6: true,
    services: { agent: 'absent' },
    happens: ({ wire, server, peer }) => {
      const talk = new Talk(wire, server, peer, 9003, 50_501);
      for (const at of [3, 4, 6]) {
        talk.send(at, 0, 'S', 100, 0);
        talk.send(at + 0.001, 1, 'SA', 300, 777);
        talk.send(at + 0.0012, 0, 'R', 777, 0);
      }
    },
    rule: 'ua-9003',
    verdict: 'blocked',
    says: /Wrong answer/,
    neverSays: /originator (?:itself )?reset/,
    cause: 'port unfit_answer network_team',
  },
  {
    kind: 'wrong-advice',
    title: 'a session on 9004 is cut in the middle of a talk, IPv6: no idle timeout is to blame',
    ipv6: true,
    services: { server: 'absent' },
    happens: ({ wire, server, peer }) => {
      const talk = new Talk(wire, peer, server, 9004, 51_000).open(3);
      for (let i = 0; i < 20; i++) {
        talk.send(4 + i, 0, 'PA', 101 + i * 100, 301 + i * 60, 100);
        talk.send(4.01 + i, 1, 'PA', 301 + i * 60, 201 + i * 100, 60);
      }
      for (const at of [24, 24.3, 24.9, 26.1, 28.5]) talk.send(at, 1, 'PA', 1501, 2101, 60);
    },
    rule: 'ua-9004-in',
    verdict: 'degraded',
    says: /Cut off.*no long silence/,
    neverSays: /idle|timeout/i,
    cause: 'port session_cut_silently network_team',
  },
  {
    kind: 'wrong-advice',
    title: 'a session on 9004 is reset from nearer after twelve minutes of silence',
    services: { server: 'absent' },
    happens: ({ wire, server, peer }) => {
      const talk = new Talk(wire, peer, server, 9004, 51_000).open(3);
      for (let i = 0; i < 3; i++) {
        talk.send(4 + i, 0, 'PA', 101 + i * 100, 301 + i * 60, 100);
        talk.send(4.01 + i, 1, 'PA', 301 + i * 60, 201 + i * 100, 60);
      }
      talk.send(706, 1, 'PA', 481, 401, 60);
      talk.send(706.0004, 0, 'R', 401, 0, 0, { ...peer, hops: 0, ttl: 64 });
    },
    rule: 'ua-9004-in',
    verdict: 'degraded',
    says: /Cut off.*12 min of silence.*nearer/,
    cause: 'reset_sender session_cut_by_reset network_team',
  },
  {
    kind: 'icmp-evidence',
    title: 'large answers of this server on 9004 vanish, small ones pass',
    services: { server: 'absent' },
    happens: ({ wire, server, peer }) => {
      const talk = new Talk(wire, peer, server, 9004, 51_000).open(3);
      talk.send(3.1, 0, 'PA', 101, 301, 120);
      talk.send(3.11, 1, 'PA', 301, 221, 90);
      talk.send(3.12, 0, 'PA', 221, 391, 60);
      for (let i = 0; i < 10; i++) talk.send(3.2, 1, 'A', 391 + i * 1460, 281, 1460);
      for (const at of [3.5, 4.1, 5.3, 7.7]) talk.send(at, 1, 'A', 391, 281, 1460);
    },
    rule: 'ua-9004-in',
    verdict: 'degraded',
    says: /Large packets lost.*path MTU/,
    cause: 'path_mtu large_segments_lost network_team',
  },
  {
    kind: 'accepted-not-served',
    title: 'this server refuses TLS on 9004 by an alert, IPv6',
    ipv6: true,
    services: { server: 'absent' },
    happens: ({ wire, server, peer }) => {
      for (const [i, at] of [3, 8, 13].entries()) {
        const talk = new Talk(wire, peer, server, 9004, 51_000 + i).open(at);
        const next = 101 + HELLO.length;
        talk.send(at + 0.01, 0, 'PA', 101, 301, HELLO);
        talk.send(at + 0.02, 1, 'PA', 301, next, ALERT);
        talk.send(at + 0.03, 1, 'FA', 301 + ALERT.length, next);
        talk.send(at + 0.04, 0, 'RA', next, 302 + ALERT.length);
      }
    },
    rule: 'ua-9004-in',
    verdict: 'blocked',
    says: /TLS refused.*fatal alert/,
    cause: 'port tls_refused server_admin',
  },
  {
    kind: 'accepted-not-served',
    title: 'something accepts 9003 and takes no byte, IPv6',
    ipv6: true,
    services: { agent: 'absent' },
    happens: ({ wire, server, peer }) => {
      for (const [i, at] of [3, 20].entries()) {
        const talk = new Talk(wire, server, peer, 9003, 50_700 + i).open(at);
        for (const wait of [0.01, 0.31, 0.91, 2.11, 4.5]) talk.send(at + wait, 0, 'PA', 101, 301, 73);
        talk.send(at + 9, 0, 'RA', 174, 301);
      }
    },
    rule: 'ua-9003',
    verdict: 'blocked',
    says: /Not served.*no byte/,
    neverSays: /too few/i,
    cause: 'port not_serving computer_admin',
  },
  {
    kind: 'refused-then-accepted',
    title: '445 refuses the first SYN of each connection, IPv6',
    ipv6: true,
    services: { smb: 'absent', session: 'absent' },
    happens: ({ wire, server, peer }) => {
      for (const [i, at] of [3, 13].entries()) {
        const talk = new Talk(wire, server, peer, 445, 50_600 + i);
        talk.send(at, 0, 'S', 100, 0);
        talk.send(at + 0.001, 1, 'RA', 0, 101);
        talk.open(at + 0.5);
        talk.send(at + 0.6, 0, 'PA', 101, 301, 40);
        talk.send(at + 0.61, 1, 'PA', 301, 141, 40);
      }
    },
    rule: 'ua-smb-rpc',
    verdict: 'degraded',
    says: /Reset at first/,
    cause: 'port reset_at_first computer_admin',
  },
];

for (const { kind, title, ipv6 = false, services, happens, ...expected } of SITUATIONS) {
  test(`${kind}: ${title}`, async (t) => {
    const server = ipv6 ? nas01v6() : nas01();
    const [peer, other] = ipv6 ? [computer6(1), computer6(2)] : [computer(1), computer(2)];
    const gateway = ipv6 ? { ...router(), ip: '2001:db8:20::1' } : router();
    const wire = new Wire(server, { seed: 9 });
    userActivityRound(wire, server, peer, { at: 1, services });
    userActivityRound(wire, server, other, { at: 1.1 });
    happens({ wire, server, peer, gateway });
    // The capture goes on long enough for silence to count.
    userActivityRound(wire, server, other, { at: 60, only: ['ping'] });
    const { model, verdict, text } = await told(t, asPcap(wire.frames()));
    const said = text(expected.rule, peer.ip);
    t.is(verdict(expected.rule, peer.ip), expected.verdict, said);
    t.regex(said, expected.says);
    if (expected.neverSays !== undefined) t.notRegex(said, expected.neverSays);
    t.is(
      model.causes.map(({ kind: of, fact, owner }) => `${of} ${fact} ${owner}`).join('; '),
      expected.cause,
    );
    t.is(verdict(expected.rule, other.ip), 'working');
  });
}
