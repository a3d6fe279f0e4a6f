/**
 * `npm run bench:stages`: what one packet costs in each stage up to the last frame. A stage is run with all before it
 * in a process of its own; what it takes longer than the stage before is its cost. CPU time of all threads, so that
 * other programs on the machine disturb less, and of a second pass; what the first took longer, the compiler's work
 * above all, is told on its own.
 *
 *   read (window, record headers) -> decode -> look-up (key, hash, index) -> update (the flow's record) -> recognise
 */
import '../../src/platform/node/install.js';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchCapture } from './generate.js';
import { median } from './measure.js';
import { BULK, SMALL } from './shapes.js';
import { STAGES } from './stage-round.js';

const ROUND = fileURLToPath(new URL('./stage-round.js', import.meta.url));

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    scale: { type: 'string', default: '0.2' },
    dir: { type: 'string', default: join(tmpdir(), 'portwitness-bench') },
  },
});

interface Passes {
  readonly first: number;
  readonly second: number;
}

function passes(capture: string, stage: string): Passes {
  const [first = 0, second = 0] = execFileSync(process.execPath, [ROUND, capture, stage], {
    encoding: 'utf8',
  })
    .split(' ')
    .map(Number);
  return { first, second };
}

for (const shape of [BULK, SMALL]) {
  const capture = benchCapture(shape, Number(options.scale), options.dir);
  const times: Passes[][] = STAGES.map(() => []);
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [index, stage] of STAGES.entries()) times[index]?.push(passes(capture.path, stage));
  }
  const title = `${shape.name}: ${capture.packets} packets, ${capture.flows} flows`;
  process.stdout.write(`\n${title}, nanoseconds a packet (medians of ${options.rounds})\n`);
  let before = 0;
  for (const [index, stage] of STAGES.entries()) {
    const ofStage = times[index] ?? [];
    const sum = (median(ofStage.map(({ second }) => second)) / capture.packets) * 1e9;
    const warmUp = median(ofStage.map(({ first, second }) => first - second)) * 1e3;
    const [own, all] = [sum - before, sum].map((value) => value.toFixed(0).padStart(6));
    const once = warmUp.toFixed(0).padStart(5);
    process.stdout.write(`  ${stage.padEnd(10)} ${own}   sum ${all}   the first pass ${once} ms more\n`);
    before = sum;
  }
}
