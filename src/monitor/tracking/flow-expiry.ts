/**
 * Flows leave: those that are over and were judged, unless something still refers to them. What they told stays
 * in counts, so that every total remains true.
 */
import { EndpointState } from '../../flow/record/conn-state.js';
import { Flow } from '../../flow/flow.js';
import type { FlowTable } from '../../flow/table.js';
import { FlowFlag } from '../../flow/record/record.js';
import { ICMP_IDLE_SECONDS, TCP_IDLE_SECONDS, UDP_IDLE_SECONDS } from '../../flow/tcp/restart.js';
import type { Facts } from '../../recognise/facts/facts.js';
import { countReportFlow, noFlows } from '../../report/assemble/verdicts/totals.js';
import type { FlowCounts } from '../../report/assemble/input/counts.js';
import { unexpectedKey } from '../../report/assemble/flows/unexpected.js';
import type { UnexpectedGroup } from '../../report/assemble/input/counts.js';
import type { Judgement } from '../../verdict/judge/judge.js';
import { MAPPER_PORT } from '../../verdict/words/words.js';
import type { RetiredEvidence } from '../../verdict/judge/retired-evidence.js';
import type { EvidenceListener } from '../../verdict/judge/evidence-evaluator.js';

/** A connection that both sides closed or one reset may still get a late RST or a repeated SYN, seconds. */
export const CLOSED_LINGER_SECONDS = 10;
/** A SYN without an answer is repeated for up to 127 s (Linux: six times, doubling from 1 s). */
export const SILENT_IDLE_SECONDS = 130;
/** One side has closed. */
export const HALF_CLOSED_IDLE_SECONDS = 300;
/**
 * Flows that named a port stay, for they explain others: those of the latest so many names.
 * @reached older ones leave
 */
export const MAX_MAPPER_FLOWS = 20_000;
/**
 * Flows that stay because a right was refused on them: the latest of so many.
 * @reached older ones leave
 */
export const MAX_DENIED_FLOWS = 1000;
/**
 * Flows that stay because a name was looked up on them in vain: the latest of so many.
 * @reached older ones leave
 */
export const MAX_LOOKUP_FLOWS = 1000;
/**
 * Groups of unexpected flows that are remembered, each by one flow that stays.
 * @reached further flows are counted without a group
 */
export const MAX_LEFT_GROUPS = 2000;
/** Share of the table that may be pinned. */
const PINNED_SHARE = 0.5;

export class FlowExpiry {
  readonly counts: FlowCounts = noFlows();
  readonly unexpected = new Map<string, UnexpectedGroup>();
  /** Unexpected flows that left without a group. */
  ungrouped = 0;
  private readonly table: FlowTable;
  private readonly facts: Facts;
  private readonly flow: Flow;
  private pinned = new Set<number>();

  constructor(table: FlowTable, facts: Facts) {
    this.table = table;
    this.facts = facts;
    this.flow = new Flow(table);
  }

  /** Flows that eviction passes over. */
  get pinnedFlows(): number {
    return this.pinned.size;
  }

  private get mostPinned(): number {
    return Math.floor(this.table.maxFlows * PINNED_SHARE);
  }

  /** Pins the flows that are cited, and lets go of those that were. Returns those for which there is no room. */
  pin(cited: Iterable<number>): ReadonlySet<number> {
    const { table, mostPinned: most } = this;
    const now = new Set<number>();
    const refused = new Set<number>();
    for (const { firstFlow } of this.unexpected.values()) now.add(firstFlow);
    for (const id of cited) {
      if (now.size < most || now.has(id)) now.add(id);
      else refused.add(id);
    }
    for (const id of this.pinned) if (!now.has(id)) table.pin(id, false);
    for (const id of now) if (!this.pinned.has(id)) table.pin(id, true);
    this.pinned = now;
    return refused;
  }

  /** Takes out what is over. The judgement must be of this very table, and what it cites be pinned. */
  sweep(judgement: Judgement, past: RetiredEvidence, now: number): void {
    const { table, flow } = this;
    const needed = this.neededFlows();
    const { computers } = judgement;
    const listener: EvidenceListener = { add: (row, rule, told) => past.leave(computers[row]!, rule, told) };
    const removed = table.removed;
    for (let id = 0; id < table.count; id++) {
      if (!flow.move(id).inUse || !isOver(flow, now) || this.pinned.has(id) || needed.has(id)) continue;
      if (judgement.class(id) === 'unexpected' && !this.leaveUnexpected(judgement, id)) continue;
      judgement.tellAgain(flow, listener);
      countReportFlow(this.counts, flow, judgement);
      table.remove(id);
    }
    if (table.removed > removed) this.facts.discardStale(table, true);
  }

  /** False: the flow stays, as the one that stands for its group. */
  private leaveUnexpected(judgement: Judgement, id: number): boolean {
    const { flow, unexpected } = this;
    const key = unexpectedKey(judgement, this.facts, flow);
    const group = unexpected.get(key);
    if (group !== undefined) {
      group.flows++;
      group.bytes += flow.bytes(0) + flow.bytes(1);
      return true;
    }
    // A group without a flow that stays would have nothing to show for itself.
    if (unexpected.size >= Math.min(MAX_LEFT_GROUPS, this.mostPinned)) {
      this.ungrouped++;
      return true;
    }
    unexpected.set(key, { firstFlow: id, flows: 0, bytes: 0 });
    this.pinned.add(id);
    this.table.pin(id, true);
    return false;
  }

  /** Facts of these speak on. */
  private neededFlows(): ReadonlySet<number> {
    const needed = new Set<number>();
    const { mappings, denied, failedLookups } = this.facts;
    for (const { flow } of mappings.items.slice(-MAX_MAPPER_FLOWS)) needed.add(flow);
    for (const { flow } of denied.items.slice(-MAX_DENIED_FLOWS)) needed.add(flow);
    for (const { flow } of failedLookups.items.slice(-MAX_LOOKUP_FLOWS)) needed.add(flow);
    return needed;
  }
}

/** Nothing more is to come of the flow at `now` (seconds since 1970, packet time). */
export function isOver(flow: Flow, now: number): boolean {
  // Either way: what is later than now was before the clock was set back.
  const idle = Math.abs(now - flow.lastSec - flow.lastNsec / 1e9);
  if (idle <= CLOSED_LINGER_SECONDS) return false;
  if (flow.transport !== 'tcp') {
    return idle > (flow.transport === 'udp' ? UDP_IDLE_SECONDS : ICMP_IDLE_SECONDS);
  }
  // It tells for a while that ports were asked for, which explains connections to them.
  if (flow.port(1) === MAPPER_PORT && flow.packets(1) > 0) return idle > TCP_IDLE_SECONDS;
  const [orig, resp] = [flow.state(0), flow.state(1)];
  if (orig === EndpointState.Reset || resp === EndpointState.Reset) return true;
  if (orig === EndpointState.Closed && resp === EndpointState.Closed) return true;
  if (flow.packets(1) === 0) return idle > SILENT_IDLE_SECONDS;
  const half = flow.has(FlowFlag.OrigFin) || flow.has(FlowFlag.RespFin);
  return idle > (half ? HALF_CLOSED_IDLE_SECONDS : TCP_IDLE_SECONDS);
}
