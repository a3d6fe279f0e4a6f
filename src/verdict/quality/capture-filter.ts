/**
 * What a capture filter leaves out, from its text alone (pcap-filter syntax; other languages are not understood
 * and are said to hide nothing). An exclusion ("not port 22") hides only what it names.
 */
import type { PortRange, Rule } from '../../rules/words/rule.js';

const EXCLUSION =
  /(?:\bnot\b|!)\s*(?:\([^()]*\)|(?:[a-z0-9]+\s+)*?(?:port|portrange|host|net)\s+\S+|[a-z0-9]+)/g;
const NAMES_PROTOCOL_OR_PORT = /\b(?:tcp|udp|port|portrange|arp|icmp6?)\b/;

/** The filter without its exclusions. */
function demanded(filter: string): string {
  return filter.toLowerCase().replace(EXCLUSION, ' ');
}

/** Is ICMP left out although it is in any unfiltered capture? */
export function hidesIcmp(filter: string): boolean {
  if (/(?:\bnot|!)\s*icmp/i.test(filter)) return true;
  const wanted = demanded(filter);
  return NAMES_PROTOCOL_OR_PORT.test(wanted) && !/\bicmp/.test(wanted);
}

/** Is TCP port 135 left out? */
export function hidesMapper(filter: string): boolean {
  return hidesPorts(filter, 'tcp', [{ from: 135, to: 135 }]);
}

/** Is all of a rule's traffic left out? */
export function hidesRule(filter: string, { proto, ports }: Pick<Rule, 'proto' | 'ports'>): boolean {
  return proto === 'icmp' ? hidesIcmp(filter) : hidesPorts(filter, proto, ports);
}

/** A port given by its service's name is taken for any: only what is left out for certain is. */
function hidesPorts(filter: string, proto: 'tcp' | 'udp', ports: readonly PortRange[]): boolean {
  const wanted = demanded(filter);
  if (/\bport(?:range)?\b/.test(wanted)) {
    const named = [...wanted.matchAll(/\b(\d+)(?:-(\d+))?\b/g)].map(
      ([, from, to]) => [Number(from), Number(to ?? from)] as const,
    );
    if (/\bport\s+(?:\(\s*)?[a-z]/.test(wanted)) return false;
    return !ports.some((port) => named.some(([from, to]) => from <= port.to && port.from <= to));
  }
  return NAMES_PROTOCOL_OR_PORT.test(wanted) && !new RegExp(`\\b${proto}\\b`).test(wanted);
}
