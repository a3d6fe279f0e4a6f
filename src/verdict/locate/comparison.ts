/**
 * A failing port beside the other ports of the same computer, the same port of other computers, and the computers
 * of the same subnet: each pattern points to another owner. These are candidates; they prove no place.
 */
import type { LocationStep } from '../words/location-step.js';
import type { RuleVerdict } from '../words/rule-verdict.js';
import type { HostKey } from '../words/host-key.js';
import type { Rule } from '../../rules/rule.js';

/** Computers that must fare alike before a pattern is told. */
export const ALIKE_COMPUTERS = 2;

interface Tried {
  works: number;
  fails: number;
}

/** First three bytes of an IPv4 address, the first four groups of an IPv6 address; a guess at the netmask. */
export function subnetOf(host: HostKey): string {
  if (typeof host === 'number') return `${host >>> 24}.${(host >>> 16) & 255}.${(host >>> 8) & 255}.0/24`;
  return `${firstGroupsOf(host).join(':')}::/64`;
}

/** The first four groups of an IPv6 address in its short form. */
export function firstGroupsOf(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? 0 : tail.split(':').length;
  while (groups.length < Math.min(4, 8 - after)) groups.push('0');
  return groups.slice(0, 4);
}

export class Comparison {
  /** Verdicts that work and that fail, by computer; computers on which a rule does, by rule; and by subnet. */
  private readonly byHost = new Map<HostKey, Tried>();
  private readonly byRule = new Map<Rule, Tried>();
  private readonly bySubnet = new Map<string, Tried>();
  private hosts: Tried = { works: 0, fails: 0 };

  constructor(verdicts: readonly RuleVerdict[]) {
    for (const v of verdicts) {
      const works = v.works > 0;
      if (!works && v.verdict !== 'blocked') continue;
      count(this.byHost, v.host, works);
      count(this.byRule, v.rule, works);
    }
    for (const [host, tried] of this.byHost) {
      const works = tried.works > 0;
      count(this.bySubnet, subnetOf(host), works);
      this.hosts = { works: this.hosts.works + Number(works), fails: this.hosts.fails + Number(!works) };
    }
  }

  /** The widest pattern; none when there is nothing to compare with. */
  of(v: RuleVerdict): readonly LocationStep[] {
    if (v.verdict !== 'blocked') return [];
    const found = this.ofSubnet(v) ?? this.ofRule(v);
    return found === null ? [] : [found];
  }

  private ofSubnet(v: RuleVerdict): LocationStep | null {
    const subnet = subnetOf(v.host);
    const here = this.bySubnet.get(subnet);
    if (here === undefined || here.works > 0 || here.fails < ALIKE_COMPUTERS || this.hosts.works === 0)
      return null;
    return { code: 'subnet_fails', computers: here.fails, subnet };
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
