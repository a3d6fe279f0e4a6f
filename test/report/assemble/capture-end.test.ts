/** Where captures end, pause or tell a wrong time: what was cut off is not called silent. */
import test from 'ava';
import { be16, zeros, concat } from '../../../captures/recipes/craft/bytes.js';
import { TcpConversation } from '../../../captures/recipes/craft/tcp.js';
import { asPcap } from '../../../captures/recipes/craft/wire.js';
import type { Host, Wire } from '../../../captures/recipes/craft/wire.js';
import { later, rounds, told } from './told.js';

const WS01 = '10.20.1.21';
const WS01_6 = '2001:db8:21::21';
const NO_AGENT = { services: { agent: 'absent' } } as const;

/** One SYN to 9003, so many seconds after the start, and nothing after it. */
const loneSyn = (at: number) => (wire: Wire, nas: Host, pc: Host) =>
  void new TcpConversation(wire, nas, pc, 9003, at).syn();

const DAY = 86_400;

test('a SYN just before the end of one file of several is not called silent, IPv6', async (t) => {
  const monday = rounds(true, NO_AGENT, loneSyn(11));
  const tuesday = rounds(true, NO_AGENT).map((frame) => later(frame, DAY));
  const { verdict } = await told(t, asPcap(monday), asPcap(tuesday));
  t.is(verdict('ua-9003', WS01_6), 'inconclusive');
});

test('files of one run are one: the SYN at the end of the first is silent in the second', async (t) => {
  const whole = rounds(false, NO_AGENT, loneSyn(2.5));
  const cut = whole.findIndex(({ sec }) => sec % 60 >= 4);
  const { verdict } = await told(t, asPcap(whole.slice(0, cut)), asPcap(whole.slice(cut)));
  t.is(verdict('ua-9003', WS01), 'blocked');
});

test('a long pause inside a file ends what was captured before it', async (t) => {
  const first = rounds(false, NO_AGENT, loneSyn(11));
  const second = rounds(false, NO_AGENT).map((frame) => later(frame, 7200));
  const { verdict } = await told(t, asPcap([...first, ...second]));
  t.is(verdict('ua-9003', WS01), 'inconclusive');
});

test('a lone frame of another century proves no silence, and is named', async (t) => {
  const frames = rounds(false, NO_AGENT, loneSyn(11));
  frames.splice(-2, 0, later(frames[3]!, 71 * 365 * DAY));
  const { verdict, finding, quality } = await told(t, asPcap(frames));
  t.is(verdict('ua-9003', WS01), 'inconclusive');
  t.regex(finding('clock_outliers'), new RegExp(`^Frame ${frames.length - 2} is dated 2097-`));
  t.false(quality.includes('time_goes_backwards'));
});

test('a tail of zeros is damage', async (t) => {
  const { finding, quality } = await told(t, concat(asPcap(rounds(false)), zeros(4096), be16(0)));
  t.regex(finding('damaged_file'), /never written/);
  t.false(quality.includes('time_goes_backwards'));
});
