/**
 * The list of computers that should appear (`--hosts`): CSV as people and spreadsheets write it. One computer a
 * line, by name or address, with an optional group; RFC 4180 quotes, `,` `;` or tab between cells, `#` comments,
 * a header where there is one.
 *
 *   name;address;group        WS01                10.20.1.21, Berlin
 *   WS01;10.20.1.21;Berlin    WS02.example.test   "WS03","Paris, north"
 */
import { castOf, parseAddress } from '../../flow/record/address.js';
import type { AddressWords } from '../../flow/record/address.js';
import { errorCode } from '../../platform/error-code.js';
import { platform } from '../../platform/platform.js';
import { printable, quoted } from '../../rules/words/printable.js';

/**
 * Computers of a list (`--hosts`).
 * @reached the list is refused
 */
export const MAX_LISTED = 20_000;
/**
 * Bytes of a list.
 * @reached it is refused
 */
export const MAX_INVENTORY_BYTES = 8_388_608;
const MAX_GROUP = 80;
const MAX_NAME = 255;
/**
 * Faults of a list that are told.
 * @reached further ones are counted
 */
const MAX_FAULTS = 20;

export interface ListedComputer {
  /** As written, without a trailing dot; '' = only an address was given. */
  readonly name: string;
  readonly address: AddressWords | null;
  /** '' = none. */
  readonly group: string;
  /** 1-based. */
  readonly line: number;
}

export interface Inventory {
  readonly path: string;
  readonly sha256: string;
  /** At least one, each computer once. */
  readonly computers: readonly ListedComputer[];
  /** Lines that name a computer again. */
  readonly repeated: number;
}

/** What is wrong with the list, found before the first packet: one line a fault, safe to print. */
export class InventoryError extends Error {
  override readonly name = 'InventoryError';
}

interface Fault {
  /** 0 = the whole file. */
  readonly line: number;
  readonly message: string;
}

/** Rejects with InventoryError when it cannot be read or any line is wrong. */
export async function loadInventory(path: string): Promise<Inventory> {
  const bytes = await readList(path);
  if (typeof bytes === 'string') throw refusal(path, [{ line: 0, message: bytes }]);
  return parseInventory(path, bytes);
}

async function readList(path: string): Promise<Uint8Array | string> {
  try {
    return await platform.readFile(path, MAX_INVENTORY_BYTES);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EISDIR') return 'is a directory, not a list of computers';
    if (code === 'EFBIG') return `is larger than ${MAX_INVENTORY_BYTES} bytes (${platform.fileSize(path)})`;
    if (code === 'ENOTSUP') return 'is a device, not a list of computers';
    return code === 'ENOENT' ? 'no such file' : `cannot be read (${code || 'unknown error'})`;
  }
}

function refusal(path: string, faults: readonly Fault[]): InventoryError {
  const lines = faults
    .slice(0, MAX_FAULTS)
    .map(({ line, message }) => `${printable(path)}${line > 0 ? `:${line}` : ''}: ${message}`);
  if (faults.length > MAX_FAULTS) lines.push(`... and ${faults.length - MAX_FAULTS} more`);
  return new InventoryError(lines.join('\n'));
}

/** @throws InventoryError with every fault, up to a limit. */
export function parseInventory(path: string, bytes: Uint8Array): Inventory {
  const faults: Fault[] = [];
  const found: ListedComputer[] = [];
  const known = new Set<string>();
  let repeated = 0;
  let columns: Columns | null = null;
  for (const { line, cells, fault } of rowsOf(textOf(path, bytes))) {
    if (fault !== '') {
      faults.push({ line, message: fault });
      continue;
    }
    if (columns === null) {
      columns = headerOf(cells);
      if (columns !== null) continue;
      columns = NO_HEADER;
    }
    const computer = computerOf(cells, columns, line);
    if (typeof computer === 'string') {
      faults.push({ line, message: computer });
      continue;
    }
    const key = `${computer.name.toLowerCase()} ${computer.address?.words.join() ?? ''}`;
    if (known.has(key)) repeated++;
    else if (known.size < MAX_LISTED) found.push(computer);
    else if (known.size === MAX_LISTED) {
      faults.push({ line, message: `lists more than ${MAX_LISTED} computers` });
    }
    known.add(key);
  }
  if (faults.length > 0) throw refusal(path, faults);
  if (found.length === 0) throw refusal(path, [{ line: 0, message: 'names no computer' }]);
  const digest = platform.sha256();
  digest.update(bytes);
  return { path, sha256: digest.end('hex'), computers: found, repeated };
}

function textOf(path: string, bytes: Uint8Array): string {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  try {
    if (utf16)
      return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be', { fatal: true }).decode(bytes);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const line = lineOfFault(bytes);
    throw refusal(path, [{ line, message: 'is not UTF-8; in Excel, save it as "CSV UTF-8"' }]);
  }
}

/** The first line that is not UTF-8. */
function lineOfFault(bytes: Uint8Array): number {
  const lines = new TextDecoder().decode(bytes).split('\n');
  return lines.findIndex((line) => line.includes('\uFFFD')) + 1;
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
  /** '' = none. */
  readonly fault: string;
}

/** Rows that are neither empty nor comments. The first of them decides what stands between cells. */
function* rowsOf(text: string): Generator<Row> {
  let separator = '';
  let line = 0;
  for (const raw of text.split(/\r\n|\n|\r/)) {
    line++;
    if (raw.trim() === '' || raw.trimStart().startsWith('#')) continue;
    const told = /^sep=(.)$/i.exec(raw.trim())?.[1];
    if (separator === '') {
      separator = told ?? separatorOf(raw);
      if (told !== undefined) continue;
    }
    yield { line, ...cellsOf(raw, separator) };
  }
}

function separatorOf(row: string): string {
  const bare = row.replace(/"[^"]*"/g, '');
  return [';', '\t', ','].find((one) => bare.includes(one)) ?? ',';
}

function cellsOf(row: string, separator: string): Pick<Row, 'cells' | 'fault'> {
  const cells: string[] = [];
  let at = 0;
  while (at <= row.length) {
    const start = at + (/^ */.exec(row.slice(at))?.[0].length ?? 0);
    if (row[start] === '"') {
      const end = closingQuote(row, start + 1);
      if (end < 0) return { cells, fault: `${quoted(row.slice(start))} has no closing quote` };
      cells.push(
        row
          .slice(start + 1, end)
          .replaceAll('""', '"')
          .trim(),
      );
      const next = row.indexOf(separator, end + 1);
      const after = row.slice(end + 1, next < 0 ? row.length : next);
      if (after.trim() !== '')
        return { cells, fault: `${quoted(after.trim())} stands after a closing quote` };
      at = next < 0 ? row.length + 1 : next + 1;
    } else {
      const next = row.indexOf(separator, at);
      cells.push(row.slice(at, next < 0 ? row.length : next).trim());
      at = next < 0 ? row.length + 1 : next + 1;
    }
  }
  return { cells, fault: '' };
}

function closingQuote(row: string, from: number): number {
  for (let at = row.indexOf('"', from); at >= 0; at = row.indexOf('"', at + 2)) {
    if (row[at + 1] !== '"') return at;
  }
  return -1;
}

/** Where a row has what; -1 = nowhere. */
interface Columns {
  readonly hosts: readonly number[];
  readonly group: number;
  /** Cells a row may have; further ones are a mistake where no header names them. */
  readonly most: number;
}

const NO_HEADER: Columns = { hosts: [0], group: 1, most: 2 };
const HOST_TITLES =
  /^(dns ?host ?name|fqdn|(host|computer|server|machine)( ?name)?|name|ip([ -]?v?[46])?([ -]?address)?|address)$/i;
const GROUP_TITLES = /^(group|site|location|ou|department)$/i;

function headerOf(cells: readonly string[]): Columns | null {
  const hosts = cells.flatMap((cell, i) => (HOST_TITLES.test(cell) ? [i] : []));
  if (hosts.length === 0) return null;
  return { hosts, group: cells.findIndex((cell) => GROUP_TITLES.test(cell)), most: Infinity };
}

/** A computer, or what is wrong with the row. */
function computerOf(cells: readonly string[], columns: Columns, line: number): ListedComputer | string {
  const surplus = cells.slice(columns.most).find((cell) => cell !== '');
  if (surplus !== undefined) return `${quoted(surplus)} is one cell too many: name or address, then group`;
  let name = '';
  let address: AddressWords | null = null;
  for (const column of columns.hosts) {
    const cell = cells[column] ?? '';
    if (cell === '') continue;
    const read = /^[\d.]+$|[:/]/.test(cell) ? addressOf(cell) : nameOf(cell);
    if (read.fault !== '') return `${quoted(cell)} ${read.fault}`;
    address ??= read.address;
    // Of a short and a full name the full one tells more.
    if (read.name !== '' && (name === '' || (read.name.includes('.') && !name.includes('.'))))
      name = read.name;
  }
  if (name === '' && address === null) return 'names no computer';
  const group = columns.group < 0 ? '' : (cells[columns.group] ?? '');
  if (group.length > MAX_GROUP) return `${quoted(group)} is longer than ${MAX_GROUP} characters`;
  return { name, address, group, line };
}

interface HostCell {
  readonly name: string;
  readonly address: AddressWords | null;
  readonly fault: string;
}

function addressOf(cell: string): HostCell {
  const wrong = (fault: string): HostCell => ({ name: '', address: null, fault });
  if (cell.includes('/')) return wrong('is a network; list its computers one by one');
  const address = parseAddress(cell);
  if (address === null) return wrong('is not an IP address');
  const [first, ...rest] = address.words;
  const none = first === 0 && rest.every((word) => word === 0);
  if (none || castOf(address.version, first) !== 'unicast')
    return wrong('is not the address of one computer');
  return { name: '', address, fault: '' };
}

/** Letters, digits, hyphens and underscores between dots; Windows paths begin with two backslashes. */
const NAME =
  /^[\p{L}\p{N}_]([\p{L}\p{N}_-]*[\p{L}\p{N}_])?(\.[\p{L}\p{N}_]([\p{L}\p{N}_-]*[\p{L}\p{N}_])?)*$/u;

function nameOf(cell: string): HostCell {
  const name = cell.replace(/^\\\\/, '').replace(/\.$/, '');
  const fits = name.length <= MAX_NAME && NAME.test(name);
  return {
    name: fits ? name : '',
    address: null,
    fault: fits ? '' : 'is neither a host name nor an address',
  };
}
