/**
 * What the pipeline from a capture to its report needs of the system it runs on, and all that it may use of it beside
 * the language and what Node and browsers have in common: TextEncoder and TextDecoder, `crypto.getRandomValues`, atob, btoa,
 * AbortSignal, timers, Intl. There is one implementation for Node (node/) and one for a page in a browser (browser/); which
 * one serves is said once (platform.ts).
 *
 * A system that refuses is an Error whose `code` is the name of <errno.h> (POSIX.1-2017), such as 'ENOENT', whatever
 * the platform; '' or none where no such name fits.
 */

export interface Platform {
  /**
   * Opens an input by its name; '-' is standard input.
   * @throws Error with a code: ENOENT, EISDIR for a folder, EACCES, EBUSY, EMFILE, …
   */
  openInput(name: string): Promise<InputFile | InputStream>;

  /**
   * A small file, or what a pipe gives, whole.
   * @throws Error with a code; EISDIR for a folder, EFBIG when it is longer than `maxBytes`
   */
  readFile(name: string, maxBytes: number): Promise<Uint8Array>;

  /** Size in bytes, 0 when there is no such file. */
  fileSize(name: string): number;

  /** A file that comes with the program, by its path below src/, for example `report/html/style/look.css`. */
  readAsset(name: string): Uint8Array;

  /** SHA-256 (FIPS 180-4) of bytes that come one after another. */
  sha256(): Digest;

  /** AES-128 (FIPS 197) on single blocks, as in ECB without padding: of so many bytes, a multiple of 16, as many. */
  aes128(key: Uint8Array): (blocks: Uint8Array) => Uint8Array;

  /** CRC-32 as in gzip (RFC 1952 §8) of `bytes` behind those whose CRC is `before`; 0 at the beginning. */
  crc32(bytes: Uint8Array, before: number): number;

  /** A decoder of one deflate stream (RFC 1951): of a gzip file, of one of its members. */
  inflater(): Inflater;

  /** Compresses to one gzip member (RFC 1952). */
  gzip(): Compressor;

  /** A decoder of one zstd frame (RFC 8878 §3.1.1), null where the platform has none of its own. */
  zstdDecoder(): ZstdDecoder | null;

  /**
   * Begins to write a file whole; makes its folder when it is missing. The path shows the old file, or none, until
   * `commit`. What is no regular file (a device, a pipe) is written directly.
   * @throws Error with a code, as do the methods of what is returned
   */
  createOutput(path: string, options?: OutputOptions): Promise<OutputFile>;

  /** A temporary file for what does not fit into memory. */
  openSpool(): Promise<Spool>;

  environment(): Environment;
}

export interface Environment {
  /** IANA name. */
  readonly timeZone: string;
  /** As in Node's `process.platform`: 'linux', 'win32', 'darwin'; a page may not know: 'unknown'. */
  readonly system: string;
  /** What runs the program: the version of Node, 'v20.19.4', or a browser and its version, 'Firefox 140.0'. */
  readonly runtime: string;
}

/** Bytes that can be read anywhere. */
export interface RandomRead {
  /** Reads at most `len` bytes from `position` on to `into[at..]`; resolves to their number, 0 at the end. */
  read(into: Uint8Array, at: number, len: number, position: number): Promise<number>;
}

/** An open regular file. */
export interface InputFile extends RandomRead {
  readonly kind: 'file';
  /** When it was opened. */
  readonly size: number;
  /** Starts to hash the whole file beside the reading. */
  startDigest(): PendingDigest;
  /** No read may be under way, and no digest that somebody waits for. */
  close(): Promise<void>;
}

/** A digest that is being taken; its file stays open until `wait` has resolved. */
export interface PendingDigest {
  /** SHA-256 in hex, '' when the file could not be read or is hashed elsewhere. Never rejects. */
  wait(): Promise<string>;
}

/** Bytes that pass once: standard input, a pipe, a device. */
export interface InputStream {
  readonly kind: 'stream';
  readonly chunks: ByteStream;
}

/** A stream of chunks, such as Node's Readable or a web ReadableStream; the chunks belong to who reads them. */
export interface ByteStream extends AsyncIterable<string | Uint8Array> {
  /** Ends it, also while a chunk is awaited. */
  destroy?(): unknown;
}

export interface Digest {
  update(bytes: Uint8Array): void;
  /** Once, after all bytes. */
  end(encoding: 'hex' | 'base64'): string;
}

/** Pieces in, chunks out: after each `push`, `next` until it gives no chunk. */
export interface Inflater {
  /** Bytes of the pieces that belong to the stream: fewer than were pushed when it has ended inside a piece. */
  readonly consumed: number;
  /** The piece stays as it is until `next` has said 'idle'. */
  push(piece: Uint8Array): void;
  /** A chunk, valid until the next call; 'idle': the pieces are used up or the stream has ended. */
  next(): Promise<Uint8Array | 'idle' | 'corrupt'>;
  close(): void;
}

/** Pieces in, chunks out; await each call before the next. */
export interface Compressor {
  /** The piece belongs to the caller again when this has resolved to what is ready so far. */
  push(piece: Uint8Array): Promise<readonly Uint8Array[]>;
  /** Once, after all pieces: the rest. */
  end(): Promise<readonly Uint8Array[]>;
}

export interface ZstdDecoder {
  /**
   * Takes the header, then block after block, and gives what they hold.
   * @throws Error when the data is corrupt
   */
  push(piece: Uint8Array, last: boolean): Promise<readonly Uint8Array[]>;
  close(): void;
}

export interface OutputOptions {
  /** Mode of a new file (POSIX); the system's default when absent. One that is replaced keeps its own. */
  readonly mode?: number;
  /** What is no regular file is refused (ENOTSUP); a pipe alone, which would be waited for without a reader. */
  readonly regular?: boolean;
  readonly noPipe?: boolean;
}

export interface OutputFile {
  /** The bytes belong to the caller again when this has resolved. Await each call before the next. */
  write(chunk: string | Uint8Array): Promise<void>;
  /** Brings the file to the disk and to its path. */
  commit(): Promise<void>;
  /** Instead of `commit`, or after one that failed: nothing of it remains. Never rejects. */
  discard(): Promise<void>;
}

/** Gone when it is closed, and with the process. */
export interface Spool extends RandomRead {
  /** Bytes appended so far. */
  readonly size: number;
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}
