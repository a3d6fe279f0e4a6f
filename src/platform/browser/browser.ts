/**
 * The platform contract in a page: files that the user has handed over, assets that came with the page, outputs that
 * the page saves. Nothing is requested from anywhere. zstd is decoded by the pipeline's own decoder.
 */
import type { Environment, Platform } from '../contract.js';
import { systemError } from '../error-code.js';
import { aes128 } from './aes.js';
import { BlobFile, fileNamed, readSmallFile } from './blob-input.js';
import type { FilesByName } from './blob-input.js';
import { PakoCompressor } from './compress.js';
import { crc32 } from './crc32.js';
import { startSha256 } from './digest.js';
import { PakoInflater } from './inflate.js';
import { MemorySpool } from './memory-spool.js';
import { BlobOutput } from './output.js';

export interface PageParts {
  /** What the user has handed over. */
  readonly files: FilesByName;
  /** Texts by their path below src/. */
  readonly assets: Readonly<Record<string, string>>;
  readonly environment: Environment;
  /** Called for each output that was written whole. */
  readonly onOutput: (name: string, file: Blob) => void;
}

export function browserPlatform({ files, assets, environment, onOutput }: PageParts): Platform {
  return {
    openInput: (name) => promised(() => new BlobFile(fileNamed(files, name))),
    readFile: (name, maxBytes) => readSmallFile(files, name, maxBytes),
    fileSize: (name) => files.get(name)?.size ?? 0,
    readAsset: (name) => {
      const text = assets[name];
      if (text === undefined) throw systemError('ENOENT', `${name} did not come with this page`);
      return new TextEncoder().encode(text);
    },
    sha256: startSha256,
    aes128,
    crc32,
    inflater: () => new PakoInflater(),
    gzip: () => new PakoCompressor(),
    zstdDecoder: () => null,
    createOutput: (path) => Promise.resolve(new BlobOutput((file) => onOutput(path, file))),
    openSpool: () => Promise.resolve(new MemorySpool()),
    environment: () => environment,
  };
}

/** What `make` throws is a rejection. */
function promised<T>(make: () => T): Promise<T> {
  return new Promise((resolve) => resolve(make()));
}
