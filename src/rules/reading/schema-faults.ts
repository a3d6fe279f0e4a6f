/** The schema's complaints in an admin's words: field, value, what is allowed, what was probably meant. */
import type { core } from 'zod';
import { printable, quoted } from '../words/printable.js';
import { packSchema, remedySchema, ruleSchema } from './schema.js';
import { didYouMean } from '../words/suggest.js';
import type { YamlPath } from './yaml-source.js';

/** A fault at a path of the document. */
export interface PathFault {
  readonly path: YamlPath;
  /** The fault stands at the key and not at its value. */
  readonly atKey: boolean;
  readonly value: unknown;
  readonly message: string;
}

const EXPECTED: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a map',
  record: 'a map',
  string: 'text (put it in quotes)',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** `rules[3].remedy.program` is called `remedy.program`: line and column say which rule it is. */
export function fieldName(path: YamlPath): string {
  const names = path.filter((step) => typeof step === 'string');
  if (names[0] === 'rules' && names.length > 1) names.shift();
  return printable(names.join('.'));
}

function knownKeys(path: YamlPath): readonly string[] {
  if (path.length === 0) return Object.keys(packSchema.shape);
  return Object.keys(path.at(-1) === 'remedy' ? remedySchema.shape : ruleSchema.shape);
}

function valueAt(root: unknown, path: YamlPath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

function wording(issue: core.$ZodIssue, value: unknown): string {
  // The schema's own sentence about a value.
  if (issue.message.startsWith('"')) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${EXPECTED[issue.expected] ?? issue.expected}, found ${quoted(value)}`;
    case 'invalid_value':
      return (
        `${quoted(value)} is not one of ${issue.values.map(String).join(', ')}` +
        didYouMean(String(value), issue.values.map(String))
      );
    case 'too_big':
      if (typeof value === 'number') return `${quoted(value)} is above ${issue.maximum}`;
      return Array.isArray(value)
        ? `has more than ${issue.maximum} entries`
        : `is longer than ${issue.maximum} characters`;
    case 'too_small':
      if (typeof value === 'number') return `${quoted(value)} is below ${issue.minimum}`;
      return 'is empty';
    case 'invalid_format':
      return `${quoted(value)} ${issue.message}`;
    default:
      return issue.message;
  }
}

/** The branch of a union that the writer meant: the one whose fault lies deeper than the whole value. */
function meantBranch(issue: core.$ZodIssueInvalidUnion): readonly core.$ZodIssue[] | undefined {
  return issue.errors.find((branch) => branch.some((inner) => inner.path.length > 0));
}

function* explain(issue: core.$ZodIssue, base: YamlPath, root: unknown): Generator<PathFault> {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) {
      const message = `${printable(key)}: unknown key${didYouMean(key, knownKeys(path))}`;
      yield { path: [...path, key], atKey: true, value: key, message };
    }
    return;
  }
  if (issue.code === 'invalid_union') {
    const branch = meantBranch(issue);
    if (branch !== undefined) {
      for (const inner of branch) yield* explain(inner, path, root);
      return;
    }
  }
  const value = valueAt(root, path);
  const field = path.length === 0 ? '' : `${fieldName(path)}: `;
  if (issue.code === 'invalid_key') {
    const key = path.at(-1);
    const message = `${field}must be lower-case letters, digits and underscores`;
    yield { path, atKey: true, value: key, message };
    return;
  }
  const missing = value === undefined && path.length > 0;
  yield { path, atKey: false, value, message: field + (missing ? 'is missing' : wording(issue, value)) };
}

/** All faults of a value that the schema refused. */
export function schemaFaults(issues: readonly core.$ZodIssue[], root: unknown): PathFault[] {
  return issues.flatMap((issue) => [...explain(issue, [], root)]);
}
