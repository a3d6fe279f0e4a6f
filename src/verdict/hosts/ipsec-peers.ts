/**
 * Hosts whose traffic with this server lies in IPsec: ESP (RFC 4303), also behind AH or in UDP 4500 (RFC 3948). Nothing
 * of it can be read, so what was not seen of them was hidden and not left undone.
 */
import { parseAddress } from '../../flow/record/address.js';
import type { AddressWords } from '../../flow/record/address.js';
import { IpProto } from '../../decode/packet/packet.js';
import type { HostTable } from './host-table.js';
import { hostKeyOf } from '../words/host-key.js';
import type { HostKey } from '../words/host-key.js';

/** IPsec through NAT; other datagrams of the port keep a mapping alive or exchange keys. */
const NAT_TRAVERSAL_PORT = 4500;
/** Hosts that are remembered. */
const MAX_PEERS = 1024;

/** A pair of hosts between which ESP was seen. */
export interface EspPair {
  readonly a: AddressWords;
  readonly b: AddressWords;
}

export function ipsecPeers(
  pairs: Iterable<EspPair>,
  ends: HostTable,
  server: ReadonlySet<HostKey>,
): ReadonlySet<HostKey> {
  const peers = new Set<HostKey>();
  const add = (one: HostKey, other: HostKey): void => {
    if (server.has(one) && !server.has(other) && peers.size < MAX_PEERS) peers.add(other);
  };
  for (const { a, b } of pairs) {
    add(hostKeyOf(a), hostKeyOf(b));
    add(hostKeyOf(b), hostKeyOf(a));
  }
  const { orig, resp, ports, protocols } = ends;
  for (let id = 0; id < ports.length; id++) {
    if (protocols[id] !== IpProto.Udp || (ports[id]! & 0xffff) !== NAT_TRAVERSAL_PORT) continue;
    const [from, to] = [ends.keyOf(orig[id]!), ends.keyOf(resp[id]!)];
    add(from, to);
    add(to, from);
  }
  return peers;
}

/** The first three bytes of an IPv4 address, the first four groups of an IPv6 address. */
function networkOf(key: HostKey): string {
  if (typeof key === 'number') return String(key >>> 8);
  const words = parseAddress(key)?.words;
  return words === undefined ? key : `${words[0]}:${words[1]}`;
}

/**
 * Those that stand among the computers that are monitored: nothing else tells a computer that speaks IPsec alone from
 * the far end of a tunnel.
 */
export function amongComputers(peers: ReadonlySet<HostKey>, computers: readonly HostKey[]): HostKey[] {
  if (peers.size === 0) return [];
  const networks = new Set(computers.map(networkOf));
  return [...peers].filter((peer) => networks.has(networkOf(peer)));
}
