/**
 * Zeek's TSV format, one writer for all logs (Zeek src/logging/writers/ascii/Ascii.cc).
 *
 *   #separator \x09 … #path conn … #fields ts uid id.orig_h … #types time string addr … rows … #close
 *
 * Unset is `-`. Times are truncated to microseconds, as libpcap does for Zeek.
 */
import type { TimeStamp } from '../model/time-model.js';
import type { ReportModel } from '../model/model.js';
import type { Sink } from '../write/sink.js';
import { utf8 } from '../write/utf8.js';

export const UNSET = '-';
const EMPTY = '(empty)';
/** Text that needs no escape. */
const PLAIN = /^[0-9A-Za-z][ -[\]-~]*$/;

/** A field: name, Zeek's type, and its text in one row. */
export type Column<T> = readonly [name: string, type: string, read: (row: T) => string];

/** Seconds since 1970 with six digits. */
export function zeekTime(time: TimeStamp): string {
  return `${time.sec}.${String(Math.floor(time.nsec / 1000)).padStart(6, '0')}`;
}

/** A count; negative = not known. */
export function zeekCount(value: number): string {
  return value >= 0 ? String(value) : UNSET;
}

/** A string field: separators, control and invisible characters as \xNN of their UTF-8 bytes; '' = unset. */
export function zeekText(value: string): string {
  if (PLAIN.test(value)) return value;
  if (value === '') return UNSET;
  // A value that looks like one of the two literals would be read back as nothing.
  if (value === UNSET || value === EMPTY) return `\\x${hex(value.charCodeAt(0))}${value.slice(1)}`;
  return value.replace(/[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (char) => {
    if (char === '\\') return '\\\\';
    return Array.from(utf8(char), (byte) => `\\x${hex(byte)}`).join('');
  });
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** '2026-05-01-09-30-00' in UTC. */
function zeekDate(time: TimeStamp): string {
  return time.iso.slice(0, 19).replace(/[T:]/g, '-');
}

/** Writes one whole log; `path` is its name without the ending. */
export async function writeLog<T>(
  model: ReportModel,
  sink: Sink,
  path: string,
  columns: readonly Column<T>[],
  rows: Iterable<T>,
): Promise<void> {
  const date = zeekDate(model.generatedAt);
  await sink.write(
    `#separator \\x09\n#set_separator\t,\n#empty_field\t${EMPTY}\n#unset_field\t${UNSET}\n#path\t${path}\n` +
      `#open\t${date}\n` +
      `#fields\t${columns.map(([name]) => name).join('\t')}\n` +
      `#types\t${columns.map(([, type]) => type).join('\t')}\n`,
  );
  for (const row of rows) {
    await sink.write(`${columns.map(([, , read]) => read(row)).join('\t')}\n`);
  }
  await sink.write(`#close\t${date}\n`);
}
