/** Where everything that teaches names hands them in: repeats are told apart here, so each fact is one. */
import type { Origin, Side } from './dissector.js';
import { factText, seenAt } from './facts.js';
import type { Facts, NameSource } from './facts.js';
import { LookupTracker } from './lookups.js';

/** Names that are remembered as taught; when they are full, all are forgotten and repeats are facts again. */
export const MAX_TAUGHT = 65_536;

/** Longest name in presentation form (RFC 1035 §2.3.4). */
export const MAX_NAME_LENGTH = 255;

/** The addresses of a connection as text, made only when a name is to be taught. */
export interface Ends {
  /** 0 = originator's, 1 = responder's address. */
  text(side: Side): string;
}

/** One for each analysis, shared by all dissectors and the datagram recogniser. */
export class Learner {
  readonly facts: Facts;
  readonly lookups: LookupTracker;
  private readonly taught = new Set<string>();

  constructor(facts: Facts) {
    this.facts = facts;
    this.lookups = new LookupTracker(facts);
  }

  /** Teaches that `address` is called `name`. A name that is none (empty, an address, too long) is left out. */
  learn(address: string, name: string, source: NameSource, from: Origin): void {
    if (name === '' || name.length > MAX_NAME_LENGTH || isAddressText(name) || !isHostAddress(address))
      return;
    const key = `${source} ${address} ${name}`;
    if (this.taught.has(key)) return;
    if (this.taught.size >= MAX_TAUGHT) this.taught.clear();
    if (this.facts.names.add({ address, name: factText(name), source, ...seenAt(from) }))
      this.taught.add(key);
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
