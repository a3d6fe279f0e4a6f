/**
 * gzip, RFC 1952 §2.2: members one after another, until the end or zero padding.
 *
 *   1f 8b | CM 8 | FLG | MTIME 4 | XFL | OS | [XLEN 2, extra] | [name 0] | [comment 0] | [CRC16] | deflate ...
 *   ... | CRC32 4 | ISIZE 4
 */
import { platform } from '../../platform/platform.js';
import type { Decoding, SourceFailure } from '../bytes/byte-source.js';
import type { ByteWindow } from '../bytes/byte-window.js';
import { inflate } from './inflate.js';
import { MAX_GZIP_HEADER_BYTES } from '../bytes/limits.js';
import { SmallParts } from './small-parts.js';

const FIXED_HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const Flag = { HeaderCrc: 2, Extra: 4, Name: 8, Comment: 16, Reserved: 0xe0 } as const;

/** Deflate data of nothing as every compressor writes it, one final block of the fixed codes (RFC 1951 §3.2.6), and its trailer. */
const EMPTY_BODY = [0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0] as const;

/** Decodes all members of a window that begins with one. */
export async function* decodeGzip(raw: ByteWindow): Decoding {
  const small = new SmallParts();
  for (let first = true; ; first = false) {
    const header = await skipHeader(raw, first);
    if (header !== 'whole') return header === 'end' ? endOf(raw) : header;
    small.begin();
    const failure = (await skipEmptyBody(raw)) ? null : yield* decodeMember(raw, small);
    if (failure !== null) return failure;
    if (!small.end()) return corrupt(raw, `it has more than ${small.most} members that hold hardly anything`);
  }
}

/** Passes a member without data, for which no inflater need be made. */
async function skipEmptyBody(raw: ByteWindow): Promise<boolean> {
  if (!(await raw.need(EMPTY_BODY.length))) return false;
  for (let i = 0; i < EMPTY_BODY.length; i++) if (raw.bytes[raw.start + i] !== EMPTY_BODY[i]) return false;
  raw.start += EMPTY_BODY.length;
  return true;
}

async function* decodeMember(raw: ByteWindow, small: SmallParts): Decoding {
  const chunks = inflate(raw, platform.inflater());
  let crc = 0;
  let size = 0;
  for (;;) {
    const step = await chunks.next();
    if (step.done === true) {
      if (step.value === 'cut') return cut(raw);
      if (step.value === 'corrupt') return corrupt(raw, 'the deflate data is corrupt');
      break;
    }
    crc = platform.crc32(step.value, crc);
    size = (size + step.value.length) >>> 0;
    small.gave(step.value.length);
    yield step.value;
  }
  if (!(await raw.need(TRAILER_BYTES))) return cut(raw);
  const wantedCrc = raw.view.getUint32(raw.start, true);
  const wantedSize = raw.view.getUint32(raw.start + 4, true);
  if (wantedCrc !== crc || wantedSize !== size) return corrupt(raw, 'the checksum does not match the data');
  raw.start += TRAILER_BYTES;
  return null;
}

/** Passes a member's header, or says that there is none ('end') or what is wrong with it. */
async function skipHeader(raw: ByteWindow, first: boolean): Promise<'whole' | 'end' | SourceFailure> {
  if (!first && (await onlyZeros(raw))) return 'end';
  const hasMagic = (await raw.need(2)) && raw.view.getUint16(raw.start, false) === 0x1f8b;
  if (!hasMagic) {
    return raw.length < 2
      ? cut(raw)
      : corrupt(raw, 'after the last member there is something else than gzip');
  }
  if (!(await raw.need(FIXED_HEADER_BYTES))) return cut(raw);
  const flags = raw.bytes[raw.start + 3]!;
  if (raw.bytes[raw.start + 2] !== 8 || (flags & Flag.Reserved) !== 0) {
    return corrupt(raw, 'the header is not that of deflate data');
  }
  let len = FIXED_HEADER_BYTES;
  if (flags & Flag.Extra) {
    if (!(await raw.need(len + 2))) return cut(raw);
    len += 2 + raw.view.getUint16(raw.start + len, true);
  }
  for (const text of [Flag.Name, Flag.Comment]) {
    if (!(flags & text)) continue;
    const zero = await findZero(raw, len);
    if (zero < 0)
      return raw.length < MAX_GZIP_HEADER_BYTES ? cut(raw) : corrupt(raw, 'the header has no end');
    len = zero + 1;
  }
  if (flags & Flag.HeaderCrc) len += 2;
  if (!(await raw.need(len))) return cut(raw);
  raw.start += len;
  return 'whole';
}

/** The distance from the window's start of the first zero byte at or after `from`, or -1. */
async function findZero(raw: ByteWindow, from: number): Promise<number> {
  for (let at = from; at < MAX_GZIP_HEADER_BYTES;) {
    if (!(await raw.need(at + 1))) return -1;
    const end = Math.min(raw.length, MAX_GZIP_HEADER_BYTES);
    const found = raw.bytes.subarray(raw.start + at, raw.start + end).indexOf(0);
    if (found >= 0) return at + found;
    at = end;
  }
  return -1;
}

/** Passes the padding that tapes and block devices leave. */
async function onlyZeros(raw: ByteWindow): Promise<boolean> {
  while (await raw.need(1)) {
    while (raw.start < raw.end && raw.bytes[raw.start] === 0) raw.start++;
    if (raw.start < raw.end) return false;
  }
  return true;
}

/** The regular end, unless the source itself failed. */
function endOf(raw: ByteWindow): SourceFailure | null {
  return raw.source.failure;
}

function cut(raw: ByteWindow): SourceFailure {
  const message = `the gzip data ends before its end, at compressed byte ${raw.base + raw.end}`;
  return raw.source.failure ?? { kind: 'cut', message };
}

function corrupt(raw: ByteWindow, what: string): SourceFailure {
  return { kind: 'corrupt', message: `${what} (gzip, about compressed byte ${raw.offset})` };
}
