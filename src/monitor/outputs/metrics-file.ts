/**
 * The metrics as a file for the textfile collector of Prometheus' node_exporter or windows_exporter: whole or
 * not at all, and no more often than a scrape can come.
 */
import { outputError, REWRITTEN, writeWhole } from '../../report/write/write-file.js';
import type { Sink } from '../../report/write/sink.js';
import type { LiveMetrics } from './metrics.js';
import type { LiveOutput } from '../words/model.js';

/** Least time between two writes, milliseconds. */
export const FILE_INTERVAL_MS = 5000;

export interface MetricsFileOptions {
  /** Milliseconds; FILE_INTERVAL_MS when absent. */
  readonly interval?: number;
  /** A clock in milliseconds that never goes back. */
  readonly now?: () => number;
}

/** Writes `metrics` to `path`, which must end in `.prom` for a collector to see it. `metrics` stays the caller's. */
export function metricsFile(
  path: string,
  metrics: LiveMetrics,
  options: MetricsFileOptions = {},
): LiveOutput {
  return new MetricsFile(path, metrics, options.interval ?? FILE_INTERVAL_MS, options.now ?? monotonic);
}

function monotonic(): number {
  return performance.now();
}

class MetricsFile implements LiveOutput {
  readonly #path: string;
  readonly #metrics: LiveMetrics;
  readonly #interval: number;
  readonly #now: () => number;
  #trouble = '';
  #next = -Infinity;
  #writing: Promise<void> | undefined;

  constructor(path: string, metrics: LiveMetrics, interval: number, now: () => number) {
    this.#path = path;
    this.#metrics = metrics;
    this.#interval = interval;
    this.#now = now;
  }

  get trouble(): string {
    return this.#trouble;
  }

  snapshot(): void {
    const now = this.#now();
    // A disk that hangs keeps one write waiting and never a queue of them.
    if (this.#writing !== undefined || now < this.#next) return;
    this.#next = now + this.#interval;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#write();
  }

  async #write(): Promise<void> {
    try {
      const text = await this.#metrics.text();
      const write = async (sink: Sink): Promise<void> => void (await sink.write(text));
      await writeWhole(this.#path, write, REWRITTEN);
      this.#trouble = '';
    } catch (error) {
      this.#trouble = `the metrics are not up to date: ${outputError(this.#path, error).message}`;
    }
  }
}
