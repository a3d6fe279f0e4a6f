/** A temporary file without a name: it is removed from its folder as soon as it is open, where the system allows it. */
import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Spool } from '../contract.js';

const OWNER_ONLY = 0o600;

export async function openSpool(): Promise<Spool> {
  const path = join(tmpdir(), `portwitness-${randomBytes(8).toString('hex')}.tmp`);
  const handle = await open(path, 'wx+', OWNER_ONLY);
  // Windows may keep an open file: it is removed again by `close`.
  await rm(path, { force: true }).catch(() => undefined);
  return new FileSpool(handle, path);
}

class FileSpool implements Spool {
  size = 0;
  readonly #handle: FileHandle;
  readonly #path: string;

  constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.size);
      done += bytesWritten;
      this.size += bytesWritten;
    }
  }

  async read(into: Uint8Array, at: number, len: number, position: number): Promise<number> {
    return (await this.#handle.read(into, at, len, position)).bytesRead;
  }

  async close(): Promise<void> {
    await this.#handle.close();
    await rm(this.#path, { force: true }).catch(() => undefined);
  }
}
