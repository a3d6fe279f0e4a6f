/**
 * Link addresses (IEEE 802 MAC) as small numbers, so that a flow's record has room for those of both sides. Half of the
 * slots stay empty: a look-up is short whatever a capture holds.
 *
 *   slots: | number | ...      of:  | bytes 0-1 | bytes 2-5 | ...   by number
 */
import { Layer } from '../../decode/packet/packet.js';
import type { Packet } from '../../decode/packet/packet.js';
import { finish, mix, seeded } from './hash.js';

/**
 * Link addresses that are told apart.
 * @reached packets of others count as if they had none
 */
export const MAX_LINKS = 32_767;
const SLOTS = 65_536;
/** Parts of a packet put together from fragments or taken out of a tunnel have no link address of their own. */
const NO_LINK = Layer.Reassembled | Layer.Tunnel;

export class LinkAddresses {
  private readonly slots = new Uint16Array(SLOTS);
  private readonly high = new Uint16Array(MAX_LINKS + 1);
  private readonly low = new Int32Array(MAX_LINKS + 1);
  private count = 0;

  /** The number of the address that sent the packet, from 1 on; 0 = none, or no room for it. */
  senderOf(p: Packet): number {
    const at = p.srcMacAt;
    if (at < 0 || p.layers & NO_LINK) return 0;
    const high = p.view.getUint16(at);
    const low = p.view.getInt32(at + 2);
    let slot = finish(mix(mix(seeded(0), high), low)) & (SLOTS - 1);
    for (;;) {
      const number = this.slots[slot]!;
      if (number === 0) break;
      if (this.low[number] === low && this.high[number] === high) return number;
      slot = (slot + 1) & (SLOTS - 1);
    }
    if (this.count === MAX_LINKS) return 0;
    const number = ++this.count;
    this.slots[slot] = number;
    this.high[number] = high;
    this.low[number] = low;
    return number;
  }

  /** 'aa:bb:cc:dd:ee:ff' */
  text(number: number): string {
    const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
    const whole = hex(this.high[number]!, 4) + hex(this.low[number]! >>> 0, 8);
    return (whole.match(/../g) ?? []).join(':');
  }
}
