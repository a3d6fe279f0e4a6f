/**
 * What was not decoded, by kind: link types that cannot be read, and IP protocols beside TCP, UDP and ICMP. Pairs of
 * hosts that speak IPsec are remembered, since nothing else is seen of them.
 */
import { mayBeUnread } from '../../decode/link/link-type.js';
import { IpProto } from '../../decode/packet/packet.js';
import type { Packet } from '../../decode/packet/packet.js';
import type { AddressWords } from '../record/address.js';

/**
 * Link types that are counted apart.
 * @reached further ones are not named
 */
const MAX_LINK_TYPES = 64;
/**
 * Protocols inside GRE that are counted apart.
 * @reached further ones are not named
 */
const MAX_GRE_TYPES = 64;
/**
 * Pairs of hosts with IPsec that are remembered.
 * @reached further ones are not named
 */
export const MAX_IPSEC_PAIRS = 1024;

export interface IpsecPair {
  readonly a: AddressWords;
  readonly b: AddressWords;
  packets: number;
}

export class Unread {
  /** Frames by link type. */
  readonly linkTypes = new Map<number, number>();
  /** Packets by IP protocol. */
  readonly protocols = new Float64Array(256);
  /** GRE packets by the protocol type of what they carry. */
  readonly greTypes = new Map<number, number>();
  private readonly pairs = new Map<string, IpsecPair>();

  /** A frame in which no IP and no ARP was found. */
  frame(linkType: number): void {
    const known = this.linkTypes.get(linkType);
    if (known !== undefined) this.linkTypes.set(linkType, known + 1);
    else if (this.linkTypes.size < MAX_LINK_TYPES && mayBeUnread(linkType)) this.linkTypes.set(linkType, 1);
  }

  /** An IP packet of another protocol. */
  packet(p: Packet): void {
    this.protocols[p.ipProto & 255]! += 1;
    if (p.ipProto === IpProto.Esp) this.ipsec(p);
    else if (p.ipProto === IpProto.Gre) this.gre(p.greType);
  }

  get ipsecPairs(): readonly IpsecPair[] {
    return [...this.pairs.values()];
  }

  private gre(type: number): void {
    const known = this.greTypes.get(type);
    if (known !== undefined) this.greTypes.set(type, known + 1);
    else if (this.greTypes.size < MAX_GRE_TYPES) this.greTypes.set(type, 1);
  }

  private ipsec(p: Packet): void {
    const src = [p.src0, p.src1, p.src2, p.src3] as const;
    const dst = [p.dst0, p.dst1, p.dst2, p.dst3] as const;
    const [here, there] = [src.join(), dst.join()];
    const key = here < there ? `${here}-${there}` : `${there}-${here}`;
    const known = this.pairs.get(key);
    if (known !== undefined) known.packets++;
    else if (this.pairs.size < MAX_IPSEC_PAIRS) {
      const version = p.ipVersion === 6 ? 6 : 4;
      this.pairs.set(key, { a: { version, words: src }, b: { version, words: dst }, packets: 1 });
    }
  }
}
