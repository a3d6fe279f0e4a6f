/**
 * Why a flow is there: the rule that expects it, a pack that knows it, background noise, or the reason why it
 * is unexpected. Ports are matched here; what the payload showed is asked of the flow's service.
 */
import { castOf } from '../flow/address.js';
import type { Cast } from '../flow/address.js';
import type { Flow } from '../flow/flow.js';
import type { RuleMatcher } from '../rules/match.js';
import type { Facts } from '../recognise/facts.js';
import type { FlowFacts, Match, Rule } from '../rules/rule.js';
import type { Ends } from './ends.js';
import type { RpcEvidence } from './rpc-evidence.js';
import { serviceFit } from './service-fit.js';
import type { TrafficClass } from './words.js';

/** Why a class was chosen: stable codes, put into words by the report. */
export const CLASS_REASONS = [
  'none',
  'rule',
  'known_rule',
  'background_rule',
  'rpc_bind',
  'rpc_port_named',
  'dynamic_port_after_135',
  'no_rule',
  'wrong_direction',
  'source_port',
  'dynamic_not_rpc',
  'not_monitored',
  'other_hosts',
  'this_server_itself',
  'server_unknown',
  'icmp_about_flow',
  'wrong_service',
] as const;
export type ClassReason = (typeof CLASS_REASONS)[number];

export interface FlowClass {
  readonly class: TrafficClass;
  readonly reason: ClassReason;
  /** The rule that speaks of the flow (matched, or violated), or null. */
  readonly rule: Rule | null;
  /** Its place in `FlowClasses.list`. */
  readonly code: number;
}

/** The classes that were given, each made once: a million flows share a few. */
export class FlowClasses {
  readonly list: FlowClass[] = [];
  private readonly byReason = new Map<ClassReason, Map<Rule | null, FlowClass>>();

  constructor() {
    // Code 0: a record that holds no flow.
    this.of('unknown', 'none', null);
  }

  /** @param flowClass follows from reason and rule */
  of(flowClass: TrafficClass, reason: ClassReason, rule: Rule | null): FlowClass {
    let byRule = this.byReason.get(reason);
    if (byRule === undefined) this.byReason.set(reason, (byRule = new Map<Rule | null, FlowClass>()));
    let known = byRule.get(rule);
    if (known === undefined) {
      known = { class: flowClass, reason, rule, code: this.list.length };
      byRule.set(rule, known);
      this.list.push(known);
    }
    return known;
  }
}

/** How each proof of RPC reads as a reason. */
const PROOF_REASONS = {
  bind: 'rpc_bind',
  mapping: 'rpc_port_named',
  presumed: 'dynamic_port_after_135',
} as const;

/** How the destination is addressed; a silent x.x.x.255 of a datagram is a directed broadcast. */
export function destinationCast(flow: Flow): Cast {
  const cast = castOf(flow.version, flow.addressWord(1, 0));
  if (cast !== 'unicast' || flow.version === 6 || flow.transport === 'tcp') return cast;
  const directed = (flow.addressWord(1, 0) & 255) === 255 && flow.packets(1) === 0;
  return directed ? 'broadcast' : 'unicast';
}

/** A reused, writable copy of what the matcher asks. */
type MutableFacts = { -readonly [K in keyof FlowFacts]: FlowFacts[K] };

export class Classifier {
  readonly classes = new FlowClasses();
  private readonly matcher: RuleMatcher;
  private readonly ends: Ends;
  private readonly isServer: Uint8Array;
  private readonly serverKnown: boolean;
  private readonly rpc: RpcEvidence;
  private readonly payload: Facts;
  private readonly facts: MutableFacts = {
    proto: 'tcp',
    origIsServer: false,
    respIsServer: false,
    origPort: 0,
    respPort: 0,
    respCast: 'unicast',
  };

  /**
   * @param isServer by number of the host
   * @param serverKnown false: no address of this server is known at all
   */
  constructor(
    matcher: RuleMatcher,
    ends: Ends,
    isServer: Uint8Array,
    serverKnown: boolean,
    rpc: RpcEvidence,
    payload: Facts,
  ) {
    this.matcher = matcher;
    this.ends = ends;
    this.isServer = isServer;
    this.serverKnown = serverKnown;
    this.rpc = rpc;
    this.payload = payload;
  }

  classify(flow: Flow): FlowClass {
    const { facts, ends, isServer } = this;
    const transport = flow.transport;
    facts.proto = transport === 'icmp6' ? 'icmp' : transport;
    facts.origIsServer = isServer[ends.orig[flow.id]!] === 1;
    facts.respIsServer = isServer[ends.resp[flow.id]!] === 1;
    facts.origPort = flow.port(0);
    facts.respPort = flow.port(1);
    facts.respCast = destinationCast(flow);
    const match = this.matcher.match(facts);
    if (facts.origIsServer && facts.respIsServer) {
      return this.classes.of('known', 'this_server_itself', match.rule);
    }
    return this.fromMatch(flow, facts, match);
  }

  private fromMatch(flow: Flow, facts: FlowFacts, { kind, rule }: Match): FlowClass {
    const { classes } = this;
    switch (kind) {
      case 'exact':
        if (rule?.kind === 'required') {
          return this.isWrongForAll(flow, facts)
            ? classes.of('unexpected', 'wrong_service', rule)
            : classes.of('expected', 'rule', rule);
        }
        return rule?.kind === 'known'
          ? classes.of('known', 'known_rule', rule)
          : classes.of('background', 'background_rule', rule);
      case 'source_port':
        return classes.of('unexpected', 'source_port', rule);
      case 'wrong_direction':
        return classes.of('unexpected', 'wrong_direction', rule);
      case 'needs_evidence':
        return this.fromEvidence(flow, rule);
      case 'none':
        return classes.of('unexpected', this.unmatchedReason(flow, facts), rule);
    }
  }

  /** A range as wide as the dynamic ports proves nothing by itself: the payload must. */
  private fromEvidence(flow: Flow, rule: Rule | null): FlowClass {
    const proof = this.rpc.proofOf(flow);
    const fit = rule === null ? 'unknown' : serviceFit(flow, rule, this.payload);
    // Only the payload of the flow itself speaks louder than a port that was named, and a presumption gives way
    // even to a suspicion.
    const contradicted = proof === 'presumed' ? fit === 'wrong' || fit === 'doubtful' : fit === 'wrong';
    if (proof === null || (contradicted && proof !== 'bind')) {
      return this.classes.of('unexpected', 'dynamic_not_rpc', rule);
    }
    const flowClass = rule?.kind === 'required' ? 'expected' : 'known';
    return this.classes.of(flowClass, PROOF_REASONS[proof], rule);
  }

  /** The payload shows a service that none of the required rules for this port is for. */
  private isWrongForAll(flow: Flow, facts: FlowFacts): boolean {
    const originator = facts.origIsServer ? 'server' : 'computer';
    const rules = this.matcher.requiredFor(facts.proto, facts.respPort, originator);
    return rules.length > 0 && rules.every((rule) => serviceFit(flow, rule, this.payload) === 'wrong');
  }

  private unmatchedReason(flow: Flow, facts: FlowFacts): ClassReason {
    if (facts.proto === 'icmp' && flow.oneWay) return 'icmp_about_flow';
    if (!this.serverKnown) return 'server_unknown';
    if (!facts.origIsServer && !facts.respIsServer) return 'other_hosts';
    return 'no_rule';
  }
}
