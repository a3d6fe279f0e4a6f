/** Progress on a terminal, on standard error, for work that takes longer than a second. */
import type { SingleBar } from 'cli-progress';
import type { Progress } from '../../analysis.js';
import { progressText } from './progress-text.js';

/** Nothing is shown before this, and then this often, milliseconds. */
const FIRST_AFTER_MS = 1000;
const EVERY_MS = 200;

/** Columns of the bar itself; the whole line stays under 80. */
const BAR_COLUMNS = 16;

/** A callback that draws, and its end (safe to call twice). */
export interface ProgressView {
  readonly show: (progress: Progress) => void;
  readonly stop: () => void;
}

/** Standard error, or what stands for it. */
type Screen = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Draws on `stream` when it is a terminal. `now` is a clock in milliseconds. */
export async function progressView(
  stream: Screen,
  wanted: boolean,
  now: () => number = Date.now,
): Promise<ProgressView> {
  if (!wanted || stream.isTTY !== true) return { show: () => undefined, stop: () => undefined };
  // CommonJS: loaded late, it has this one name in the bundle.
  const { default: cliProgress } = await import('cli-progress');
  const started = now();
  let next = started + FIRST_AFTER_MS;
  let bar: SingleBar | null = null;
  let stopped = false;
  return {
    show(progress) {
      const at = now();
      if (stopped || at < next) return;
      next = at + EVERY_MS;
      const known = progress.bytesTotal > 0;
      const done = known ? Math.min(progress.bytesRead, progress.bytesTotal) : 0;
      const text = { text: progressText(progress, (at - started) / 1000) };
      if (bar === null) {
        bar = newBar(cliProgress.SingleBar, stream, known);
        bar.start(Math.max(progress.bytesTotal, 1), done, text);
      } else {
        bar.update(done, text);
      }
    },
    stop() {
      stopped = true;
      bar?.stop();
    },
  };
}

function newBar(Bar: typeof SingleBar, stream: Screen, known: boolean): SingleBar {
  return new Bar({
    stream,
    format: known ? '{bar} {percentage}% {text}' : '{text}',
    barsize: BAR_COLUMNS,
    barCompleteChar: '#',
    barIncompleteChar: '-',
    hideCursor: true,
    clearOnComplete: true,
    // Its own handler of signals would keep the first SIGTERM from ending the program.
    gracefulExit: false,
  });
}
