/**
 * Writes an output file whole or not at all: a temporary file in the same folder, flushed to the disk, then
 * renamed over the target. A reader of the path sees the old file or the new one, never a part.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHUNK_UNITS, ChunkedSink } from './sink.js';
import type { Sink } from './sink.js';

/** An output that cannot be written: the message names the path and what to do. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  readonly path: string;
  /** The system's error code, e.g. 'ENOSPC'; '' when there is none. */
  readonly code: string;

  constructor(path: string, code: string, advice: string, cause?: unknown) {
    super(`cannot write ${path}: ${advice}`, { cause });
    this.path = path;
    this.code = code;
  }
}

/** Tries to rename over a file that a virus scanner or a viewer holds open on Windows for a moment. */
const RENAME_TRIES = 10;
/** Milliseconds before the second try; each further pause is longer by as much. */
const RENAME_PAUSE_MS = 20;
/** UTF-8 bytes that one UTF-16 unit may need. */
const MAX_BYTES_PER_UNIT = 3;
/** Bytes written between two flushes to the disk. */
const FLUSH_STEP_BYTES = 32 * 1024 * 1024;
const HELD_OPEN = new Set(['EPERM', 'EBUSY', 'EACCES']);

const ADVICE: Readonly<Record<string, string>> = {
  EISDIR: 'it is a directory; give a file name',
  ENOTDIR: 'a part of its path is a file and not a directory; choose another path',
  EEXIST: 'a part of its path is a file and not a directory; choose another path',
  EACCES: 'permission denied; choose a folder that you may write to, or close the program that has it open',
  EPERM: 'permission denied; choose a folder that you may write to, or close the program that has it open',
  EBUSY: 'another program has it open; close it and run again',
  EROFS: 'the file system is read-only; choose another folder',
  ENOSPC: 'no space left on the disk; free some or choose another disk',
  EDQUOT: 'the disk quota is used up; free some space or choose another disk',
  ENAMETOOLONG: 'the name is too long; choose a shorter one',
  ENOENT: 'its folder does not exist and cannot be created; check the drive or share name',
  EINVAL: 'the name is not allowed on this system; choose another',
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What the system's refusal to write `path` means for the user. */
export function outputError(path: string, error: unknown): OutputError {
  if (error instanceof OutputError) return error;
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  return new OutputError(path, code, ADVICE[code] ?? text, error);
}

async function io<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw outputError(path, error);
  }
}

/** What stands at the path now: nothing or a file to replace, or a device or pipe to write into. */
async function target(path: string): Promise<{ path: string; replace: boolean }> {
  let found;
  try {
    found = await stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { path, replace: true };
    throw outputError(path, error);
  }
  if (found.isDirectory()) throw new OutputError(path, 'EISDIR', ADVICE['EISDIR'] ?? '');
  // A symbolic link stays one: the file behind it is replaced.
  return found.isFile() ? { path: await io(path, realpath(path)), replace: true } : { path, replace: false };
}

/** Flushes a long file to the disk while it is being written, so that little is left to wait for at its end. */
class EarlyFlush {
  readonly #handle: FileHandle;
  readonly #path: string;
  #unflushed = 0;
  #running: Promise<void> | null = null;
  /** The system tells an error of the disk only once. */
  #error: OutputError | null = null;

  constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  /** So many bytes more were written. */
  wrote(bytes: number): void {
    this.#unflushed += bytes;
    if (this.#unflushed < FLUSH_STEP_BYTES || this.#running !== null) return;
    this.#unflushed = 0;
    this.#running = this.#handle
      .datasync()
      .catch((error: unknown) => {
        this.#error = outputError(this.#path, error);
      })
      .finally(() => {
        this.#running = null;
      });
  }

  /** Waits for what was begun; the file may be closed then. */
  async end(): Promise<void> {
    await this.#running;
    if (this.#error !== null) throw this.#error;
  }
}

async function fill(
  handle: FileHandle,
  path: string,
  flush: EarlyFlush | null,
  write: (sink: Sink) => Promise<void>,
): Promise<void> {
  // One buffer for all chunks of text: a new one for each would wait for the collector by the dozen.
  let encoded = Buffer.alloc(CHUNK_UNITS * 2);
  const sink = new ChunkedSink(async (chunk) => {
    let bytes = chunk;
    if (typeof bytes === 'string') {
      if (bytes.length * MAX_BYTES_PER_UNIT > encoded.length)
        encoded = Buffer.alloc(bytes.length * MAX_BYTES_PER_UNIT);
      bytes = encoded.subarray(0, encoded.write(bytes));
    }
    for (let done = 0; done < bytes.length;) {
      done += (await io(path, handle.write(bytes, done, bytes.length - done))).bytesWritten;
    }
    flush?.wrote(bytes.length);
  });
  try {
    await write(sink);
    await sink.end();
  } finally {
    await flush?.end();
  }
}

async function renameOver(from: string, to: string): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (tried >= RENAME_TRIES || !HELD_OPEN.has(codeOf(error))) throw outputError(to, error);
      await sleep(RENAME_PAUSE_MS * tried);
    }
  }
}

/** What writes an open file; `path` is for its errors. A device cannot be flushed. */
type Fill = (handle: FileHandle, path: string, flush: EarlyFlush | null) => Promise<void>;

/**
 * Writes `path` by `write`; creates its folder when missing. On any error nothing half-written remains and an
 * existing file is untouched. A device or pipe is written directly.
 * @throws OutputError when the system refuses; errors of `write` itself pass through.
 */
export function writeWhole(path: string, write: (sink: Sink) => Promise<void>): Promise<void> {
  return replace(path, (handle, to, flush) => fill(handle, to, flush, write));
}

/** The same for bytes that are there already. @throws OutputError when the system refuses */
export function writeBytesWhole(path: string, bytes: Uint8Array): Promise<void> {
  return replace(path, (handle, to) => io(to, handle.writeFile(bytes)));
}

async function replace(path: string, write: Fill): Promise<void> {
  const to = await target(path);
  const folder = dirname(to.path);
  if (!to.replace) {
    const device = await io(path, open(to.path, constants.O_WRONLY));
    try {
      await write(device, path, null);
    } finally {
      await device.close();
    }
    return;
  }
  await io(path, mkdir(folder, { recursive: true }));
  const temporary = join(folder, `.portwitness-${randomBytes(6).toString('hex')}.tmp`);
  const handle = await io(path, open(temporary, 'wx'));
  try {
    try {
      await write(handle, path, new EarlyFlush(handle, path));
      await io(path, handle.sync());
    } finally {
      await handle.close();
    }
    await renameOver(temporary, to.path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
