/** Writes an output file whole or not at all: a reader of the path sees the old file or the new one, never a part. */
import { errorCode } from '../../platform/error-code.js';
import type { OutputOptions } from '../../platform/contract.js';
import { platform } from '../../platform/platform.js';
import { ChunkedSink } from './sink.js';
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
  ENOTSUP: 'it is no regular file; give a file name',
  ENXIO: 'it is a pipe that nobody reads; give a file name',
  ELOOP: 'it is a link that leads in a circle; give another file name',
  EINVAL: 'the name is not allowed on this system; choose another',
};

/** What the system's refusal to write `path` means for the user. */
export function outputError(path: string, error: unknown): OutputError {
  if (error instanceof OutputError) return error;
  const code = errorCode(error);
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

/** A file that is written and not yet shown. */
export interface WrittenFile {
  /** @throws OutputError when the system refuses; then nothing remains */
  commit(): Promise<void>;
  /** Nothing of it remains. Never rejects. */
  discard(): Promise<void>;
}

/**
 * Writes what will be `path`, which shows the old file, or none, until it is committed; creates its folder when missing.
 * On any error nothing half-written remains. A device or pipe is written directly.
 * @throws OutputError when the system refuses; errors of `write` itself pass through.
 */
export async function prepareWhole(
  path: string,
  write: (sink: Sink) => Promise<void>,
  options: OutputOptions = {},
): Promise<WrittenFile> {
  const output = await io(path, platform.createOutput(path, options));
  const sink = new ChunkedSink((chunk) => io(path, output.write(chunk)));
  const whole = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      await output.discard();
      throw error;
    }
  };
  await whole(async () => {
    await write(sink);
    await sink.end();
  });
  return { commit: () => whole(() => io(path, output.commit())), discard: () => output.discard() };
}

/** A file that is written again and again while others wait: it may have become a pipe in the meantime. */
export const REWRITTEN: OutputOptions = { noPipe: true };
/** Nobody but the user may read it. */
export const PRIVATE: OutputOptions = { mode: 0o600 };

/** The same, shown at once. */
export async function writeWhole(
  path: string,
  write: (sink: Sink) => Promise<void>,
  options: OutputOptions = {},
): Promise<void> {
  const written = await prepareWhole(path, write, options);
  await written.commit();
}

/** The same for bytes that are there already. @throws OutputError when the system refuses */
export function writeBytesWhole(path: string, bytes: Uint8Array): Promise<void> {
  return writeWhole(path, (sink) => Promise.resolve(sink.writeBytes(bytes)));
}
