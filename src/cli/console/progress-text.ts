/** Progress in words. */
import type { Progress } from '../../analysis.js';
import { bytes, count, duration } from '../../report/text/quantities.js';

/** Rate, time left, frames and flows after so many seconds. */
export function progressText(progress: Progress, seconds: number): string {
  const rate = progress.bytesRead / seconds;
  const left = (progress.bytesTotal - progress.bytesRead) / rate;
  const parts = [`${bytes(Math.round(rate))}/s`];
  if (progress.bytesTotal === 0) parts.unshift(`${bytes(progress.bytesRead)} read`);
  else if (Number.isFinite(left)) parts.push(`${duration(Math.max(0, Math.ceil(left)))} left`);
  return [...parts, `${count(progress.frames)} frames`, `${count(progress.flows)} flows`].join(', ');
}
