/** ICMP errors on the flows they quote, and the bounded list of notes. */
import test from 'ava';
import { MAX_NOTES_PER_FLOW, NoteKind, FlowEventLog } from '../../src/flow/tcp/attempts.js';
import type { Note } from '../../src/flow/tcp/attempts.js';
import { ipv4Text, ipv6Text } from '../../src/flow/record/address.js';
import { FlowFlag } from '../../src/flow/record/record.js';
import {
  CLIENT,
  icmpError,
  icmpPacket,
  newTable,
  played,
  SERVER,
  tcpPacket,
  Trace,
  udpPacket,
} from './script.js';

const V6 = [
  { ip: '2001:db8::1', port: 50000 },
  { ip: '2001:db8::2', port: 9003 },
] as const;

test('an ICMP error is noted on the flow of the packet it quotes, with its sender', (t) => {
  const cases = [
    ['10.9.9.9', 3, 13, tcpPacket(CLIENT, SERVER, 'S', 100)],
    ['10.0.0.2', 3, 3, udpPacket(CLIENT, SERVER)],
    ['10.9.9.9', 3, 1, icmpPacket('10.0.0.1', '10.0.0.2', 8)],
    ['2001:db8::99', 1, 1, tcpPacket(V6[0], V6[1], 'S', 100)],
    ['2001:db8::2', 1, 4, udpPacket(V6[0], V6[1])],
    ['2001:db8::99', 1, 0, icmpPacket('2001:db8::1', '2001:db8::2', 128)],
  ] as const;
  for (const [sender, type, code, quoted] of cases) {
    const trace = new Trace();
    const id = trace.add(quoted, 0);
    const own = trace.add(icmpError(sender, type, code, quoted), 1);
    t.not(own, id);
    t.is(trace.table.unattachedErrors, 0);
    t.true(trace.flow(id).has(FlowFlag.IcmpError));
    const [note] = trace.flow(id).notes();
    t.is(note?.kind, NoteKind.Icmp);
    t.is(note?.icmp, (type << 8) | code);
    t.is(note?.frame, 2);
    t.is(note?.side, 2);
    const words = note?.sender ?? [0, 0, 0, 0];
    t.is(quoted.ipVersion === 4 ? ipv4Text(words[0]) : ipv6Text(...words), sender);
    t.is(trace.flow(own).notes().length, 0);
    // The quoted packet is not counted a second time.
    t.is(trace.flow(id).packets(0), 1);
  }
});

test('an error about an answer is noted on the same flow', (t) => {
  const trace = new Trace();
  trace.add(udpPacket(CLIENT, SERVER), 0);
  const answer = udpPacket(SERVER, CLIENT);
  trace.add(answer, 0.1);
  trace.add(icmpError('10.0.0.1', 3, 3, answer), 0.2);
  t.is(trace.flow(0).notes().length, 1);
});

test('an error about a packet of no known flow is counted', (t) => {
  const trace = new Trace();
  trace.add(icmpError('10.9.9.9', 3, 13, tcpPacket(CLIENT, SERVER, 'S', 100)), 0);
  t.is(trace.table.unattachedErrors, 1);
  const quoted = tcpPacket(CLIENT, SERVER, 'S', 100);
  quoted.srcPort = -1;
  trace.add(icmpError('10.9.9.9', 3, 13, quoted), 0);
  t.is(trace.table.count, 1);
});

test('an error goes to the latest flow of its five-tuple', (t) => {
  const trace = new Trace();
  trace.tcp(['> S 100', '< RA 0 101', '@9 > S 900']);
  trace.add(icmpError('10.9.9.9', 3, 13, tcpPacket(CLIENT, SERVER, 'S', 900)), 10);
  t.is(
    trace
      .flow(0)
      .notes()
      .filter((note) => note.kind === NoteKind.Icmp).length,
    0,
  );
  t.is(
    trace
      .flow(1)
      .notes()
      .filter((note) => note.kind === NoteKind.Icmp).length,
    1,
  );
});

test('notes tell SYN repeats, repeated SYN-ACKs and RSTs in their order', (t) => {
  const { flow } = played(['> S 100', '@1 > S 100', '@1.5 < SA 300 101', '@2 < SA 300 101', '@3 > R 101']);
  t.deepEqual(
    flow.notes().map(({ kind, side, frame, sec, nsec }) => [kind, side, frame, sec - flow.firstSec, nsec]),
    [
      [NoteKind.Syn, 0, 2, 1, 0],
      [NoteKind.SynAck, 1, 4, 2, 0],
      [NoteKind.Rst, 0, 5, 3, 0],
    ],
  );
});

test('a note keeps TTL, window and identification; IPv6 has none', (t) => {
  for (const [from, to, ipId] of [
    [CLIENT, SERVER, 65_535],
    [V6[0], V6[1], -1],
  ] as const) {
    const trace = new Trace();
    trace.add(tcpPacket(from, to, 'S', 100), 0);
    const rst = tcpPacket(to, from, 'RA', 0, 101);
    rst.ttl = 255;
    rst.window = 65_535;
    rst.ipId = ipId;
    trace.add(rst, 0.1);
    const [note] = trace.flow().notes();
    t.deepEqual([note?.ttl, note?.window, note?.ipId], [255, 65_535, ipId]);
  }
});

test('a flow keeps its first notes and counts the others as dropped', (t) => {
  const trace = new Trace();
  for (let i = 0; i < MAX_NOTES_PER_FLOW + 6; i++) trace.tcp([`@${i} > S 100`]);
  const notes = trace.flow().notes();
  t.is(notes.length, MAX_NOTES_PER_FLOW);
  t.is(notes[0]?.frame, 2);
  t.is(trace.table.notes.droppedOfFlows, 5);
  t.is(trace.flow().packets(0), MAX_NOTES_PER_FLOW + 6);
});

test('the notes of evicted flows are given back', (t) => {
  const trace = new Trace(newTable({ maxFlows: 2 }));
  for (let port = 1; port <= 5000; port++) {
    trace.tcp(Array<string>(3).fill(`@${port} > S 100`), { ip: '10.0.0.1', port });
  }
  t.is(trace.table.notes.count, 4);
  for (const id of [0, 1]) {
    const first = trace.flow(id).firstFrame;
    t.true(first > 14_990);
    t.deepEqual(
      trace
        .flow(id)
        .notes()
        .map((note) => note.frame),
      [first + 1, first + 2],
    );
  }
});

test('lists that grow side by side, and are given back, never mix', (t) => {
  const log = new FlowEventLog();
  const note = (frame: number): Note => ({
    kind: NoteKind.Syn,
    side: 0,
    ttl: 1,
    fileIndex: 0,
    frame,
    sec: 1,
    nsec: 2,
    icmp: 0,
    ipId: 3,
    window: 4,
    sender: [1, 2, 3, 4],
  });
  const heads = new Array<number>(2000).fill(0);
  const wanted: number[][] = heads.map(() => []);
  for (let i = 0; i < 20_000; i++) {
    const at = (i * 7919) % heads.length;
    if (i % 11 === 0) {
      log.release(heads[at] ?? 0);
      heads[at] = 0;
      wanted[at] = [];
    }
    heads[at] = log.add(heads[at] ?? 0, note(i));
    wanted[at]?.push(i);
  }
  t.deepEqual(
    heads.map((head) => log.list(head).map(({ frame }) => frame)),
    wanted.map((frames) => frames.slice(0, MAX_NOTES_PER_FLOW)),
  );
});
