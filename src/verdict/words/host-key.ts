/** One host's key among all of a capture. */
import type { AddressWords } from '../../flow/record/address.js';
import { ipv4Text, ipv6Text } from '../../flow/record/address.js';
import type { Flow } from '../../flow/flow.js';

/** One host's key: IPv4 as its word, IPv6 as text. */
export type HostKey = number | string;

export function hostKey(flow: Flow, side: number): HostKey {
  if (flow.version === 4) return flow.addressWord(side, 0);
  return flow.addressText(side);
}

export function hostKeyText(key: HostKey): string {
  return typeof key === 'number' ? ipv4Text(key) : key;
}

export function hostKeyOf(address: AddressWords): HostKey {
  const [a, b, c, d] = address.words;
  return address.version === 4 ? a : ipv6Text(a, b, c, d);
}
