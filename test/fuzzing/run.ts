/**
 * Hostile input by seed, over the whole program:
 *
 *   npm run fuzz -- [--seconds 60] [--seed 1] [--cases N] [--target NAME] [--captures FOLDER] [--keep FOLDER]
 *
 * Case n of seed s is the only case of seed s + n. Exit code 1 = something failed; its seed is told.
 */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Task, Told } from './worker.js';

/** A case that does not end within so long hangs, whatever else the machine does. Milliseconds. */
const HANGS_AFTER = 180_000;
const HEAP_MEBIBYTES = 1024;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    cases: { type: 'string' },
    target: { type: 'string', default: '' },
    captures: { type: 'string', multiple: true, default: [] },
    keep: { type: 'string', default: '' },
  },
});

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

let failures = 0;
const counts = new Map<string, number>();

/** Runs cases until the time is up, one hangs or the heap is full; resolves to the seed to go on with, null = done. */
function round(task: Task): Promise<number | null> {
  return new Promise((resolve) => {
    let current = { seed: task.seed, target: task.target };
    let ended = false;
    const worker = new Worker(new URL('worker.js', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES },
    });
    const end = (next: number | null, text = ''): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      if (text !== '') tellFailure(current.seed, current.target, text);
      void worker.terminate().then(() => resolve(next));
    };
    const hangs = (): void => end((current.seed + 1) >>> 0, `does not end within ${HANGS_AFTER / 1000} s`);
    let timer = setTimeout(hangs, HANGS_AFTER);
    worker.on('message', (told: Told) => {
      clearTimeout(timer);
      timer = setTimeout(hangs, HANGS_AFTER);
      if (told.kind === 'begins') {
        current = told;
        counts.set(told.target, (counts.get(told.target) ?? 0) + 1);
      } else if (told.kind === 'failed') tellFailure(told.seed, told.target, told.text);
      else end(null);
    });
    worker.on('error', (error) => end((current.seed + 1) >>> 0, error.stack ?? error.message));
    worker.on('exit', () => end((current.seed + 1) >>> 0, 'its thread ended'));
  });
}

function tellFailure(seed: number, target: string, text: string): void {
  failures++;
  const more = values.captures.map((folder) => ` --captures ${folder}`).join('');
  say(`\nFAILED: npm run fuzz -- --cases 1 --target ${target} --seed ${seed}${more}\n${text}`);
}

const first = Number(values.seed) >>> 0;
const until = Date.now() + Number(values.seconds) * 1000;
const cases = values.cases === undefined ? Infinity : Number(values.cases);
const began = process.cpuUsage();
let next: number | null = first;
while (next !== null && next - first < cases && Date.now() < until) {
  const rest = cases - (next - first);
  const { target, keep, captures } = values;
  next = await round({ seed: next, until, cases: rest, target, more: captures, keep });
}
const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
const byTarget = [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
const { user, system } = process.cpuUsage(began);
say(
  `seeds ${first} to ${first + all - 1}: ${all} cases (${byTarget}), ${failures} failures, ${((user + system) / 1e6).toFixed(0)} s of CPU time`,
);
process.exitCode = failures === 0 ? 0 : 1;
