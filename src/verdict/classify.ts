/**
 * Why a flow is there: the rule that expects it, a pack that knows it, background noise, or the reason why it
 * is unexpected. Ports are matched here; what the payload showed is asked of the flow's service.
 */
import { castOf } from '../flow/address.js';
import type { Cast } from '../flow/address.js';
import type { Flow } from '../flow/flow.js';
import type { RuleMatcher } from '../rules/match.js';
import type { FlowFacts, Match } from '../rules/rule.js';
import { heardAnAnswer } from './outcome.js';
import { hostKey } from './server.js';
import type { HostKey } from './server.js';
import type { TrafficClass } from './words.js';

/** Why a class was chosen: stable codes, put into words by the report. */
export const CLASS_REASONS = [
  'none',
  'rule',
  'known_rule',
  'background_rule',
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
] as const;
export type ClassReason = (typeof CLASS_REASONS)[number];

/** A dynamic port is presumed to be RPC when the same pair spoke on 135 this long before, seconds. */
export const RPC_WINDOW_SECONDS = 60;
/** Times remembered per pair of hosts (those within RPC_WINDOW_SECONDS count as one), and pairs remembered. */
const MAX_SPANS_PER_PAIR = 4096;
const MAX_PAIRS = 50_000;

export interface FlowClass {
  class: TrafficClass;
  reason: ClassReason;
  match: Match;
}

/** From the first to the last of some flows that follow each other closely, seconds since 1970. */
interface TimeRange {
  readonly from: number;
  to: number;
}

/** When one host asked another's endpoint mapper on 135. */
export class MapperExchanges {
  /** Flows that were not remembered because of a limit. */
  dropped = 0;
  private readonly pairs = new Map<string, TimeRange[]>();

  /** Remembers a flow to TCP 135 that got an answer, captured or not. */
  learn(flow: Flow): void {
    if (flow.transport !== 'tcp' || flow.port(1) !== 135) return;
    if (flow.packets(1) === 0 && !heardAnAnswer(flow)) return;
    const key = pairKey(flow);
    const time = flow.firstSec;
    const ranges = this.pairs.get(key);
    const last = ranges?.at(-1);
    if (ranges === undefined && this.pairs.size < MAX_PAIRS) this.pairs.set(key, [{ from: time, to: time }]);
    else if (last !== undefined && time >= last.from && time - last.to <= RPC_WINDOW_SECONDS) {
      last.to = Math.max(last.to, time);
    } else if (ranges !== undefined && ranges.length < MAX_SPANS_PER_PAIR)
      ranges.push({ from: time, to: time });
    else this.dropped++;
  }

  /** Did the originator ask the responder's mapper shortly before this flow began? */
  precedes(flow: Flow): boolean {
    const start = flow.firstSec;
    const ranges = this.pairs.get(pairKey(flow)) ?? [];
    return ranges.some(({ from, to }) => start >= from && start - to <= RPC_WINDOW_SECONDS);
  }
}

function pairKey(flow: Flow): string {
  return `${hostKey(flow, 0)}>${hostKey(flow, 1)}`;
}

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
  private readonly mapper: MapperExchanges;
  private readonly facts: MutableFacts = {
    proto: 'tcp',
    origIsServer: false,
    respIsServer: false,
    origPort: 0,
    respPort: 0,
    respCast: 'unicast',
  };

  constructor(matcher: RuleMatcher, server: ReadonlySet<HostKey>, mapper: MapperExchanges) {
    this.matcher = matcher;
    this.server = server;
    this.mapper = mapper;
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
        if (kind === 'required') return { class: 'expected', reason: 'rule', match };
        return kind === 'known'
          ? { class: 'known', reason: 'known_rule', match }
          : { class: 'background', reason: 'background_rule', match };
      case 'source_port':
        return { class: 'unexpected', reason: 'source_port', match };
      case 'wrong_direction':
        return { class: 'unexpected', reason: 'wrong_direction', match };
      case 'needs_evidence':
        if (this.mapper.precedes(flow)) {
          return {
            class: kind === 'required' ? 'expected' : 'known',
            reason: 'dynamic_port_after_135',
            match,
          };
        }
        return { class: 'unexpected', reason: 'dynamic_not_rpc', match };
      case 'none':
        return { class: 'unexpected', reason: this.unmatchedReason(flow, facts), match };
    }
  }

  private unmatchedReason(flow: Flow, facts: FlowFacts): ClassReason {
    if (facts.proto === 'icmp' && flow.oneWay) return 'icmp_about_flow';
    if (this.server.size === 0) return 'server_unknown';
    if (!facts.origIsServer && !facts.respIsServer) return 'other_hosts';
    return 'no_rule';
  }
}
