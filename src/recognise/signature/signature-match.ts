/** What a signature says about the first bytes of a side, and the comparisons that signatures share. */
import type { Side } from '../facts/dissector.js';
import type { ServiceName } from '../facts/services.js';

/** Bytes of one side that signatures look at, at the most. */
export const MAX_SIGNATURE_BYTES = 128;

/** `More`: all bytes so far fit, there are too few of them. */
export const SignatureMatch = { No: 0, More: 1, Yes: 2 } as const;
/** A value of `Match`. */
export type SignatureMatch = (typeof SignatureMatch)[keyof typeof SignatureMatch];

export interface Signature {
  readonly service: ServiceName;
  /** Whose first bytes these are; null = either side's. */
  readonly side: Side | null;
  /** Values that the first byte can have; null = any. */
  readonly first: readonly number[] | null;
  /** Never throws; looks only at `bytes[at .. end)`, which holds at least one byte. */
  readonly match: (bytes: Uint8Array, view: DataView, at: number, end: number) => SignatureMatch;
}

/** Whether the bytes begin with the ASCII `text`, as far as they are there. */
export function startsWith(bytes: Uint8Array, at: number, end: number, text: string): SignatureMatch {
  const length = Math.min(text.length, end - at);
  for (let i = 0; i < length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return SignatureMatch.No;
  return length === text.length ? SignatureMatch.Yes : SignatureMatch.More;
}

/** The best answer of `startsWith` for several texts. */
export function startsWithOne(
  bytes: Uint8Array,
  at: number,
  end: number,
  texts: readonly string[],
): SignatureMatch {
  let best: SignatureMatch = SignatureMatch.No;
  for (const text of texts) {
    const match = startsWith(bytes, at, end, text);
    if (match === SignatureMatch.Yes) return match;
    if (match === SignatureMatch.More) best = match;
  }
  return best;
}

/** The first bytes that the texts have. */
export function firstBytesOf(texts: readonly string[]): number[] {
  return [...new Set(texts.map((text) => text.charCodeAt(0)))];
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

export function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

/** Offset of the first byte that is neither printable ASCII nor a tab; `end` when all are. */
export function printableUntil(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && (isPrintable(bytes[i]!) || bytes[i] === 9)) i++;
  return i;
}
