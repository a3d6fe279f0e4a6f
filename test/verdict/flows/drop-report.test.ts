/** Whose drops explain a silence: by what was dropped, on which way, and who can say so. */
import test from 'ava';
import { Direction } from '../../../src/capture/frames/frame.js';
import { dropClass } from '../../../src/capture/etl/events/drop-class.js';
import type { DropClass } from '../../../src/capture/etl/events/drop-class.js';
import { tellingDrop } from '../../../src/verdict/flows/drop-report.js';
import { CLIENT, SERVER, START, tcpPacket, Trace } from '../../flow/script.js';

const NOT_FOUND = 1204;
const TCP_MATCH = 0xe000_4500;
const FIREWALL = 909;
const NEIGHBOR = 922;

test('what Windows says of a drop is a kind of its own where it explains something', (t) => {
  const kinds: readonly (readonly [number, number, DropClass])[] = [
    [NOT_FOUND, TCP_MATCH, 'no_listener'],
    [NOT_FOUND, 0xe000_460a, 'no_listener'],
    [NOT_FOUND, 1, 'harmless'],
    [915, 0xe000_4139, 'other'],
    [915, 0xe000_413a, 'no_neighbor'],
    [915, 0xe000_413c, 'no_neighbor'],
    [915, 0xe000_413d, 'other'],
    [1216, 1, 'harmless'],
    [1400, 1, 'other'],
    [1401, 1, 'ipsec'],
    [1418, 1, 'ipsec'],
    [1419, 1, 'other'],
    [FIREWALL, 1, 'firewall'],
    [928, 1, 'no_route'],
  ];
  for (const [reason, location, kind] of kinds)
    t.is(dropClass(reason, location), kind, `${reason} ${location}`);
});

interface Report {
  readonly reason: number;
  /** Whose packet was dropped. */
  readonly side: 0 | 1;
  readonly direction: number;
}

function told(...reports: readonly Report[]): readonly unknown[] {
  const trace = new Trace();
  trace.tcp(['> S 100', '< A 300 101']);
  for (const { reason, side, direction } of reports) {
    const [src, dst] = side === 0 ? [CLIENT, SERVER] : [SERVER, CLIENT];
    const report = { reason, location: TCP_MATCH, component: 1, direction };
    trace.table.reportDrop(tcpPacket(src, dst, 'S'), START, 0, report);
  }
  const drop = tellingDrop(trace.flow());
  return drop === null ? [] : [drop.drop, drop.at];
}

test('a packet that came in was dropped by who it was for, one that went out by who sent it', (t) => {
  const { Inbound, Outbound, Unknown } = Direction;
  const firewall = (side: 0 | 1, direction: number): unknown => told({ reason: FIREWALL, side, direction });
  t.deepEqual(firewall(0, Inbound), ['firewall', 1]);
  t.deepEqual(firewall(1, Inbound), ['firewall', 0]);
  t.deepEqual(firewall(0, Outbound), ['firewall', 0]);
  t.deepEqual(firewall(1, Outbound), ['firewall', 1]);
  t.deepEqual(firewall(0, Unknown), ['firewall', -1]);
});

test('only who is asked can say that nothing listens', (t) => {
  const { Inbound, Outbound, Unknown } = Direction;
  const listens = (side: 0 | 1, direction: number): unknown => told({ reason: NOT_FOUND, side, direction });
  t.deepEqual(listens(0, Inbound), ['no_listener', 1]);
  t.deepEqual(listens(0, Unknown), ['no_listener', 1]);
  t.deepEqual(listens(0, Outbound), ['no_listener', -1]);
  t.deepEqual(listens(1, Inbound), [], 'an answer');
});

test('of several reports the most telling counts, whichever came first; harmless ones never', (t) => {
  const { Inbound } = Direction;
  const of = (reason: number): Report => ({ reason, side: 0, direction: Inbound });
  t.deepEqual(told(of(NEIGHBOR), of(FIREWALL), of(NOT_FOUND)), ['no_listener', 1]);
  t.deepEqual(told(of(NOT_FOUND), of(NEIGHBOR)), ['no_listener', 1]);
  t.deepEqual(told(of(1216), of(902)), []);
  t.deepEqual(told(), []);
});
