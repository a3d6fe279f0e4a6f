/**
 * Which service the first bytes of one side of a connection look like. No signature rests on a port: each asks
 * for so much structure that random bytes and other protocols practically never have it. One side's word is a
 * suspicion; the caller puts both sides together.
 *
 *   first byte ─> signatures that can begin with it ─> a service, 'need_more', or 'none'
 */
import type { Side } from '../facts/dissector.js';
import type { ServiceName } from '../facts/services.js';
import { DATABASE_SIGNATURES } from './signature-database.js';
import { SignatureMatch, MAX_SIGNATURE_BYTES } from './signature-match.js';
import type { Signature } from './signature-match.js';
import { TEXT_SIGNATURES } from './signature-text.js';
import { WINDOWS_SIGNATURES } from './signature-windows.js';

export type SignatureResult = ServiceName | 'need_more' | 'none';

/** In the order of asking: the first that matches is the answer. */
const SIGNATURES: readonly Signature[] = [...WINDOWS_SIGNATURES, ...TEXT_SIGNATURES, ...DATABASE_SIGNATURES];

/** Signatures of a side by the first byte. */
const BY_FIRST_BYTE: readonly (readonly (readonly Signature[])[])[] = [0, 1].map((side) => {
  const ofSide = SIGNATURES.filter((signature) => signature.side === null || signature.side === side);
  return Array.from({ length: 256 }, (_, byte) =>
    ofSide.filter(({ first }) => first === null || first.includes(byte)),
  );
});

/** Services whose two sides never begin alike, so that one message tells who asks and who answers. */
const TELLS_SIDES: ReadonlySet<SignatureResult> = new Set(['dce_rpc', 'ssl', 'http', 'ldap', 'rdp']);

/** True when these bytes, which `side` sent, are what only the other side of a connection sends. */
export function isOtherSides(
  side: Side,
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
): boolean {
  if (!TELLS_SIDES.has(firstBytes(side === 0 ? 1 : 0, bytes, view, at, end))) return false;
  return firstBytes(side, bytes, view, at, end) === 'none';
}

/**
 * Looks at `bytes[at .. end)`, the first bytes of `side` in order (`view` looks at the same bytes). 'need_more':
 * ask again with more of them; that is never said of MAX_SIGNATURE_BYTES or more. Allocates nothing.
 */
export function firstBytes(
  side: Side,
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
): SignatureResult {
  if (at >= end) return 'need_more';
  const seen = Math.min(end, at + MAX_SIGNATURE_BYTES);
  const candidates = BY_FIRST_BYTE[side]?.[bytes[at] ?? 0] ?? [];
  let more = false;
  for (const signature of candidates) {
    const match = signature.match(bytes, view, at, seen);
    if (match === SignatureMatch.Yes) return signature.service;
    if (match === SignatureMatch.More) more = true;
  }
  return more && end - at < MAX_SIGNATURE_BYTES ? 'need_more' : 'none';
}
