/**
 * Pseudonyms of names, label by label: a label is a computer's name, a part of a domain, a user, a share … and has one
 * pseudonym wherever it stands and however it is written. So WS01, ws01.corp.example, WS01$ and \\ws01\C$ stay one
 * computer, and a domain keeps its depth.
 */
import { isKeptWord } from './kept-words.js';

/** What a name is of, and with what its pseudonym begins: the first of them that holds no name of the capture. */
export const NAME_KINDS = {
  server: ['AUDITOR', 'UA-SERVER'],
  computer: ['WS-', 'CLIENT-'],
  host: ['HOST-', 'NODE-'],
  gateway: ['GW-', 'ROUTER-'],
  domain: ['dom-', 'zone-'],
  user: ['user-', 'account-'],
  group: ['group-', 'set-'],
  share: ['share-', 'folder-'],
  path: ['path-', 'item-'],
  interface: ['nic-', 'adapter-'],
  file: ['file-', 'input-'],
  text: ['text-', 'note-'],
  name: ['name-', 'label-'],
} as const satisfies Record<string, readonly [string, string]>;
export type NameKind = keyof typeof NAME_KINDS;

export interface NamePair {
  readonly kind: NameKind;
  /** As it was met first. */
  readonly original: string;
  readonly pseudonym: string;
}

/** NetBIOS carries so many characters of a host's name. */
const NETBIOS_CHARS = 15;
/** Behind the key of a name's beginning; no name holds it. */
const SHORTENED = '\n15';
/** Shorter names are in too many words to be looked for inside of one. */
const SHORTEST = 3;
/** Digits of a pseudonym's number at least: WS-001. */
const DIGITS: Readonly<Partial<Record<NameKind, number>>> = { computer: 3, host: 3 };

export class Names {
  /** Of a long name a second time, by its beginning. */
  readonly #pairs = new Map<string, NamePair>();
  readonly #used = new Map<string, string>();
  readonly #last = new Map<NameKind, number>();
  readonly #stems = new Map<NameKind, string>();
  readonly #met: ReadonlySet<string>;

  /**
   * @param pairs of an earlier run, which stay
   * @param met names of the capture, as far as they are known: no pseudonym equals one of them
   */
  constructor(pairs: Iterable<NamePair> = [], met: Iterable<string> = []) {
    this.#met = new Set(Array.from(met, fold));
    for (const pair of pairs) this.#keep(pair);
  }

  /** What was replaced, in the order in which it was met. */
  get pairs(): Iterable<NamePair> {
    return new Set(this.#pairs.values());
  }

  /** The pseudonym of a text that was met, null = it was not. */
  known(original: string): string | null {
    const folded = fold(original);
    return (this.#pairs.get(folded) ?? this.#pairs.get(`${folded}${SHORTENED}`))?.pseudonym ?? null;
  }

  /** The original of a pseudonym, null = it is none. */
  original(pseudonym: string): string | null {
    return this.#used.get(fold(pseudonym)) ?? null;
  }

  /** One label or whole text, as it stands: kept, known, or given a pseudonym of this kind and with this ending. */
  label(original: string, kind: NameKind, ending = ''): string {
    if (original === '' || isKeptWord(original)) return original;
    const known = this.known(original);
    if (known !== null) return known;
    const pair = { kind, original, pseudonym: `${this.#next(kind)}${ending}` };
    this.#keep(pair);
    return pair.pseudonym;
  }

  #keep(pair: NamePair): void {
    const { kind, original, pseudonym } = pair;
    this.#pairs.set(fold(original), pair);
    this.#used.set(fold(pseudonym), original);
    // As NetBIOS carries it, it is the same name.
    if (original.length > NETBIOS_CHARS)
      this.#pairs.set(`${fold(original.slice(0, NETBIOS_CHARS))}${SHORTENED}`, pair);
    const number = Number(/-(\d+)/.exec(pseudonym)?.[1] ?? 1);
    this.#last.set(kind, Math.max(this.#last.get(kind) ?? 0, number));
  }

  #next(kind: NameKind): string {
    const stem = this.#stemOf(kind);
    for (let i = (this.#last.get(kind) ?? 0) + 1; ; i++) {
      const alone = !stem.endsWith('-');
      const number = alone ? (i === 1 ? '' : `-${i}`) : String(i).padStart(DIGITS[kind] ?? 1, '0');
      const made = `${stem}${number}`;
      if (!this.#met.has(fold(made)) && !this.#used.has(fold(made))) return made;
    }
  }

  /** No name of the capture is inside. */
  #stemOf(kind: NameKind): string {
    let stem = this.#stems.get(kind);
    if (stem === undefined) {
      const isClean = (one: string): boolean => {
        const folded = fold(one);
        for (const met of this.#met) if (met.length >= SHORTEST && folded.includes(met)) return false;
        return true;
      };
      stem = NAME_KINDS[kind].find(isClean) ?? `x${Object.keys(NAME_KINDS).indexOf(kind)}x-`;
      this.#stems.set(kind, stem);
    }
    return stem;
  }
}

/** As names are compared. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

export function isNameKind(text: string): text is NameKind {
  return Object.hasOwn(NAME_KINDS, text);
}
