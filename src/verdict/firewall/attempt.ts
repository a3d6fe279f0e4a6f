/** What an entry of a log says was attempted: who opened a connection to whom, and on which end the firewall was. */
import { IpProto } from '../../decode/packet/packet.js';
import type { Rule } from '../../rules/words/rule.js';
import type { RuleMatcher } from '../../rules/match.js';
import { hostKeyOf } from '../words/host-key.js';
import type { HostKey } from '../words/host-key.js';
import type { LogEnd, LogEntry } from './log-entry.js';

export interface Attempt {
  readonly orig: HostKey;
  readonly origPort: number;
  readonly resp: HostKey;
  readonly respPort: number;
  /** The end whose log it is. */
  readonly at: 'originator' | 'responder';
}

export type RuleProto = Rule['proto'];

/** The protocol as rules name it; null = no rule speaks of it. */
export function protoOf(protocol: number): RuleProto | null {
  if (protocol === IpProto.Tcp) return 'tcp';
  if (protocol === IpProto.Udp) return 'udp';
  return protocol === IpProto.Icmp || protocol === IpProto.Icmpv6 ? 'icmp' : null;
}

/** The attempts that an entry may mean, the likelier first; more than one only where Windows writes the ends both ways. */
export function attemptsOf(entry: LogEntry, server: ReadonlySet<HostKey>): Attempt[] {
  const { direction, local, remote } = entry;
  if (direction !== null) {
    const one = attempt(local, remote, direction);
    return entry.endsUnsure ? [one, attempt(remote, local, direction)] : [one];
  }
  // Without a direction the line is of the server's own log, if one of its ends is the server.
  const [from, to] = [server.has(hostKeyOf(local.address)), server.has(hostKeyOf(remote.address))];
  if (from === to) return [];
  return [from ? attempt(local, remote, 'out') : attempt(remote, local, 'in')];
}

function attempt(local: LogEnd, remote: LogEnd, direction: 'in' | 'out'): Attempt {
  const [from, to] = direction === 'out' ? [local, remote] : [remote, local];
  return {
    orig: hostKeyOf(from.address),
    origPort: from.port,
    resp: hostKeyOf(to.address),
    respPort: to.port,
    at: direction === 'out' ? 'originator' : 'responder',
  };
}

/** Required rules that speak of the attempt; none when not exactly one end is this server. */
export function rulesOf(
  one: Attempt,
  proto: RuleProto,
  server: ReadonlySet<HostKey>,
  matcher: RuleMatcher,
): readonly Rule[] {
  const [from, to] = [server.has(one.orig), server.has(one.resp)];
  if (from === to) return [];
  const originator = from ? 'server' : 'computer';
  const found = matcher.requiredFor(proto, one.respPort, originator);
  if (found.length > 0 || proto === 'icmp') return found;
  return matcher.requiredRules.filter(
    (rule) =>
      rule.proto === proto &&
      rule.from === originator &&
      rule.evidence === 'rpc' &&
      rule.ports.some((range) => one.respPort >= range.from && one.respPort <= range.to),
  );
}
