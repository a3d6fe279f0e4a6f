/** Each limit, reached: its code, the limit itself, and the sentence that a reader gets. */
import test from 'ava';
import { EtlLimit, LimitName } from '../../../src/capture/bytes/limits.js';
import { FileFacts } from '../../../src/capture/frames/file-facts.js';
import { Decoder, MAX_LAYERS } from '../../../src/decode/decoder.js';
import { FRAGMENT_TIMEOUT, MAX_DATAGRAMS, MAX_RANGES } from '../../../src/decode/ip/fragments.js';
import { MAX_TUNNELS } from '../../../src/decode/ip/ip.js';
import { MAX_EXTENSION_HEADERS } from '../../../src/decode/ip/ipv6.js';
import type { DecodeLimit } from '../../../src/decode/packet/limits.js';
import { MAX_LABELS } from '../../../src/decode/link/mpls.js';
import { Packet } from '../../../src/decode/packet/packet.js';
import { MAX_NOTES, MAX_NOTES_PER_FLOW } from '../../../src/flow/tcp/attempts.js';
import { Meter } from '../../../src/flow/meter.js';
import { Neighbors } from '../../../src/flow/vantage/neighbors.js';
import { Origin } from '../../../src/flow/record/origin.js';
import { MAX_CONVERSATIONS } from '../../../src/recognise/driver/conversation-store.js';
import { Facts, MAX_FACTS, MAX_FACTS_PER_FLOW } from '../../../src/recognise/facts/facts.js';
import { MAX_NAMED } from '../../../src/recognise/names/host-names.js';
import type { TlsFacts } from '../../../src/recognise/facts/facts.js';
import { decodeLimits } from '../../../src/report/assemble/limits/decode-limits.js';
import type { ReportInput } from '../../../src/report/assemble/input/input.js';
import { limitsOf } from '../../../src/report/assemble/limits/limits.js';
import type { HostNames } from '../../../src/report/assemble/input/names.js';
import { readLimits } from '../../../src/report/assemble/limits/read-limits.js';
import { MAX_REMEDIES } from '../../../src/report/assemble/remedies/remedies.js';
import type { LimitModel } from '../../../src/report/model/model.js';
import { MAX_PAIRS } from '../../../src/verdict/flows/mapper-exchanges.js';
import { MAX_COMPUTERS } from '../../../src/verdict/hosts/hosts.js';
import { MAX_IDENTIFIED } from '../../../src/verdict/hosts/identities.js';
import { decode, ethernet, hex, ipv4, ipv6, udp } from '../../decode/bytes.js';
import { arpPacket, tcpPacket, Trace } from '../../flow/script.js';

const nest = (depth: number): string => (depth === 0 ? ipv4(17, udp('aa')) : ipv4(4, nest(depth - 1)));

/** Bytes from `from` to `to` of datagram `id`, more to come. */
function piece(id: number, from = 0, to = 8): string {
  return ethernet(0x0800, ipv4(17, '00'.repeat(to - from), { fragment: 0x2000 | (from >> 3), id }));
}

type Reach = (decoder: Decoder, take: (frame: string, sec?: number) => void) => void;

const IN_FRAMES: Readonly<Record<DecodeLimit, readonly [number, RegExp, Reach]>> = {
  fragment_timeout: [
    FRAGMENT_TIMEOUT,
    /fragments.* after so many seconds were dropped/,
    (_, take) => {
      take(piece(1), 1000);
      take(piece(1, 8, 16), 1000 + FRAGMENT_TIMEOUT + 1);
    },
  ],
  fragment_memory: [
    16_384,
    /So many bytes .*fragments beyond them were dropped/,
    (_, take) => {
      for (let id = 0; id < 20; id++) take(piece(id));
    },
  ],
  fragment_datagrams: [
    MAX_DATAGRAMS,
    /So many incomplete IP packets .*waited longest was dropped/,
    (_, take) => {
      for (let id = 0; id <= MAX_DATAGRAMS; id++) take(piece(id));
    },
  ],
  fragment_ranges: [
    MAX_RANGES,
    /more pieces with gaps .*given up/,
    (_, take) => {
      for (let i = 0; i <= MAX_RANGES; i++) take(piece(1, i * 16, i * 16 + 8));
    },
  ],
  mpls_labels: [
    MAX_LABELS,
    /more labels were not read further/,
    (_, take) => take(ethernet(0x8847, `${'00010040'.repeat(MAX_LABELS)}00010140 ${nest(0)}`)),
  ],
  ipv6_extension_headers: [
    MAX_EXTENSION_HEADERS,
    /more of them were not read further: their ports/,
    (_, take) =>
      take(ethernet(0x86dd, ipv6(60, '3c00000000000000'.repeat(MAX_EXTENSION_HEADERS + 1) + hex(0, 8)))),
  ],
  tunnel_depth: [
    MAX_TUNNELS,
    /Tunnels within so many tunnels were not opened/,
    (_, take) => take(ethernet(0x0800, nest(MAX_TUNNELS + 1))),
  ],
  layers: [
    MAX_LAYERS,
    /more layers \(tags, tunnels\) were not read further/,
    (_, take) => take(ethernet(0x8100, `${'00018100'.repeat(MAX_LAYERS)} 0002 0800 ${nest(0)}`)),
  ],
};

for (const [code, [limit, means, reach]] of Object.entries(IN_FRAMES)) {
  test(`frames reach ${code}, and its own sentence is read`, (t) => {
    const decoder = new Decoder({ fragmentBytes: code === 'fragment_memory' ? 16_384 : 64 << 20 });
    const packet = new Packet();
    reach(decoder, (frame, sec = 0) => {
      decode(frame, { decoder, packet, sec });
    });
    const found = decodeLimits(decoder);
    t.deepEqual(
      found.map((one) => [one.code, one.limit]),
      [[code, limit]],
    );
    t.regex(found[0]?.means ?? '', means);
    t.true((found[0]?.count ?? 0) > 0);
  });
}

test('every limit of a file has its sentence, which names the file, and a number where it has one', (t) => {
  const facts = new FileFacts('a.pcapng', 0, { position: 0 });
  const codes = [...Object.values(LimitName), ...Object.values(EtlLimit)];
  for (const code of codes) facts.reached(code);
  const found = readLimits(facts);
  t.deepEqual(
    found.map(({ code }) => code),
    codes,
  );
  for (const { name, means, count } of found) {
    t.is(count, 1);
    t.regex(means, /^[A-Z].*\. Reached while reading a\.pcapng\.$/, name);
  }
  t.deepEqual(
    found.filter(({ limit }) => limit === 0).map(({ code }) => code),
    ['broken_options', 'etl_broken_records', 'etl_broken_compression', 'etl_drops_without_packet'],
  );
});

/** A report's input in which nothing was reached, with what is put in its place. */
function limits(changed: Changed): LimitModel[] {
  const { meter = new Meter({}), facts = new Facts(), neighbors = new Neighbors(), counts = {} } = changed;
  const input = {
    meter: { flows: meter.flows, neighbors, decoder: meter.decoder },
    facts,
    files: [],
    judgement: {
      computersOmitted: counts.computers ?? 0,
      mapperDropped: counts.mapper ?? 0,
      identities: { dropped: counts.identities ?? 0 },
    },
    monitor: { leftFlows: counts.left ?? 0 },
  };
  const names = { dropped: counts.names ?? 0, conflicts: counts.conflicts ?? 0 };
  return limitsOf(input as unknown as ReportInput, names as HostNames, counts.remedies ?? 0);
}

interface Changed {
  readonly meter?: Meter;
  readonly facts?: Facts;
  readonly neighbors?: Neighbors;
  readonly counts?: Readonly<
    Partial<
      Record<'computers' | 'mapper' | 'identities' | 'left' | 'names' | 'conflicts' | 'remedies', number>
    >
  >;
}

function fact(flow: number): TlsFacts {
  return { flow, sec: 0, nsec: 0, fileIndex: 0, frame: 1 } as TlsFacts;
}

/** By code: what reaches the limit, its number, and what its sentence must say. */
const IN_MEMORY: Readonly<Record<string, readonly [() => Changed, number, RegExp]>> = {
  flows: [
    () => {
      const meter = new Meter({ maxFlows: 4 });
      const trace = new Trace(meter.flows);
      for (let i = 0; i < 6; i++) {
        trace.add(tcpPacket({ ip: '10.0.0.1', port: 5000 + i }, { ip: '10.0.0.2', port: 9003 }, 'S', 1), i);
      }
      return { meter };
    },
    4,
    /gave way to others, unanswered ones and those idle for longest first/,
  ],
  flows_left: [() => ({ counts: { left: 3 } }), 0, /judged, are counted, and are not listed/],
  notes: [
    () => {
      const meter = new Meter({});
      meter.flows.notes.dropped = 1;
      return { meter };
    },
    MAX_NOTES,
    /Further repeats, resets or ICMP errors are counted/,
  ],
  notes_per_flow: [
    () => {
      const meter = new Meter({});
      const trace = new Trace(meter.flows);
      for (let i = 0; i < MAX_NOTES_PER_FLOW + 6; i++) trace.tcp([`@${i} > S 100`]);
      return { meter };
    },
    MAX_NOTES_PER_FLOW,
    /of the same flow are counted but not listed/,
  ],
  computers: [() => ({ counts: { computers: 1 } }), MAX_COMPUTERS, /have no verdicts/],
  neighbors: [
    () => {
      const neighbors = new Neighbors(1);
      for (const target of ['10.0.0.2', '10.0.0.3']) {
        neighbors.add(arpPacket('10.0.0.1', target, 1), new Origin());
      }
      return { neighbors };
    },
    1,
    /down may not be told from one that is silent/,
  ],
  mapper_exchanges: [() => ({ counts: { mapper: 1 } }), MAX_PAIRS, /port 135 .*dynamic ports/],
  identities: [() => ({ counts: { identities: 1 } }), MAX_IDENTIFIED, /each stands for itself/],
  remedies: [() => ({ counts: { remedies: 1 } }), MAX_REMEDIES, /no change that would mend them/],
  conversations: [
    () => {
      const facts = new Facts();
      facts.conversationsDropped = 1;
      return { facts };
    },
    MAX_CONVERSATIONS,
    /More at once are not read: services and facts/,
  ],
  host_names: [() => ({ counts: { names: 1 } }), MAX_NAMED, /have no names/],
  name_conflicts: [() => ({ counts: { conflicts: 1 } }), 0, /called by the best source/],
  payload_tls: [
    () => {
      const facts = new Facts();
      for (let i = 0; i <= MAX_FACTS; i++) facts.tls.add(fact(i % 1000));
      return { facts };
    },
    MAX_FACTS,
    /showed beyond it is not listed/,
  ],
  payload_tls_per_flow: [
    () => {
      const facts = new Facts();
      for (let i = 0; i <= MAX_FACTS_PER_FLOW; i++) facts.tls.add(fact(7));
      return { facts };
    },
    MAX_FACTS_PER_FLOW,
    /of the same flow showed beyond it/,
  ],
};

for (const [code, [reach, limit, means]] of Object.entries(IN_MEMORY)) {
  test(`${code} is told with its own number and sentence`, (t) => {
    const found = limits(reach());
    t.deepEqual(
      found.map((one) => [one.code, one.limit]),
      [[code, limit]],
    );
    t.regex(found[0]?.means ?? '', means);
  });
}

test('a limit that was not reached is not told', (t) => {
  t.deepEqual(limits({}), []);
});
