/** How many packets were dropped for which reason at which place. */
import type { FileFacts } from '../../frames/file-facts.js';
import type { TraceDrop } from '../../frames/trace-facts.js';
import { EtlLimit } from '../../bytes/limits.js';
import { MAX_DROP_KINDS } from '../trace/limits.js';

export class DropTally {
  readonly #counts = new Map<number, Map<number, number>>();
  readonly #facts: FileFacts;
  #kinds = 0;

  constructor(facts: FileFacts) {
    this.#facts = facts;
  }

  add(reason: number, location: number): void {
    let places = this.#counts.get(reason);
    if (places === undefined) {
      if (this.#kinds >= MAX_DROP_KINDS) return this.#facts.reached(EtlLimit.DropKinds);
      places = new Map<number, number>();
      this.#counts.set(reason, places);
    }
    const known = places.get(location);
    if (known === undefined) {
      if (this.#kinds >= MAX_DROP_KINDS) return this.#facts.reached(EtlLimit.DropKinds);
      this.#kinds++;
    }
    places.set(location, (known ?? 0) + 1);
  }

  /** The most frequent first. */
  list(texts: ReadonlyMap<number, string>): TraceDrop[] {
    const list: TraceDrop[] = [];
    for (const [reason, places] of this.#counts) {
      const text = texts.get(reason) ?? '';
      for (const [location, count] of places) list.push({ reason, location, text, count });
    }
    return list.sort((a, b) => b.count - a.count || a.reason - b.reason || a.location - b.location);
  }
}
