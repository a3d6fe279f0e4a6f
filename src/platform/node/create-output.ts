/**
 * Writes a file whole or not at all: a temporary file in the same folder, flushed to the disk, then renamed over the
 * target. A reader of the path sees the old file or the new one, never a part.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { mkdir, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OutputFile, OutputOptions } from '../contract.js';
import { errorCode, systemError } from '../error-code.js';

/** Tries to rename over a file that a virus scanner or a viewer holds open on Windows for a moment. */
const RENAME_TRIES = 10;
/** Milliseconds before the second try; each further pause is longer by as much. */
const RENAME_PAUSE_MS = 20;
/** UTF-8 bytes that one UTF-16 unit may need. */
const MAX_BYTES_PER_UNIT = 3;
/** Room for text at the beginning. */
const TEXT_BYTES = 128 * 1024;
/** Bytes written between two flushes to the disk. */
const FLUSH_STEP_BYTES = 32 * 1024 * 1024;
/** Links that are followed, as Linux does. */
const MAX_LINKS = 40;
const ENCODER = new TextEncoder();
const HELD_OPEN = new Set(['EPERM', 'EBUSY', 'EACCES']);

export async function createOutput(path: string, options: OutputOptions = {}): Promise<OutputFile> {
  const to = await target(path);
  if (to.before !== null && !to.before.isFile()) {
    if (options.regular === true || (options.noPipe === true && to.before.isFIFO()))
      throw systemError('ENOTSUP', 'it is no regular file; give a file name');
    return new HandleOutput(await open(to.path, constants.O_WRONLY));
  }
  const folder = dirname(to.path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.portwitness-${randomBytes(6).toString('hex')}.tmp`);
  // Nobody may read on the way what may not be read at its end.
  const handle = await open(temporary, 'wx', to.before === null ? options.mode : 0o600);
  try {
    if (to.before !== null) await keepRights(handle, to.before, to.path);
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
  return new HandleOutput(handle, { temporary, path: to.path });
}

/** Paths whose owner could not be kept and was told. */
const toldOwners = new Set<string>();

/** The new file has the mode of the one that it replaces, and its owner where that is permitted. */
async function keepRights(handle: FileHandle, before: Stats, path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const now = await handle.stat();
  if (now.uid !== before.uid || now.gid !== before.gid) {
    try {
      await handle.chown(before.uid, before.gid);
    } catch {
      // The group alone may be permitted.
      await handle.chown(now.uid, before.gid).catch(() => undefined);
      if (!toldOwners.has(path)) {
        toldOwners.add(path);
        process.stderr.write(
          `portwitness: the owner of ${path} cannot be kept: the file written anew belongs to this user.\n`,
        );
      }
    }
  }
  await handle.chmod(before.mode & 0o777);
}

/** What stands at the path now: nothing (null) or a file to replace, or a device or pipe to write into. */
async function target(path: string): Promise<{ path: string; before: Stats | null }> {
  try {
    const before = await stat(path);
    if (before.isDirectory()) throw systemError('EISDIR', 'it is a directory');
    // A symbolic link stays one: the file behind it is replaced.
    return { path: before.isFile() ? await realpath(path) : path, before };
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return { path: await behindLinks(path), before: null };
  }
}

/** Where a link leads whose file is not there yet; the path itself when it is no link. */
async function behindLinks(path: string): Promise<string> {
  let at = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const to = await readlink(at).catch(() => null);
    if (to === null) return at;
    at = resolve(dirname(at), to);
  }
  throw systemError('ELOOP', 'it is a link that leads in a circle');
}

class HandleOutput implements OutputFile {
  readonly #handle: FileHandle;
  /** Where the file lies until it is whole, and where it goes; null for a device, which cannot be flushed either. */
  readonly #move: { readonly temporary: string; readonly path: string } | null;
  readonly #flush: EarlyFlush | null;
  /** One buffer for all chunks of text: a new one for each would wait for the collector by the dozen. */
  #encoded = Buffer.alloc(0);
  #open = true;

  constructor(handle: FileHandle, move: { temporary: string; path: string } | null = null) {
    this.#handle = handle;
    this.#move = move;
    this.#flush = move === null ? null : new EarlyFlush(handle);
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    const bytes = typeof chunk === 'string' ? this.#encode(chunk) : chunk;
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done);
      if (bytesWritten === 0) throw systemError('EIO', 'the system takes no more of it');
      done += bytesWritten;
    }
    this.#flush?.wrote(bytes.length);
  }

  async commit(): Promise<void> {
    if (this.#move === null) return this.#close();
    await this.#flush?.end();
    await this.#handle.sync();
    await this.#close();
    await renameOver(this.#move.temporary, this.#move.path);
  }

  async discard(): Promise<void> {
    await this.#flush?.end().catch(() => undefined);
    await this.#close().catch(() => undefined);
    if (this.#move !== null) await rm(this.#move.temporary, { force: true }).catch(() => undefined);
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#handle.close();
  }

  #encode(text: string): Uint8Array {
    const most = text.length * MAX_BYTES_PER_UNIT;
    if (most > this.#encoded.length) this.#encoded = Buffer.alloc(Math.max(most, TEXT_BYTES));
    const { read, written } = ENCODER.encodeInto(text, this.#encoded);
    // What does not fit would be cut without a word.
    if (read !== text.length) throw systemError('EIO', 'its text could not be encoded whole');
    return this.#encoded.subarray(0, written);
  }
}

/** Flushes a long file to the disk while it is being written, so that little is left to wait for at its end. */
class EarlyFlush {
  readonly #handle: FileHandle;
  #unflushed = 0;
  #running: Promise<void> | null = null;
  /** The system tells an error of the disk only once. */
  #error: Error | null = null;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** So many bytes more were written. */
  wrote(bytes: number): void {
    this.#unflushed += bytes;
    if (this.#unflushed < FLUSH_STEP_BYTES || this.#running !== null) return;
    this.#unflushed = 0;
    this.#running = this.#handle
      .datasync()
      .catch((error: unknown) => {
        this.#error = error instanceof Error ? error : new Error(String(error));
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

async function renameOver(from: string, to: string): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (tried >= RENAME_TRIES || !HELD_OPEN.has(errorCode(error))) throw error;
      await sleep(RENAME_PAUSE_MS * tried);
    }
  }
}
