import test from 'ava';
import { CLIENT, newTable, SERVER, START, tcpPacket } from './script.js';
import type { FlowTable } from '../../src/flow/table.js';
import { Origin } from '../../src/flow/record/origin.js';

/** Adds a segment of the client; whether its payload is left unread. */
function isUnread(table: FlowTable, flags: string, seq: number, length: number): boolean {
  table.add(tcpPacket(CLIENT, SERVER, flags, seq, 1, length), new Origin().set(START, 0, 0, 1));
  return table.lastSettled;
}

function passing(seq: number, length: number): FlowTable {
  const table = newTable();
  table.add(tcpPacket(CLIENT, SERVER, 'A', seq, 1, 10), new Origin().set(START, 0, 0, 1));
  table.passOver(0, 0, seq + 10, length);
  return table;
}

test('payload in order is left unread up to where passing over ends, and no byte further', (t) => {
  const table = passing(100, 50);
  t.true(isUnread(table, 'A', 110, 20));
  t.true(isUnread(table, 'A', 130, 20));
  t.false(isUnread(table, 'A', 150, 11), 'one byte more');
  t.true(isUnread(table, 'A', 150, 10));
  t.false(isUnread(table, 'A', 160, 1), 'it is over');
});

test('what comes early, again, or opens or ends a stream is for the reader', (t) => {
  const table = passing(100, 500);
  t.true(isUnread(table, 'A', 110, 20));
  t.false(isUnread(table, 'A', 140, 20), 'early');
  t.false(isUnread(table, 'A', 110, 20), 'again');
  for (const flags of ['FA', 'RA', 'SA']) t.false(isUnread(table, flags, 130, 20), flags);
  t.false(isUnread(table, 'A', 130, 0), 'nothing to pass over');
  t.true(isUnread(table, 'A', 130, 20));
});

test('the other side is not passed over with it', (t) => {
  const table = passing(100, 500);
  table.add(tcpPacket(SERVER, CLIENT, 'A', 110, 1, 20), new Origin().set(START, 0, 0, 1));
  t.false(table.lastSettled);
});

test('passing over goes on across the end of the sequence numbers', (t) => {
  const table = passing(-20, 50);
  t.true(isUnread(table, 'A', -10, 20));
  t.true(isUnread(table, 'A', 10, 30));
  t.false(isUnread(table, 'A', 40, 1));
});

test('stopping tells how many bytes have not come, and what follows is for the reader', (t) => {
  const table = passing(100, 50);
  isUnread(table, 'A', 110, 20);
  t.is(table.stopPassing(0, 0), 30);
  t.false(isUnread(table, 'A', 130, 20));
  t.is(table.stopPassing(0, 0), 0);
});
