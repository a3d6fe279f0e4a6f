/**
 * The interfaces of this machine: as the capture programs list them (`dumpcap -D -M`, `tcpdump -D`), else as the
 * system does. Their numbers are those of the programs' own lists, which count alike.
 */
import { execFile } from 'node:child_process';
import os from 'node:os';
import { CaptureError } from '../../frames/frame.js';
import { oneLine } from '../programs/diagnosis.js';
import { interfaceState, linuxNames } from './interface-state.js';
import type { InterfaceState } from './interface-state.js';
import { MESSAGE_ENVIRONMENT } from '../programs/programs.js';

export interface NetworkInterface {
  /** Counted from 1, as it is listed. */
  readonly index: number;
  /** What a capture program calls it, such as eth0 or \Device\NPF_{GUID}. */
  readonly name: string;
  /** What the system calls it; the same as `name` but on Windows. */
  readonly friendlyName: string;
  /** '' = none. */
  readonly description: string;
  readonly addresses: readonly string[];
  readonly state: InterfaceState;
  readonly loopback: boolean;
  /** Something else that libpcap lists too: Bluetooth, USB, D-Bus, the firewall's queues. */
  readonly pseudo: boolean;
}

/** A capture program is given so long to list the interfaces, in milliseconds, and so much room, in bytes. */
const LIST_MILLISECONDS = 10_000;
const MAX_LIST_BYTES = 1 << 20;
/** Names of libpcap's modules for what is no network interface; on Linux the system itself knows too. */
const PSEUDO_NAME = /^(bluetooth\d*|bluetooth-monitor|usbmon\d+|nflog|nfqueue|dbus-\w+|\\\\\.\\USBPcap\d+)$/;
/** Interfaces that are named in an error. */
const MAX_NAMED = 12;

export interface ListingPrograms {
  /** Path of a program that may be run; null = not here. */
  readonly dumpcap: string | null;
  readonly tcpdump: string | null;
}

/** Lists the interfaces; never rejects. */
export async function listInterfaces(programs: ListingPrograms): Promise<readonly NetworkInterface[]> {
  const { dumpcap, tcpdump } = programs;
  let rows: readonly Listed[] = [];
  if (dumpcap !== null) rows = dumpcapRows(await outputOf(dumpcap, ['-D', '-M']));
  if (rows.length === 0 && tcpdump !== null) rows = tcpdumpRows(await outputOf(tcpdump, ['-D']));
  if (rows.length === 0) rows = systemRows();
  const system = os.networkInterfaces();
  return rows.map((row, at) => {
    const known = system[row.friendlyName];
    const state = interfaceState(row.name, row.friendlyName);
    const pseudo = state === 'gone' || PSEUDO_NAME.test(row.name);
    return {
      ...row,
      pseudo,
      index: at + 1,
      addresses: known === undefined ? row.addresses : known.map(({ address }) => address),
      loopback: row.loopback || known?.[0]?.internal === true,
      state: pseudo ? 'unknown' : state,
    };
  });
}

type Listed = Omit<NetworkInterface, 'index' | 'state' | 'pseudo'>;

/** "1. NAME \t vendor's description \t friendly name \t type \t addresses \t loopback|network \t ...". */
export function dumpcapRows(text: string): readonly Listed[] {
  return text
    .split(/\r?\n/)
    .map((line) => /^\d+\. (.+)$/.exec(line)?.[1]?.split('\t'))
    .filter((cells) => cells !== undefined)
    .map(([name = '', vendor = '', friendly = '', , addresses = '', kind = '']) => ({
      name,
      friendlyName: name.startsWith('\\Device\\') && friendly !== '' ? oneLine(friendly) : name,
      description: oneLine(vendor === '' && friendly !== name ? friendly : vendor),
      addresses: addresses.split(',').filter((address) => address !== ''),
      loopback: kind === 'loopback',
    }));
}

/** "1.eth0 (description) [Up, Running, Loopback]". */
export function tcpdumpRows(text: string): readonly Listed[] {
  return text
    .split(/\r?\n/)
    .map((line) => /^\d+\.(\S+)(?: \((.*)\))?(?: \[(.*)\])?$/.exec(line))
    .filter((found) => found !== null)
    .map(([, name = '', description = '', flags = '']) => ({
      name,
      friendlyName: name,
      description: oneLine(description),
      addresses: [],
      loopback: flags.includes('Loopback'),
    }));
}

function systemRows(): readonly Listed[] {
  const system = os.networkInterfaces();
  const names = new Set([...Object.keys(system), ...linuxNames()]);
  return [...names].map((name) => ({
    name,
    friendlyName: name,
    description: '',
    addresses: [],
    loopback: system[name]?.[0]?.internal === true,
  }));
}

function outputOf(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const options = { timeout: LIST_MILLISECONDS, maxBuffer: MAX_LIST_BYTES, windowsHide: true };
    execFile(
      file,
      [...args],
      { ...options, env: { ...process.env, ...MESSAGE_ENVIRONMENT } },
      (_error, stdout) => {
        resolve(stdout);
      },
    );
  });
}

/**
 * The interfaces that words of a command line mean: names, numbers of the list, or addresses.
 * @throws CaptureError for a word that means none, with the names that there are.
 */
export function resolveInterfaces(
  words: readonly string[],
  known: readonly NetworkInterface[],
): readonly NetworkInterface[] {
  const found = words.map((word) => {
    const lower = word.toLowerCase();
    const one =
      known.find(({ name, friendlyName }) => name === word || friendlyName === word) ??
      known.find(({ index }) => String(index) === word) ??
      known.find(({ addresses }) => addresses.some((address) => address.toLowerCase() === lower)) ??
      known.find(({ name, friendlyName }) => [name, friendlyName].some((one) => one.toLowerCase() === lower));
    if (one === undefined) throw unknownInterface(word, known);
    return one;
  });
  return [...new Set(found)];
}

function unknownInterface(word: string, known: readonly NetworkInterface[]): CaptureError {
  const real = known.filter(({ pseudo }) => !pseudo);
  const near = real.filter(({ friendlyName }) => alike(friendlyName, word));
  const meant = near.length === 1 ? ` - did you mean "${near[0]?.friendlyName ?? ''}"?` : '';
  const names = real.slice(0, MAX_NAMED).map(({ index, friendlyName }) => `${index} ${friendlyName}`);
  const more = real.length > MAX_NAMED ? `, and ${real.length - MAX_NAMED} more` : '';
  const list = real.length === 0 ? 'none can be listed' : `there are: ${names.join(', ')}${more}`;
  return new CaptureError(
    word,
    0,
    `there is no interface "${oneLine(word)}"${meant}; ${list}; "portwitness interfaces" tells more`,
  );
}

/** Same but for case, or one of them with one character more or less at its end, or another number. */
function alike(name: string, word: string): boolean {
  const [a, b] = [name.toLowerCase(), word.toLowerCase()];
  return a.replace(/\d+$/, '') === b.replace(/\d+$/, '') || a.startsWith(b) || b.startsWith(a);
}

/**
 * The interface that is captured when none is named: the first that is up, is no loopback and has an address.
 * Null when there is none.
 */
export function usualInterface(known: readonly NetworkInterface[]): NetworkInterface | null {
  return (
    known.find(({ state, loopback, addresses }) => state === 'up' && !loopback && addresses.length > 0) ??
    null
  );
}
