/**
 * The gate: nothing is written that holds what was replaced. Every output passes it as the bytes that would be written;
 * it knows the originals and looks for each in all spellings, sharing nothing with what replaced them.
 *
 *   bytes ─┬─ needles (names; in binary outputs addresses of 16 and 6 bytes too)
 *          └─ runs of digits, points and colons ─> read as an address ─> is it an original?
 *
 * Words of the program, pseudonyms and what is calculated are no findings (innocent.ts). Names below four characters and
 * those that are nothing but digits are not looked for: they are counted.
 */
import { ADDRESS_CHAR, AddressSet } from '../addresses/address-set.js';
import { addressBytes, macBytes } from '../addresses/address-text.js';
import { isInnocent, isWordByte } from './innocent.js';
import type { Telling } from './innocent.js';
import { FOLD, NeedleSet } from './needle-set.js';
import { needlesOf, plainRun } from './needles.js';
import type { Needle } from './needles.js';
import type { AddressPair, Pseudonyms } from '../names/pseudonyms.js';

/** Bytes of a former piece that are looked at again: more than any needle, address or word is long. */
const OVERLAP = 1024;
/**
 * Findings that are kept of one output.
 * @reached further ones are not listed; the output is refused all the same
 */
export const MAX_LEAKS = 20;
/** In a binary output shorter needles are met by chance. */
const SHORTEST_BINARY = 6;
/** Addresses that binary outputs are searched for. */
const MAX_BINARY_ADDRESSES = 20_000;
/** Different bytes in an address that is looked for anywhere in a binary output. */
const FEWEST_VALUES = 4;
/** The shortest address is '1.1.1.1', and hexadecimal it has eight digits. */
const SHORTEST_RUN = 7;

/** What must not be written and would have been. Holds no value. */
export interface Leak {
  /** What it is: 'address', 'computer', 'user' … */
  readonly kind: string;
  /** In which spelling. */
  readonly form: string;
  /** The output, and the byte in it, counted from 0. */
  readonly place: string;
  readonly offset: number;
}

/** Refuses a run: an original stands in an output. */
export class GateError extends Error {
  override readonly name = 'GateError';
  readonly leaks: readonly Leak[];

  constructor(leaks: readonly Leak[]) {
    const places = leaks.map(
      ({ kind, form, place, offset }) => `\n  ${kind} (${form}) in ${place}, byte ${offset}`,
    );
    super(`nothing was written: what had to be replaced would still stand in the outputs.${places.join('')}`);
    this.leaks = leaks;
  }
}

type ScanKind = 'text' | 'binary';

export class Gate {
  readonly #pseudonyms: Pseudonyms;
  readonly #needles = new NeedleSet();
  readonly #addresses = new AddressSet();
  readonly #met = new Set<string>();
  /** Names that are not looked for: too short, or nothing but digits. */
  notScanned = 0;

  constructor(pseudonyms: Pseudonyms) {
    this.#pseudonyms = pseudonyms;
  }

  /** Findings in a whole text or binary output; empty = it may be written. */
  scan(content: string | Uint8Array, place: string): Leak[] {
    const scan = this.open(place, typeof content === 'string' ? 'text' : 'binary');
    scan.push(typeof content === 'string' ? new TextEncoder().encode(content) : content);
    return scan.end();
  }

  /** An output that comes in pieces. */
  open(place: string, kind: ScanKind = 'text'): GateScan {
    this.#learn();
    return new GateScan(place, {
      needles: this.#needles,
      addresses: this.#addresses,
      shortest: kind === 'binary' ? SHORTEST_BINARY : 0,
      isPseudonym: (word) => this.#pseudonyms.names.original(word) !== null,
    });
  }

  /** What was replaced since the last time. */
  #learn(): void {
    for (const { kind, original, pseudonym } of this.#pseudonyms.pairs) {
      if (this.#met.has(original)) continue;
      this.#met.add(original);
      if (original === pseudonym) continue;
      if (kind === 'address' || kind === 'mac' || kind === 'network') this.#learnAddress(kind, original);
      else this.#learnName(kind, original);
    }
    for (const { kind, pseudonym } of this.#pseudonyms.addressPairs) {
      this.#addresses.allow(bytesOf(kind, pseudonym));
    }
  }

  #learnAddress(kind: AddressPair['kind'], original: string): void {
    const bytes = bytesOf(kind, original);
    this.#addresses.add(bytes);
    // '02:00:00:00:00:01' stands in any row of zeros: where headers hold it, it is found all the same.
    if (bytes.length < SHORTEST_BINARY || new Set(bytes).size < FEWEST_VALUES) return;
    if (this.#addresses.size <= MAX_BINARY_ADDRESSES)
      this.#needles.add({ kind, form: 'bytes', bytes, exact: true });
  }

  #learnName(kind: string, original: string): void {
    const run = plainRun(original);
    if (run === '') this.notScanned++;
    else for (const needle of needlesOf(run, kind)) this.#needles.add(needle);
  }
}

/** Of a network its first address. */
function bytesOf(kind: AddressPair['kind'], text: string): Uint8Array {
  return kind === 'mac' ? macBytes(text) : addressBytes(text.split('/')[0] ?? '');
}

interface Known extends Telling {
  readonly needles: NeedleSet;
  readonly shortest: number;
}

export class GateScan {
  readonly #place: string;
  readonly #known: Known;
  readonly #leaks = new Map<string, Leak>();
  /** Reused: the last bytes of what came before, then what is looked at; and the same in small letters. */
  #room = new Uint8Array(0);
  #folded = new Uint8Array(0);
  /** Bytes in it. */
  #held = 0;
  /** Bytes before those. */
  #passed = 0;
  /** What comes next, or those bytes, begin where the output or a text in it begins. */
  #isWhole = true;

  constructor(place: string, known: Known) {
    this.#place = place;
    this.#known = known;
  }

  /** The bytes stay the caller's. */
  push(bytes: Uint8Array): void {
    const length = this.#held + bytes.length;
    if (length > this.#room.length) {
      const room = new Uint8Array(2 * length);
      room.set(this.#room.subarray(0, this.#held));
      this.#room = room;
      this.#folded = new Uint8Array(2 * length);
    }
    this.#room.set(bytes, this.#held);
    this.#held = length;
    this.#look(false);
    const kept = Math.min(length, OVERLAP);
    if (kept < length) this.#isWhole = false;
    this.#passed += length - kept;
    this.#room.copyWithin(0, length - kept, length);
    this.#held = kept;
  }

  /** An address that a header holds, 4, 6 or 16 bytes. @param offset of it in the output */
  field(bytes: Uint8Array, offset: number): void {
    const kind = bytes.length === 6 ? 'mac' : 'address';
    if (this.#known.addresses.has(bytes)) this.#foundAt(kind, 'header field', offset);
  }

  /** So many bytes are written here that are looked at elsewhere. */
  skip(bytes: number): void {
    this.#look(true);
    this.#passed += this.#held + bytes;
    this.#held = 0;
    this.#isWhole = true;
  }

  /** Once, after all pieces. */
  end(): Leak[] {
    this.#look(true);
    return [...this.#leaks.values()];
  }

  #look(isLast: boolean): void {
    const piece = this.#room.subarray(0, this.#held);
    const folded = this.#folded.subarray(0, this.#held);
    for (let i = 0; i < piece.length; i++) folded[i] = FOLD[piece[i]!]!;
    const { needles, addresses, shortest } = this.#known;
    needles.search(folded, piece, (needle, at) => {
      if (needle.bytes.length >= shortest) this.#check(piece, needle, at, isLast);
    });
    eachRun(folded, (from, to) => {
      // What goes on in the next piece is read there.
      if (to === piece.length && !isLast) return;
      const form = addresses.formIn(folded, from, to);
      if (form !== null) this.#found(form.kind, form.form, from);
    });
  }

  #check(piece: Uint8Array, needle: Needle, at: number, isLast: boolean): void {
    let [from, to] = [at, at + needle.bytes.length];
    while (from > 0 && isWordByte(piece[from - 1]!)) from--;
    while (to < piece.length && isWordByte(piece[to]!)) to++;
    if (!isLast && to === piece.length) return;
    if (from === 0 && !this.#isWhole) return;
    if (!isInnocent(piece, needle, { at, from, to }, this.#known)) this.#found(needle.kind, needle.form, at);
  }

  #found(kind: string, form: string, at: number): void {
    this.#foundAt(kind, form, this.#passed + at);
  }

  #foundAt(kind: string, form: string, offset: number): void {
    const key = `${offset} ${kind}`;
    if (this.#leaks.size < MAX_LEAKS && !this.#leaks.has(key))
      this.#leaks.set(key, { kind, form, place: this.#place, offset });
  }
}

/** Calls `run` for each run of bytes that an address may consist of, if it is long enough. */
function eachRun(folded: Uint8Array, run: (from: number, to: number) => void): void {
  let from = 0;
  for (let i = 0; i < folded.length; i++) {
    if (ADDRESS_CHAR[folded[i]!] === 1) continue;
    if (i - from >= SHORTEST_RUN) run(from, i);
    from = i + 1;
  }
  if (folded.length - from >= SHORTEST_RUN) run(from, folded.length);
}
