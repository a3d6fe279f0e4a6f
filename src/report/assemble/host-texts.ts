/** Addresses and names of flows' ends as text, remembered for the hosts met last: few hosts are in many flows. */
import { ipv4Text } from '../../flow/address.js';
import type { Flow } from '../../flow/flow.js';
import type { HostText } from '../flow-model.js';
import type { HostNames } from './names.js';

/** Hosts of each IP version that are remembered; one more and all are forgotten, which a scan of a whole network does not slow down. */
const MAX_REMEMBERED = 1 << 14;

export class HostTexts {
  private readonly names: HostNames;
  private readonly known = new Map<number, HostText>();
  private readonly known6 = new Map<string, HostText>();

  constructor(names: HostNames) {
    this.names = names;
  }

  /** The host at one end of a flow. */
  of(flow: Flow, side: 0 | 1): HostText {
    if (flow.version === 6) return this.of6(flow.addressText(side));
    const word = flow.addressWord(side, 0);
    const known = this.known.get(word);
    if (known !== undefined) return known;
    if (this.known.size >= MAX_REMEMBERED) this.known.clear();
    const made = this.make(ipv4Text(word), this.known.size);
    this.known.set(word, made);
    return made;
  }

  private of6(ip: string): HostText {
    const known = this.known6.get(ip);
    if (known !== undefined) return known;
    if (this.known6.size >= MAX_REMEMBERED) this.known6.clear();
    const made = this.make(ip, MAX_REMEMBERED + this.known6.size);
    this.known6.set(ip, made);
    return made;
  }

  private make(ip: string, place: number): HostText {
    return { ip, name: this.names.nameOf(ip), place };
  }
}
