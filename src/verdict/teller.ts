/** What one flow tells: its outcome and class, and of which rule and computer it speaks. */
import type { Flow } from '../flow/flow.js';
import type { Facts } from '../recognise/facts.js';
import type { RuleMatcher } from '../rules/match.js';
import type { Rule } from '../rules/rule.js';
import { destinationCast } from './classify.js';
import type { ClassReason } from './classify.js';
import type { MissingAnswers } from './directions.js';
import type { Computers } from './hosts.js';
import { outcomeOf } from './outcome.js';
import type { FlowOutcome } from './outcome.js';
import { hostKey } from './server.js';
import type { HostKey } from './server.js';
import { serviceFit } from './service-fit.js';
import type { Told } from './tally.js';
import type { Outcome, TrafficClass } from './words.js';

/** Who is told. */
export interface Listener {
  add(host: HostKey, rule: Rule, told: Told): void;
}

interface TellerParts {
  readonly matcher: RuleMatcher;
  readonly payload: Facts;
  readonly computers: Computers;
  readonly missing: MissingAnswers;
  /** See OutcomeContext. */
  readonly options: { readonly captureEnd: number; readonly answerWait: number };
}

/** Outcomes in which a service spoke, so that it can be the wrong one. */
const SERVED: ReadonlySet<Outcome> = new Set<Outcome>(['established', 'established_midstream', 'answered']);

/** The outcome of a flow on which another service than the rule's answered. */
export function servedWrong(outcome: FlowOutcome): FlowOutcome {
  return SERVED.has(outcome.outcome) ? { outcome: outcome.outcome, reason: 'wrong_service' } : outcome;
}

export class Teller {
  private readonly parts: TellerParts;

  constructor(parts: TellerParts) {
    this.parts = parts;
  }

  /** Is one end a monitored computer and the other this server? */
  isMonitored(flow: Flow): boolean {
    const { computers } = this.parts;
    const side = computers.peerSide(flow);
    return side >= 0 && computers.isMonitored(hostKey(flow, side));
  }

  /** What happened on the flow that `rule` speaks of. */
  outcomeOf(flow: Flow, rule: Rule | null): FlowOutcome {
    const { options, missing } = this.parts;
    return outcomeOf(flow, {
      captureEnd: options.captureEnd,
      answerWait: options.answerWait,
      oneWay: rule?.oneWay === true || destinationCast(flow) !== 'unicast',
      answersMissing: missing.concern(flow),
    });
  }

  /** Tells `to` what the flow says of each required rule that it belongs to. */
  tell(
    flow: Flow,
    rule: Rule | null,
    flowClass: TrafficClass,
    reason: ClassReason,
    outcome: FlowOutcome,
    to: Listener,
  ): void {
    if (flowClass !== 'expected' && reason !== 'wrong_service') return;
    const { matcher, payload, computers } = this.parts;
    const peerSide = computers.peerSide(flow);
    if (peerSide < 0) return;
    const peer = hostKey(flow, peerSide);
    const rules =
      reason === 'rule' || reason === 'wrong_service'
        ? matcher.requiredFor(protoOf(flow), flow.port(1), peerSide === 0 ? 'computer' : 'server')
        : [rule];
    for (const one of rules) {
      if (one === null) continue;
      const fit = serviceFit(flow, one, payload);
      to.add(peer, one, {
        flow,
        outcome: fit === 'wrong' ? servedWrong(outcome) : outcome,
        presumed: reason === 'dynamic_port_after_135',
        fit,
        service: payload.serviceOf(flow.id)?.name ?? '',
      });
    }
  }
}

function protoOf(flow: Flow): 'tcp' | 'udp' | 'icmp' {
  const transport = flow.transport;
  return transport === 'icmp6' ? 'icmp' : transport;
}
