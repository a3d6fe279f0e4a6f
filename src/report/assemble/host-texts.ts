/** Addresses and names of flows' ends as text, remembered for the hosts met last: few hosts are in many flows. */
import { ipv4Text } from '../../flow/address.js';
import type { Flow } from '../../flow/flow.js';
import type { HostNames } from './names.js';

/** IPv4 hosts remembered; one more and all are forgotten, which a scan of a whole network does not slow down. */
const MAX_REMEMBERED = 1 << 14;

/** An address with the name that is known for it, '' = none. */
export interface HostText {
  readonly ip: string;
  readonly name: string;
}

export class HostTexts {
  private readonly names: HostNames;
  private readonly known = new Map<number, HostText>();

  constructor(names: HostNames) {
    this.names = names;
  }

  /** The host at one end of a flow. */
  of(flow: Flow, side: 0 | 1): HostText {
    if (flow.version === 6) return this.make(flow.addressText(side));
    const word = flow.addressWord(side, 0);
    const known = this.known.get(word);
    if (known !== undefined) return known;
    const made = this.make(ipv4Text(word));
    if (this.known.size >= MAX_REMEMBERED) this.known.clear();
    this.known.set(word, made);
    return made;
  }

  private make(ip: string): HostText {
    return { ip, name: this.names.nameOf(ip) };
  }
}
