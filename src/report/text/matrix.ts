/** The matrix computers × rules, worst computers first, as the terminal and the HTML report show it. */
import { VERDICTS } from '../../verdict/words/words.js';
import type { Verdict } from '../../verdict/words/words.js';
import type { HostModel } from '../model/host-model.js';
import type { ReportModel } from '../model/model.js';
import { cellLook } from './wording.js';

export interface MatrixRow {
  readonly host: HostModel;
  /** Index into `model.verdicts` for each of `model.rules`, -1 where there is none. */
  readonly cells: readonly number[];
  /** The verdict whose icon and colour each cell has; null where there is none. */
  readonly looks: readonly (Verdict | null)[];
}

/** Worst first: a failed required rule before a failed optional one, before an undecided one. */
export const VERDICT_RANK: Readonly<Record<Verdict, number>> = {
  blocked: 0,
  degraded: 1,
  inconclusive: 2,
  unknown: 3,
  not_observed: 4,
  working: 5,
};

/** A row and how many of each rank it has, required and optional apart, in the order of importance. */
interface WeighedRow extends MatrixRow {
  readonly cells: number[];
  readonly looks: (Verdict | null)[];
  readonly weight: number[];
}

/** Hosts without an address are told apart by their names. */
function identity({ address, name }: HostModel): string {
  return address === '' ? `name ${name}` : address;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (b[i] ?? 0) - (a[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** At most `limit` rows, worst first; computers alike keep the order of `model.hosts`. */
export function matrixRows(model: ReportModel, limit: number): readonly MatrixRow[] {
  const column = new Map(model.rules.map((rule, i) => [rule.id, i]));
  const rows = new Map<string, WeighedRow>(
    model.hosts.map((host) => [
      identity(host),
      {
        host,
        cells: new Array<number>(model.rules.length).fill(-1),
        looks: new Array<Verdict | null>(model.rules.length).fill(null),
        weight: new Array<number>(2 * VERDICTS.length).fill(0),
      },
    ]),
  );
  let index = 0;
  for (const verdict of model.verdicts) {
    const at = column.get(verdict.rule);
    const row = rows.get(identity(verdict.host));
    if (at !== undefined && row !== undefined) {
      row.cells[at] = index;
      // What can never be answered is no open question.
      const look = cellLook(verdict.verdict, model.rules[at]);
      row.looks[at] = look;
      const rank = 2 * VERDICT_RANK[look] + (verdict.required ? 0 : 1);
      row.weight[rank] = (row.weight[rank] ?? 0) + 1;
    }
    index++;
  }
  return [...rows.values()].sort((a, b) => compare(a.weight, b.weight)).slice(0, limit);
}
