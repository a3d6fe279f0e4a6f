/**
 * Look-ups of names that were asked and what became of them. A name counts as failed when an error was the last
 * word, or when nobody answered in time; an answer to a repeat, or from another server, makes it good.
 *
 *   asked ── answer ─> forgotten
 *     └── error, or nothing for LOOKUP_SECONDS ─> facts.failedLookups
 */
import type { Origin } from '../../flow/record/origin.js';
import { factText, seenAt } from './facts.js';
import type { Facts, NameSource, SeenIn } from './facts.js';

/** Packet time after which a look-up is over: Windows asks a server up to five times within 10 s. */
export const LOOKUP_SECONDS = 12;
/** At the end of a capture, a look-up younger than this may still have been answered. */
export const GRACE_SECONDS = 3;
/**
 * Look-ups of names that are open at once.
 * @reached the oldest is given up without a fact
 */
export const MAX_LOOKUPS = 8_192;
/**
 * Failed look-ups that are remembered.
 * @reached all are forgotten: a repeat is a fact again
 */
const MAX_REMEMBERED = 16_384;
/** Transaction ids of one look-up: the repeats of one client. */
const MAX_IDS = 8;

interface Lookup {
  readonly seen: SeenIn;
  readonly client: string;
  readonly name: string;
  readonly source: NameSource;
  readonly ids: number[];
  /** Packet time of the last question, in seconds. */
  sec: number;
  error: string;
}

/** Matches answers to questions by client, name and id. */
export class LookupTracker {
  private readonly facts: Facts;
  /** By `keyOf`, the oldest first. */
  private readonly open = new Map<string, Lookup>();
  private readonly remembered = new Set<string>();
  private lastSec = 0;

  constructor(facts: Facts) {
    this.facts = facts;
  }

  /** Look-ups that wait for an answer. */
  get size(): number {
    return this.open.size;
  }

  /** `client` (an address) asks for `name`. */
  asked(client: string, name: string, source: NameSource, id: number, from: Origin): void {
    this.advance(from.sec);
    const key = keyOf(client, name, source);
    const known = this.open.get(key);
    if (known !== undefined) {
      known.sec = from.sec;
      if (!known.ids.includes(id) && known.ids.length < MAX_IDS) known.ids.push(id);
      return;
    }
    if (this.open.size >= MAX_LOOKUPS) {
      const oldest = this.open.keys().next();
      if (oldest.done !== true) this.open.delete(oldest.value);
      this.facts.weird('limit: open name look-ups');
    }
    const text = factText(name);
    this.open.set(key, {
      seen: seenAt(from),
      client,
      name: text,
      source,
      ids: [id],
      sec: from.sec,
      error: '',
    });
  }

  /**
   * Something came back to `client`. `error` is '' for a success. Answers that nobody asked for, as far as was
   * seen, are left aside. `id` -1 = the protocol has none (mDNS).
   */
  answered(client: string, name: string, source: NameSource, id: number, error: string, from: Origin): void {
    this.advance(from.sec);
    const key = keyOf(client, name, source);
    const lookup = this.open.get(key);
    if (lookup === undefined || (id >= 0 && !lookup.ids.includes(id))) return;
    if (error === '') this.open.delete(key);
    else lookup.error = error;
  }

  /** An answer to `client` came whose name could not be read: what it asked with this id is left aside. */
  answeredUnread(client: string, id: number): void {
    for (const [key, lookup] of this.open) {
      if (lookup.client === client && lookup.ids.includes(id)) this.open.delete(key);
    }
  }

  /** Answers to `client` may have been missed. */
  forget(client: string): void {
    for (const [key, lookup] of this.open) if (lookup.client === client) this.open.delete(key);
  }

  /** Ends all look-ups that had time enough until `sec`. */
  finish(sec: number): void {
    for (const [key, lookup] of this.open) {
      if (lookup.error !== '' || sec - lookup.sec >= GRACE_SECONDS) this.fail(lookup);
      this.open.delete(key);
    }
  }

  /** Ends the look-ups that are too old at `sec`; looks at each second once, and at the oldest first. */
  private advance(sec: number): void {
    if (sec <= this.lastSec) return;
    this.lastSec = sec;
    for (const [key, lookup] of this.open) {
      if (sec - lookup.seen.sec < LOOKUP_SECONDS) return;
      if (sec - lookup.sec < LOOKUP_SECONDS) continue;
      this.open.delete(key);
      this.fail(lookup);
    }
  }

  private fail(lookup: Lookup): void {
    const { seen, name, source } = lookup;
    const error = lookup.error === '' ? 'no answer' : lookup.error;
    const key = `${error} ${keyOf(lookup.client, name, source)}`;
    if (this.remembered.has(key)) return;
    if (this.remembered.size >= MAX_REMEMBERED) this.remembered.clear();
    this.remembered.add(key);
    this.facts.failedLookups.add({ name, source, error, ...seen });
  }
}

/** Names are compared without regard to case (RFC 1035 §2.3.3). */
function keyOf(client: string, name: string, source: NameSource): string {
  return `${source} ${client} ${name.toLowerCase()}`;
}
