/** Rules that the matcher never, or not on all their ports, gives a flow to, because another rule goes first. */
import { RuleMatcher } from './match.js';
import type { FlowFacts, RuleParty, Rule, RulePack } from './words/rule.js';

export interface Overlap {
  readonly rule: Rule;
  /** `rule` gets no flow at all; false = it gets those on its other ports. */
  readonly shadowed: boolean;
  /** The rules that go first, each with one responder port as an example. */
  readonly by: readonly { readonly rule: Rule; readonly port: number }[];
}

const MAX_EXAMPLES = 5;
const ECHO_REQUEST = 8;
const DYNAMIC_PORT = 50000;

function ends(role: RuleParty): readonly boolean[] {
  return role === 'any' ? [true, false] : [role === 'server'];
}

/** The flows that stand for all flows of a rule: each combination of ends, each port where some rule begins. */
function* flowsOf(rule: Rule, starts: readonly number[]): Generator<FlowFacts> {
  const respCast = rule.to === 'broadcast' || rule.to === 'multicast' ? rule.to : 'unicast';
  const origPort = rule.proto === 'icmp' ? ECHO_REQUEST : (rule.sourcePorts[0]?.from ?? DYNAMIC_PORT);
  const ports =
    rule.proto === 'icmp'
      ? [0]
      : rule.ports.flatMap(({ from, to }) => [from, ...starts.filter((port) => port > from && port <= to)]);
  for (const origIsServer of ends(rule.from)) {
    for (const respIsServer of ends(rule.to)) {
      for (const respPort of ports) {
        yield { proto: rule.proto, origIsServer, respIsServer, origPort, respPort, respCast };
      }
    }
  }
}

/**
 * The overlaps of the rules of `packs` whose source is in `sources`, against all packs. A wider rule that yields
 * single ports to narrower ones is meant so and not listed, unless nothing is left for it.
 */
export function findOverlaps(packs: readonly RulePack[], sources: ReadonlySet<string>): Overlap[] {
  const matcher = new RuleMatcher(packs);
  const all = packs.flatMap((pack) => pack.rules);
  const borders = all.flatMap((rule) => rule.ports.flatMap(({ from, to }) => [from, to + 1]));
  const starts = [...new Set(borders)].filter((port) => port <= 65535).sort((a, b) => a - b);
  const span = (rule: Rule): number => rule.ports.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const overlaps: Overlap[] = [];
  for (const rule of packs.filter((pack) => sources.has(pack.source)).flatMap((pack) => pack.rules)) {
    const by = new Map<Rule, number>();
    let own = 0;
    for (const facts of flowsOf(rule, starts)) {
      const winner = matcher.match(facts).rule;
      if (winner === rule) own++;
      else if (winner !== null && !by.has(winner)) by.set(winner, facts.respPort);
    }
    const rivals = [...by].map(([winner, port]) => ({ rule: winner, port }));
    const listed = own === 0 ? rivals : rivals.filter((rival) => span(rival.rule) >= span(rule));
    if (listed.length > 0) overlaps.push({ rule, shadowed: own === 0, by: listed.slice(0, MAX_EXAMPLES) });
  }
  return overlaps;
}
