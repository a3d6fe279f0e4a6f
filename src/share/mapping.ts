/**
 * The mapping: what stands for what, with the key that makes the same pseudonyms again. It stays with whoever shares,
 * readable by them alone. CSV (RFC 4180):
 *
 *   kind,pseudonym,original
 *   key,,5f3a…            counter,,0
 *   computer,WS-001,ws01  address,10.87.3.4,10.20.1.21  …
 *
 * Characters that act on a reader or a terminal stand as `\u{202e}`, a cell that would run as a formula has an
 * apostrophe before it, and both come back as they were.
 */
import { platform } from '../platform/platform.js';
import { BYTE_ORDER_MARK } from '../report/write/csv-cell.js';
import type { Sink } from '../report/write/sink.js';
import type { Secret } from './draw.js';
import { isNameKind } from './names/names.js';
import type { NamePair } from './names/names.js';
import { CIPHER_KEY_BYTES } from './addresses/prefix-cipher.js';
import type { AddressPair, Pseudonyms } from './names/pseudonyms.js';

/** A larger mapping is none. */
const MAX_MAPPING_BYTES = 500_000_000;
const HEADER = ['kind', 'pseudonym', 'original'];
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]|\\(?=u\{)/gu;
const FORMULA = /^[\s'"]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/;

/** A mapping that cannot be used; the message is for the user. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
}

export interface Mapping extends Secret {
  readonly addresses: readonly AddressPair[];
}

export async function writeMapping(sink: Sink, pseudonyms: Pseudonyms, secret: Secret): Promise<void> {
  await sink.write(`${BYTE_ORDER_MARK}${HEADER.join(',')}\r\n`);
  const hex = Array.from(secret.key, (byte) => byte.toString(16).padStart(2, '0')).join('');
  await sink.write(line('key', '', hex) + line('counter', '', String(secret.counter)));
  const taken = new Set<string>();
  for (const { kind, original, pseudonym } of pseudonyms.pairs) {
    await sink.write(line(kind, pseudonym, original));
    taken.add(pseudonym);
  }
  // What earlier reports called addresses, as long as it is not what this one calls others.
  for (const { kind, original, pseudonym } of secret.addresses ?? [])
    if (!taken.has(pseudonym)) await sink.write(line(kind, pseudonym, original));
}

function line(...cells: readonly [string, string, string]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(text: string): string {
  if (/^[\w.:-]*$/.test(text) && !FORMULA.test(text)) return text;
  const safe = text.replace(ACTING, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  return `"${(FORMULA.test(safe) ? `'${safe}` : safe).replaceAll('"', '""')}"`;
}

function uncell(text: string): string {
  const bare = text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;
  return bare.replace(/\\u\{([\da-f]{1,6})\}/g, (all, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/** @throws MappingError that names the path; the system's own error when it cannot be read */
export async function readMapping(path: string): Promise<Mapping> {
  const text = new TextDecoder().decode(await platform.readFile(path, MAX_MAPPING_BYTES));
  const rows = rowsOf(text);
  if (rows[0]?.join() !== HEADER.join())
    throw new MappingError(`${path} is no mapping: it begins otherwise.`);
  const addresses: AddressPair[] = [];
  const names: NamePair[] = [];
  let key: Uint8Array | null = null;
  let counter = 0;
  for (const [kind = '', pseudonym = '', original = ''] of rows.slice(1)) {
    if (kind === 'key') key = keyOf(original);
    else if (kind === 'counter') counter = Number(original);
    else if (kind === 'address' || kind === 'mac' || kind === 'network')
      addresses.push({ kind, pseudonym, original });
    else if (isNameKind(kind)) names.push({ kind, pseudonym, original });
    else throw new MappingError(`${path} is no mapping of this version: it has rows of an unknown kind.`);
  }
  if (key === null || !Number.isSafeInteger(counter) || counter < 0)
    throw new MappingError(`${path} is damaged: its key is missing.`);
  return { key, counter, names, addresses };
}

function keyOf(hex: string): Uint8Array | null {
  if (hex.length !== CIPHER_KEY_BYTES * 2 || !/^[\da-f]+$/.test(hex)) return null;
  return Uint8Array.from(hex.match(/../g) ?? [], (two) => Number.parseInt(two, 16));
}

/** Cells by rows; what `cell` wrote holds no line breaks. */
function rowsOf(text: string): string[][] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((row) => row !== '')
    .map((row) =>
      [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, bare = '']) =>
        uncell(quoted === undefined ? bare : quoted.replaceAll('""', '"')),
      ),
    );
}

/** A text with originals in place of pseudonyms: the answer of somebody who had the shared report. */
export function unshared(text: string, { addresses, names }: Mapping): string {
  const pairs = [...addresses, ...names].sort((a, b) => b.pseudonym.length - a.pseudonym.length);
  const originals = new Map(pairs.map(({ pseudonym, original }) => [pseudonym.toLowerCase(), original]));
  if (originals.size === 0) return text;
  return text.replace(/[\p{L}\p{N}:._/-]+/gu, (run) => inRun(run, originals));
}

/** Addresses and networks whole, names also as labels of a longer name. */
function inRun(run: string, originals: ReadonlyMap<string, string>): string {
  const of = (part: string): string | undefined => originals.get(part.toLowerCase());
  const whole = of(run);
  if (whole !== undefined) return whole;
  if (/[:._/-]$/.test(run)) return inRun(run.slice(0, -1), originals) + run.slice(-1);
  const port = /^(.+):(\d{1,5})$/.exec(run);
  const [, host = '', number = ''] = port ?? [];
  const known = of(host);
  if (known !== undefined) return `${known}:${number}`;
  return run
    .split(/([./:_])/)
    .map((part) => of(part) ?? part)
    .join('');
}
