/**
 * Fragments that nobody puts together: the first one shows the transport header, the others none. For what looks at
 * single frames out of a capture, where the rest of a datagram is not at hand.
 */
import type { Cursor, Reassembly } from '../packet/cursor.js';
import { Layer } from '../packet/packet.js';
import type { Packet } from '../packet/packet.js';

export class LoneFragments implements Reassembly {
  time = 0;

  /** See `Reassembly`. */
  take(c: Cursor, p: Packet): boolean {
    const isFirst = c.fragment.offset === 0;
    c.firstFragmentOnly = isFirst;
    if (!isFirst) p.layers |= Layer.FragmentPending;
    return isFirst;
  }
}
