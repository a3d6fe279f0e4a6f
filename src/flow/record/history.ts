/**
 * Zeek's `history`: what happened in a connection, one letter each time something happens first;
 * upper case = originator, lower case = responder (docs.zeek.org, Conn::Info$history).
 *
 *   word n of 4: | letter 5 | letter 4 | letter 3 | letter 2 | letter 1 | letter 0 |   5 bits each, 0 = none
 *
 * At most 24 letters are kept; a flow that would have more has shown all that matters by then.
 */
import { Field } from './record.js';

const LETTERS = 'SHADFRIQCGTWX';
const LETTER_BITS = 5;
const LETTERS_PER_WORD = 6;
/**
 * Letters of a history.
 * @reached later events are not in it
 */
const MAX_LETTERS = 24;
/** `^`: the roles were flipped. */
const FLIP_CODE = 31;
const COUNT_SHIFT = 24;

/** Letter numbers for `addLetter`. */
export const Letter = {
  Syn: 0,
  SynAck: 1,
  Ack: 2,
  Data: 3,
  Fin: 4,
  Rst: 5,
  FinRst: 6,
  MultiFlag: 7,
  Gap: 9,
  Retransmission: 10,
  ZeroWindow: 11,
} as const;

/** Bits of Field.HistorySeen, originator; the responder's are shifted by RESP_SEEN_SHIFT. */
export const HistoryBit = {
  Syn: 1,
  Ack: 2,
  Data: 4,
  Fin: 8,
  Rst: 16,
  FinRst: 32,
  MultiFlag: 64,
  ZeroWindow: 128,
  Gap: 256,
} as const;
export const RESP_SEEN_SHIFT = 12;

/** Appends a letter of the originator (side 0) or the responder (side 1). */
export function addLetter(r: Int32Array, base: number, side: number, letter: number): void {
  append(r, base, letter + 1 + (side === 1 ? LETTERS.length : 0));
}

export function addFlip(r: Int32Array, base: number): void {
  append(r, base, FLIP_CODE);
}

function append(r: Int32Array, base: number, code: number): void {
  const count = r[base + Field.HistorySeen]! >>> COUNT_SHIFT;
  if (count >= MAX_LETTERS) return;
  const at = base + Field.History + ((count / LETTERS_PER_WORD) | 0);
  r[at] = r[at]! | (code << ((count % LETTERS_PER_WORD) * LETTER_BITS));
  r[base + Field.HistorySeen] = r[base + Field.HistorySeen]! + (1 << COUNT_SHIFT);
}

/** Adds the letter unless this side has it already; true when it was new. */
export function addOnce(r: Int32Array, base: number, side: number, bit: number, letter: number): boolean {
  const mask = side === 1 ? bit << RESP_SEEN_SHIFT : bit;
  const at = base + Field.HistorySeen;
  if ((r[at]! & mask) !== 0) return false;
  r[at] = r[at]! | mask;
  addLetter(r, base, side, letter);
  return true;
}

/** Letters change sides; a `^` in front says whether the roles are `flipped` now. */
export function turnHistory(r: Int32Array, base: number, flipped: boolean): void {
  const codes: number[] = flipped ? [FLIP_CODE] : [];
  const seen = r[base + Field.HistorySeen]!;
  for (let i = 0; i < seen >>> COUNT_SHIFT; i++) {
    const word = r[base + Field.History + ((i / LETTERS_PER_WORD) | 0)]!;
    const code = (word >>> ((i % LETTERS_PER_WORD) * LETTER_BITS)) & 31;
    if (code === FLIP_CODE) continue;
    codes.push(code <= LETTERS.length ? code + LETTERS.length : code - LETTERS.length);
  }
  const side = (1 << RESP_SEEN_SHIFT) - 1;
  r[base + Field.HistorySeen] = ((seen & side) << RESP_SEEN_SHIFT) | ((seen >>> RESP_SEEN_SHIFT) & side);
  r.fill(0, base + Field.History, base + Field.History + WORDS - 1);
  for (const code of codes) append(r, base, code);
}

/** Histories whose text is remembered: few differ. A power of two. */
const REMEMBERED = 1024;
const WORDS = 5;
const rememberedWords = new Int32Array(REMEMBERED * WORDS);
const rememberedTexts: string[] = new Array<string>(REMEMBERED).fill('');

/** The history as Zeek writes it, '' when nothing happened. */
export function historyText(r: Int32Array, base: number): string {
  const count = r[base + Field.HistorySeen]! >>> COUNT_SHIFT;
  let hash = count;
  for (let i = 0; i < WORDS - 1; i++) hash = Math.imul(hash ^ r[base + Field.History + i]!, 0x9e3779b1);
  const slot = hash >>> 22;
  const at = slot * WORDS;
  let known = rememberedWords[at] === count;
  for (let i = 1; i < WORDS; i++) {
    if (rememberedWords[at + i] !== r[base + Field.History + i - 1]) known = false;
  }
  if (known) return rememberedTexts[slot]!;
  const text = textOf(r, base, count);
  rememberedWords[at] = count;
  for (let i = 1; i < WORDS; i++) rememberedWords[at + i] = r[base + Field.History + i - 1]!;
  rememberedTexts[slot] = text;
  return text;
}

function textOf(r: Int32Array, base: number, count: number): string {
  let text = '';
  for (let i = 0; i < count; i++) {
    const word = r[base + Field.History + ((i / LETTERS_PER_WORD) | 0)]!;
    const code = (word >>> ((i % LETTERS_PER_WORD) * LETTER_BITS)) & 31;
    if (code === FLIP_CODE) text += '^';
    else if (code <= LETTERS.length) text += LETTERS.charAt(code - 1);
    else text += LETTERS.charAt(code - 1 - LETTERS.length).toLowerCase();
  }
  return text;
}
