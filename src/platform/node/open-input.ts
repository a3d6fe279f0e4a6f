/** Files, pipes and standard input, opened by name. */
import fs from 'node:fs';
import type { InputFile, InputStream, PendingDigest } from '../contract.js';
import { systemError } from '../error-code.js';
import { startDigest } from './digest.js';

/** Read at once from a pipe or a device. */
const STREAM_BYTES = 1 << 20;

export async function openInput(name: string): Promise<InputFile | InputStream> {
  if (name === '-') return { kind: 'stream', chunks: process.stdin };
  // Asked by name first: Windows cannot open a directory to find out that it is one.
  const stats = await fs.promises.stat(name);
  if (stats.isDirectory()) throw systemError('EISDIR', 'it is a directory');
  const fd = await openDescriptor(name);
  if (stats.isFile()) return new DescriptorFile(fd, stats.size);
  return { kind: 'stream', chunks: fs.createReadStream(name, { fd, highWaterMark: STREAM_BYTES }) };
}

export async function readSmallFile(name: string, maxBytes: number): Promise<Uint8Array> {
  const stats = await fs.promises.stat(name);
  if (stats.isDirectory()) throw systemError('EISDIR', 'it is a directory');
  // A pipe ends; a device such as /dev/zero need not.
  if (stats.isCharacterDevice() || stats.isBlockDevice()) {
    throw systemError('ENOTSUP', 'it is no regular file');
  }
  if (stats.size > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of fs.createReadStream(name) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): Error {
  return systemError('EFBIG', 'it is too large');
}

function openDescriptor(name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.open(name, 'r', (error, fd) => (error ? reject(error) : resolve(fd)));
  });
}

/** By callbacks: a FileHandle would make two objects more a read. */
class DescriptorFile implements InputFile {
  readonly kind = 'file';
  readonly size: number;
  readonly #fd: number;

  constructor(fd: number, size: number) {
    this.#fd = fd;
    this.size = size;
  }

  read(into: Uint8Array, at: number, len: number, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      fs.read(this.#fd, into, at, len, position, (error, got) => (error ? reject(error) : resolve(got)));
    });
  }

  startDigest(): PendingDigest {
    return startDigest(this.#fd, this.size);
  }

  close(): Promise<void> {
    return new Promise((resolve) => fs.close(this.#fd, () => resolve()));
  }
}
