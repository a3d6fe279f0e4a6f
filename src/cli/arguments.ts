/** Values of options as users type them, checked before anything is opened. */
import { parseAddress } from '../flow/address.js';
import type { AddressWords } from '../flow/address.js';
import { UsageError } from './usage-error.js';

/** One value of an option that must not be repeated. */
export function single(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) throw new UsageError(`--${name} was given more than once; give it once.`);
  const text = String(value);
  if (text === '') throw new UsageError(`--${name} needs a value.`);
  return text;
}

/** All values of a repeatable option; commas separate values too when `split` is set. */
export function several(name: string, value: unknown, split: boolean): string[] {
  if (value === undefined) return [];
  const list = (Array.isArray(value) ? value : [value]).map(String);
  const values = split ? list.flatMap((one) => one.split(',')) : list;
  if (values.some((one) => one.trim() === '')) throw new UsageError(`--${name} needs a value.`);
  return values.map((one) => one.trim());
}

export function port(name: string, value: unknown, fallback: number): number {
  const text = single(name, value);
  if (text === undefined) return fallback;
  const number = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (number >= 1 && number <= 65535) return number;
  throw new UsageError(`--${name}: "${text}" is not a port; give a number from 1 to 65535.`);
}

/** A number of seconds, 0 or more. */
export function seconds(name: string, value: unknown, fallback: number): number {
  const text = single(name, value);
  if (text === undefined) return fallback;
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (Number.isFinite(number)) return number;
  throw new UsageError(`--${name}: "${text}" is not a number of seconds.`);
}

/** A whole number of at least `least`. */
export function count(name: string, value: unknown, least: number): number | undefined {
  const text = single(name, value);
  if (text === undefined) return undefined;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (number >= least) return number;
  throw new UsageError(`--${name}: "${text}" is not a whole number of at least ${least}.`);
}

export function addresses(name: string, value: unknown): AddressWords[] {
  return several(name, value, true).map((text) => {
    const address = parseAddress(text);
    if (address !== null) return address;
    throw new UsageError(`--${name}: "${text}" is not an IP address; give for example 10.20.0.10.`);
  });
}
