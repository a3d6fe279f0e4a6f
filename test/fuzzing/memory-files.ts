/** Inputs in memory under names of their own, as files or as pipes of small pieces, beside the real ones of Node. */
import { Readable } from 'node:stream';
import type { InputFile, InputStream, Platform } from '../../src/platform/contract.js';
import { systemError } from '../../src/platform/error-code.js';
import { nodePlatform } from '../../src/platform/node/node.js';
import { installPlatform } from '../../src/platform/platform.js';

/** Names that begin so are in memory; 'mem:pipe:' ones give pieces. */
const PREFIX = 'mem:';
const PIPE = 'mem:pipe:';

export class MemoryFiles {
  readonly #files = new Map<string, Uint8Array>();
  /** Bytes of a piece of a pipe. */
  piece = 65_536;

  /** They serve this process from now on. */
  install(): void {
    const platform: Platform = {
      ...nodePlatform,
      readFile: (name, maxBytes) => this.#readFile(name, maxBytes),
      fileSize: (name) => this.#files.get(name)?.length ?? nodePlatform.fileSize(name),
      openInput: (name) => this.#open(name),
    };
    installPlatform(platform);
  }

  /** Returns the name to open it by. */
  put(name: string, bytes: Uint8Array, asPipe = false): string {
    const full = `${asPipe ? PIPE : PREFIX}${name}`;
    this.#files.set(full, bytes);
    return full;
  }

  clear(): void {
    this.#files.clear();
  }

  #bytesOf(name: string): Uint8Array {
    const bytes = this.#files.get(name);
    if (bytes === undefined) throw systemError('ENOENT', `${name} is not in memory`);
    return bytes;
  }

  async #readFile(name: string, maxBytes: number): Promise<Uint8Array> {
    if (!name.startsWith(PREFIX)) return nodePlatform.readFile(name, maxBytes);
    const bytes = this.#bytesOf(name);
    if (bytes.length > maxBytes) throw systemError('EFBIG', `${name} is too long`);
    return Promise.resolve(bytes);
  }

  async #open(name: string): Promise<InputFile | InputStream> {
    if (!name.startsWith(PREFIX)) return nodePlatform.openInput(name);
    const bytes = this.#bytesOf(name);
    if (name.startsWith(PIPE)) return Promise.resolve({ kind: 'stream', chunks: pieces(bytes, this.piece) });
    const digest = nodePlatform.sha256();
    digest.update(bytes);
    const sha256 = digest.end('hex');
    return {
      kind: 'file',
      size: bytes.length,
      read: (into, at, len, position) => {
        const part = bytes.subarray(position, position + len);
        into.set(part, at);
        return Promise.resolve(part.length);
      },
      startDigest: () => ({ wait: () => Promise.resolve(sha256) }),
      close: () => Promise.resolve(),
    };
  }
}

function pieces(bytes: Uint8Array, len: number): Readable {
  function* parts(): Generator<Uint8Array> {
    // A copy, since the chunks belong to who reads them.
    for (let at = 0; at < bytes.length; at += len) yield bytes.slice(at, at + len);
  }
  return Readable.from(parts(), { objectMode: true });
}
