/** Segment sequences as they are on the wire, and what conn_state, history and the counters make of them. */
import test from 'ava';
import fc from 'fast-check';
import { Packet, TcpFlag } from '../../src/decode/packet/packet.js';
import { EndpointState } from '../../src/flow/record/conn-state.js';
import type { ConnState } from '../../src/flow/record/conn-state.js';
import { applyAny, applySegment } from '../../src/flow/tcp/endpoint.js';
import { RESP_SEEN_SHIFT, HistoryBit } from '../../src/flow/record/history.js';
import { Field, FlowFlag, RECORD_WORDS, STATE_SHIFT } from '../../src/flow/record/record.js';
import { CLIENT, played, SERVER, tcpPacket, Trace } from './script.js';
import type { End } from './script.js';

const HANDSHAKE = ['> S 100', '@0.01 < SA 300 101', '@0.02 > A 101 301'];

interface Case {
  readonly title: string;
  readonly lines: readonly string[];
  readonly state: ConnState;
  readonly history: string;
  /** Content bytes, default 0. */
  readonly bytes?: readonly [number, number];
  readonly retransmissions?: readonly [number, number];
}

/** conn_state and history as docs.zeek.org (Conn::Info) defines them. */
const CASES: readonly Case[] = [
  { title: 'a SYN without an answer', lines: ['> S 100'], state: 'S0', history: 'S' },
  {
    title: 'a SYN repeated on schedule',
    lines: ['> S 100', '@1 > S 100', '@3 > S 100'],
    state: 'S0',
    history: 'ST',
    retransmissions: [2, 0],
  },
  { title: 'a handshake', lines: HANDSHAKE, state: 'S1', history: 'ShA' },
  {
    title: 'a handshake and data both ways',
    lines: [...HANDSHAKE, '> PA 101 301 +10', '< PA 301 111 +20', '> A 111 321'],
    state: 'S1',
    history: 'ShADd',
    bytes: [10, 20],
  },
  {
    title: 'closed by the originator first',
    lines: [...HANDSHAKE, '> A 101 301 +10', '> FA 111 301', '< FA 301 112', '> A 112 302'],
    state: 'SF',
    history: 'ShADFf',
    bytes: [10, 0],
  },
  {
    title: 'closed by the responder first',
    lines: [...HANDSHAKE, '< FA 301 101', '> FA 101 302', '< A 302 102'],
    state: 'SF',
    history: 'ShAfFa',
  },
  {
    title: 'half closed by the originator',
    lines: [...HANDSHAKE, '> FA 101 301', '< A 301 102', '< A 301 102 +5'],
    state: 'S2',
    history: 'ShAFad',
    bytes: [0, 5],
  },
  {
    title: 'half closed by the responder',
    lines: [...HANDSHAKE, '< FA 301 101'],
    state: 'S3',
    history: 'ShAf',
  },
  { title: 'a SYN refused', lines: ['> S 100', '< RA 0 101'], state: 'REJ', history: 'Sr' },
  {
    title: 'a RST of the responder after its SYN-ACK',
    lines: ['> S 100', '< SA 300 101', '< R 301'],
    state: 'RSTR',
    history: 'Shr',
  },
  {
    title: 'a RST of the originator in answer to the SYN-ACK',
    lines: ['> S 100', '< SA 300 101', '> R 101'],
    state: 'RSTO',
    history: 'ShR',
  },
  {
    title: 'a RST of the originator although nothing came back',
    lines: ['> S 100', '> R 101'],
    state: 'RSTOS0',
    history: 'SR',
  },
  {
    title: 'both sides reset, nothing sent',
    lines: [...HANDSHAKE, '> R 101', '< R 301'],
    state: 'REJ',
    history: 'ShARr',
  },
  {
    title: 'a RST of the originator after data',
    lines: [...HANDSHAKE, '> A 101 301 +10', '> R 111'],
    state: 'RSTO',
    history: 'ShADR',
    bytes: [10, 0],
  },
  {
    title: 'a RST of the responder after data',
    lines: [...HANDSHAKE, '> A 101 301 +10', '< RA 301 111'],
    state: 'RSTR',
    history: 'ShADr',
    bytes: [10, 0],
  },
  {
    title: 'a RST after both FINs, which changes nothing',
    lines: [...HANDSHAKE, '> FA 101 301', '< FA 301 102', '> R 102'],
    state: 'SF',
    history: 'ShAFfR',
  },
  {
    title: 'a RST after the own FIN, before the peer’s',
    lines: [...HANDSHAKE, '> FA 101 301', '> R 102'],
    state: 'RSTO',
    history: 'ShAFR',
  },
  {
    title: 'a FIN, a RST, and then the peer’s FIN',
    lines: [...HANDSHAKE, '> FA 101 301', '> R 102', '< FA 301 102'],
    state: 'SF',
    history: 'ShAFRf',
  },
  {
    title: 'SYN and FIN only (one direction captured)',
    lines: ['> S 100', '> FA 101 301'],
    state: 'SH',
    history: 'SF',
  },
  {
    title: 'a simultaneous open',
    lines: ['> S 100', '< S 300', '> SA 100 301', '< SA 300 101'],
    state: 'S1',
    // The SYN-ACKs carry the numbers of the SYNs: no new letter, but repeats.
    history: 'SsTt',
    retransmissions: [1, 1],
  },
  {
    title: 'only the responder’s SYN-ACK and FIN',
    lines: ['< SA 300 101', '< FA 301 101'],
    state: 'SHR',
    history: '^hf',
  },
  {
    title: 'only the responder’s SYN-ACK and RST',
    lines: ['< SA 300 101', '< R 301'],
    state: 'RSTRH',
    history: '^hr',
  },
  {
    title: 'a SYN-ACK repeated',
    lines: ['> S 100', '< SA 300 101', '@3 < SA 300 101'],
    state: 'S1',
    history: 'Sht',
    retransmissions: [0, 1],
  },
  {
    title: 'data sent again',
    lines: [...HANDSHAKE, '> A 101 301 +10', '> A 101 301 +10', '< A 301 111'],
    state: 'S1',
    history: 'ShADTa',
    bytes: [10, 0],
    retransmissions: [1, 0],
  },
  {
    title: 'a keep-alive of one byte, which is no retransmission',
    lines: [...HANDSHAKE, '> A 101 301 +10', '< A 301 111', '@60 > A 110 301 +1', '@60 < A 301 111'],
    state: 'S1',
    history: 'ShADa',
    bytes: [10, 0],
  },
  {
    title: 'a keep-alive without a byte',
    lines: [...HANDSHAKE, '> A 101 301 +10', '< A 301 111', '@60 > A 110 301'],
    state: 'S1',
    history: 'ShADa',
    bytes: [10, 0],
  },
  {
    title: 'one byte sent again before it was acknowledged is a retransmission',
    lines: [...HANDSHAKE, '> A 101 301 +1', '@1 > A 101 301 +1'],
    state: 'S1',
    history: 'ShADT',
    bytes: [1, 0],
    retransmissions: [1, 0],
  },
  {
    title: 'bytes acknowledged that the capture lacks',
    lines: [...HANDSHAKE, '> A 101 301 +10', '< A 301 131'],
    state: 'S1',
    history: 'ShADaG',
    bytes: [30, 0],
  },
  {
    title: 'numbers that wrap past 2^32',
    lines: [
      '> S 4294967290',
      '< SA 4294967295 4294967291',
      '> A 4294967291 0',
      '> A 4294967291 0 +20',
      '< A 0 15 +7',
      '> FA 15 7',
      '< FA 7 16',
    ],
    state: 'SF',
    history: 'ShADdFf',
    bytes: [20, 7],
  },
  {
    title: 'seen from the middle',
    lines: ['> A 1000 2000 +10', '< A 2000 1010 +5'],
    state: 'OTH',
    history: 'Dd',
    bytes: [10, 5],
  },
  {
    title: 'FIN and RST in one segment, and other flags that do not go together',
    lines: ['> S 100', '> FRA 101', '> SF 100', '< SR 300'],
    state: 'REJ',
    history: 'SIQq',
  },
  {
    title: 'a window of zero',
    lines: [...HANDSHAKE, '< A 301 101 w0', '< A 301 101 w0'],
    state: 'S1',
    history: 'ShAaw',
  },
];

for (const { title, lines, state, history, bytes, retransmissions } of CASES) {
  test(`${title}: ${state} ${history}`, (t) => {
    const { trace, flow } = played(lines);
    t.is(trace.table.count, 1);
    t.is(flow.connState, state);
    t.is(flow.historyText(), history);
    t.deepEqual([flow.content(0), flow.content(1)], [...(bytes ?? [0, 0])]);
    t.deepEqual([flow.retransmissions(0), flow.retransmissions(1)], [...(retransmissions ?? [0, 0])]);
    t.is(flow.addressText(0), CLIENT.ip);
    t.is(flow.port(1), SERVER.port);
  });
}

test('every conversation reads the same with addresses the other way round and in IPv6', (t) => {
  const ends: [End, End][] = [
    [
      { ip: '10.0.0.9', port: 50000 },
      { ip: '10.0.0.2', port: 9003 },
    ],
    [
      { ip: '2001:db8::1', port: 50000 },
      { ip: '2001:db8::2', port: 9003 },
    ],
    [
      { ip: 'fe80::ffff', port: 50000 },
      { ip: '2001:db8::2', port: 9003 },
    ],
    // Above and below 128.0.0.0, where words as signed numbers change their order.
    [
      { ip: '192.0.2.1', port: 50000 },
      { ip: '10.0.0.2', port: 9003 },
    ],
    [
      { ip: '10.0.0.2', port: 50000 },
      { ip: '192.0.2.1', port: 9003 },
    ],
    // One address, two ports.
    [
      { ip: '10.0.0.2', port: 50000 },
      { ip: '10.0.0.2', port: 9003 },
    ],
    [
      { ip: '10.0.0.2', port: 9003 },
      { ip: '10.0.0.2', port: 50000 },
    ],
    // One port, two addresses, and port 0.
    [
      { ip: '10.0.0.2', port: 445 },
      { ip: '10.0.0.1', port: 445 },
    ],
    [
      { ip: '10.0.0.2', port: 0 },
      { ip: '10.0.0.1', port: 0 },
    ],
  ];
  for (const [from, to] of ends) {
    for (const { title, lines, state, history } of CASES) {
      if (history.startsWith('^') || title === 'seen from the middle') continue;
      const { trace, flow } = played(lines, from, to);
      const where = `${title}, ${from.ip} ${from.port} → ${to.ip} ${to.port}`;
      t.is(trace.table.count, 1, where);
      t.is(flow.connState, state, where);
      t.is(flow.historyText(), history, where);
      t.is(flow.addressText(0), from.ip, where);
      t.is(flow.addressText(1), to.ip, where);
      t.deepEqual([flow.port(0), flow.port(1)], [from.port, to.port], where);
    }
  }
});

test('an address and port that speak to themselves are one flow of one side', (t) => {
  const { trace, flow } = played(['> S 100', '< RA 0 101'], CLIENT, CLIENT);
  t.is(trace.table.count, 1);
  t.is(flow.packets(0), 2);
});

test('the SYN-ACK delay and the handshake time are measured from the SYN', (t) => {
  const { flow } = played(['@5 > S 100', '@5.25 < SA 300 101', '@5.5 > A 101 301', '@9 > A 101 301 +1']);
  t.is(flow.synAckDelay, 0.25);
  t.is(flow.handshakeTime, 0.5);
});

test('a handshake that was not completed has a SYN-ACK delay only', (t) => {
  const { flow } = played(['> S 100', '@0.25 < SA 300 101', '@1 > RA 101 301']);
  t.is(flow.synAckDelay, 0.25);
  t.is(flow.handshakeTime, -1);
});

test('times that go back never make a negative delay', (t) => {
  const { flow } = played(['@5 > S 100', '@4 < SA 300 101', '@3 > A 101 301']);
  t.is(flow.synAckDelay, 0);
  t.is(flow.handshakeTime, 0);
  t.is(flow.duration, 0);
});

test('seen from the middle, the side with a served port is the responder whoever sends first', (t) => {
  for (const lines of [['> A 5 7 +1'], ['< A 5 7 +1'], ['> A 5 7', '< A 7 5']]) {
    const { flow } = played(lines);
    t.is(flow.port(1), SERVER.port);
    t.true(flow.has(FlowFlag.Midstream));
    t.is(flow.historyText().startsWith('^'), lines[0]?.startsWith('<') === true);
  }
  const unknown = played(['> A 5 7 +1'], { ip: '10.0.0.1', port: 6000 }, { ip: '10.0.0.2', port: 7000 });
  t.is(unknown.flow.port(0), 6000);
  t.false(unknown.flow.has(FlowFlag.Flipped));
});

test('a SYN decides the direction against all that ports say', (t) => {
  const { flow } = played(
    ['> S 100', '< SA 300 101'],
    { ip: '10.0.0.1', port: 9003 },
    { ip: '10.0.0.2', port: 50000 },
  );
  t.is(flow.port(1), 50000);
});

test('a SYN-ACK that comes before its SYN belongs to the same flow', (t) => {
  const { trace, flow } = played(['< SA 300 101', '> S 100', '> A 101 301']);
  t.is(trace.table.count, 1);
  t.is(flow.addressText(0), CLIENT.ip);
  t.true(flow.has(FlowFlag.SynAckFirst));
  t.is(flow.historyText(), '^hSA');
});

test('a history has at most 24 letters and keeps the first ones', (t) => {
  const trace = new Trace();
  trace.tcp([...HANDSHAKE, '> A 101 301 +2 w0', '< A 301 103 +2 w0']);
  for (let i = 0; i < 10_001; i++) trace.tcp(['> A 101 301 +2', '< A 301 103 +2']);
  t.is(trace.flow().historyText(), 'ShADWdwTtTtTtTtTt');
  trace.tcp(['> A 103 303', '< A 303 103', '< A 303 200', '> A 103 400', '> FRA 103 303', '< FRA 303 103']);
  trace.tcp(['> SF 100', '< SF 300', '> R 103', '< R 303', '> FA 103 303']);
  t.is(trace.flow().historyText(), 'ShADWdwTtTtTtTtTtaGgIiQq');
});

test('retransmissions are counted up to 65535 and no further', (t) => {
  const trace = new Trace();
  trace.tcp([...HANDSHAKE, '> A 101 301 +2', '< A 301 103 +2']);
  for (let i = 0; i < 65_600; i++) {
    trace.add(tcpPacket(CLIENT, SERVER, 'A', 101, 301, 2), 1);
    if (i < 3) trace.add(tcpPacket(SERVER, CLIENT, 'A', 301, 103, 2), 1);
  }
  t.is(trace.flow().retransmissions(0), 65_535);
  t.is(trace.flow().retransmissions(1), 3);
});

test('more than 4 GB of content are counted past the wrap of the numbers', (t) => {
  for (const gigabytes of [1, 2, 3, 5, 9]) {
    const trace = new Trace();
    trace.tcp(['> S 100', '< SA 300 101', '> A 101 301']);
    const step = 1 << 26;
    const steps = gigabytes * 16;
    for (let i = 0; i < steps; i++) {
      trace.add(tcpPacket(CLIENT, SERVER, 'A', 101 + i * step, 301, step), 1);
      trace.add(tcpPacket(SERVER, CLIENT, 'A', 301, 101 + (i + 1) * step), 1);
    }
    t.is(trace.flow().content(0), steps * step, `${gigabytes} GB`);
    t.is(trace.flow().payload(0), steps * step);
    t.is(trace.flow().content(1), 0);
  }
});

/** A record of an open connection whose numbers lie close together, around the wrap of the number space. */
const openRecord = fc
  .record({
    states: fc.oneof(
      { weight: 4, arbitrary: fc.constant(EndpointState.Established * 9) },
      { weight: 1, arbitrary: fc.nat(63) },
    ),
    seen: fc.subarray([
      HistoryBit.Ack,
      HistoryBit.Data,
      HistoryBit.Ack << RESP_SEEN_SHIFT,
      HistoryBit.Data << RESP_SEEN_SHIFT,
    ]),
    numbers: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 6, maxLength: 6 }),
    times: fc.tuple(fc.constantFrom(-1, 5), fc.constantFrom(-1, 3)),
    midstream: fc.boolean(),
  })
  .map(({ states, seen, numbers, times, midstream }) => {
    const r = new Int32Array(RECORD_WORDS);
    r[Field.Flags] = (states << STATE_SHIFT) | (midstream ? FlowFlag.Midstream : 0);
    r[Field.HistorySeen] = seen.reduce((bits, bit) => bits | bit, 0);
    r.set(numbers, Field.OrigStartSeq);
    [r[Field.HandshakeTime], r[Field.SynAckDelay]] = times;
    return r;
  });

const segment = fc
  .record({
    seq: fc.integer({ min: -4, max: 4 }),
    ack: fc.integer({ min: -4, max: 4 }),
    len: fc.nat(3),
    window: fc.constantFrom(0, 1000, 1000, 1000),
    flags: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(TcpFlag.Ack, TcpFlag.Ack | TcpFlag.Psh) },
      { weight: 1, arbitrary: fc.nat(255) },
    ),
  })
  .map(({ seq, ack, len, window, flags }) => {
    const p = new Packet();
    [p.seq, p.ack, p.payloadLen, p.window, p.tcpFlags] = [seq, ack, len, window, flags];
    return p;
  });

test('a segment that only continues a connection is counted as any other is', (t) => {
  fc.assert(
    fc.property(openRecord, fc.array(fc.tuple(segment, fc.nat(1)), { maxLength: 6 }), (record, segments) => {
      const shortcut = Int32Array.from(record);
      for (const [p, side] of segments) {
        const events = applySegment(shortcut, 0, side, p);
        if (events !== applyAny(record, 0, side, p)) return false;
        if (shortcut.some((word, at) => word !== record[at])) return false;
      }
      return true;
    }),
    { numRuns: 20_000 },
  );
  t.pass();
});
