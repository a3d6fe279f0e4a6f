/**
 * What is remembered while monitoring of flows that have left: the counts of each rule and computer, and since when
 * they count. After a change of verdict only what began later tells of the new one, so that it is no mixture.
 */
import { NoteKind } from '../../flow/tcp/attempts.js';
import type { Flow } from '../../flow/flow.js';
import type { Rule } from '../../rules/words/rule.js';
import type { Computers } from '../hosts/hosts.js';
import type { HostKey } from '../words/host-key.js';
import { RuleHostStats } from './rule-host-stats.js';
import type { RetiredFlowEvidence, FlowEvidence } from './rule-host-stats.js';

/** Latest evidence of each polarity kept for each cell. */
const MAX_RECENT = 8;

/** One rule and one computer. */
class RetiredStats {
  /** Flows that began earlier do not count, seconds since 1970. */
  since = -Infinity;
  /** Counts of flows that have left; null = none has. */
  left: RuleHostStats | null = null;
  /** The latest evidence of flows that have left, and of those in the table as judged last; by start. */
  gone: RetiredFlowEvidence[] = [];
  present: RetiredFlowEvidence[] = [];
}

export class RetiredEvidence {
  /** Kept from judgement to judgement, for a computer stays one when its flows have left. */
  readonly computers: Computers;
  private readonly cells = new Map<HostKey, Map<Rule, RetiredStats>>();
  /** Of the judgement, seconds since 1970. */
  private now = Infinity;

  constructor(computers: Computers) {
    this.computers = computers;
    computers.onDrop = (host) => this.cells.delete(host);
  }

  /**
   * A judgement begins: what is in the table is told anew. What is later than `now`, seconds since 1970, was before the
   * clock was set back, and nobody knows by how much: it is evidence no more, so that what comes now is.
   */
  begin(now: number): void {
    this.now = now;
    for (const row of this.cells.values()) {
      for (const cell of row.values()) {
        cell.present.length = 0;
        if (cell.since > now) cell.since = now;
        while (cell.gone.length > 0 && cell.gone.at(-1)!.start > now) cell.gone.pop();
      }
    }
  }

  /** Notes what a flow in the table tells; false when it is too old to count. */
  isNow(host: HostKey, rule: Rule, told: FlowEvidence): boolean {
    const cell = this.cell(host, rule);
    const retired = retiredOf(told);
    if (retired.start > this.now) return false;
    insert(cell.present, retired);
    return retired.start >= cell.since;
  }

  /** The cell with what flows told that have left. */
  with(host: HostKey, rule: Rule, cell: RuleHostStats | undefined): RuleHostStats | undefined {
    const left = this.cells.get(host)?.get(rule)?.left ?? null;
    if (left === null) return cell;
    const both = cell ?? new RuleHostStats();
    both.absorb(left);
    return both;
  }

  /** The latest evidence, oldest first, also of before `since`. */
  recent(host: HostKey, rule: Rule): readonly RetiredFlowEvidence[] {
    const cell = this.cells.get(host)?.get(rule);
    if (cell === undefined) return [];
    if (cell.gone.length === 0) return cell.present;
    return [...cell.gone, ...cell.present].sort((a, b) => a.start - b.start);
  }

  /** Since when flows count for this cell, seconds since 1970. */
  since(host: HostKey, rule: Rule): number {
    return this.cells.get(host)?.get(rule)?.since ?? -Infinity;
  }

  /** From now on only flows count that began at `since` or later. */
  startAnew(host: HostKey, rule: Rule, since: number): void {
    const cell = this.cell(host, rule);
    cell.since = since;
    cell.left = null;
    for (const retired of cell.gone)
      if (retired.start >= since) (cell.left ??= new RuleHostStats()).take(retired);
  }

  /** The flow leaves the table; what it told stays. */
  leave(host: HostKey, rule: Rule, told: FlowEvidence): void {
    const cell = this.cell(host, rule);
    const retired = { ...retiredOf(told), id: -1 };
    if (retired.start <= this.now) insert(cell.gone, retired);
    if (retired.start >= cell.since) (cell.left ??= new RuleHostStats()).take(retired);
  }

  private cell(host: HostKey, rule: Rule): RetiredStats {
    let row = this.cells.get(host);
    if (row === undefined) this.cells.set(host, (row = new Map<Rule, RetiredStats>()));
    let cell = row.get(rule);
    if (cell === undefined) row.set(rule, (cell = new RetiredStats()));
    return cell;
  }
}

/** By start; the oldest of a polarity gives way to a later one. */
function insert(list: RetiredFlowEvidence[], retired: RetiredFlowEvidence): void {
  const { polarity, start } = retired;
  let alike = 0;
  let oldest = -1;
  for (let i = list.length - 1; i >= 0; i--) {
    if (list[i]!.polarity !== polarity) continue;
    alike++;
    oldest = i;
  }
  if (alike >= MAX_RECENT) {
    if (list[oldest]!.start > start) return;
    list.splice(oldest, 1);
  }
  let at = list.length;
  while (at > 0 && list[at - 1]!.start > start) at--;
  list.splice(at, 0, retired);
}

function retiredOf({
  flow,
  id,
  start,
  polarity,
  outcome,
  port,
  presumed,
  fit,
  service,
}: FlowEvidence): RetiredFlowEvidence {
  const end = flow.lastSec + flow.lastNsec / 1e9;
  const repeats = polarity === 'fails' ? repeatsOf(flow) : 0;
  return { id, start, end, polarity, outcome, port, repeats, presumed, fit, service };
}

/** How often the failure was seen beyond the first time. */
function repeatsOf(flow: Flow): number {
  if (flow.transport !== 'tcp') return Math.max(0, flow.packets(0) - 1);
  let syns = 0;
  let resets = 0;
  let errors = 0;
  for (const { kind, side } of flow.notes()) {
    if (kind === NoteKind.Syn && side === 0) syns++;
    else if (kind === NoteKind.Rst && side === 1) resets++;
    else if (kind === NoteKind.Icmp) errors++;
  }
  return Math.max(syns, resets - 1, errors - 1);
}
