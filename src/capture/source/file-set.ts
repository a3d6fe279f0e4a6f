/**
 * The files of a capture that goes on: one that grows, or a set whose next file appears when one is full. In a
 * ring (`dumpcap -b files:N`, `tcpdump -W N`) old files vanish or are written anew.
 */
import fs from 'node:fs';
import path from 'node:path';
import { CaptureError } from '../frames/frame.js';
import { errorText } from '../bytes/byte-source.js';
import { patternMatcher } from '../file-pattern.js';
import { directoryMessage } from '../open.js';

export interface SetFile {
  readonly path: string;
  /** What the file is, whatever it is called. */
  readonly identity: bigint;
  /** Bytes. */
  readonly size: number;
  /** Nanoseconds since 1970 of the last change. */
  readonly changed: bigint;
}

/**
 * Files of a set that are looked at, those with the latest names.
 * @reached others are passed over; how many of them were not read is told
 */
export const MAX_SET_FILES = 4096;
/** "name_00012_20260131120000.pcapng", as dumpcap and tshark number the files of `-b`. */
const RING_NAME = /^(.*)_(\d{5,})_(\d{14})(\.[^_]*)?$/;

const byNumber = new Intl.Collator('en', { numeric: true });

interface Source {
  readonly folder: string;
  readonly matches: (name: string) => boolean;
}

export class FileSet {
  readonly #sources: readonly Source[];
  /** Files that were read, as they were then. */
  readonly #done = new Map<string, SetFile>();
  #passedOver = 0;

  private constructor(sources: readonly Source[]) {
    this.#sources = sources;
  }

  /**
   * A set of paths and patterns (`*` and `?` in the last part). A path that is named as the file of a ring stands
   * for itself and those after it.
   * @throws CaptureError for a path that is not there, and for a folder that cannot be listed.
   */
  static async of(inputs: readonly string[]): Promise<FileSet> {
    const sources: Source[] = [];
    for (const input of inputs) sources.push(await sourceOf(input));
    return new FileSet(sources);
  }

  /** The file to read next: the one of those not read that was changed first; null = there is none yet. */
  async next(): Promise<SetFile | null> {
    const found = new Map<string, SetFile>();
    for (const { folder, matches } of this.#sources) {
      const names = (await namesIn(folder)).filter(matches).sort(byNumber.compare);
      const earlier = names.length - MAX_SET_FILES;
      for (const [i, name] of names.entries()) {
        const key = path.resolve(folder + name);
        const done = this.#done.get(key);
        const file = i < earlier && done !== undefined ? done : await look(folder + name);
        if (file === null) continue;
        found.set(key, file);
        if (i < earlier && done === undefined) this.#passOver(key, file);
      }
    }
    for (const key of this.#done.keys()) if (!found.has(key)) this.#done.delete(key);
    const waiting = [...found].filter(([key, file]) => this.#isNew(key, file)).map(([, file]) => file);
    waiting.sort((a, b) =>
      a.changed === b.changed ? byNumber.compare(a.path, b.path) : a.changed < b.changed ? -1 : 1,
    );
    return waiting[0] ?? null;
  }

  /** Remembers a file as read (or being read), so that it is not the next one. */
  taken(file: SetFile): void {
    this.#done.set(path.resolve(file.path), file);
  }

  /** Files passed over unread since this was asked last. */
  takePassedOver(): number {
    const passed = this.#passedOver;
    this.#passedOver = 0;
    return passed;
  }

  #passOver(key: string, file: SetFile): void {
    this.#done.set(key, file);
    this.#passedOver++;
  }

  #isNew(key: string, file: SetFile): boolean {
    const before = this.#done.get(key);
    return before === undefined || before.identity !== file.identity || file.size < before.size;
  }
}

/** What is there under a path now; null = nothing, or no file. */
export async function look(file: string): Promise<SetFile | null> {
  try {
    const stats = await fs.promises.stat(file, { bigint: true });
    if (!stats.isFile()) return null;
    return { path: file, identity: stats.ino, size: Number(stats.size), changed: stats.mtimeNs };
  } catch {
    return null;
  }
}

/** Files of a ring between two of its names, which vanished before they were read; 0 when they follow. */
export function missingBetween(before: string, after: string): number {
  const [a, b] = [RING_NAME.exec(path.basename(before)), RING_NAME.exec(path.basename(after))];
  if (a === null || b === null || a[1] !== b[1]) return 0;
  return Math.max(0, Number(b[2]) - Number(a[2]) - 1);
}

async function sourceOf(input: string): Promise<Source> {
  const base = path.basename(input);
  const folder = input.slice(0, input.length - base.length);
  const stats = await fs.promises.stat(input).catch(() => null);
  if (stats?.isDirectory() === true) throw new CaptureError(input, 0, directoryMessage(input));
  if (stats !== null) {
    const ring = RING_NAME.exec(base);
    if (ring === null) return { folder, matches: (name) => name === base };
    const [, prefix = '', , , ending = ''] = ring;
    return {
      folder,
      matches: (name) => {
        const other = RING_NAME.exec(name);
        return (
          other !== null &&
          other[1] === prefix &&
          (other[4] ?? '') === ending &&
          byNumber.compare(name, base) >= 0
        );
      },
    };
  }
  if (!/[*?]/.test(base)) {
    const text = `${input}: there is no such file; check the path, or give a pattern such as "${folder}*.pcapng" for files that are still to come`;
    throw new CaptureError(input, 0, text);
  }
  if (/[*?]/.test(folder)) {
    throw new CaptureError(input, 0, `${input}: * and ? are understood in the last part of a path only`);
  }
  try {
    await fs.promises.readdir(folder === '' ? '.' : folder);
  } catch (error) {
    throw new CaptureError(input, 0, `${input}: its folder cannot be listed (${errorText(error)})`);
  }
  return { folder, matches: patternMatcher(base, process.platform === 'win32') };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await fs.promises.readdir(folder === '' ? '.' : folder);
  } catch {
    return [];
  }
}
