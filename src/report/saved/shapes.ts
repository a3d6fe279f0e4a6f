/**
 * The records of a saved result as the model has them; both versions share these. A file from elsewhere may hold
 * anything: what does not fit is refused with its place.
 */
import { z } from 'zod';
import { CAUSE_KINDS, OWNERS } from '../../verdict/causes/cause.js';
import { CONFIDENCES, LOCATIONS, OUTCOMES, VERDICTS } from '../../verdict/words/words.js';
import { FACT_WORDING } from '../text/fact-wording.js';
import type { Fact } from '../../verdict/causes/cause.js';
import type { TimeStamp } from '../model/time-model.js';

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{9})Z$/;

export const text = z.string();
export const texts = z.array(z.string());
export const number = z.number();
export const whole = z.number().int().nonnegative();
/** null means ''. */
export const textOrNone = z
  .string()
  .nullable()
  .transform((value) => value ?? '');
/** null means -1: not seen. */
export const seen = z
  .number()
  .nullable()
  .transform((value) => value ?? -1);

/** ISO 8601 UTC with nanoseconds. */
export const time = z
  .string()
  .regex(TIME)
  .transform((iso): TimeStamp => {
    const [, date = '', nanos = ''] = TIME.exec(iso) ?? [];
    return { iso, sec: Date.parse(`${date}Z`) / 1000, nsec: Number(nanos) };
  });

export const verdictWord = z.enum(VERDICTS);
export const location = z.enum(LOCATIONS);
export const confidence = z.enum(CONFIDENCES);
export const outcome = z.enum(OUTCOMES);
export const certainty = z
  .enum(['confirmed', 'suspected'])
  .nullable()
  .transform((value) => value ?? ('' as const));

export const host = z
  .object({
    address: textOrNone,
    addresses: texts.default([]),
    address_proofs: texts.default([]),
    shared_by: textOrNone.default(''),
    name: textOrNone,
    name_source: textOrNone,
    group: textOrNone,
    listed: z.boolean().nullable(),
  })
  .transform((one) => ({
    address: one.address,
    addresses: one.addresses,
    addressProofs: one.address_proofs,
    shared: one.shared_by,
    name: one.name,
    nameSource: one.name_source,
    group: one.group,
    listed: one.listed,
  }));

/** What stands in a firewall log. */
export const logQuote = z.object({ unit: z.enum(['line', 'record']), number: whole, text, rule: textOrNone });

export const evidence = z
  .object({
    file: text,
    frames: z.array(whole),
    first_time: time,
    last_time: time,
    filter: text,
    shows: text,
    log: logQuote.optional(),
  })
  .transform(({ first_time: firstTime, last_time: lastTime, log, ...rest }) => ({
    ...rest,
    firstTime,
    lastTime,
    ...(log === undefined ? {} : { log }),
  }));

export const markKind = z.enum([
  'syn',
  'syn_ack',
  'rst',
  'icmp',
  'dropped',
  'request',
  'answer',
  'fin',
  'capture_end',
]);
export const markFrom = z.enum(['orig', 'resp', 'other']);

const isFact = (word: string): word is Fact => Object.hasOwn(FACT_WORDING, word);

/** Its computers are left as they are: records, or places in the table of hosts. */
export const cause = z
  .object({
    id: text,
    kind: z.enum(CAUSE_KINDS),
    fact: z.string().refine(isFact),
    title: text,
    headline: text.default(''),
    rules: texts,
    computers: whole,
    tried: whole,
    works_for: whole,
    hosts: z.array(z.union([whole, host])),
    reach: textOrNone,
    cells: z.array(whole),
    location,
    location_reason: textOrNone,
    confidence,
    assumptions: texts,
    owner: z.enum(OWNERS),
    who: text,
    action: text,
    confirm_where: textOrNone,
    confirm: textOrNone,
    remedy: seen,
    first_time: time.nullable(),
    last_time: time.nullable(),
    required: z.boolean(),
    only_degraded: z.boolean(),
  })
  .transform(
    ({
      works_for: worksFor,
      location_reason: locationReason,
      confirm_where: confirmWhere,
      first_time: firstTime,
      last_time: lastTime,
      only_degraded: onlyDegraded,
      ...rest
    }) => ({ ...rest, worksFor, locationReason, confirmWhere, firstTime, lastTime, onlyDegraded }),
  );
