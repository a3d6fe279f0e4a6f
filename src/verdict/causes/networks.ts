/**
 * Networks whose computers all fail: the prefixes that hold failing computers only. Nobody tells the netmasks, so they
 * are found between the failing addresses and the working ones: from /16 downwards (IPv6: /64 alone) a prefix is divided
 * until its part holds no working computer.
 */
import { ipv4Text } from '../../flow/record/address.js';
import type { HostKey } from '../words/host-key.js';

const SHORTEST = 16;
/** What most networks have: a prefix is not made longer than this without need. */
const USUAL = 24;
const LONGEST = 30;
/** Computers that make a network. */
export const MIN_IN_NETWORK = 2;

export interface Network {
  /** '10.21.1.0/24', 'fd00:1::/64'. */
  readonly prefix: string;
  readonly hosts: readonly HostKey[];
}

/** The first four groups of an IPv6 address in its short form. */
export function firstGroupsOf(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? 0 : tail.split(':').length;
  while (groups.length < Math.min(4, 8 - after)) groups.push('0');
  return groups.slice(0, 4);
}

/** The /64 of an IPv6 address, without zeros at its end. */
export function prefix64(address: string): string {
  const kept = firstGroupsOf(address);
  while (kept.at(-1) === '0') kept.pop();
  return `${kept.join(':')}::/64`;
}

function mask(length: number): number {
  return (0xffffffff << (32 - length)) >>> 0;
}

/** Bits that all of some ascending addresses share. */
function commonLength(sorted: readonly number[]): number {
  const differ = (sorted[0]! ^ sorted.at(-1)!) >>> 0;
  return Math.clz32(differ);
}

/** The addresses of an ascending list that lie in a prefix. */
function within(sorted: readonly number[], base: number, length: number): readonly number[] {
  const bits = mask(length);
  return sorted.filter((word) => (word & bits) >>> 0 === base);
}

/** @param base the prefix's first address */
function divide(
  failing: readonly number[],
  working: readonly number[],
  base: number,
  length: number,
  found: Network[],
): void {
  if (failing.length < MIN_IN_NETWORK) return;
  if (working.length === 0) {
    const least = Math.max(length, Math.min(commonLength(failing), Math.max(length, USUAL)));
    const first = (failing[0]! & mask(least)) >>> 0;
    found.push({ prefix: `${ipv4Text(first)}/${least}`, hosts: failing });
    return;
  }
  if (length >= LONGEST) return;
  const next = length + 1;
  for (const part of [base, (base | (1 << (32 - next))) >>> 0]) {
    divide(within(failing, part, next), within(working, part, next), part, next, found);
  }
}

function ipv4Networks(failing: readonly number[], working: readonly number[]): Network[] {
  const ascending = (a: number, b: number): number => a - b;
  const bad = [...failing].sort(ascending);
  const good = [...working].sort(ascending);
  const found: Network[] = [];
  for (const base of new Set(bad.map((word) => (word & mask(SHORTEST)) >>> 0))) {
    divide(within(bad, base, SHORTEST), within(good, base, SHORTEST), base, SHORTEST, found);
  }
  return found;
}

function ipv6Networks(failing: readonly string[], working: readonly string[]): Network[] {
  const alive = new Set(working.map(prefix64));
  const members = new Map<string, string[]>();
  for (const address of failing) {
    const prefix = prefix64(address);
    if (alive.has(prefix)) continue;
    const known = members.get(prefix);
    if (known === undefined) members.set(prefix, [address]);
    else known.push(address);
  }
  return [...members]
    .filter(([, hosts]) => hosts.length >= MIN_IN_NETWORK)
    .map(([prefix, hosts]) => ({ prefix, hosts }));
}

/**
 * Networks of at least two failing computers and none that works. Keys that are no addresses (names that led nowhere)
 * are in no network.
 */
export function failingNetworks(failing: readonly HostKey[], working: readonly HostKey[]): Network[] {
  const numbers = (keys: readonly HostKey[]) => keys.filter((key) => typeof key === 'number');
  const texts = (keys: readonly HostKey[]) =>
    keys.filter(
      (key) => typeof key === 'string' && key.includes(':') && !key.startsWith('name:'),
    ) as string[];
  return [
    ...ipv4Networks(numbers(failing), numbers(working)),
    ...ipv6Networks(texts(failing), texts(working)),
  ];
}
