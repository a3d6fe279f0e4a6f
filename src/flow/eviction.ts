/** Which flow gives way when the table is full: the one of the least worth, and of those the least recently used. */
import { Field, FlowFlag } from './record/record.js';
import type { Records, Slab } from './record/record.js';

/** How many flows are looked at for one to evict, and how many when none of the first was of the least worth. */
const EVICTION_SAMPLE = 32;
const EVICTION_SEARCH = 128;

/** What is lost with a flow. A scan is of the first two kinds. */
const Worth = { Unanswered: 0, Refused: 1, Conversation: 2 } as const;

/**
 * Looks at the next few of `count` records, all in use, from `from` on, and longer while all are pinned.
 * @returns the flow to evict, and where to look from the next time
 */
export function chooseVictim(
  records: Records,
  count: number,
  from: number,
): { readonly id: number; readonly next: number } {
  let chosen = -1;
  let chosenWorth = Infinity;
  let chosenSec = Infinity;
  let looked = 0;
  let free = 0;
  for (; looked < count; looked++) {
    const enough = chosenWorth === Worth.Unanswered ? EVICTION_SAMPLE : EVICTION_SEARCH;
    if (free >= enough) break;
    const id = (from + looked) % count;
    const slab = records.of(id);
    const b = records.at(id);
    if (slab.i32[b + Field.Flags]! & FlowFlag.Pinned) continue;
    free++;
    const worth = worthOf(slab, b);
    const last = slab.i32[b + Field.LastSec]! >>> 0;
    if (worth < chosenWorth || (worth === chosenWorth && last < chosenSec)) {
      chosen = id;
      chosenWorth = worth;
      chosenSec = last;
    }
  }
  return { id: chosen < 0 ? from : chosen, next: (from + looked) % count };
}

function worthOf(slab: Slab, b: number): number {
  const r = slab.i32;
  if (r[b + Field.RespPackets] === 0 || r[b + Field.OrigPackets] === 0) return Worth.Unanswered;
  const spoke = r[b + Field.HandshakeTime]! >= 0 || slab.f64[(b + Field.RespPayload) >> 1]! > 0;
  return spoke ? Worth.Conversation : Worth.Refused;
}
