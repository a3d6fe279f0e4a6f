/** Values as they stand in the logs: addresses, numbers, times. Null where they make no sense. */
import { parseAddress } from '../../flow/record/address.js';
import type { AddressWords } from '../../flow/record/address.js';
import { MAX_QUOTE_CHARS } from './limits.js';

const PORTS = 65_535;
const TIME = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(\.\d{1,9})?/;

/** Seconds since 1970 of a date and a time that are taken as UTC; NaN = it is none. */
export function secondsOf(text: string): number {
  const found = TIME.exec(text);
  if (found === null) return NaN;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return NaN;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 + Number(found[7] ?? 0);
}

/** An address; of IPv6 also with a zone (fe80::1%4), of IPv4 also mapped into IPv6. */
export function addressOf(text: string): AddressWords | null {
  const bare = text.trim().replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (/^[0-9a-f]{32}$/i.test(bare)) return parseAddress(bare.replace(/(.{4})(?=.)/g, '$1:'));
  return parseAddress(mapped ?? bare);
}

/** A port; 0 for none. */
export function portOf(text: string): number | null {
  if (text === '' || text === '-') return 0;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : PORTS + 1;
  return port <= PORTS ? port : null;
}

/** For evidence: no character that acts on its surroundings, and not longer than is quoted. */
export function quote(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain.length <= MAX_QUOTE_CHARS ? plain : `${plain.slice(0, MAX_QUOTE_CHARS - 1)}…`;
}
