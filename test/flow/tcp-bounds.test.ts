/** The endpoint states and the beginning of flows at the very ends of their ranges of numbers and times. */
import test from 'ava';
import { NO_SENDER, NoteKind, FlowEventLog, StallKind } from '../../src/flow/tcp/attempts.js';
import type { Note } from '../../src/flow/tcp/attempts.js';
import { contentBytes } from '../../src/flow/tcp/endpoint.js';
import { TCP_IDLE_SECONDS } from '../../src/flow/tcp/restart.js';
import { Field, FlowFlag, RECORD_WORDS } from '../../src/flow/record/record.js';
import { CLIENT, played, SERVER, tcpPacket, Trace } from './script.js';

const OPEN = ['@0 > S 100', '< SA 300 101', '> A 101 301'];
const JUMP = 1 << 20;

test('a SYN-ACK that acknowledges the SYN itself, but not what is behind it, does not fit', (t) => {
  for (const [ack, fits] of [
    [100, false],
    [101, true],
    [102, false],
  ] as const) {
    const { flow } = played(['> S 100', `< SA 300 ${ack}`]);
    t.is(flow.has(FlowFlag.SynAckUnfit), !fits, String(ack));
    t.is(flow.synAckDelay, fits ? 0 : -1);
  }
});

test('a handshake within one microsecond is one: delays, repeats and the frame of the answer', (t) => {
  const { flow } = played(['@0 > S 100', '< SA 300 101', '< SA 300 101', '> A 101 301']);
  t.deepEqual([flow.synAckDelay, flow.handshakeTime, flow.answerFrame], [0, 0, 2]);
  t.deepEqual(
    flow.notes().map(({ kind }) => kind),
    [NoteKind.SynAck],
  );
  const accepted = played(['@0 > S 100', '< R 0', '< SA 300 101']).flow;
  t.deepEqual(
    [accepted.synAckDelay, accepted.answerFrame],
    [0, 3],
    'the refusal before it is not the answer',
  );
  const late = played(['@0 > S 100', '> A 101 301', '< SA 300 101', '@2 > A 101 301']).flow;
  t.is(late.handshakeTime, 2, 'an ACK that was written before the SYN-ACK');
});

test('a bare ACK behind data is in the history', (t) => {
  t.is(played(['> S 100', '< SA 300 101', '> A 101 301 +5', '> A 106 301']).flow.historyText(), 'ShDA');
});

test('a window of 0 counts until a side has closed', (t) => {
  const stalled = (closing: string, closed: string): readonly boolean[] =>
    [
      [...OPEN, closed],
      [...OPEN, closing, closed],
    ].map((lines) => played(lines).flow.stall(StallKind.ZeroWindow, closed.startsWith('>') ? 0 : 1) !== null);
  t.deepEqual(stalled('> FA 101 301', '< A 301 102 w0'), [true, false]);
  t.deepEqual(stalled('< FA 301 101', '> A 101 302 w0'), [true, false]);
});

test('a SYN-ACK with another number in an open connection begins the numbers of its side anew', (t) => {
  const { flow } = played([...OPEN, '< SA 900 101', '< A 901 101 +10']);
  t.deepEqual([flow.startSeq(1), flow.content(1)], [900, 10]);
});

test('an acknowledgment of 0 moves on by up to a mebibyte', (t) => {
  const acknowledged = (syn: number): number =>
    played([`> S ${syn}`, '< SA 300 0', '< A 301 0 +1']).flow.acknowledged(0);
  // The SYN-ACK does not fit, so what follows is the first that acknowledges.
  t.is(acknowledged(2 ** 32 - JUMP), JUMP - 1);
  t.is(acknowledged(2 ** 32 - JUMP - 1), 0);
});

test('who has sent SYN and ACK and closes after the reset of a closed side does not mend that', (t) => {
  const { flow } = played(['< A 500 100 +10', '> SA 100 510', '< FA 510 101', '< R 511', '> FA 101 511']);
  t.is(flow.connState, 'RSTR');
});

test('from 2 GB of payload on, the numbers that were sent say how much it was', (t) => {
  const r = new Int32Array(RECORD_WORDS);
  r[Field.OrigLastSeq] = 11;
  r[Field.OrigAckedSeq] = 21;
  const bytes = [0x7ffffffe, 0x7fffffff].map((payload) => contentBytes(r, 0, 0, payload));
  t.deepEqual(bytes, [20, 10]);
  r[Field.OrigLastSeq] = r[Field.OrigAckedSeq] = -5;
  t.is(contentBytes(r, 0, 0, 0), 0);
  t.is(contentBytes(r, 0, 0, 2 ** 32 - 6), 2 ** 32 - 6);
  r[Field.OrigLastSeq] = 11;
  t.is(contentBytes(r, 0, 0, 2 ** 32 + 10), 2 ** 32 + 10);
});

/** Whether the last line belongs to the flow of the first. */
function isSame(...lines: readonly string[]): boolean {
  const flows = new Trace().tcp(lines);
  return flows[0] === flows[flows.length - 1];
}

test('a connection is idle after its time and no second before', (t) => {
  const [at, after] = [`@${TCP_IDLE_SECONDS}`, `@${TCP_IDLE_SECONDS + 1}`];
  t.true(isSame(...OPEN, `${at} > R 900`));
  t.false(isSame(...OPEN, `${after} > R 9000000`));
  t.true(isSame('@0 > S 100', `${at} > S 100`));
  t.false(isSame('@0 > S 100', `${after} > S 100`));
});

test('after any silence an open connection goes on with numbers within a mebibyte, another does not', (t) => {
  const after = `@${TCP_IDLE_SECONDS + 1}`;
  const goesOn = (seq: number): boolean => isSame('@0 > A 5000000 301 +1', `${after} > A ${seq} 301`);
  const last = 5_000_001;
  t.deepEqual([last - JUMP - 1, last - JUMP, last + JUMP, last + JUMP + 1].map(goesOn), [
    false,
    true,
    true,
    false,
  ]);
  t.true(isSame(...OPEN, '> A 101 301 +5', `${after} > A 106 301`));
  t.false(isSame(...OPEN, '> FA 101 301', `${after} > A 102 301`), 'its originator has closed');
  t.false(isSame(...OPEN, '< FA 301 101', `${after} > A 101 302`), 'its responder has closed');
  t.false(isSame('@0 > S 100', `${after} < A 5 101 +10`), 'nothing was heard of the other side');
});

test('a SYN soon after a SYN-ACK that came behind a RST is a connection of its own', (t) => {
  t.true(isSame('@0 > S 100', '< RA 0 101', '@3 > S 700'));
  t.false(isSame('@0 > S 100', '< RA 0 101', '@4 > S 700'));
  t.false(isSame('@0 > S 100', '< RA 0 101', '< SA 300 101', '@1 > S 700'));
});

test('of pauses that are as long the end of the last is kept', (t) => {
  const { flow } = played(['@0 > S 100', '@5 < SA 300 101', '@10 > A 101 301', '@14 > A 101 301 +1']);
  t.deepEqual([flow.longestPause, flow.pauseEnd - flow.firstSec], [5, 10]);
});

test('between two served ports that are equal, who is seen first is the originator', (t) => {
  const first = (from: number, to: number): string => {
    const trace = new Trace();
    trace.add(tcpPacket({ ...CLIENT, port: from }, { ...SERVER, port: to }, 'A', 1, 1, 5), 0);
    return trace.flow().historyText();
  };
  t.deepEqual([first(445, 445), first(445, 9003), first(9003, 445)], ['D', '^d', 'D']);
});

const NOTE: Note = {
  kind: NoteKind.Rst,
  side: 1,
  ttl: 64,
  fileIndex: 0,
  frame: 1,
  sec: 1,
  nsec: 0,
  icmp: 0,
  ipId: 0,
  window: 0,
  sender: NO_SENDER,
};

test('an IP identification of 0 is one, none is -1', (t) => {
  const log = new FlowEventLog();
  const heads = [0, -1, 0xffff].map((ipId) => log.add(0, { ...NOTE, ipId }));
  t.deepEqual(
    heads.map((head) => log.list(head)[0]?.ipId),
    [0, -1, 0xffff],
  );
});

test('so many notes as the limit says are kept, what is freed makes room', (t) => {
  const log = new FlowEventLog(3);
  const heads = [1, 2, 3, 4].map(() => log.add(0, NOTE));
  t.deepEqual([heads[3], log.dropped, log.count], [0, 1, 3]);
  log.release(heads[0] ?? 0);
  t.not(log.add(0, NOTE), 0);
  t.deepEqual([log.dropped, log.count], [1, 3]);
});

test('a turned flow has its notes, states and history turned with it', (t) => {
  const { flow, trace } = played(['> A 100 500 +10', '< A 500 110 +5', '< R 505', '@1 > R 110']);
  t.is(flow.historyText(), 'DdrR');
  trace.table.turn(0, 0, 4);
  t.is(flow.historyText(), '^dDRr');
  t.deepEqual(
    flow.notes().map(({ kind, side }) => [kind, side]),
    [
      [NoteKind.Rst, 0],
      [NoteKind.Rst, 1],
    ],
  );
});
