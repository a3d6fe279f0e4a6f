/** Verdicts made by hand, as many and as they are wanted, for the tests of the causes. */
import { loadPacks } from '../../../src/rules/load.js';
import type { Rule } from '../../../src/rules/words/rule.js';
import type { Cause } from '../../../src/verdict/causes/cause.js';
import { findCauses } from '../../../src/verdict/causes/find-causes.js';
import type { CauseInput } from '../../../src/verdict/causes/find-causes.js';
import { hostKeyOf, hostKeyText } from '../../../src/verdict/words/host-key.js';
import type { HostKey } from '../../../src/verdict/words/host-key.js';
import type { LocationStep } from '../../../src/verdict/words/location-step.js';
import type { OutcomeReason } from '../../../src/verdict/words/reasons.js';
import type { RuleVerdict } from '../../../src/verdict/words/rule-verdict.js';
import type { Location } from '../../../src/verdict/words/words.js';
import { parseAddress } from '../../../src/flow/record/address.js';

const RULES = (await loadPacks({ files: [] })).flatMap((pack) => pack.rules);

export function rule(id: string): Rule {
  const found = RULES.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no rule ${id}`);
  return found;
}

/** The key of an address; what is none is a name. */
export function key(text: string): HostKey {
  const address = parseAddress(text);
  return address === null ? text : hostKeyOf(address);
}

export interface Cell {
  readonly rule: string;
  readonly host: string;
  /** 'works', 'slow', 'untried', or the reason of a failure. */
  readonly is: OutcomeReason | 'works' | 'slow' | 'untried';
  readonly location?: Location;
  readonly steps?: readonly LocationStep[];
}

const SLOW = { degradation: 'slow_handshake', flows: 1, measured: 1, value: 4, example: 0 } as const;

export function verdictOf({ rule: id, host, is }: Cell): RuleVerdict {
  const works = is === 'works' || is === 'slow' ? 1 : 0;
  const fails = works === 1 || is === 'untried' ? 0 : 1;
  return {
    rule: rule(id),
    host: key(host),
    verdict:
      is === 'works' ? 'working' : is === 'slow' ? 'degraded' : fails === 1 ? 'blocked' : 'not_observed',
    reason:
      is === 'works' ? 'works' : is === 'slow' ? 'slow_handshake' : is === 'untried' ? 'nothing_sent' : is,
    detail: is === 'works' || is === 'slow' || is === 'untried' ? 'none' : is,
    flows: [],
    outcomes: [],
    works,
    fails,
    unclear: 0,
    failsSince: fails,
    presumed: false,
    ...(is === 'slow' ? { health: SLOW } : {}),
  };
}

/** The causes of some cells, all rules required. */
export function causesOf(cells: readonly Cell[], groupOf: CauseInput['groupOf'] = () => ''): Cause[] {
  const verdicts = cells.map(verdictOf);
  const of = new Map(verdicts.map((v, i) => [v, cells[i]!]));
  return findCauses({
    verdicts,
    locate: (v) => ({
      location: of.get(v)?.location ?? 'unknown',
      confidence: 'medium',
      steps: of.get(v)?.steps ?? [],
    }),
    groupOf,
    isRequired: () => true,
  });
}

/** 'subnet 10.0.1.0/24 silent ua-9003: 10.0.1.1 10.0.1.2, network_team', one line a cause. */
export function lines(causes: readonly Cause[]): string[] {
  return causes.map(({ kind, reach, fact, rules, hosts, owner }) =>
    [
      [kind, reach, fact, ...rules.map(({ id }) => id)].filter((word) => word !== '').join(' '),
      `: ${hosts.map(hostKeyText).join(' ')}, ${owner}`,
    ].join(''),
  );
}
