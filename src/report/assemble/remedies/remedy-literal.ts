/**
 * Text that may stand in a command. A command is made only of the template's own words, addresses that were
 * parsed and written anew, numbers, and words of a rule pack in single quotes: nothing else that a capture holds
 * can enter one, whatever it says.
 */
import { ipv4Text, ipv6Text, parseAddress } from '../../../flow/record/address.js';
import type { PortRange } from '../../../rules/words/rule.js';

/** A piece of a command. Only the functions of this file make one. */
export class Literal {
  readonly #text: string;

  constructor(text: string, key: symbol) {
    if (key !== KEY) throw new TypeError('a literal is made by the functions of its file only');
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }
}

const KEY = Symbol('literal');

/** An address in its canonical form; null when the text is none. */
export function addressLiteral(text: string): Literal | null {
  const address = parseAddress(text);
  if (address === null) return null;
  return new Literal(address.version === 4 ? ipv4Text(address.words[0]) : ipv6Text(...address.words), KEY);
}

/** A network in its canonical form ('10.0.0.0/24', 'fd00::/64'); null when the text is none. */
export function prefixLiteral(text: string): Literal | null {
  const [base = '', length = '', more] = text.split('/');
  const address = parseAddress(base);
  if (address === null || more !== undefined || !/^\d{1,3}$/.test(length)) return null;
  const most = address.version === 4 ? 32 : 128;
  if (Number(length) > most) return null;
  const first = address.version === 4 ? ipv4Text(address.words[0]) : ipv6Text(...address.words);
  return new Literal(`${first}/${Number(length)}`, KEY);
}

/** The block of addresses that begins at a number; a whole length is one address. */
export function blockLiteral(version: 4 | 6, first: bigint, length: number): Literal {
  const word = (n: number): number => Number((first >> BigInt(32 * n)) & 0xffffffffn);
  const text = version === 4 ? ipv4Text(word(0)) : ipv6Text(word(3), word(2), word(1), word(0));
  return new Literal(length === (version === 4 ? 32 : 128) ? text : `${text}/${length}`, KEY);
}

export function numberLiteral(value: number): Literal {
  return new Literal(String(Math.trunc(value)), KEY);
}

/** '445' or '1024-65535'. */
export function portLiteral({ from, to }: PortRange): Literal {
  const first = numberLiteral(from);
  return from === to ? first : new Literal(`${first.text}-${numberLiteral(to).text}`, KEY);
}

/** A rule's id without quotes: lower-case letters, digits and hyphens; null when it is none. */
export function idLiteral(id: string): Literal | null {
  return /^[a-z0-9][a-z0-9-]{0,63}$/.test(id) ? new Literal(id, KEY) : null;
}

/** Letters, digits and the punctuation of paths and names; no quote of any kind and nothing that acts. */
const QUOTABLE = /^[A-Za-z0-9 @,.:;_+()[\]{}%$&#=~\\/-]{1,300}$/;

/** A word of a rule pack in single quotes, in which PowerShell replaces nothing; null when it does not fit. */
export function quotedLiteral(text: string): Literal | null {
  return QUOTABLE.test(text) ? new Literal(`'${text}'`, KEY) : null;
}

/** Literals one after the other, each in single quotes where `quotes` says so. */
export function listLiteral(items: readonly Literal[], between: ',' | ', ' | ' ', quotes = false): Literal {
  return new Literal(items.map(({ text }) => (quotes ? `'${text}'` : text)).join(between), KEY);
}

/** Pieces of a command after each other, separated by spaces; absent ones are left out. */
export function words(...parts: readonly (Literal | null)[]): Literal {
  return listLiteral(
    parts.filter((part) => part !== null),
    ' ',
  );
}

/** A command from its own words and literals. */
export function command(strings: TemplateStringsArray, ...parts: readonly Literal[]): Literal {
  return new Literal(strings.map((text, i) => text + (parts[i]?.text ?? '')).join(''), KEY);
}
