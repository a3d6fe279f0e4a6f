/** What is wrong with a rule pack, found before the first packet: every fault with its place and value. */
import { printable } from './printable.js';

/** One fault. `line` and `column` count from 1; 0 = the fault concerns the whole file or an option. */
export interface RulePackIssue {
  /** The file as given, or the option's name. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** The offending value as written; '' when something is missing. Raw: escape it before printing. */
  readonly value: string;
  /** Field and fault, printable. */
  readonly message: string;
}

/**
 * Faults of packs that are listed.
 * @reached further ones are counted
 */
const MAX_LISTED = 50;

/** `my.yaml:14:12: ports: "70000" is not a port (0-65535)`; safe to print. */
export function issueText(issue: RulePackIssue): string {
  const place = issue.line > 0 ? `:${issue.line}:${issue.column}` : '';
  return `${printable(issue.path)}${place}: ${issue.message}`;
}

/** Thrown by the loader: `issues` holds all faults in file order, the other fields are those of the first. */
export class RulePackError extends Error {
  readonly issues: readonly RulePackIssue[];
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly value: string;

  constructor(issues: readonly [RulePackIssue, ...RulePackIssue[]]) {
    const lines = issues.slice(0, MAX_LISTED).map(issueText);
    if (issues.length > MAX_LISTED) lines.push(`... and ${issues.length - MAX_LISTED} more`);
    super(lines.join('\n'));
    this.name = 'RulePackError';
    this.issues = issues;
    this.path = issues[0].path;
    this.line = issues[0].line;
    this.column = issues[0].column;
    this.value = issues[0].value;
  }
}
