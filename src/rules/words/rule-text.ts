/** A rule's ports and direction in words, the same in the report, the terminal and messages. */
import type { PortRange, Rule } from './rule.js';

/** `139, 445, 1024-65535` as words: '139', '445', '1024-65535'. */
function rangeTexts(ranges: readonly PortRange[]): string[] {
  return ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`));
}

/** 'TCP 139 or 445', 'UDP 137-139', 'ICMP'. */
export function portsText(rule: Rule): string {
  const proto = rule.proto.toUpperCase();
  const ports = rangeTexts(rule.ports);
  if (ports.length === 0) return proto;
  const last = ports.at(-1) ?? '';
  return ports.length === 1 ? `${proto} ${last}` : `${proto} ${ports.slice(0, -1).join(', ')} or ${last}`;
}

/** 'computer → server', 'any → multicast'. */
export function directionText(rule: Rule): string {
  return `${rule.from} → ${rule.to}`;
}

/** '137, 1024-65535', or 'any'. */
export function sourcePortsText(rule: Rule): string {
  return rangeTexts(rule.sourcePorts).join(', ') || 'any';
}
