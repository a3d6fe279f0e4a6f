/** Runs cases in a thread of their own: what hangs or needs too much memory ends with it, and its seed is known. */
import { parentPort, workerData } from 'node:worker_threads';
import { Cases, keep, likeness } from './cases.js';
import type { Failure } from './cases.js';

export interface Task {
  readonly seed: number;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly cases: number;
  readonly target: string;
  /** Folders with more captures. */
  readonly more: readonly string[];
  /** Where failing inputs are written, '' = nowhere. */
  readonly keep: string;
}

/** What the thread tells. */
export type Told =
  | { readonly kind: 'begins'; readonly seed: number; readonly target: string }
  | { readonly kind: 'failed'; readonly seed: number; readonly target: string; readonly text: string }
  | { readonly kind: 'done' };

const task = workerData as Task;
const tell = (told: Told): void => parentPort?.postMessage(told);

/** One cause is told once. */
const seen = new Set<string>();

async function report(cases: Cases, failure: Failure): Promise<void> {
  const key = likeness(failure);
  if (seen.has(key)) return;
  seen.add(key);
  const kept = task.keep === '' ? [] : keep(await cases.smaller(failure), task.keep);
  const text = [failure.stack, ...kept.map((path) => `kept: ${path}`)].join('\n');
  tell({ kind: 'failed', seed: failure.seed, target: failure.target, text });
}

const cases = new Cases(task.more, task.target);
for (let i = 0; i < task.cases && Date.now() < task.until; i++) {
  const seed = (task.seed + i) >>> 0;
  tell({ kind: 'begins', seed, target: cases.targetOf(seed).name });
  const failure = await cases.run(seed);
  if (failure !== null) await report(cases, failure);
}
tell({ kind: 'done' });
