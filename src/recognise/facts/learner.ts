/** Where everything that teaches names hands them in: repeats are told apart here, so each fact is one. */
import type { Side } from './dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { factText, seenAt } from './facts.js';
import type { Facts, NameSource } from './facts.js';
import { LookupTracker } from './lookups.js';

/**
 * Names that are remembered as taught.
 * @reached all are forgotten: repeats are facts again
 */
export const MAX_TAUGHT = 65_536;

const SOURCE_BIT: Readonly<Record<NameSource, number>> = {
  dns: 1,
  nbns: 2,
  mdns: 4,
  llmnr: 8,
  ntlm: 16,
  kerberos: 32,
  dhcp: 64,
  tls_sni: 128,
  netbios_dgm: 256,
  capture: 512,
};

/** Longest name in presentation form (RFC 1035 §2.3.4). */
export const MAX_NAME_LENGTH = 255;

/** The addresses of connections as text, made only when a name is to be taught. */
export interface AddressPair {
  /** 0 = originator's, 1 = responder's address. */
  text(side: Side, flow: number): string;
}

/** One for each analysis, shared by all dissectors and the datagram recogniser. */
export class Learner {
  readonly facts: Facts;
  readonly lookups: LookupTracker;
  /** By address and name the bits of the sources that taught it. */
  private readonly taught = new Map<string, Map<string, number>>();
  private taughtCount = 0;

  constructor(facts: Facts) {
    this.facts = facts;
    this.lookups = new LookupTracker(facts);
  }

  /** Teaches that `address` is called `name`. A name that is none (empty, an address, too long) is left out. */
  learn(address: string, name: string, source: NameSource, from: Origin): void {
    if (name === '') return;
    const known = this.taught.get(address);
    const sources = known?.get(name) ?? 0;
    const bit = SOURCE_BIT[source];
    if ((sources & bit) !== 0) return;
    if (name.length > MAX_NAME_LENGTH || isAddressText(name) || !isHostAddress(address)) return;
    const isFull = this.taughtCount >= MAX_TAUGHT;
    if (isFull) {
      this.taught.clear();
      this.taughtCount = 0;
    }
    if (!this.facts.names.add({ address, name: factText(name), source, ...seenAt(from) })) return;
    this.taughtCount++;
    if (known !== undefined && !isFull) known.set(name, sources | bit);
    else this.taught.set(address, new Map([[name, bit]]));
  }

  /** The capture is over at `sec`: look-ups that are old enough count as unanswered. */
  finish(sec: number): void {
    this.lookups.finish(sec);
  }
}

function isAddressText(name: string): boolean {
  return /^[0-9.]+$/.test(name) || name.includes(':');
}

/** Neither unspecified nor the same for everybody. */
function isHostAddress(address: string): boolean {
  if (address === '' || address === '0.0.0.0' || address === '255.255.255.255') return false;
  return address !== '::' && !/^(22[4-9]|23\d)\./.test(address) && !/^ff[0-9a-f]{2}:/.test(address);
}
