/** Traces that were cut or changed: never a throw but for what says so, never without an end, all before the damage kept. */
import { join } from 'node:path';
import test from 'ava';
import { CaptureError } from '../../../src/capture/frames/frame.js';
import { VARIANTS, packetsOf, traceOf } from '../../../captures/recipes/etl/convert.js';
import { changedTrace, readChanged, seedTraces } from './mutations.js';
import { compress } from '../../../captures/recipes/etl/xpress.js';
import { rounds } from '../../fuzz.js';
import { isTrace, readTrace } from './memory.js';

const lab = packetsOf(join(process.cwd(), 'captures', 'lab', 'healthy.pcap.gz')).then((all) =>
  all.slice(0, 40),
);
const MUTATIONS = rounds(600, 300_000);

async function small(): Promise<Uint8Array[]> {
  const packets = await lab;
  return VARIANTS.map((variant) =>
    traceOf(packets, {
      ...variant,
      trace: { ...variant.trace, cpus: Math.min(3, variant.trace.cpus), bufferBytes: 4096 },
    }),
  );
}

test('every prefix of a trace is read as far as it goes', async (t) => {
  for (const bytes of await small()) {
    const whole = await readTrace(bytes);
    const times = new Set(whole.frames.map(({ time, hex }) => time + hex));
    const step = Math.max(1, Math.floor(bytes.length / rounds(100, bytes.length)));
    for (let length = 80; length < bytes.length; length += step) {
      const cut = bytes.subarray(0, length);
      if (!isTrace(cut)) continue;
      try {
        const { frames, file } = await readTrace(cut);
        if (frames.some(({ time, hex }) => !times.has(time + hex))) {
          // Without its list of components more places are taken; nothing is invented.
          if (file.application !== 'pktmon') t.fail(`a frame of ${length} bytes is not in the trace`);
        }
      } catch (error) {
        if (!(error instanceof CaptureError)) throw error;
      }
    }
  }
  t.pass();
});

test('changed traces end, without a throw but for what says so', async (t) => {
  const seeds = await seedTraces();
  const untouched = seeds.map((seed) => seed.slice());
  let read = 0;
  for (let seed = 1; seed <= MUTATIONS; seed++)
    if (await readChanged(changedTrace(seeds, seed), seed)) read++;
  t.true(read > MUTATIONS / 4);
  t.deepEqual(seeds, untouched);
});

test('a small buffer that claims to hold much is read no further than it may', async (t) => {
  const [seed] = await small();
  if (seed === undefined) return t.fail();
  const packed = compress(new Uint8Array(60 << 20).fill(0xff));
  const header = Buffer.from(seed.subarray(1024, 1024 + 72));
  header.writeUInt32LE(72 + packed.length, 0);
  header.writeUInt32LE(0xffff_fff0, 4);
  const { frames, file } = await readTrace(Buffer.concat([seed, header, packed]));
  t.is(frames.length, (await readTrace(seed)).frames.length);
  t.is(file.damage, null);
});
