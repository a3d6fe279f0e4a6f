/** Whether an interface is there and up, and what its adapter dropped, as the system itself says. */
import { readFileSync, readdirSync } from 'node:fs';
import os from 'node:os';

/** 'unknown': the system does not say, as for the pseudo-interface 'any'. */
export type InterfaceState = 'up' | 'down' | 'gone' | 'unknown';

const LINUX_INTERFACES = '/sys/class/net';
/** linux/if.h */
const IFF_UP = 1;

/**
 * The state of one interface. `friendlyName` is what the system calls it where the capture library has another
 * name (Windows).
 */
export function interfaceState(
  name: string,
  friendlyName = name,
  platform: NodeJS.Platform = process.platform,
): InterfaceState {
  if (name === 'any') return 'unknown';
  if (platform === 'linux') return linuxState(name);
  // Systems without such files list only interfaces that are up and have an address.
  return os.networkInterfaces()[friendlyName] === undefined ? 'down' : 'up';
}

function linuxState(name: string): InterfaceState {
  const flags = Number(linuxFile(name, 'flags'));
  if (!Number.isInteger(flags) || flags === 0) return linuxNames().includes(name) ? 'unknown' : 'gone';
  if ((flags & IFF_UP) === 0) return 'down';
  const state = linuxFile(name, 'operstate');
  return state === 'down' || state === 'lowerlayerdown' || state === 'notpresent' ? 'down' : 'up';
}

/** The interfaces that Linux has, '' elsewhere. */
export function linuxNames(): readonly string[] {
  try {
    return readdirSync(LINUX_INTERFACES);
  } catch {
    return [];
  }
}

/** Packets that the adapter itself lost since it is there, as libpcap counts them; null = the system does not say. */
export function adapterDrops(name: string): number | null {
  if (process.platform !== 'linux' || name === 'any') return null;
  const missed = Number(linuxFile(name, 'statistics/rx_missed_errors') || NaN);
  const overrun = Number(linuxFile(name, 'statistics/rx_fifo_errors') || NaN);
  return Number.isFinite(missed) && Number.isFinite(overrun) ? missed + overrun : null;
}

function linuxFile(name: string, file: string): string {
  if (name === '' || name.includes('/') || name === '.' || name === '..') return '';
  try {
    return readFileSync(`${LINUX_INTERFACES}/${name}/${file}`, 'latin1').trim();
  } catch {
    return '';
  }
}
