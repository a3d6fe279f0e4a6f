/** What payload recognition costs: the frame loop with it and without it, in turn, each round in a fresh process. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchCapture } from './generate.js';
import { median } from './measure.js';

export interface RecognitionCost {
  readonly capture: string;
  readonly rounds: number;
  /** Median seconds of the frame loop. */
  readonly off: number;
  readonly on: number;
  /** Median over the rounds of the time with recognition over the time without it, of the same round. */
  readonly ratio: number;
}

const ROUND = fileURLToPath(new URL('./frame-loop-round.js', import.meta.url));

function secondsOf(capture: BenchCapture, recognition: 'on' | 'off'): number {
  return Number(execFileSync(process.execPath, [ROUND, capture.path, recognition], { encoding: 'utf8' }));
}

/** Runs `rounds` pairs; every second pair begins with the other of the two. */
export function recognitionCost(capture: BenchCapture, rounds: number): RecognitionCost {
  const times = { on: [] as number[], off: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    for (const one of round % 2 === 0 ? (['off', 'on'] as const) : (['on', 'off'] as const)) {
      times[one].push(secondsOf(capture, one));
    }
  }
  const ratios = times.on.map((seconds, round) => seconds / (times.off[round] ?? seconds));
  return {
    capture: capture.shape,
    rounds,
    off: median(times.off),
    on: median(times.on),
    ratio: median(ratios),
  };
}
