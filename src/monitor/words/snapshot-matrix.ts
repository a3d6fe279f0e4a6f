/** The matrix computers × rules of a snapshot, and what in it needs somebody's attention, worst first. */
import { VERDICT_RANK } from '../../report/text/matrix.js';
import { cellLook, cellWording } from '../../report/text/wording.js';
import type { CellWording } from '../../report/text/wording.js';
import { VERDICTS } from '../../verdict/words/words.js';
import type { Verdict } from '../../verdict/words/words.js';
import type { LiveRule, LiveSnapshot, LiveVerdict } from './model.js';

export type LiveHost = LiveSnapshot['hosts'][number];

export interface LiveRow {
  readonly host: LiveHost;
  /** For each rule of the snapshot, in its order. */
  readonly cells: readonly (LiveVerdict | undefined)[];
}

interface WeighedRow extends LiveRow {
  readonly cells: (LiveVerdict | undefined)[];
  /** How many of each rank, required and optional apart, in the order of importance. */
  readonly weight: number[];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (b[i] ?? 0) - (a[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** All computers, worst first; computers alike keep the order of `snapshot.hosts`. */
export function liveRows(snapshot: LiveSnapshot): readonly LiveRow[] {
  const { rules, hosts } = snapshot;
  const column = new Map(rules.map(({ id }, i) => [id, i]));
  const rows = new Map<string, WeighedRow>(
    hosts.map((host) => [
      host.address,
      {
        host,
        cells: new Array<LiveVerdict | undefined>(rules.length).fill(undefined),
        weight: new Array<number>(2 * VERDICTS.length).fill(0),
      },
    ]),
  );
  for (const verdict of snapshot.verdicts) {
    const at = column.get(verdict.rule);
    const row = rows.get(verdict.host);
    if (at === undefined || row === undefined) continue;
    row.cells[at] = verdict;
    // What can never be answered is no open question.
    const look = cellLook(verdict.verdict, { oneWay: rules[at]?.oneWay === true });
    const rank = 2 * VERDICT_RANK[look] + (verdict.required ? 0 : 1);
    row.weight[rank] = (row.weight[rank] ?? 0) + 1;
  }
  return [...rows.values()].sort((a, b) => compare(a.weight, b.weight));
}

/** What stands in a cell. */
export function liveWording(
  { verdict, seen }: Pick<LiveVerdict, 'verdict' | 'seen'>,
  rule: LiveRule | undefined,
): CellWording {
  return cellWording({ verdict, seen }, { oneWay: rule?.oneWay === true });
}

/** Verdicts somebody must look at: the worst first, required ones before the others, then the latest first. */
export function attention(snapshot: LiveSnapshot): readonly LiveVerdict[] {
  const oneWay = new Set(snapshot.rules.filter((rule) => rule.oneWay === true).map(({ id }) => id));
  return snapshot.verdicts
    .filter(
      ({ verdict, required, rule }) =>
        verdict === 'blocked' ||
        verdict === 'degraded' ||
        (verdict === 'inconclusive' && required && !oneWay.has(rule)),
    )
    .sort(
      (a, b) =>
        Number(b.required) - Number(a.required) ||
        VERDICT_RANK[a.verdict] - VERDICT_RANK[b.verdict] ||
        b.since - a.since,
    );
}

/** Verdicts of the required rules in numbers, those that occur, worst first. */
export function requiredTally(
  snapshot: LiveSnapshot,
): readonly { readonly verdict: Verdict; readonly n: number }[] {
  const counts = new Map<Verdict, number>();
  for (const { verdict, required } of snapshot.verdicts) {
    if (required) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  return VERDICTS.map((verdict) => ({ verdict, n: counts.get(verdict) ?? 0 })).filter(({ n }) => n > 0);
}
