/** The platform contract on Node. */
import { createCipheriv, createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import zlib from 'node:zlib';
import type { Digest, Platform } from '../contract.js';
import { readAsset } from './assets.js';
import { ZlibCompressor } from './compress.js';
import { createOutput } from './create-output.js';
import { ZlibInflater, ZlibZstdDecoder } from './inflate.js';
import { openInput, readSmallFile } from './open-input.js';
import { openSpool } from './spool.js';

export const nodePlatform: Platform = {
  openInput,
  readFile: readSmallFile,
  fileSize: (name) => statSync(name, { throwIfNoEntry: false })?.size ?? 0,
  readAsset,
  sha256,
  aes128,
  crc32: (bytes, before) => zlib.crc32(bytes, before),
  inflater: () => new ZlibInflater(),
  gzip: () => new ZlibCompressor(),
  zstdDecoder: () => ZlibZstdDecoder.create(),
  createOutput,
  openSpool,
  environment: () => ({
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    system: process.platform,
    runtime: process.version,
  }),
};

function sha256(): Digest {
  const hash = createHash('sha256');
  return { update: (bytes) => void hash.update(bytes), end: (encoding) => hash.digest(encoding) };
}

function aes128(key: Uint8Array): (blocks: Uint8Array) => Uint8Array {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return (blocks) => cipher.update(blocks);
}
