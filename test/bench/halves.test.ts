/** The two halves of a capture hold what it holds, and no flow twice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { runFrameLoop } from './frame-loop.js';
import { benchCapture } from './generate.js';
import { halve } from './halves.js';
import { SMALL } from './shapes.js';

test('two halves have every packet and every flow of the whole, each once', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness-halves-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const { path } = benchCapture(SMALL, 0.005, folder);
  const count = async (one: string): Promise<readonly [number, number]> => {
    const { meter } = await runFrameLoop(one, false);
    return [meter.totals.packets, meter.flows.count];
  };
  const [packets, flows] = await count(path);
  const [first, second] = await Promise.all((await halve(path)).map(count));
  t.deepEqual([first![0] + second![0], first![1] + second![1]], [packets, flows]);
  // Neither core has much more to do than the other.
  t.true(Math.abs(first![0] - second![0]) < packets / 5);
});
