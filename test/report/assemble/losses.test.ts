/** The pictures know when packets are missing from a capture, where the capture tells. */
import test from 'ava';
import { asPcap, asPcapng } from '../../../captures/recipes/craft/wire.js';
import type { AnnotatedFrame } from '../../../src/capture/pcap/pcapng-writer.js';
import { rounds, told } from './told.js';

/** The first frame with data of some length. */
function dataFrame(frames: readonly AnnotatedFrame[]): number {
  return frames.findIndex(({ bytes }) => bytes.length > 200);
}

function seconds(frames: readonly AnnotatedFrame[], i: number): number {
  return frames[i]!.sec - frames[0]!.sec + (frames[i]!.nsec - frames[0]!.nsec) / 1e9;
}

test('a segment that is acknowledged and was not captured is missing at that time', async (t) => {
  const frames = rounds(false);
  t.deepEqual((await told(t, asPcap(frames))).model.activity?.losses, []);
  const missing = dataFrame(frames);
  const { model, quality } = await told(t, asPcap(frames.toSpliced(missing, 1)));
  t.true(quality.includes('acked_unseen_segments'));
  const [loss, ...others] = model.activity?.losses ?? [];
  t.deepEqual(others, []);
  t.is(loss?.sign, 'unseen');
  const late = (loss?.from ?? 0) - seconds(frames, missing);
  t.true(late >= 0 && late < 1, `${late}`);
});

test('frames that say how many before them were lost tell the time, and a sum at the end does not', async (t) => {
  const frames = rounds(false);
  const at = frames.length >> 1;
  const counted = frames.with(at, { ...frames[at]!, dropCount: 7n });
  const { model } = await told(t, asPcapng(counted, { comment: '' }));
  t.deepEqual(
    model.activity?.losses.map(({ sign, signs }) => ({ sign, signs })),
    [{ sign: 'counted', signs: 1 }],
  );
  const summed = await told(t, asPcapng(frames, { comment: '', osDropped: 7n }));
  t.true(summed.quality.includes('frames_lost'));
  t.deepEqual(summed.model.activity?.losses, []);
  t.true(Math.abs((model.activity?.losses[0]?.from ?? 0) - seconds(frames, at)) < 1e-3);
});
