/**
 * NetBIOS names on the wire: 16 bytes, of which the last says what the name is for, as 32 letters 'A'..'P'.
 *
 * Normative: RFC 1001 §14.1 (first-level encoding), §14.3 (scope), RFC 1002 §4.1 (second-level encoding),
 * [MS-NBTE] §1.8, §2.2.1 (suffixes).
 *
 *   | 20 | 32 letters, two for each byte: high nibble + 'A', low nibble + 'A' | scope labels | 00 |
 */

/** Suffixes of unique names that are the name of a computer: workstation, server. */
const HOST_SUFFIXES = new Set([0x00, 0x20]);
const NAME_LENGTH = 15;
const ENCODED_LENGTH = 32;
const MAX_JUMPS = 4;

export interface NetbiosName {
  /** Without the padding. */
  readonly name: string;
  /** The 16th byte. */
  readonly suffix: number;
  /** Offset behind the encoded name in the message. */
  readonly end: number;
}

/** Whether 32 letters 'A'..'P' stand at `at`, behind their length. */
export function isEncodedName(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 1 + ENCODED_LENGTH > end || bytes[at] !== ENCODED_LENGTH) return false;
  for (let i = at + 1; i <= at + ENCODED_LENGTH; i++) {
    const letter = bytes[i]!;
    if (letter < 0x41 || letter > 0x50) return false;
  }
  return true;
}

/** Decodes the name at `at` of the message that begins at `start`; null when it is none. */
export function readNetbiosName(
  bytes: Uint8Array,
  start: number,
  at: number,
  end: number,
): NetbiosName | null {
  let i = at;
  let behind = -1;
  for (let jumps = 0; bytes[i]! >= 0xc0; jumps++) {
    if (i + 2 > end || jumps === MAX_JUMPS) return null;
    if (behind < 0) behind = i + 2;
    const target = start + (((bytes[i]! & 0x3f) << 8) | bytes[i + 1]!);
    if (target >= i) return null;
    i = target;
  }
  if (!isEncodedName(bytes, i, end)) return null;
  const raw = new Uint8Array(NAME_LENGTH + 1);
  for (let n = 0; n < raw.length; n++) {
    const high = bytes[i + 1 + 2 * n]! - 0x41;
    raw[n] = (high << 4) | (bytes[i + 2 + 2 * n]! - 0x41);
  }
  i += 1 + ENCODED_LENGTH;
  // The scope is further labels, or a pointer to them.
  for (;;) {
    if (i >= end) return null;
    const length = bytes[i]!;
    if (length >= 0xc0) {
      i += 2;
      break;
    }
    i += 1 + length;
    if (length === 0) break;
  }
  if (i > end) return null;
  return {
    name: paddedText(raw, 0, NAME_LENGTH),
    suffix: raw[NAME_LENGTH]!,
    end: behind < 0 ? i : behind,
  };
}

/** A name of `length` bytes without the spaces and zeros at its end. */
export function paddedText(bytes: Uint8Array, at: number, length: number): string {
  let stop = at + length;
  while (stop > at && (bytes[stop - 1] === 0x20 || bytes[stop - 1] === 0)) stop--;
  let text = '';
  for (let i = at; i < stop; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

/** Whether a unique name with this suffix is the name of a computer. */
export function isHostName(name: string, suffix: number): boolean {
  return HOST_SUFFIXES.has(suffix) && name !== '' && name !== '*' && !name.includes('__MSBROWSE__');
}

/** `WS01<20>`. */
export function netbiosText(name: string, suffix: number): string {
  return `${name}<${suffix.toString(16).padStart(2, '0')}>`;
}
