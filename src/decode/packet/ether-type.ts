/**
 * EtherTypes and what follows them (IEEE 802 numbers registry; IEEE 802.3 §3.2.6 for the length meaning).
 */
import { Next, type Cursor } from './cursor.js';

/** EtherTypes used by name. */
export const EtherType = {
  Ipv4: 0x0800,
  Arp: 0x0806,
  TransparentEthernet: 0x6558,
  /** Reverse ARP, RFC 903: the format of ARP with operations of its own. */
  ReverseArp: 0x8035,
  Vlan: 0x8100,
  Ipv6: 0x86dd,
  Ppp: 0x880b,
  MplsUnicast: 0x8847,
  MplsMulticast: 0x8848,
  PppoeSession: 0x8864,
  ProviderBridge: 0x88a8,
  /** IEEE 802.1ah backbone service instance tag. */
  Pbb: 0x88e7,
  VnTag: 0x8926,
  /** QinQ before it was standardised. */
  QinQ9100: 0x9100,
  QinQ9200: 0x9200,
} as const;

const SMALLEST_ETHER_TYPE = 0x0600;
const LARGEST_LENGTH = 1500;

/** The protocol that an EtherType announces; `Next.Done` when it is not one that can carry IP. */
export function etherTypeNext(type: number): Next {
  switch (type) {
    case EtherType.Ipv4:
      return Next.Ipv4;
    case EtherType.Ipv6:
      return Next.Ipv6;
    case EtherType.Arp:
    case EtherType.ReverseArp:
      return Next.Arp;
    case EtherType.Vlan:
    case EtherType.ProviderBridge:
    case EtherType.QinQ9100:
    case EtherType.QinQ9200:
      return Next.Vlan;
    case EtherType.MplsUnicast:
    case EtherType.MplsMulticast:
      return Next.Mpls;
    case EtherType.PppoeSession:
      return Next.Pppoe;
    case EtherType.Pbb:
      return Next.Pbb;
    case EtherType.VnTag:
      return Next.VnTag;
    case EtherType.TransparentEthernet:
      return Next.Ethernet;
    case EtherType.Ppp:
      return Next.Ppp;
    default:
      return Next.Done;
  }
}

/** What follows a type/length field that ends at the cursor; a length also cuts off the padding. */
export function typeOrLengthNext(c: Cursor, typeOrLength: number): Next {
  if (typeOrLength >= SMALLEST_ETHER_TYPE) return etherTypeNext(typeOrLength);
  if (typeOrLength > LARGEST_LENGTH) return Next.Done;
  c.narrow(typeOrLength);
  return Next.Llc;
}

/**
 * Whether an Ethernet frame seems to stand at `at`: its type is one that is decoded, or a length that fits.
 * `len` is its length on the wire; what was not captured does not look like anything.
 */
export function looksLikeEthernet(view: DataView, at: number, end: number, len: number): boolean {
  if (end - at < 14) return false;
  const typeOrLength = view.getUint16(at + 12);
  if (typeOrLength >= SMALLEST_ETHER_TYPE) return etherTypeNext(typeOrLength) !== Next.Done;
  return typeOrLength >= 3 && typeOrLength <= len - 14;
}
