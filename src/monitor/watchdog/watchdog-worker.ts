/**
 * The thread that looks whether the monitor's loop still turns, by a counter that the loop moves on. It counts its own
 * waking and not the time: a machine that sleeps, or is so busy that nobody gets a turn, is no loop that stands still.
 */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

const { beats, pause, most } = workerData as {
  readonly beats: Int32Array;
  readonly pause: number;
  readonly most: number;
};
const sleeper = new Int32Array(new SharedArrayBuffer(4));

let seen = Atomics.load(beats, 0);
for (let missed = 0; missed < most;) {
  Atomics.wait(sleeper, 0, 0, pause);
  const now = Atomics.load(beats, 0);
  // Negative: the monitor has ended.
  if (now < 0) break;
  missed = now === seen ? missed + 1 : 0;
  seen = now;
}
if (seen >= 0 && Atomics.load(beats, 0) >= 0) {
  try {
    writeSync(2, `portwitness: monitoring stands still for ${(pause * most) / 1000} s and is ended.\n`);
  } catch {
    // Nobody reads it.
  }
  // The loop cannot end itself, and nothing of it can be trusted to write anything more.
  process.kill(process.pid, 'SIGKILL');
}
