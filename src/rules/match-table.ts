/**
 * Compiles the rules of one protocol and context into a table: responder port → number of a cell. All ports
 * between two neighbouring range boundaries share a cell, so there are at most twice as many as ranges.
 */
import type { Match, PortRange, Rule } from './words/rule.js';

/** One rule at its place in the order of match.ts. */
export interface Step {
  /** from, to, from, to ... of the originator ports that fit; empty = any. */
  readonly sources: readonly number[];
  readonly match: Match;
}

export interface TableCell {
  /** The first step that fits decides. */
  readonly steps: readonly Step[];
  /** Required rules without `evidence: rpc` that name the port in this direction, the primary one first. */
  readonly required: readonly Rule[];
}

const PORTS = 65536;
const ANY: readonly number[] = [];
/** Shared by all contexts that no rule fits. */
const EMPTY = new Uint32Array(PORTS);

function width(rule: Rule, port: number): number {
  let narrowest = PORTS + 1;
  for (const { from, to } of rule.ports) {
    if (port >= from && port <= to) narrowest = Math.min(narrowest, to - from);
  }
  return narrowest;
}

/** The rules that hold `port`, narrowest first; sort is stable, so the order of the packs decides the rest. */
function holding(rules: readonly Rule[], port: number): Rule[] {
  return rules.filter((rule) => width(rule, port) <= PORTS).sort((a, b) => width(a, port) - width(b, port));
}

function flat(ranges: readonly PortRange[]): readonly number[] {
  return ranges.length === 0 ? ANY : ranges.flatMap(({ from, to }) => [from, to]);
}

function compileCell(forward: readonly Rule[], reverse: readonly Rule[], port: number): TableCell {
  const fitting = holding(forward, port);
  const pick = (kind: Rule['kind'], evidence: Rule['evidence']): Rule[] =>
    fitting.filter((rule) => rule.kind === kind && rule.evidence === evidence);
  const steps = (rules: readonly Rule[], kind: Match['kind'], anySource: boolean): Step[] =>
    rules.map((rule) => ({ sources: anySource ? ANY : flat(rule.sourcePorts), match: { kind, rule } }));
  const required = pick('required', 'none');
  const known = pick('known', 'none');
  const [evident] = steps(pick('required', 'rpc'), 'needs_evidence', false);
  const asKnown = (rule: Rule): Step => ({
    sources: flat(rule.sourcePorts),
    match: {
      kind: 'exact',
      rule,
      others: known.filter((one) => one !== rule && width(one, port) === width(rule, port)),
      ...(evident === undefined ? {} : { withEvidence: evident.match }),
    },
  });
  const reversed = holding(reverse, port).filter((rule) => rule.evidence === 'none');
  const all = [
    ...steps(required, 'exact', false),
    ...known.map(asKnown),
    ...steps(pick('background', 'none'), 'exact', false),
    ...steps(required, 'source_port', true),
    ...steps(reversed, 'wrong_direction', true),
    ...steps(pick('required', 'rpc'), 'needs_evidence', false),
    ...steps(pick('known', 'rpc'), 'needs_evidence', false),
  ];
  const last = all.findIndex((step) => step.sources.length === 0);
  return { steps: last < 0 ? all : all.slice(0, last + 1), required };
}

function boundaries(rules: readonly Rule[]): number[] {
  const starts = new Set([0, PORTS]);
  for (const rule of rules) {
    for (const { from, to } of rule.ports) starts.add(from).add(to + 1);
  }
  return [...starts].sort((a, b) => a - b);
}

/**
 * `forward` = rules whose roles fit the context, `reverse` = required rules that name it the other way round.
 * New cells are appended to `cells`; cell 0 must be the empty one.
 */
export function compilePorts(
  forward: readonly Rule[],
  reverse: readonly Rule[],
  cells: TableCell[],
): Uint32Array {
  if (forward.length + reverse.length === 0) return EMPTY;
  const table = new Uint32Array(PORTS);
  const starts = boundaries([...forward, ...reverse]);
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1];
    if (end === undefined) break;
    const cell = compileCell(forward, reverse, start);
    if (cell.steps.length === 0) continue;
    table.fill(cells.length, start, end);
    cells.push(cell);
  }
  return table;
}
