/**
 * What is said of verdicts in the same words: the table `statements`, whose records refer to `texts`. Thousands of
 * computers share a statement; their verdicts hold the arguments.
 */
import type { VerdictModel } from '../model/model.js';
import type { Gaps, TextRef, TextTable } from './texts.js';

/** Statements of a table; a further one stands in its verdict. */
export const MAX_STATEMENTS = 20_000;

export interface Statement {
  readonly seen: TextRef | null;
  readonly reason: TextRef | null;
  readonly location_reason: TextRef | null;
  readonly assumptions: readonly string[];
  readonly who: TextRef | null;
  readonly confirm_where: TextRef | null;
  readonly confirm: TextRef | null;
  readonly would_change: TextRef | null;
}

export class StatementTable {
  readonly list: Statement[] = [];
  readonly #texts: TextTable;
  readonly #places = new Map<string, number>();

  constructor(texts: TextTable) {
    this.#texts = texts;
  }

  /** Index into the table, or the statement itself. Appends the arguments of its texts, in their order, to `args`. */
  refer(verdict: VerdictModel, gaps: Gaps, kept: ReadonlySet<string>, args: string[]): number | Statement {
    const text = (sentence: string): TextRef | null =>
      sentence === '' ? null : this.#texts.refer(gaps.open(sentence, kept, args));
    const { nextStep } = verdict;
    const statement: Statement = {
      seen: text(verdict.seen),
      reason: text(verdict.reason),
      location_reason: text(verdict.locationReason),
      assumptions: verdict.assumptions,
      who: text(nextStep.who),
      confirm_where: text(nextStep.confirmWhere),
      confirm: text(nextStep.confirm),
      would_change: text(nextStep.wouldChange),
    };
    const { assumptions, ...texts } = statement;
    const refs = Object.values(texts);
    // A text outside the table has no number that stands for it.
    if (refs.some((ref) => typeof ref === 'string')) return statement;
    const key = `${refs.join()} ${assumptions.join()}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    if (this.list.length >= MAX_STATEMENTS) return statement;
    this.#places.set(key, this.list.length);
    return this.list.push(statement) - 1;
  }
}
