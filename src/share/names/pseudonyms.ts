/**
 * What stands in a shared report in place of what was captured: one object for one capture and its key. Structured
 * texts (names of hosts, paths, principals) are taken apart into labels; sentences keep the program's own words, and
 * every other word of them is taken for a name.
 *
 *   field of the model ─> address, network, host, user, path, whole text ─┐
 *   sentence ─> addresses by their form, names by the program's words ────┴─> the same pseudonym everywhere
 */
import { parseAddress } from '../../flow/record/address.js';
import { addressBytes, addressOfBytes, macBytes, macOfBytes } from '../addresses/address-text.js';
import { Addresses } from '../addresses/addresses.js';
import { isKeptWord } from './kept-words.js';
import { Names } from './names.js';
import type { NameKind, NamePair } from './names.js';
import { Prose } from './prose.js';

export interface AddressPair {
  readonly kind: 'address' | 'mac' | 'network';
  readonly original: string;
  readonly pseudonym: string;
}

/** Endings that say what a file is. */
const ENDING =
  /\.(?:pcapng|pcap|cap|etl|csv|txt|md|html?|json|ya?ml|exe|dll|msi|log|ini|xml)(?:\.(?:gz|zst))?$/i;
/** Kept as they are: they name no file. */
const NO_FILES: ReadonlySet<string> = new Set(['', '-', 'standard input', 'built in']);

/** '--report', '-i', '30s', '0.5', '-', 'gap-seconds=2', nothing. */
const OPTION_OR_NUMBER = /^(?:--?[a-z][\w-]*|(?:[a-z-]+=)?\d+(?:\.\d+)?[a-zA-Z]{0,2}|-|)$/;

export class Pseudonyms {
  readonly names: Names;
  readonly #addresses: Addresses;
  readonly #pairs = new Map<string, AddressPair>();
  readonly #prose: Prose;

  /**
   * @param key CIPHER_KEY_BYTES long
   * @param ownWords of rule packs that are not the program's
   */
  constructor(key: Uint8Array, names: Names = new Names(), ownWords: ReadonlySet<string> = new Set()) {
    this.#addresses = new Addresses(key);
    this.names = names;
    this.#prose = new Prose(this, ownWords);
  }

  /** Addresses that were replaced, in the order in which they were met. */
  get addressPairs(): Iterable<AddressPair> {
    return this.#pairs.values();
  }

  get pairs(): readonly (AddressPair | NamePair)[] {
    return [...this.#pairs.values(), ...this.names.pairs];
  }

  /** @param bytes 4 or 16 of an IP address in network order; a new array is returned */
  ipBytes(bytes: Uint8Array): Uint8Array {
    const original = addressOfBytes(bytes);
    return addressBytes(this.#replaced(original, 'address', () => addressOfBytes(this.#addresses.ip(bytes))));
  }

  /** @param bytes six of a link address; a new array is returned */
  macBytes(bytes: Uint8Array): Uint8Array {
    return macBytes(this.#replaced(macOfBytes(bytes), 'mac', () => macOfBytes(this.#addresses.mac(bytes))));
  }

  /** An IP or link address in any spelling, or the name of a host that stands where one belongs. */
  address(text: string): string {
    const known = this.#pairs.get(text);
    if (known !== undefined) return known.pseudonym;
    const parsed = addressIn(text);
    if (parsed !== null) return addressOfBytes(this.ipBytes(parsed));
    const link = macBytesOf(text);
    return link === null ? this.host(text) : macOfBytes(this.macBytes(link));
  }

  /** '10.20.1.0/24', or an address. */
  network(text: string): string {
    const [, base = '', length = ''] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
    const parsed = addressIn(base);
    if (parsed === null || Number(length) > parsed.length * 8) return this.address(text);
    const bits = Number(length);
    const made = (): string => `${addressOfBytes(this.#addresses.network(parsed, bits))}/${bits}`;
    return this.#replaced(text, 'network', made);
  }

  /** 'ws01', 'WS01$', 'ws01.corp.example.', or an address: label by label. */
  host(text: string, kind: NameKind = 'host'): string {
    if (text === '') return '';
    const parsed = addressIn(text);
    if (parsed !== null) return addressOfBytes(this.ipBytes(parsed));
    const reversed = this.#reversed(text);
    if (reversed !== null) return reversed;
    const labels = text.split('.');
    return labels.map((label, i) => this.#label(label, i === 0 ? kind : 'domain')).join('.');
  }

  /** 'corp.example' or 'CORP'. */
  domain(text: string): string {
    return this.host(text, 'domain');
  }

  /** 'alice', 'CORP\alice', 'alice@corp.example', 'WS01$'. */
  user(text: string): string {
    const [, before = '', name = text] = /^(.*)\\(.*)$/s.exec(text) ?? [];
    const [, plain = name, realm = ''] = /^(.*)@([^@]*)$/s.exec(name) ?? [];
    const user = this.#label(plain, 'user');
    return `${before === '' ? '' : `${this.domain(before)}\\`}${user}${realm === '' ? '' : `@${this.domain(realm)}`}`;
  }

  /** 'cifs/ws01.corp.example@CORP.EXAMPLE', 'MSSQLSvc/db.corp.example:1433'. */
  principal(text: string): string {
    return text
      .split(/([/@:])/)
      .map((part) => (/^[/@:]$|^\d+$/.test(part) ? part : this.host(part)))
      .join('');
  }

  /** '\\host\share\folder\file' or '\folder\file': each part by itself, depth and separators kept. */
  path(text: string): string {
    const parts = text.split(/([\\/]+)/);
    const isUnc = /^[\\/]{2}$/.test(parts[1] ?? '') && parts[0] === '';
    return parts
      .map((part, i) => {
        if (part === '' || i % 2 === 1 || /^\d+$/.test(part)) return part;
        if (isUnc && i === 2) return this.host(part);
        return this.names.label(part, isUnc && i === 4 ? 'share' : 'path');
      })
      .join('');
  }

  /** The path of a file on the machine that analysed: one name, with its ending. */
  file(text: string): string {
    if (NO_FILES.has(text)) return text;
    return this.names.label(text, 'file', ENDING.exec(text)?.[0].toLowerCase() ?? '');
  }

  /** The program's own options stay; what they were given, and the files, do not. */
  commandLine(text: string): string {
    return text
      .split(' ')
      .map((word) => {
        const [, option = '', value = word] = /^(--[\w-]+=)(.*)$/s.exec(word) ?? [];
        if (OPTION_OR_NUMBER.test(value) || this.#isOwnList(value)) return word;
        return `${option}${this.#argument(value)}`;
      })
      .join(' ');
  }

  /** 'blocked,degraded' */
  #isOwnList(value: string): boolean {
    return value.split(',').every((word) => this.names.known(word) === null && this.#prose.isOwn(word));
  }

  #argument(value: string): string {
    if (this.names.known(value) !== null) return this.file(value);
    return value
      .split(',')
      .map((one) =>
        addressIn(one) === null && !/^[\d.:a-f]+\/\d+$/i.test(one) ? this.file(one) : this.network(one),
      )
      .join(',');
  }

  /** A text as a whole. */
  text(text: string, kind: NameKind = 'text'): string {
    return this.names.label(text, kind);
  }

  /** A sentence of the program, or what follows its own grammar: a display filter, a command. */
  prose(text: string): string {
    return this.#prose.replaced(text);
  }

  /** What was replaced of a label: accounts of computers end in a dollar sign. */
  #label(label: string, kind: NameKind): string {
    if (label.startsWith('_') || isKeptWord(label)) return label;
    if (label.length > 1 && label.endsWith('$') && this.names.known(label) === null)
      return `${this.names.label(label.slice(0, -1), kind === 'user' ? 'host' : kind)}$`;
    return this.names.label(label, kind);
  }

  /** '21.1.20.10.in-addr.arpa' (RFC 1035 §3.5); null = another name. */
  #reversed(text: string): string | null {
    const [, nibbles = ''] = /^((?:[\da-f]\.){32})ip6\.arpa\.?$/i.exec(text) ?? [];
    if (nibbles !== '') {
      const hex = nibbles.replaceAll('.', '').split('').reverse().join('');
      const made = [
        ...this.ipBytes(Uint8Array.from(hex.match(/../g) ?? [], (two) => Number.parseInt(two, 16))),
      ];
      const digits = made.map((byte) => byte.toString(16).padStart(2, '0')).join('');
      return `${digits.split('').reverse().join('.')}.ip6.arpa`;
    }
    const [, quad = ''] = /^(\d+\.\d+\.\d+\.\d+)\.in-addr\.arpa\.?$/i.exec(text) ?? [];
    const turned = addressIn(quad.split('.').reverse().join('.'));
    if (turned === null) return null;
    return `${[...this.ipBytes(turned)].reverse().join('.')}.in-addr.arpa`;
  }

  #replaced(original: string, kind: AddressPair['kind'], make: () => string): string {
    let pair = this.#pairs.get(original);
    if (pair === undefined) {
      pair = { kind, original, pseudonym: make() };
      this.#pairs.set(original, pair);
    }
    return pair.pseudonym;
  }
}

function addressIn(text: string): Uint8Array | null {
  const parsed = /^[\d.]+$|:/.test(text) ? parseAddress(text) : null;
  return parsed === null ? null : addressBytes(parsed);
}

function macBytesOf(text: string): Uint8Array | null {
  return /^[\da-f]{2}(?:[:-][\da-f]{2}){5}$/i.test(text) ? macBytes(text) : null;
}
