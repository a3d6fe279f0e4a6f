/** Captures whose frames do not lie in the order of their times: what is told is what happened. */
import test from 'ava';
import { asPcap } from '../../../captures/recipes/craft/wire.js';
import type { AnnotatedFrame } from '../../../src/capture/pcap/pcapng-writer.js';
import { told, rounds } from './told.js';

const RULES = ['ua-9004-in', 'ua-9003', 'ua-135', 'ua-smb-rpc'];

/** As a program writes two cards that it empties in turn: what was sent, then what was received. */
function inTurn(frames: readonly AnnotatedFrame[], seconds: number, sentFirst: boolean): AnnotatedFrame[] {
  const key = ({ sec, nsec, direction }: AnnotatedFrame): number =>
    2 * Math.floor((sec % 1000) / seconds + nsec / 1e9 / seconds) + ((direction === 2) === sentFirst ? 0 : 1);
  return frames
    .map((frame, i) => ({ frame, i }))
    .sort((a, b) => key(a.frame) - key(b.frame) || a.i - b.i)
    .map(({ frame }) => frame);
}

for (const [name, ipv6, seconds, sentFirst] of [
  ['two cards emptied every 0.4 s, IPv6', true, 0.4, false],
  ['two cards emptied every 30 ms', false, 0.03, true],
] as const) {
  test(`${name}: everything works, and the disorder is told`, async (t) => {
    const model = await told(t, asPcap(inTurn(rounds(ipv6), seconds, sentFirst)));
    for (const rule of RULES) {
      t.is(model.verdict(rule, ipv6 ? '2001:db8:21::21' : '10.20.1.21'), 'working', rule);
    }
    t.true(model.quality.includes('frames_reordered'));
    t.false(model.quality.includes('midstream_flows'));
  });
}

test('frames in order are not said to be out of it', async (t) => {
  const { quality } = await told(t, asPcap(rounds(false)));
  t.false(quality.includes('frames_reordered'));
});
