/**
 * Addresses and names of flows' ends as text, remembered from the second time on that a host is met: few hosts are in
 * many flows. A scan meets a million hosts once, and what is remembered of them would only wait for the collector.
 */
import { ipv4Text } from '../../../flow/record/address.js';
import type { Flow } from '../../../flow/flow.js';
import type { HostText } from '../../model/flow-model.js';
import { NO_PLACE } from '../../model/flow-model.js';
import type { HostNames } from '../input/names.js';

/** Hosts of each IP version that are remembered; one more and all are forgotten. */
const MAX_REMEMBERED = 1 << 14;
/** Addresses that were met once, by their hash; another with the same hash takes the place. A power of two. */
const MET_BITS = 14;

export class HostTexts {
  private readonly names: HostNames;
  private readonly known = new Map<number, HostText>();
  private readonly known6 = new Map<string, HostText>();
  private readonly met = new Int32Array(1 << MET_BITS);

  constructor(names: HostNames) {
    this.names = names;
  }

  /** The host at one end of a flow. */
  of(flow: Flow, side: 0 | 1): HostText {
    if (flow.version === 6) return this.of6(flow, side);
    const word = flow.addressWord(side, 0);
    const known = this.known.get(word);
    if (known !== undefined) return known;
    if (this.isNew(word)) return this.make(ipv4Text(word), NO_PLACE);
    if (this.known.size >= MAX_REMEMBERED) this.known.clear();
    const made = this.make(ipv4Text(word), this.known.size);
    this.known.set(word, made);
    return made;
  }

  private of6(flow: Flow, side: 0 | 1): HostText {
    const ip = flow.addressText(side);
    const known = this.known6.get(ip);
    if (known !== undefined) return known;
    if (this.isNew(flow.addressWord(side, 3) ^ flow.addressWord(side, 1))) return this.make(ip, NO_PLACE);
    if (this.known6.size >= MAX_REMEMBERED) this.known6.clear();
    const made = this.make(ip, MAX_REMEMBERED + this.known6.size);
    this.known6.set(ip, made);
    return made;
  }

  /** Whether this is likely the first time; from now on it is not. */
  private isNew(word: number): boolean {
    const at = Math.imul(word, 0x9e3779b1) >>> (32 - MET_BITS);
    if (this.met[at] === word) return false;
    this.met[at] = word;
    return true;
  }

  private make(ip: string, place: number): HostText {
    return { ip, name: this.names.nameOf(ip), place };
  }
}
