/** Bytes in gzip or zstd: one member or many, with every optional field, cut or broken. */
import zlib from 'node:zlib';
import type { Choice } from '../choice.js';
import { put } from '../choice.js';

/** Compresses in so many members; their bytes are those of `bytes`. */
export function gzipped(bytes: Uint8Array, members: number): Uint8Array {
  const step = Math.max(1, Math.ceil(bytes.length / members));
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length || out.length === 0; at += step) {
    out.push(zlib.gzipSync(bytes.subarray(at, at + step), { level: 1 }));
  }
  return Buffer.concat(out);
}

/** A gzip header with what may stand in it (RFC 1952 §2.3). */
function richMember(bytes: Uint8Array, choice: Choice): Uint8Array {
  const plain = zlib.gzipSync(bytes, { level: 1 });
  const flags = choice.below(32);
  const more: Uint8Array[] = [];
  if ((flags & 4) !== 0) {
    const extra = choice.bytes(choice.below(50));
    more.push(Buffer.from([extra.length, choice.oneIn(8) ? 255 : 0]), extra);
  }
  if ((flags & 8) !== 0) more.push(Buffer.from('a name\0'));
  if ((flags & 16) !== 0) more.push(Buffer.from('a comment\0'));
  const head = Buffer.concat([plain.subarray(0, 3), Buffer.from([flags]), plain.subarray(4, 10), ...more]);
  const crc = zlib.crc32(head) & 0xffff;
  const check = (flags & 2) === 0 ? [] : [crc & 255, crc >> 8];
  return Buffer.concat([head, Buffer.from(check), plain.subarray(10)]);
}

/** A zstd frame (RFC 8878 §3.1.1) of raw blocks: what a decoder must take, without a compressor. */
export function zstdFrame(bytes: Uint8Array, blockBytes = 1 << 16): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58])];
  for (let at = 0; at < bytes.length || at === 0; at += blockBytes) {
    const piece = bytes.subarray(at, at + blockBytes);
    const head = (piece.length << 3) | (at + blockBytes >= bytes.length ? 1 : 0);
    parts.push(Buffer.from([head & 255, (head >> 8) & 255, head >> 16]), piece);
  }
  return Buffer.concat(parts);
}

function zstd(bytes: Uint8Array, choice: Choice): Uint8Array {
  const frames: Uint8Array[] = [];
  const step = Math.max(1, Math.ceil(bytes.length / choice.few(5)));
  for (let at = 0; at < bytes.length; at += step) {
    if (choice.oneIn(5)) frames.push(Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]));
    if (choice.oneIn(5)) frames.push(zstdFrame(new Uint8Array(0)));
    const small = choice.oneIn(4) ? choice.between(1, 300) : 1 << 16;
    frames.push(zstdFrame(bytes.subarray(at, at + step), Math.max(small, step >> 8)));
  }
  return Buffer.concat(frames);
}

/** Puts bytes into an envelope that is whole. */
function wrap(bytes: Uint8Array, choice: Choice): Uint8Array {
  switch (choice.below(4)) {
    case 0:
      return gzipped(bytes, choice.oneIn(4) ? choice.between(20, 300) : choice.few(4));
    case 1:
      return richMember(bytes, choice);
    case 2:
      return Buffer.concat([gzipped(new Uint8Array(0), 1), richMember(bytes, choice)]);
    default:
      return zstd(bytes, choice);
  }
}

/** Compresses bytes, and breaks the envelope as often as not. */
export function enveloped(bytes: Uint8Array, choice: Choice): Uint8Array {
  const out = wrap(bytes, choice);
  if (choice.oneIn(2)) return out;
  const broken = Uint8Array.from(out);
  const reach = choice.oneIn(2) ? 40 : broken.length;
  for (let n = choice.few(4); n > 0; n--) put(broken, choice.below(reach), 1, choice.edge(8));
  return choice.oneIn(4) ? broken.slice(0, choice.below(broken.length)) : broken;
}
