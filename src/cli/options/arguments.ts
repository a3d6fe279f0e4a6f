/** Values of options as users type them, checked before anything is opened. */
import { castOf, parseAddress } from '../../flow/record/address.js';
import type { AddressWords } from '../../flow/record/address.js';
import { FAIL_KINDS } from '../../report/assemble/verdicts/exit-code.js';
import type { FailOn } from '../../report/assemble/verdicts/exit-code.js';
import { DEFAULT_JSON_SCHEMA, JSON_SCHEMAS } from '../../report/write/format.js';
import type { JsonSchema } from '../../report/write/format.js';
import { didYouMean } from '../../rules/words/suggest.js';
import { THRESHOLDS, thresholdsWith } from '../../verdict/quality/thresholds.js';
import type { ThresholdHelp, ThresholdName, Thresholds } from '../../verdict/quality/thresholds.js';
import { UsageError } from '../../capture/bytes/usage-error.js';

/** TCP ports of the product as it is installed. */
export const DEFAULT_AGENT_PORT = 9003;
export const DEFAULT_SERVER_PORT = 9004;

/** One value of an option that must not be repeated. */
export function single(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) throw new UsageError(`--${name} was given more than once; give it once.`);
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} needs a value.`);
  return value;
}

/** All values of a repeatable option; commas separate values too when `split` is set. */
export function several(name: string, value: unknown, split: boolean): string[] {
  if (value === undefined) return [];
  const list = (Array.isArray(value) ? value : [value]).map(String);
  const values = split ? list.flatMap((one) => one.split(',').map((part) => part.trim())) : list;
  if (values.some((one) => one.trim() === '')) throw new UsageError(`--${name} needs a value.`);
  return values;
}

export function port(name: string, value: unknown, fallback: number): number {
  const text = single(name, value);
  if (text === undefined) return fallback;
  const number = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (number >= 1 && number <= 65535) return number;
  throw new UsageError(`--${name}: "${text}" is not a port; give a number from 1 to 65535.`);
}

/** Version of the JSON output. */
export function jsonSchema(value: unknown): JsonSchema {
  const text = single('json-schema', value);
  if (text === undefined) return DEFAULT_JSON_SCHEMA;
  const version = JSON_SCHEMAS.find((one) => String(one) === text);
  if (version !== undefined) return version;
  throw new UsageError(`--json-schema: "${text}" is none of ${JSON_SCHEMAS.join(', ')}.`);
}

/** A number of seconds, 0 or more. */
export function seconds(name: string, value: unknown, fallback: number): number {
  const text = single(name, value);
  if (text === undefined) return fallback;
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (Number.isFinite(number)) return number;
  throw new UsageError(`--${name}: "${text}" is not a number of seconds.`);
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A duration such as 30s, 15m, 2h or 1d, in milliseconds. */
export function duration(name: string, value: unknown, fallback: number): number {
  const text = single(name, value);
  if (text === undefined) return fallback;
  const [, number = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)([smhd])$/.exec(text) ?? [];
  const milliseconds = Number(number) * (UNITS[unit] ?? NaN) * 1000;
  if (milliseconds > 0) return milliseconds;
  throw new UsageError(`--${name}: "${text}" is not a duration; give for example 30s, 15m, 2h or 1d.`);
}

/**
 * Thresholds of the capture-quality gate as `name=value`, repeated or separated by commas; undefined = none given.
 */
export function thresholds(name: string, value: unknown): Thresholds | undefined {
  const given = several(name, value, true);
  if (given.length === 0) return undefined;
  const changed: Partial<Record<ThresholdName, number>> = {};
  for (const text of given) {
    const [word = '', number, ...rest] = text.split('=').map((part) => part.trim());
    const known = THRESHOLDS.find((one) => one.name === word);
    if (known === undefined) {
      const names = THRESHOLDS.map((one) => one.name);
      const near = didYouMean(word, names) || `; the thresholds are ${names.join(', ')}`;
      throw new UsageError(`--${name}: there is no threshold "${word}"${near}`);
    }
    if (changed[known.name] !== undefined)
      throw new UsageError(`--${name}: ${word} was given more than once.`);
    const parsed = number !== undefined && rest.length === 0 ? thresholdValue(known, number) : NaN;
    if (Number.isNaN(parsed)) {
      const example = `${word}=${known.byDefault}`;
      const range = known.unit === 'share' ? 'a number from 0 to 1' : `a number of ${known.unit}, 0 or more`;
      throw new UsageError(
        `--${name}: "${text}" gives ${word} no ${known.unit}; write ${range}, for example ${example}.`,
      );
    }
    changed[known.name] = parsed;
  }
  return thresholdsWith(changed);
}

/** NaN when it is none. */
function thresholdValue({ unit }: ThresholdHelp, text: string): number {
  const number = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : NaN;
  return unit === 'share' && number > 1 ? NaN : number;
}

/** A time zone such as +01:00, in minutes ahead of UTC; undefined = not given. */
export function utcOffset(name: string, value: unknown): number | undefined {
  const text = single(name, value);
  if (text === undefined) return undefined;
  if (/^(Z|UTC)$/i.test(text)) return 0;
  const [, sign, hours = '', minutes = ''] = /^([+-])(\d\d):?(\d\d)$/.exec(text) ?? [];
  const offset = Number(hours) * 60 + Number(minutes);
  if (sign !== undefined && offset <= 14 * 60 && Number(minutes) < 60) return sign === '-' ? -offset : offset;
  throw new UsageError(`--${name}: "${text}" is not a time zone; give for example +01:00, -05:00 or UTC.`);
}

const SIZES: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9 };

/** A size such as 256MB or 2GB, in bytes; undefined = not given. */
export function bytes(name: string, value: unknown): number | undefined {
  const text = single(name, value);
  if (text === undefined) return undefined;
  const [, number = '', unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?) ?(KB|MB|GB)$/i.exec(text) ?? [];
  const size = Number(number) * (SIZES[unit.toUpperCase()] ?? NaN);
  if (size > 0) return Math.round(size);
  throw new UsageError(`--${name}: "${text}" is not a size; give for example 256MB or 2GB.`);
}

/** What the exit code tells of, separated by commas or repeated; `none` stands alone. Undefined = not given. */
export function failOn(name: string, value: unknown): FailOn | undefined {
  const words = several(name, value, true);
  if (words.length === 0) return undefined;
  const known = ['none', ...FAIL_KINDS];
  const wrong = words.find((word) => !known.includes(word));
  if (wrong !== undefined) {
    throw new UsageError(
      `--${name}: "${wrong}" is not one of ${known.join(', ')}${didYouMean(wrong, known)}.`,
    );
  }
  if (words.includes('none') && words.length > 1) throw new UsageError(`--${name}: none stands alone.`);
  return new Set(FAIL_KINDS.filter((kind) => words.includes(kind)));
}

/** A whole number of at least `least`. */
export function count(name: string, value: unknown, least: number): number | undefined {
  const text = single(name, value);
  if (text === undefined) return undefined;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (number >= least) return number;
  throw new UsageError(`--${name}: "${text}" is not a whole number of at least ${least}.`);
}

/** Addresses of this server, comma-separated or repeated; names are not looked up. */
export function addresses(name: string, value: unknown): AddressWords[] {
  return several(name, value, true).map((text) => {
    const address = parseAddress(text);
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1];
    if (mapped !== undefined)
      throw new UsageError(`--${name}: "${text}" never occurs in packets; write it as ${mapped}.`);
    if (address === null) throw new UsageError(`--${name}: "${text}" ${whyNoAddress(text)}`);
    const [first, ...rest] = address.words;
    if (castOf(address.version, first) !== 'unicast' || (first === 0 && rest.every((word) => word === 0))) {
      throw new UsageError(`--${name}: "${text}" is not the address of one computer.`);
    }
    return address;
  });
}

function whyNoAddress(text: string): string {
  const example = 'give for example 10.20.0.10';
  if (text.includes('/')) return 'is a network; give the addresses of the server itself.';
  if (text.includes('%')) return 'has a zone; give the address without what follows the %.';
  if (/^(\d+\.){3}\d+$/.test(text) && /(^|\.)0\d/.test(text)) {
    return 'has a leading zero, which some programs read as octal; write it without.';
  }
  if (/^[\d.]+$/.test(text) || text.includes(':')) return `is not an IP address; ${example}.`;
  return `is not an IP address; names are not looked up, ${example}.`;
}

/**
 * Whether the summary is coloured: the options decide, then NO_COLOR and FORCE_COLOR (no-color.org,
 * force-color.org), then whether it is shown on a terminal.
 */
export function wantsColor(
  options: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (options['no-color'] === true) return false;
  if (options['color'] === true) return true;
  const { NO_COLOR: no, FORCE_COLOR: force, TERM: terminal } = environment;
  if (no !== undefined && no !== '') return false;
  if (force !== undefined && force !== '') return force !== '0';
  return isTerminal && terminal !== 'dumb';
}

/** An option of share mode is given; whether they fit together is looked at where share mode is loaded. */
export function asksToShare(options: Readonly<Record<string, unknown>>): boolean {
  return ['share', 'mapping', 'share-key'].some(
    (name) => options[name] !== undefined && options[name] !== false,
  );
}
