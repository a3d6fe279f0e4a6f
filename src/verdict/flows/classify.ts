/**
 * Why a flow is there: the rule that expects it, a pack that knows it, background noise, or the reason why it
 * is unexpected. Ports are matched here; what the payload showed is asked of the flow's service.
 */
import { FlowFlag } from '../../flow/record/record.js';
import { IpProto } from '../../decode/packet/packet.js';
import { castOf } from '../../flow/record/address.js';
import type { Cast } from '../../flow/record/address.js';
import type { Flow } from '../../flow/flow.js';
import type { RuleMatcher } from '../../rules/match.js';
import type { Facts } from '../../recognise/facts/facts.js';
import type { FlowFacts, Match, Rule } from '../../rules/words/rule.js';
import { CASTS } from '../hosts/host-table.js';
import { TUNNEL_PORTS } from '../hosts/quality-counts.js';
import type { HostTable } from '../hosts/host-table.js';
import type { RpcEvidence, RpcProof } from './rpc-evidence.js';
import { serviceFit } from './service-fit.js';
import type { TrafficClass } from '../words/words.js';

/** Why a class was chosen: stable codes, put into words by the report. */
export const CLASS_REASONS = [
  'none',
  'rule',
  'known_rule',
  'background_rule',
  'rpc_bind',
  'rpc_calls',
  'rpc_port_named',
  'dynamic_port_after_135',
  'no_rule',
  'wrong_direction',
  'source_port',
  'dynamic_not_rpc',
  'not_monitored',
  'other_hosts',
  'this_server_itself',
  'envelope',
  'tunnel_not_opened',
  'loopback',
  'server_unknown',
  'icmp_about_flow',
  'stray_answer',
  'wrong_service',
  'other_service',
] as const;
export type ClassReason = (typeof CLASS_REASONS)[number];

export interface FlowClass {
  readonly class: TrafficClass;
  readonly reason: ClassReason;
  /** The rule that speaks of the flow (matched, or violated), or null. */
  readonly rule: Rule | null;
  readonly match: Match;
  /** Required rules of which such a flow says something, when its peer is monitored. */
  readonly tellsOf: readonly Rule[];
  /** Its place in `FlowClasses.list`. */
  readonly code: number;
}

const NO_RULES: readonly Rule[] = [];
const NO_MATCH: Match = { kind: 'none', rule: null };

/** The classes that were given, each made once: a million flows share a few. */
export class FlowClasses {
  readonly list: FlowClass[] = [];
  private readonly byMatch = new Map<Match, FlowClass[]>();

  constructor() {
    // Code 0: a record that holds no flow.
    this.add('unknown', 'none', NO_MATCH, NO_RULES);
  }

  /**
   * @param flowClass follows from reason and match
   * @param match one object for each protocol, context and range of ports, as the matcher has it
   */
  of(flowClass: TrafficClass, reason: ClassReason, match: Match): FlowClass {
    return this.known(reason, match) ?? this.add(flowClass, reason, match, NO_RULES);
  }

  known(reason: ClassReason, match: Match): FlowClass | null {
    const alike = this.byMatch.get(match);
    if (alike === undefined) return null;
    for (const one of alike) if (one.reason === reason) return one;
    return null;
  }

  add(flowClass: TrafficClass, reason: ClassReason, match: Match, tellsOf: readonly Rule[]): FlowClass {
    const { rule } = match;
    // A rule has a match of its own in each range of ports: a class of its own it needs not.
    let found = this.list.find(
      (one) =>
        one.reason === reason &&
        one.rule === rule &&
        one.class === flowClass &&
        areSame(one.match.others ?? NO_RULES, match.others ?? NO_RULES) &&
        areSame(one.tellsOf, tellsOf),
    );
    if (found === undefined) {
      found = { class: flowClass, reason, match, rule, tellsOf, code: this.list.length };
      this.list.push(found);
    }
    const alike = this.byMatch.get(match);
    if (alike === undefined) this.byMatch.set(match, [found]);
    else alike.push(found);
    return found;
  }

  /** What an answer to nobody's question is, unless it tells of a monitored computer. */
  stray({ match }: FlowClass): FlowClass {
    return this.of('background', 'stray_answer', match);
  }

  /** What such a flow is when its peer turns out not to be monitored. */
  notMonitored({ match }: FlowClass): FlowClass {
    return this.of('known', 'not_monitored', match);
  }
}

function areSame(some: readonly Rule[], others: readonly Rule[]): boolean {
  return some.length === others.length && some.every((rule, i) => rule === others[i]);
}

/** How each proof of RPC reads as a reason. */
const PROOF_REASONS = {
  bind: 'rpc_bind',
  calls: 'rpc_calls',
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

/** What runs in it is counted by the gate, and by no rule. */
function isTunnel({ proto, origPort, respPort }: FlowFacts): boolean {
  return proto === 'udp' && (TUNNEL_PORTS.includes(respPort) || TUNNEL_PORTS.includes(origPort));
}

/** 127.0.0.0/8 and ::1 (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
function isLoopback(flow: Flow, side: 0 | 1): boolean {
  const first = flow.addressWord(side, 0);
  if (flow.version === 4) return first >>> 24 === 127;
  const [second, third, last] = [1, 2, 3].map((word) => flow.addressWord(side, word));
  return first === 0 && second === 0 && third === 0 && last === 1;
}

/** A reused, writable copy of what the matcher asks. */
type MutableFacts = { -readonly [K in keyof FlowFacts]: FlowFacts[K] };

export class Classifier {
  readonly classes = new FlowClasses();
  private readonly matcher: RuleMatcher;
  private readonly ends: HostTable;
  private readonly isServer: Uint8Array;
  private readonly serverKnown: boolean;
  private readonly rpc: RpcEvidence;
  private readonly payload: Facts;
  private readonly casts: Uint8Array;
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
    ends: HostTable,
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
    this.casts = ends.casts();
  }

  classify(flow: Flow): FlowClass {
    const { facts, ends, isServer } = this;
    const { id } = flow;
    const resp = ends.resp[id]!;
    const ports = ends.ports[id]!;
    const protocol = ends.protocols[id]!;
    facts.proto = protocol === IpProto.Tcp ? 'tcp' : protocol === IpProto.Udp ? 'udp' : 'icmp';
    facts.origIsServer = isServer[ends.orig[id]!] === 1;
    facts.respIsServer = isServer[resp] === 1;
    facts.origPort = ports >>> 16;
    facts.respPort = ports & 0xffff;
    const cast = this.casts[resp]!;
    facts.respCast = cast === 0 && protocol !== IpProto.Tcp ? destinationCast(flow) : CASTS[cast]!;
    const match = this.matcher.match(facts);
    if (facts.origIsServer && facts.respIsServer) {
      return this.classes.of('known', 'this_server_itself', match);
    }
    if (flow.transport !== 'tcp' && flow.has(FlowFlag.Envelope))
      return this.classes.of('known', 'envelope', match);
    if (match.kind === 'none' && isTunnel(facts)) return this.classes.of('known', 'tunnel_not_opened', match);
    if (isLoopback(flow, 0) && isLoopback(flow, 1)) return this.classes.of('known', 'loopback', match);
    return this.fromMatch(flow, facts, match);
  }

  private fromMatch(flow: Flow, facts: FlowFacts, match: Match): FlowClass {
    const { classes } = this;
    switch (match.kind) {
      case 'exact':
        if (match.rule?.kind === 'required') return this.fromRequired(flow, facts, match);
        return match.rule?.kind === 'known'
          ? this.fromKnown(flow, match)
          : classes.of('background', 'background_rule', match);
      case 'source_port':
        return classes.of('unexpected', 'source_port', match);
      case 'wrong_direction':
        return classes.of('unexpected', 'wrong_direction', match);
      case 'needs_evidence':
        return this.fromEvidence(flow, facts, match);
      case 'none':
        return classes.of('unexpected', this.unmatchedReason(flow, facts), match);
    }
  }

  /**
   * A port that products are known for: RPC that is proven goes before, and of the rules that the port fits the
   * payload must not speak against all.
   */
  private fromKnown(flow: Flow, match: Match): FlowClass {
    const { classes, payload } = this;
    const { withEvidence } = match;
    if (withEvidence !== undefined) {
      const proof = this.rpc.proofOf(flow);
      if (proof !== null && proof !== 'presumed') return this.proven(proof, withEvidence);
    }
    if (payload.serviceOf(flow.id) !== undefined) {
      const fits = (rule: Rule): boolean => serviceFit(flow, rule, payload) !== 'wrong';
      const { rule, others = NO_RULES } = match;
      if (rule !== null && !fits(rule) && !others.some(fits)) {
        return classes.of('unexpected', 'other_service', match);
      }
    }
    return classes.of('known', 'known_rule', match);
  }

  private proven(proof: RpcProof, match: Match): FlowClass {
    const { classes } = this;
    const { rule } = match;
    const reason = PROOF_REASONS[proof];
    if (rule?.kind !== 'required') return classes.of('known', reason, match);
    return classes.known(reason, match) ?? classes.add('expected', reason, match, [rule]);
  }

  /** It speaks for all rules of its port, unless the payload shows a service that none of them is for. */
  private fromRequired(flow: Flow, facts: FlowFacts, match: Match): FlowClass {
    const found = this.classes.known('rule', match) ?? this.addRequired(facts, match);
    if (!this.isWrongForAll(flow, found.tellsOf)) return found;
    return (
      this.classes.known('wrong_service', match) ??
      this.classes.add('unexpected', 'wrong_service', match, found.tellsOf)
    );
  }

  private addRequired(facts: FlowFacts, match: Match): FlowClass {
    const originator = facts.origIsServer ? 'server' : 'computer';
    const rules = this.matcher.requiredFor(facts.proto, facts.respPort, originator);
    return this.classes.add('expected', 'rule', match, rules);
  }

  private isWrongForAll(flow: Flow, rules: readonly Rule[]): boolean {
    if (this.payload.serviceOf(flow.id) === undefined) return false;
    for (const rule of rules) if (serviceFit(flow, rule, this.payload) !== 'wrong') return false;
    return rules.length > 0;
  }

  /** A range as wide as the dynamic ports proves nothing by itself: the payload must. */
  private fromEvidence(flow: Flow, facts: FlowFacts, match: Match): FlowClass {
    const { classes } = this;
    const { rule } = match;
    const proof = this.rpc.proofOf(flow);
    const fit = rule === null ? 'unknown' : serviceFit(flow, rule, this.payload);
    // Only the payload of the flow itself speaks louder than a port that was named, and a presumption gives way
    // even to a suspicion.
    const contradicted = proof === 'presumed' ? fit === 'wrong' || fit === 'doubtful' : fit === 'wrong';
    if (rule === null || proof === null || (contradicted && proof !== 'bind')) {
      // Only of traffic that could prove a required rule it means something that it is no RPC.
      return rule?.kind === 'required'
        ? classes.of('unexpected', 'dynamic_not_rpc', match)
        : classes.of('unexpected', this.unmatchedReason(flow, facts), NO_MATCH);
    }
    return this.proven(proof, match);
  }

  private unmatchedReason(flow: Flow, facts: FlowFacts): ClassReason {
    if (facts.proto === 'icmp' && flow.oneWay) return 'icmp_about_flow';
    if (!this.serverKnown) return 'server_unknown';
    if (!facts.origIsServer && !facts.respIsServer) return 'other_hosts';
    return 'no_rule';
  }
}
