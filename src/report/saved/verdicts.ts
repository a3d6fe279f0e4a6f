/** The verdicts of a saved result: the records of version 1, and the rows of version 2 with their tables. */
import { z } from 'zod';
import { MAX_OFFSET_SECONDS } from '../json/verdict-rows.js';
import { Gaps } from '../json/texts.js';
import { VERDICT_WORDING } from '../text/wording.js';
import type { TextRef } from '../json/texts.js';
import type { HostModel } from '../model/host-model.js';
import type { RuleModel, VerdictList, VerdictModel } from '../model/model.js';
import type { TimeStamp } from '../model/time-model.js';
import { parsed } from './parsed.js';
import { ResultError } from './result-error.js';
import {
  confidence,
  evidence,
  logQuote,
  host,
  location,
  markFrom,
  markKind,
  number,
  outcome,
  seen,
  text,
  textOrNone,
  texts,
  time,
  verdictWord,
  whole,
} from './shapes.js';

const NOT_A_NUMBER = number.nullable().transform((at) => at ?? Number.NaN);

const record = z
  .object({
    rule: text,
    host,
    verdict: verdictWord,
    required: z.boolean(),
    reason_code: text,
    // A result of an older program does not say it.
    seen: text.default(''),
    reason: text,
    location,
    location_reason: textOrNone,
    confidence,
    assumptions: texts,
    evidence: z.array(evidence),
    attempts: z.array(
      z.object({ at: NOT_A_NUMBER, frame: whole, file: text, kind: markKind, from: markFrom, label: text }),
    ),
    remedy: seen,
    next_step: z
      .object({ who: text, confirm_where: textOrNone, confirm: textOrNone, would_change: text })
      .transform(({ confirm_where: confirmWhere, would_change: wouldChange, ...rest }) => ({
        ...rest,
        confirmWhere,
        wouldChange,
      })),
    outcomes: z.array(z.object({ outcome, flows: whole })),
  })
  .transform(
    ({ reason_code: reasonCode, location_reason: locationReason, next_step: nextStep, ...rest }) => ({
      ...rest,
      reasonCode,
      locationReason,
      nextStep,
    }),
  );

const ref = z.union([whole, text]);
const moment = z.union([number.nonnegative().max(MAX_OFFSET_SECONDS), time]);
const statement = z.object({
  seen: ref.nullable(),
  reason: ref.nullable(),
  location_reason: ref.nullable(),
  assumptions: texts,
  who: ref.nullable(),
  confirm_where: ref.nullable(),
  confirm: ref.nullable(),
  would_change: ref.nullable(),
});
/** In the order of VERDICT_COLUMNS. */
const row = z.tuple([
  text,
  z.union([whole, host]),
  verdictWord,
  text,
  location,
  confidence,
  z.union([whole, statement]),
  texts,
  z.array(z.tuple([ref, z.array(whole), moment, moment, ref, texts, ref, logQuote.optional()])),
  z.array(z.tuple([NOT_A_NUMBER, whole, ref, markKind, markFrom, ref])),
  seen,
  z.array(z.tuple([outcome, whole])),
]);

/** A list that makes each of its verdicts when it is asked for. */
class Made implements VerdictList {
  readonly length: number;
  readonly #make: (value: unknown, index: number) => VerdictModel;
  readonly #values: readonly unknown[];

  constructor(values: readonly unknown[], make: (value: unknown, index: number) => VerdictModel) {
    this.length = values.length;
    this.#values = values;
    this.#make = make;
  }

  at(index: number): VerdictModel | undefined {
    return index >= 0 && index < this.length ? this.#make(this.#values[index], index) : undefined;
  }

  *[Symbol.iterator](): Iterator<VerdictModel> {
    for (let index = 0; index < this.length; index++) yield this.#make(this.#values[index], index);
  }
}

export function recordVerdicts(records: readonly unknown[]): VerdictList {
  return new Made(records, (value, index) => {
    const one = parsed(record, value, `verdicts[${index}]`);
    return one.seen === '' ? { ...one, seen: VERDICT_WORDING[one.verdict].label } : one;
  });
}

/** The tables that rows refer to. */
export interface Tables {
  readonly rules: readonly RuleModel[];
  readonly hosts: readonly HostModel[];
  readonly statements: readonly unknown[];
  readonly texts: readonly string[];
  /** First address of the server, '' = not known. */
  readonly server: string;
  readonly firstTime: TimeStamp | null;
}

export function rowVerdicts(rows: readonly unknown[], tables: Tables): VerdictList {
  const statements = tables.statements.map((one, i) => parsed(statement, one, `statements[${i}]`));
  const required = new Map(tables.rules.map((rule) => [rule.id, rule.required]));
  return new Made(rows, (value, index) => {
    const where = `verdicts[${index}]`;
    const found = parsed(row, value, where);
    const said = typeof found[6] === 'number' ? entry(statements, found[6], where) : found[6];
    return verdictOf(found, said, { tables, where, required: required.get(found[0]) ?? true });
  });
}

interface Row {
  readonly tables: Tables;
  readonly where: string;
  readonly required: boolean;
}

function verdictOf(
  [rule, hostRef, verdict, reasonCode, place, sure, , args, proofs, marks, remedy, outcomes]: z.infer<
    typeof row
  >,
  said: z.infer<typeof statement>,
  { tables, where, required }: Row,
): VerdictModel {
  const computer = typeof hostRef === 'number' ? entry(tables.hosts, hostRef, where) : hostRef;
  const gaps = new Gaps(computer, tables.server);
  const plain = (one: TextRef): string => (typeof one === 'number' ? entry(tables.texts, one, where) : one);
  const filling = (given: readonly string[]): ((one: TextRef | null) => string) => {
    let used = 0;
    return (one) => (one === null ? '' : gaps.fill(plain(one), () => entry(given, used++, where)));
  };
  // The arguments belong to the texts in this order.
  const filled = filling(args);
  const word = filled(said.seen);
  const reason = filled(said.reason);
  const locationReason = filled(said.location_reason);
  const who = filled(said.who);
  const confirmWhere = filled(said.confirm_where);
  const confirm = filled(said.confirm);
  const wouldChange = filled(said.would_change);
  return {
    rule,
    host: computer,
    verdict,
    reasonCode,
    seen: word,
    reason,
    location: place,
    locationReason,
    confidence: sure,
    assumptions: said.assumptions,
    evidence: proofs.map(([file, frames, first, last, filter, filterArgs, shows, log]) => ({
      file: plain(file),
      frames,
      firstTime: stampOf(first, tables.firstTime, where),
      lastTime: stampOf(last, tables.firstTime, where),
      filter: filling(filterArgs)(filter),
      shows: plain(shows),
      ...(log === undefined ? {} : { log }),
    })),
    attempts: marks.map(([at, frame, file, kind, from, label]) => ({
      at,
      frame,
      file: plain(file),
      kind,
      from,
      label: plain(label),
    })),
    nextStep: { who, confirmWhere, confirm, wouldChange },
    remedy,
    outcomes: outcomes.map(([word, flows]) => ({ outcome: word, flows })),
    required,
  };
}

function entry<T>(table: readonly T[], index: number, where: string): T {
  const found = table[index];
  if (found === undefined) throw new ResultError(`it is damaged: ${where} refers to what is not there`);
  return found;
}

/** A time as it stands, or so many seconds after the report's first. */
function stampOf(at: number | TimeStamp, begin: TimeStamp | null, where: string): TimeStamp {
  if (typeof at !== 'number') return at;
  if (begin === null)
    throw new ResultError(`it is damaged: ${where} has a time after a first one that is not there`);
  const nanos = begin.nsec + Math.round((at % 1) * 1e9);
  const sec = begin.sec + Math.floor(at) + Math.floor(nanos / 1e9);
  const nsec = nanos % 1e9;
  const iso = `${new Date(sec * 1000).toISOString().slice(0, 19)}.${String(1e9 + nsec).slice(1)}Z`;
  return { iso, sec, nsec };
}
