/** Services, names and logons of the public captures against tshark's dissectors and nDPI's flows. */
import { execFileSync } from 'node:child_process';
import test from 'ava';
import { DatagramRecogniser } from '../../src/recognise/driver/datagram.js';
import { Origin } from '../../src/flow/record/origin.js';
import type { Side } from '../../src/recognise/facts/dissector.js';
import { Facts } from '../../src/recognise/facts/facts.js';
import type { ServiceName } from '../../src/recognise/facts/services.js';
import { Learner } from '../../src/recognise/facts/learner.js';
import { parseNtlm } from '../../src/recognise/auth/ntlm.js';
import { firstBytes } from '../../src/recognise/signature/signature.js';
import { MAX_SIGNATURE_BYTES } from '../../src/recognise/signature/signature-match.js';
import { smallDissector } from '../../src/recognise/driver/small-dissectors.js';
import { firstOf, readStreams, replay } from '../recognise/names/names-streams.js';
import type { Capture, Stream } from '../recognise/names/names-streams.js';
import { viewOf } from '../recognise/driver/dissecting.js';
import { leftOut, testWith } from '../test-with.js';
import { HAS_CORPUS, NO_CORPUS, pathOf, truth } from './truth.js';

const withTshark = testWith('tshark');

/** tshark's names of a service's protocol; one of them is in the frames. */
const PROTOCOLS: Readonly<Partial<Record<ServiceName, readonly string[]>>> = {
  dce_rpc: ['dcerpc'],
  smb: ['smb', 'smb2'],
  netbios_ns: ['nbns'],
  netbios_dgm: ['nbdgm'],
  ssl: ['tls'],
  winrm: ['http'],
  krb: ['kerberos'],
  ldap: ['ldap', 'cldap'],
  mssql: ['tds'],
};

/** Protocols of tshark that have to be recognised in datagrams. */
const DATAGRAM_PROTOCOLS = [
  'nbns',
  'nbdgm',
  'dns',
  'mdns',
  'llmnr',
  'dhcp',
  'ntp',
  'ssdp',
  'syslog',
  'cldap',
  'snmp',
  'quic',
];

/** Flows that tshark takes for something else by their port. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'zeek__mapi.pcap 1153>1032 dce_rpc': 'tshark takes port 1153 for ANSI C12.22 and calls the PDUs malformed',
};

const protocolsOf = (service: ServiceName): readonly string[] => PROTOCOLS[service] ?? [service];

/** A frame's number and the values of the fields. */
function tshark(path: string, fields: readonly string[], filter = ''): string[][] {
  const args = ['-r', path, '-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=a', '-E', 'aggregator=|'];
  if (filter !== '') args.push('-Y', filter);
  for (const field of fields) args.push('-e', field);
  try {
    const text = execFileSync('tshark', args, {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'));
  } catch (error) {
    // A cut file makes tshark fail after it has printed what it could read.
    if (!(error instanceof Error) || !('stdout' in error) || typeof error.stdout !== 'string') throw error;
    return error.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'));
  }
}

const list = (value: string | undefined): string[] =>
  value === undefined || value === '' ? [] : value.split('|');

interface Known {
  readonly facts: Facts;
  readonly services: Map<Stream, ServiceName>;
  readonly datagrams: Map<number, Set<ServiceName>>;
}

function serviceOf(stream: Stream): ServiceName | null {
  for (const side of [0, 1] as const) {
    const bytes = firstOf(stream, side, MAX_SIGNATURE_BYTES);
    const result = bytes.length === 0 ? 'none' : firstBytes(side, bytes, viewOf(bytes), 0, bytes.length);
    if (result !== 'none' && result !== 'need_more') return result;
  }
  return null;
}

function recognise(capture: Capture): Known {
  const facts = new Facts();
  const learner = new Learner(facts);
  const services = new Map<Stream, ServiceName>();
  for (const stream of capture.streams) {
    const service = serviceOf(stream);
    if (service === null) continue;
    services.set(stream, service);
    const ends = { text: (side: Side): string => stream.addresses[side] };
    const dissector = smallDissector(service, learner, ends);
    if (dissector !== null) replay(stream, dissector);
  }
  const recogniser = new DatagramRecogniser(learner);
  const datagrams = new Map<number, Set<ServiceName>>();
  const from = new Origin();
  for (const { src, dst, srcPort, dstPort, bytes, frame, sec, flow } of capture.datagrams) {
    from.flow = flow;
    from.frame = frame;
    from.sec = sec;
    const view = viewOf(bytes);
    const ends = { srcText: () => src, dstText: () => dst, srcPort, dstPort };
    recogniser.recognise({ ...ends, bytes, view, at: 0, end: bytes.length, isWhole: true }, from);
    const service = facts.serviceOf(flow);
    if (service === undefined) continue;
    datagrams.set(frame, (datagrams.get(frame) ?? new Set()).add(service.name));
  }
  learner.finish(capture.lastSec);
  return { facts, services, datagrams };
}

/** Addresses that tshark read from answers, with the owners of all records beside them. */
function answeredNames(path: string): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  const fields = ['dns.a', 'dns.aaaa', 'dns.resp.name'];
  const filter =
    '(dns || mdns || llmnr) && dns.flags.response == 1 && dns.flags.rcode == 0 && !icmp && !icmpv6';
  for (const [ipv4, ipv6, owners] of tshark(path, fields, filter)) {
    for (const address of [...list(ipv4), ...list(ipv6)]) {
      if (address === '0.0.0.0') continue;
      const known = names.get(address) ?? new Set<string>();
      for (const owner of list(owners)) known.add(owner);
      names.set(address, known);
    }
  }
  return names;
}

const FILES = HAS_CORPUS
  ? truth('files.tsv')
      .map((row) => row['file'] ?? '')
      .filter((file) => /\.(pcap|pcapng|cap)(\.gz)?$/.test(file))
  : [];

for (const file of new Set(FILES)) {
  withTshark(
    `${file}: what is recognised is what tshark sees, and names are those of the answers`,
    async (t) => {
      const path = pathOf(file);
      let capture: Capture;
      try {
        capture = await readStreams(path);
      } catch (error) {
        t.true(error instanceof Error);
        return;
      }
      const { facts, services, datagrams } = recognise(capture);
      const frames = new Map(
        tshark(path, ['frame.number', 'frame.protocols']).map(([n, p]) => [
          Number(n),
          new Set((p ?? '').split(/[:|]/)),
        ]),
      );
      const wrong: string[] = [];
      for (const [stream, service] of services) {
        const key = `${file} ${stream.ports.join('>')} ${service}`;
        const seen = [...stream.frames].some((n) =>
          protocolsOf(service).some((p) => frames.get(n)?.has(p) === true),
        );
        if (!seen && EXPLAINED[key] === undefined) wrong.push(key);
      }
      for (const [frame, protocols] of frames) {
        const ours = [...(datagrams.get(frame) ?? [])];
        for (const service of ours) {
          if (!protocolsOf(service).some((p) => protocols.has(p)))
            wrong.push(`frame ${frame}: ${service} is not in tshark`);
        }
        if (!protocols.has('udp') || protocols.has('icmp') || protocols.has('icmpv6')) continue;
        for (const protocol of DATAGRAM_PROTOCOLS) {
          if (!protocols.has(protocol) || protocols.has('_ws.malformed')) continue;
          if (!ours.some((service) => protocolsOf(service).includes(protocol)))
            wrong.push(`frame ${frame}: no ${protocol}`);
        }
      }
      t.deepEqual(wrong, []);

      const answers = facts.names.items.filter(
        ({ source }) => source === 'dns' || source === 'mdns' || source === 'llmnr',
      );
      const wanted = answeredNames(path);
      t.deepEqual([...new Set(answers.map(({ address }) => address))].sort(), [...wanted.keys()].sort());
      for (const { address, name } of answers) t.true(wanted.get(address)?.has(name), `${address} ${name}`);
    },
  );

  test(`${file}: server names, logons and Kerberos errors are tshark's`, async (t) => {
    const path = pathOf(file);
    const capture = await readStreams(path).catch(() => ({ streams: [], datagrams: [], lastSec: 0 }));
    const { facts } = recognise(capture);
    const serverNames = tshark(
      path,
      ['tls.handshake.extensions_server_name'],
      'tls.handshake.type == 1',
    ).flatMap(([name]) => list(name));
    t.deepEqual(
      [...new Set(facts.tls.items.map(({ serverName }) => serverName).filter((name) => name !== ''))].sort(),
      [...new Set(serverNames)].sort(),
    );

    const errors = tshark(path, ['kerberos.error_code'], 'kerberos.error_code').flatMap(([code]) =>
      list(code),
    );
    const ourErrors = facts.details.items.filter(
      ({ service, text }) => service === 'krb' && /^K(DC|RB)_/.test(text),
    );
    t.is(ourErrors.length, errors.length);

    const logons = new Set<string>();
    for (const { segments } of capture.streams) {
      for (const { bytes } of segments) {
        const message = parseNtlm(bytes, viewOf(bytes), 0, bytes.length);
        if (message?.type === 'authenticate')
          logons.add(`${message.domain}|${message.user}|${message.workstation}`);
        if (message?.type === 'challenge')
          logons.add(`server ${message.netbiosComputer} ${message.dnsComputer}`);
      }
    }
    const wanted = new Set<string>();
    const auth = ['ntlmssp.auth.domain', 'ntlmssp.auth.username', 'ntlmssp.auth.hostname'];
    const absent = (value: string | undefined): string =>
      value === 'NULL' || value === undefined ? '' : value;
    for (const [domain, user, host] of tshark(path, auth, 'ntlmssp.messagetype == 3')) {
      wanted.add(`${absent(domain)}|${absent(user)}|${absent(host)}`);
    }
    const target = [
      'ntlmssp.challenge.target_info.nb_computer_name',
      'ntlmssp.challenge.target_info.dns_computer_name',
    ];
    for (const [netbios, dns] of tshark(path, target, 'ntlmssp.messagetype == 2'))
      wanted.add(`server ${netbios} ${dns}`);
    t.deepEqual([...logons].sort(), [...wanted].sort());
  });
}

if (HAS_CORPUS) {
  test('every NetBIOS flow that nDPI found is NetBIOS here', async (t) => {
    const file = 'nDPI__netbios.pcap';
    const capture = await readStreams(pathOf(file));
    const { datagrams, services } = recognise(capture);
    const found = new Set<string>();
    for (const { src, srcPort, dst, dstPort, frame } of capture.datagrams) {
      if (datagrams.has(frame)) found.add([src, srcPort, dst, dstPort].join(' '));
    }
    for (const [{ addresses, ports }] of services)
      found.add([addresses[0], ports[0], addresses[1], ports[1]].join(' '));
    const missing = truth('ndpi_flows.tsv')
      .filter((row) => row['file'] === file && (row['ndpi_proto'] ?? '').includes('NetBIOS'))
      .map((row) => [row['a_ip'], row['a_port'], row['b_ip'], row['b_port']].join(' '))
      .filter((key) => !found.has(key));
    // One zero byte after a lost connection, which nDPI names by the port.
    t.deepEqual(missing, ['10.0.4.24 139 10.0.4.131 1398']);
  });
} else {
  leftOut('the public captures', NO_CORPUS);
}
