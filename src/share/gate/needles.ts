/**
 * The spellings in which a name could still stand in an output: as it is, in UTF-16LE, percent-encoded, in hexadecimal,
 * in base64 at each of its three alignments, and as NetBIOS carries it (RFC 1001 §14.1: each half byte a letter A to P).
 * DNS labels hold their text as it is. What is too short for a spelling would be met by chance and is left out.
 */

export interface Needle {
  /** What it is of: 'computer', 'user' … */
  readonly kind: string;
  readonly form: 'text' | 'UTF-16LE' | 'percent-encoded' | 'hexadecimal' | 'base64' | 'NetBIOS' | 'bytes';
  readonly bytes: Uint8Array;
  /** Upper and lower case differ. */
  readonly exact: boolean;
}

/** Fewer characters of a name occur by chance. */
export const SHORTEST_NAME = 4;
/** ... of its base64, which any text of that alphabet may hold. */
const SHORTEST_BASE64 = 6;
/** Of a longer text its beginning is looked for. */
const LONGEST = 64;

const encoder = new TextEncoder();

/** The longest run of the text that no format escapes, cut to LONGEST; '' = too short or nothing but digits. */
export function plainRun(text: string): string {
  let best = '';
  for (const run of text.split(/[\p{C}\p{Zl}\p{Zp}"'<>&\\]+/u)) if (run.length > best.length) best = run;
  const kept = best.trim().slice(0, LONGEST);
  return kept.length < SHORTEST_NAME || /^[\d\s.,:-]*$/.test(kept) ? '' : kept;
}

/** All spellings of a name that `plainRun` gave. */
export function needlesOf(name: string, kind: string): Needle[] {
  const utf8 = encoder.encode(name);
  const wide = utf16(name);
  const folded = (form: Needle['form'], text: string): Needle => ({
    kind,
    form,
    bytes: encoder.encode(text.toLowerCase()),
    exact: false,
  });
  const found: Needle[] = [
    folded('text', name),
    { kind, form: 'UTF-16LE', bytes: utf16(name.toLowerCase()), exact: false },
    folded('percent-encoded', [...utf8].map((byte) => `%${hex(byte)}`).join('')),
    folded('hexadecimal', [...utf8].map(hex).join('')),
    folded('hexadecimal', [...wide].map(hex).join('')),
    folded('NetBIOS', netbios(name)),
  ];
  // An unpaired surrogate has no such form: it became U+FFFD.
  const uri = encodeURIComponent(new TextDecoder().decode(utf8));
  if (uri !== name) found.push(folded('percent-encoded', uri));
  for (const bytes of [utf8, wide])
    for (const text of base64(bytes))
      found.push({ kind, form: 'base64', bytes: encoder.encode(text), exact: true });
  return found;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) new DataView(bytes.buffer).setUint16(i * 2, text.charCodeAt(i), true);
  return bytes;
}

function netbios(name: string): string {
  const letter = (half: number): string => String.fromCharCode(0x41 + half);
  return [...encoder.encode(name.toUpperCase())]
    .map((byte) => letter(byte >> 4) + letter(byte & 15))
    .join('');
}

/** What of its base64 depends on these bytes alone, behind 0, 1 and 2 other bytes. */
function* base64(bytes: Uint8Array): Generator<string> {
  for (let before = 0; before < 3; before++) {
    const all = String.fromCharCode(...new Uint8Array(before), ...bytes);
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    if (to - from >= SHORTEST_BASE64) yield btoa(all).slice(from, to);
  }
}
