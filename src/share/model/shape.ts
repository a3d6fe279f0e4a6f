/**
 * How an object of the model is shared, field by field: a table names for each field what its text is. A field that is
 * new and not named in its table does not compile, so nothing reaches a shared report that nobody thought of.
 */
import type { TimeStamp } from '../../report/model/time-model.js';

/**
 * What a text is. `kept`: the program's own word, a rule's text or a digest. `prose`: a sentence, command or filter.
 * The others are names and addresses of what was captured; see `Pseudonyms`.
 */
export type TextRule =
  | 'kept'
  | 'prose'
  | 'address'
  | 'network'
  | 'host'
  | 'domain'
  | 'user'
  | 'path'
  | 'file'
  | 'interface'
  | 'group'
  | 'text'
  | 'reach'
  | 'command_line'
  | 'time_zone'
  | 'left_out';

type Counts = Readonly<Record<string, number>>;

export type RuleOf<T> = T extends string
  ? TextRule
  : T extends number | boolean | TimeStamp
    ? 'kept'
    : T extends readonly (infer E)[]
      ? RuleOf<NonNullable<E>>
      : T extends Counts
        ? Shape<T> | 'kept'
        : T extends object
          ? Shape<T>
          : never;

/** For each field of T its rule. */
export type Shape<T> = { readonly [K in keyof T]-?: RuleOf<NonNullable<T[K]>> };

export type ReplaceText = (rule: TextRule, text: string) => string;

type AnyRule = TextRule | { readonly [key: string]: AnyRule };

/** The value with every text replaced as its rule says; what is not text stays. */
export function replaced<T>(rule: RuleOf<T>, value: T, by: ReplaceText): T {
  return walk(rule, value, by) as T;
}

function walk(rule: AnyRule, value: unknown, by: ReplaceText): unknown {
  if (rule === 'kept' || value === null || value === undefined) return value;
  if (Array.isArray(value)) return value.map((one) => walk(rule, one, by));
  if (typeof rule === 'string') return typeof value === 'string' ? by(rule, value) : value;
  const made: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(rule))
    made[key] = walk(inner, (value as Record<string, unknown>)[key], by);
  return made;
}

/** An object whose fields are replaced when they are asked for, for those of which few are. */
export type View<T> = new (source: T, by: ReplaceText) => T;

export function viewOf<T extends object>(shape: Shape<T>): View<T> {
  class Replaced {
    readonly source: T;
    readonly by: ReplaceText;

    constructor(source: T, by: ReplaceText) {
      this.source = source;
      this.by = by;
    }
  }
  for (const key of Object.keys(shape) as (keyof T & string)[]) {
    const rule = shape[key] as AnyRule;
    Object.defineProperty(Replaced.prototype, key, {
      enumerable: true,
      get(this: Replaced): unknown {
        return walk(rule, this.source[key], this.by);
      },
    });
  }
  // The getters above are the fields of T.
  return Replaced as unknown as View<T>;
}
