/**
 * Which rule a flow falls under. Compiled once into a table port → cell for each protocol and each context (who
 * of the two ends is this server; unicast, broadcast or multicast); a look-up allocates nothing and never fails.
 *
 * A role is a predicate: `server` = an address of this server, `computer` = any other unicast host, `any` = both
 * of these; `broadcast` and `multicast` destinations fit only rules that name them. So a flow between two other
 * hosts can fit only rules with `any` at one end, and no required rule, which is always server ↔ computer.
 *
 * Of all rules of the protocol whose responder ports hold the flow's, the first step that fits decides:
 *   1. required rule, direction and source port fit                        exact
 *   2. known rule, likewise                                                exact
 *   3. background rule, likewise                                           exact
 *   4. required rule whose direction fits but not the source port          source_port
 *   5. required rule that names this port the other way round              wrong_direction
 *   6. required rule with `evidence: rpc`, direction and source port fit   needs_evidence
 *   7. known rule with `evidence: rpc`, likewise                           needs_evidence
 *   8.                                                                     none
 * Rules with `evidence: rpc` take part only in 6 and 7: their range is everything, so a port in it says nothing.
 * Within a step the rule whose range is the narrowest wins, then the earlier pack, then the earlier rule.
 *
 * ICMP: required and known rules are matched only by an echo request (type 8, or 128 for ICMPv6), background
 * rules by any message; there is no wrong direction, since everybody pings.
 */
import { compilePorts, type TableCell, type Step } from './match-table.js';
import { contextOf, CONTEXTS, type Context, fitsRoles, isReverse } from './words/roles.js';
import type { FlowFacts, Match, Rule, RulePack } from './words/rule.js';

const ICMP_ECHO = 8;
const ICMPV6_ECHO = 128;

const NONE: Match = { kind: 'none', rule: null };
const NO_RULES: readonly Rule[] = [];
const FROM_SERVER = contextOf({ origIsServer: true, respIsServer: false, respCast: 'unicast' });
const TO_SERVER = contextOf({ origIsServer: false, respIsServer: true, respCast: 'unicast' });

type Originator = 'server' | 'computer';

function fitsSource(step: Step, port: number): boolean {
  const { sources } = step;
  if (sources.length === 0) return true;
  for (let at = 0; at < sources.length; at += 2) {
    if (port >= (sources[at] ?? 0) && port <= (sources[at + 1] ?? 0)) return true;
  }
  return false;
}

function firstRule(rules: readonly Rule[], context: Context, kinds: readonly Rule['kind'][]): Match {
  for (const kind of kinds) {
    const rule = rules.find((one) => one.proto === 'icmp' && one.kind === kind && fitsRoles(one, context));
    if (rule !== undefined) return { kind: 'exact', rule };
  }
  return NONE;
}

export class RuleMatcher {
  /** The rules that get a verdict per computer, in the order of the matrix. */
  readonly requiredRules: readonly Rule[];
  readonly #tcp: readonly Uint32Array[];
  readonly #udp: readonly Uint32Array[];
  readonly #cells: readonly TableCell[];
  readonly #icmpEcho: readonly Match[];
  readonly #icmpOther: readonly Match[];

  /** Packs in the order of the loader: it decides between rules that fit equally well. */
  constructor(packs: readonly RulePack[]) {
    const rules = packs.flatMap((pack) => pack.rules);
    this.requiredRules = rules.filter((rule) => rule.kind === 'required');
    const cells: TableCell[] = [{ steps: [], required: [] }];
    const compile = (proto: 'tcp' | 'udp'): Uint32Array[] => {
      const ofProto = rules.filter((rule) => rule.proto === proto);
      return CONTEXTS.map((context) => {
        const forward = ofProto.filter((rule) => fitsRoles(rule, context));
        const reverse = ofProto.filter((rule) => rule.kind === 'required' && isReverse(rule, context));
        return compilePorts(forward, reverse, cells);
      });
    };
    this.#tcp = compile('tcp');
    this.#udp = compile('udp');
    this.#cells = cells;
    this.#icmpEcho = CONTEXTS.map((one) => firstRule(rules, one, ['required', 'known', 'background']));
    this.#icmpOther = CONTEXTS.map((one) => firstRule(rules, one, ['background']));
  }

  /** The best match of a flow. The returned object is shared: do not change it. */
  match(facts: FlowFacts): Match {
    const context = contextOf(facts);
    if (facts.proto === 'icmp') {
      const echo = facts.origPort === ICMP_ECHO || facts.origPort === ICMPV6_ECHO;
      return (echo ? this.#icmpEcho : this.#icmpOther)[context] ?? NONE;
    }
    const steps = this.#cell(facts.proto, context, facts.respPort)?.steps;
    if (steps === undefined) return NONE;
    for (let at = 0; at < steps.length; at++) {
      const step = steps[at];
      if (step !== undefined && fitsSource(step, facts.origPort)) return step.match;
    }
    return NONE;
  }

  /**
   * All required rules (without `evidence: rpc`) that a working flow to this responder port speaks for, the
   * primary one first: 445 from the server proves `ua-smb-rpc` and shows that the port of `ua-smb-video` works.
   * `originator` = who opened the flow; without it the rules of both directions, those of the server first.
   * ICMP: `port` is ignored.
   */
  requiredFor(proto: Rule['proto'], port: number, originator?: Originator): readonly Rule[] {
    if (originator === undefined) {
      const [first, second] = [
        this.requiredFor(proto, port, 'server'),
        this.requiredFor(proto, port, 'computer'),
      ];
      return second.length === 0 ? first : [...first, ...second];
    }
    if (proto === 'icmp') {
      return this.requiredRules.filter((rule) => rule.proto === 'icmp' && rule.from === originator);
    }
    return this.#cell(proto, originator === 'server' ? FROM_SERVER : TO_SERVER, port)?.required ?? NO_RULES;
  }

  #cell(proto: 'tcp' | 'udp', context: number, port: number): TableCell | undefined {
    const tables = proto === 'tcp' ? this.#tcp : this.#udp;
    return this.#cells[tables[context]?.[port] ?? 0];
  }
}
