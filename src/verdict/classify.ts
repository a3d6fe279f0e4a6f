/**
 * Why a flow is there: the rule that expects it, a pack that knows it, background noise, or the reason why it
 * is unexpected. Ports are matched here; what the payload showed is asked of the flow's service.
 */
import { castOf } from '../flow/address.js';
import type { Cast } from '../flow/address.js';
import type { Flow } from '../flow/flow.js';
import type { RuleMatcher } from '../rules/match.js';
import type { Facts } from '../recognise/facts.js';
import type { FlowFacts, Match } from '../rules/rule.js';
import type { Attribution, RpcEvidence } from './rpc-evidence.js';
import { hostKey } from './server.js';
import { serviceFit } from './service-fit.js';
import type { HostKey } from './server.js';
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
  class: TrafficClass;
  reason: ClassReason;
  match: Match;
  /** For a dynamic port: where it came from. */
  attribution?: Attribution;
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
  private readonly matcher: RuleMatcher;
  private readonly server: ReadonlySet<HostKey>;
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

  constructor(matcher: RuleMatcher, server: ReadonlySet<HostKey>, rpc: RpcEvidence, payload: Facts) {
    this.matcher = matcher;
    this.server = server;
    this.rpc = rpc;
    this.payload = payload;
  }

  classify(flow: Flow): FlowClass {
    const facts = this.facts;
    const transport = flow.transport;
    facts.proto = transport === 'icmp6' ? 'icmp' : transport;
    facts.origIsServer = this.server.has(hostKey(flow, 0));
    facts.respIsServer = this.server.has(hostKey(flow, 1));
    facts.origPort = flow.port(0);
    facts.respPort = flow.port(1);
    facts.respCast = destinationCast(flow);
    const match = this.matcher.match(facts);
    if (facts.origIsServer && facts.respIsServer) {
      return { class: 'known', reason: 'this_server_itself', match };
    }
    return this.fromMatch(flow, facts, match);
  }

  private fromMatch(flow: Flow, facts: FlowFacts, match: Match): FlowClass {
    const kind = match.rule?.kind;
    switch (match.kind) {
      case 'exact':
        if (kind === 'required') {
          return this.isWrongForAll(flow, facts)
            ? { class: 'unexpected', reason: 'wrong_service', match }
            : { class: 'expected', reason: 'rule', match };
        }
        return kind === 'known'
          ? { class: 'known', reason: 'known_rule', match }
          : { class: 'background', reason: 'background_rule', match };
      case 'source_port':
        return { class: 'unexpected', reason: 'source_port', match };
      case 'wrong_direction':
        return { class: 'unexpected', reason: 'wrong_direction', match };
      case 'needs_evidence':
        return this.fromEvidence(flow, match);
      case 'none':
        return { class: 'unexpected', reason: this.unmatchedReason(flow, facts), match };
    }
  }

  /** A range as wide as the dynamic ports proves nothing by itself: the payload must. */
  private fromEvidence(flow: Flow, match: Match): FlowClass {
    const attribution = this.rpc.attribute(flow);
    const fit = match.rule === null ? 'unknown' : serviceFit(flow, match.rule, this.payload);
    // Only the payload of the flow itself speaks louder than a port that was named, and a presumption gives way
    // even to a suspicion.
    const contradicted =
      attribution?.proof === 'presumed' ? fit === 'wrong' || fit === 'doubtful' : fit === 'wrong';
    if (attribution === null || (contradicted && attribution.proof !== 'bind')) {
      return { class: 'unexpected', reason: 'dynamic_not_rpc', match };
    }
    return {
      class: match.rule?.kind === 'required' ? 'expected' : 'known',
      reason: PROOF_REASONS[attribution.proof],
      match,
      attribution,
    };
  }

  /** The payload shows a service that none of the required rules for this port is for. */
  private isWrongForAll(flow: Flow, facts: FlowFacts): boolean {
    const originator = facts.origIsServer ? 'server' : 'computer';
    const rules = this.matcher.requiredFor(facts.proto, facts.respPort, originator);
    return rules.length > 0 && rules.every((rule) => serviceFit(flow, rule, this.payload) === 'wrong');
  }

  private unmatchedReason(flow: Flow, facts: FlowFacts): ClassReason {
    if (facts.proto === 'icmp' && flow.oneWay) return 'icmp_about_flow';
    if (this.server.size === 0) return 'server_unknown';
    if (!facts.origIsServer && !facts.respIsServer) return 'other_hosts';
    return 'no_rule';
  }
}
