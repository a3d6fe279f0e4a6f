/**
 * A failing port beside the other ports of the same computer and the same port of other computers: each pattern points
 * to another owner. These are candidates; they prove no place. Networks that fail whole are found by the causes.
 */
import type { LocationStep } from '../words/location-step.js';
import type { RuleVerdict } from '../words/rule-verdict.js';
import type { HostKey } from '../words/host-key.js';
import type { Rule } from '../../rules/words/rule.js';

/** Computers that must fare alike before a pattern is told. */
export const ALIKE_COMPUTERS = 2;

interface Tried {
  works: number;
  fails: number;
}

export class Comparison {
  /** Verdicts that work and that fail, by computer; computers on which a rule does, by rule. */
  private readonly byHost = new Map<HostKey, Tried>();
  private readonly byRule = new Map<Rule, Tried>();

  constructor(verdicts: readonly RuleVerdict[]) {
    for (const v of verdicts) {
      const works = v.works > 0;
      if (!works && v.verdict !== 'blocked') continue;
      count(this.byHost, v.host, works);
      count(this.byRule, v.rule, works);
    }
  }

  /** The widest pattern; none when there is nothing to compare with. */
  of(v: RuleVerdict): readonly LocationStep[] {
    if (v.verdict !== 'blocked') return [];
    const found = this.ofRule(v);
    return found === null ? [] : [found];
  }

  private ofRule(v: RuleVerdict): LocationStep | null {
    const port = this.byRule.get(v.rule) ?? { works: 0, fails: 0 };
    const host = this.byHost.get(v.host) ?? { works: 0, fails: 0 };
    const inbound = v.rule.to === 'server';
    if (port.works > 0) {
      return { code: 'works_with_others', computers: port.works, hostWorks: host.works > 0, inbound };
    }
    if (port.fails < ALIKE_COMPUTERS || host.works === 0) return null;
    return { code: 'fails_with_all', computers: port.fails, inbound };
  }
}

function count<K>(map: Map<K, Tried>, key: K, works: boolean): void {
  let tried = map.get(key);
  if (tried === undefined) map.set(key, (tried = { works: 0, fails: 0 }));
  if (works) tried.works++;
  else tried.fails++;
}
