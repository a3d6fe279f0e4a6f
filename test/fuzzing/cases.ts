/** Makes and checks the case of a seed, and makes a failing one smaller. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Choice } from './choice.js';
import { Corpus } from './corpus.js';
import { MemoryFiles } from './memory-files.js';
import { shrink } from './shrink.js';
import type { Case, Target } from './target.js';
import { TARGETS, targetOf } from './targets/list.js';

/** CPU time of a case: what all cases so far took, many times over, even on a slow machine. Seconds. */
const MAX_CPU_SECONDS = 20;
/** Memory of the process, in bytes. */
const MAX_RESIDENT_BYTES = 1_500 * 2 ** 20;

export interface Failure {
  readonly seed: number;
  readonly target: string;
  readonly message: string;
  readonly stack: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

type Files = ReadonlyMap<string, Uint8Array>;

export class Cases {
  readonly #corpus: Corpus;
  readonly #files = new MemoryFiles();
  readonly #only: Target | undefined;

  /** @param only the name of a target, '' = as the seed says */
  constructor(more: readonly string[], only: string) {
    this.#corpus = new Corpus(more);
    this.#files.install();
    this.#only = TARGETS.find(({ name }) => name === only);
    if (only !== '' && this.#only === undefined) {
      throw new Error(`no target "${only}": ${TARGETS.map(({ name }) => name).join(', ')}`);
    }
  }

  targetOf(seed: number): Target {
    return this.#only ?? targetOf(seed);
  }

  /** Runs the case of a seed; null = all holds. */
  async run(seed: number): Promise<Failure | null> {
    const target = this.targetOf(seed);
    return this.#inFolder(async (folder) => {
      const stage = { corpus: this.#corpus, files: this.#files, folder };
      const made = await target.make(new Choice(seed), stage);
      const error = await this.#error(made, made.files);
      if (error === null) return null;
      return {
        seed,
        target: target.name,
        message: error.message,
        stack: error.stack ?? '',
        files: made.files,
      };
    });
  }

  /** The failure with fewer bytes in its first file, as far as a few dozen tries go. */
  async smaller(failure: Failure): Promise<Failure> {
    const target = this.targetOf(failure.seed);
    const [name = ''] = failure.files.keys();
    const withBytes = (bytes: Uint8Array): Files => new Map(failure.files).set(name, bytes);
    const fewest = await shrink(failure.files.get(name) ?? new Uint8Array(0), (fewer) =>
      this.#inFolder(async (folder) => {
        const stage = { corpus: this.#corpus, files: this.#files, folder };
        const made = await target.make(new Choice(failure.seed), stage);
        return likeness(await this.#error(made, withBytes(fewer))) === likeness(failure);
      }),
    );
    return { ...failure, files: withBytes(fewest) };
  }

  async #error(made: Case, files: Files): Promise<Error | null> {
    const before = process.cpuUsage();
    try {
      await made.check(files);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#files.clear();
    }
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1e6;
    if (seconds > MAX_CPU_SECONDS) return new Error(`took ${seconds.toFixed(1)} s of CPU time`);
    const { rss } = process.memoryUsage();
    if (rss > MAX_RESIDENT_BYTES) return new Error(`took ${(rss / 2 ** 20).toFixed(0)} MiB of memory`);
    return null;
  }

  async #inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), 'portwitness fuzz '));
    try {
      return await run(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** What two failures have in common when they have one cause. */
export function likeness(error: { readonly message: string; readonly stack?: string } | null): string {
  if (error === null) return '';
  const place = /^\s+at .*$/m.exec(error.stack ?? '')?.[0].replace(/:\d+:\d+\)?$/, '') ?? '';
  return `${error.message.replace(/\d+|0x[0-9a-f]+|"[^"]*"/g, '#').slice(0, 60)} ${place}`;
}

/** Writes the files of a failure; returns their paths. */
export function keep({ seed, target, files }: Failure, folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return [...files].map(([name, bytes]) => {
    const path = join(folder, `${target}-${seed}-${name}`);
    writeFileSync(path, bytes);
    return path;
  });
}
