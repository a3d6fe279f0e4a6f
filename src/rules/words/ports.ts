/**
 * The port notation of rule packs: `445`, `1024-65535` (both ends included) and `$name`, a parameter of the
 * pack. Port numbers: RFC 6335 §6.
 */
import type { PortRange } from './rule.js';

export const MAX_PORT = 65535;

/** The shape alone; `portFault` also checks the numbers. */
export const PORT_PATTERN = /^(?:[0-9]{1,5}(?:-[0-9]{1,5})?|\$[a-z][a-z0-9_]*)$/;

/** The name in `$name`, else null. */
export function parameterName(item: number | string): string | null {
  return typeof item === 'string' && item.startsWith('$') ? item.slice(1) : null;
}

/** What keeps `item` from being a port, range or parameter, as the tail of a sentence; null = nothing. */
export function portFault(item: unknown): string | null {
  const wrong = 'is not a port (0-65535), a range such as 1024-65535, or $parameter';
  if (typeof item === 'number') {
    return Number.isInteger(item) && item >= 0 && item <= MAX_PORT ? null : 'is not a port (0-65535)';
  }
  if (typeof item !== 'string') return wrong;
  if (/^[0-9]+$/.test(item)) return Number(item) <= MAX_PORT ? null : 'is not a port (0-65535)';
  if (!PORT_PATTERN.test(item)) return wrong;
  if (item.startsWith('$')) return null;
  const { from, to } = readRange(item);
  if (from > MAX_PORT || to > MAX_PORT) return 'is not a port range (0-65535)';
  return from <= to ? null : 'is not a port range: it ends before it begins';
}

function readRange(item: string): PortRange {
  const [from = '', to = from] = item.split('-');
  return { from: Number(from), to: Number(to) };
}

/** A checked item as a range. An unknown parameter is impossible after the checks; it would match nothing. */
export function portRange(item: number | string, parameters: ReadonlyMap<string, number>): PortRange {
  if (typeof item === 'number') return { from: item, to: item };
  const name = parameterName(item);
  if (name === null) return readRange(item);
  const port = parameters.get(name) ?? -1;
  return { from: port, to: port };
}
