/** The contexts in which a flow can stand towards this server, as a small number, and which rules fit them. */
import type { FlowFacts, RuleParty, Rule } from './rule.js';

/**
 * Unicast: 2 × originator is the server + responder is the server. Then broadcast and multicast, each without
 * and with the server as originator.
 */
export const CONTEXTS = [0, 1, 2, 3, 4, 5, 6, 7] as const;
export type Context = (typeof CONTEXTS)[number];

const BROADCAST = 4;
const MULTICAST = 6;

/** The context of a flow. */
export function contextOf(facts: Pick<FlowFacts, 'origIsServer' | 'respIsServer' | 'respCast'>): Context {
  if (facts.respCast === 'broadcast') return facts.origIsServer ? 5 : 4;
  if (facts.respCast === 'multicast') return facts.origIsServer ? 7 : 6;
  if (facts.origIsServer) return facts.respIsServer ? 3 : 2;
  return facts.respIsServer ? 1 : 0;
}

function fits(role: RuleParty, isServer: boolean): boolean {
  return role === 'any' || role === (isServer ? 'server' : 'computer');
}

/** Both ends of a flow in this context have the roles that the rule names. */
export function fitsRoles(rule: Rule, context: Context): boolean {
  if (context >= BROADCAST) {
    const cast = context >= MULTICAST ? 'multicast' : 'broadcast';
    return rule.to === cast && fits(rule.from, (context & 1) === 1);
  }
  return fits(rule.from, (context & 2) === 2) && fits(rule.to, (context & 1) === 1);
}

/** The rule is between server and computer, and in this context the other one opened the flow. */
export function isReverse(rule: Rule, context: Context): boolean {
  return (
    (context === 1 && rule.from === 'server' && rule.to === 'computer') ||
    (context === 2 && rule.from === 'computer' && rule.to === 'server')
  );
}
