/** Progress on a terminal, on standard error, for work that takes longer than a second. */
import { SingleBar } from 'cli-progress';
import type { Progress } from '../analysis.js';

/** Nothing is shown before this, and then this often, milliseconds. */
const FIRST_AFTER_MS = 1000;
const EVERY_MS = 200;
const MEGABYTE = 1e6;

/** A callback that draws, and its end. */
export interface ProgressView {
  readonly show: (progress: Progress) => void;
  readonly stop: () => void;
}

export function progressView(stream: NodeJS.WriteStream, wanted: boolean): ProgressView {
  if (!wanted || !stream.isTTY) return { show: () => undefined, stop: () => undefined };
  const started = Date.now();
  let next = started + FIRST_AFTER_MS;
  let bar: SingleBar | null = null;
  return {
    show(progress) {
      const now = Date.now();
      if (now < next) return;
      next = now + EVERY_MS;
      const rate = progress.bytesRead / MEGABYTE / ((now - started) / 1000);
      const left = (progress.bytesTotal - progress.bytesRead) / MEGABYTE / rate;
      const payload = {
        rate: rate.toFixed(0),
        left: progress.bytesTotal > 0 ? `${Math.max(0, Math.ceil(left))} s left` : 'length unknown',
        frames: progress.frames.toLocaleString('en'),
        flows: progress.flows.toLocaleString('en'),
      };
      if (bar === null) {
        bar = new SingleBar({
          stream,
          format: '{bar} {percentage}% | {rate} MB/s | {left} | {frames} frames, {flows} flows',
          hideCursor: true,
          clearOnComplete: true,
        });
        bar.start(Math.max(progress.bytesTotal, 1), progress.bytesRead, payload);
      } else {
        bar.update(Math.min(progress.bytesRead, progress.bytesTotal), payload);
      }
    },
    stop() {
      bar?.stop();
    },
  };
}
