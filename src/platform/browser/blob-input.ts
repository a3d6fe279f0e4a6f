/** Files that the user has handed to the page, read in slices, so that none needs to fit into memory. */
import type { InputFile, PendingDigest } from '../contract.js';
import { systemError } from '../error-code.js';

/** Files by the names under which the pipeline asks for them. */
export type FilesByName = ReadonlyMap<string, Blob>;

/** @throws Error with the code ENOENT */
export function fileNamed(files: FilesByName, name: string): Blob {
  const file = files.get(name);
  if (file === undefined) throw systemError('ENOENT', 'no file of this name was given');
  return file;
}

/** @throws Error with a code: ENOENT, EFBIG, EIO */
export async function readSmallFile(files: FilesByName, name: string, maxBytes: number): Promise<Uint8Array> {
  const file = fileNamed(files, name);
  if (file.size > maxBytes) throw systemError('EFBIG', 'it is too large');
  return readSlice(file, 0, file.size);
}

/** A slice costs a message to another process: what is read on and on comes in larger ones than are asked for. */
const SLICE_BYTES = 4 << 20;
/** Who asks for less holds many files open, or reads here and there. */
const MIN_READ_ON_BYTES = 256 << 10;

export class BlobFile implements InputFile {
  readonly kind = 'file';
  readonly size: number;
  readonly #file: Blob;
  /** The part that was read last, and its place. */
  #slice: Uint8Array = new Uint8Array(0);
  #sliceAt = 0;

  constructor(file: Blob) {
    this.#file = file;
    this.size = file.size;
  }

  async read(into: Uint8Array, at: number, len: number, position: number): Promise<number> {
    const isNext = position > 0 && position === this.#end;
    if (isNext && len >= MIN_READ_ON_BYTES) await this.#readOn(position, SLICE_BYTES);
    else if (position < this.#sliceAt || position >= this.#end) await this.#readOn(position, len);
    const from = position - this.#sliceAt;
    const bytes = this.#slice.subarray(from, from + len);
    into.set(bytes, at);
    return bytes.length;
  }

  get #end(): number {
    return this.#sliceAt + this.#slice.length;
  }

  async #readOn(position: number, len: number): Promise<void> {
    this.#slice = await readSlice(this.#file, position, position + len);
    this.#sliceAt = position;
  }

  /** The page takes digests beside the analysis, in a worker of their own, and fills them in. */
  startDigest(): PendingDigest {
    return { wait: () => Promise.resolve('') };
  }

  close(): Promise<void> {
    this.#slice = new Uint8Array(0);
    return Promise.resolve();
  }
}

async function readSlice(file: Blob, from: number, to: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(from, to).arrayBuffer());
  } catch (error) {
    // NotFoundError, NotReadableError: File API §6.5. What the browser says of them names no cause.
    const name = error instanceof Error ? error.name : '';
    if (!/^Not(Found|Readable)Error$/.test(name)) throw error;
    throw systemError(
      'EIO',
      'the browser can no longer read it: it was changed, moved or locked since it was chosen; choose it again',
    );
  }
}
