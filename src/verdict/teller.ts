/** What one flow tells: its outcome and class, and of which rule and computer it speaks. */
import type { Flow } from '../flow/flow.js';
import type { Facts } from '../recognise/facts.js';
import type { RuleMatcher } from '../rules/match.js';
import type { Rule } from '../rules/rule.js';
import { destinationCast } from './classify.js';
import type { Classifier, FlowClass } from './classify.js';
import type { MissingAnswers } from './directions.js';
import type { Computers } from './hosts.js';
import { outcomeOf } from './outcome.js';
import type { FlowOutcome, OutcomeContext } from './outcome.js';
import { hostKey } from './server.js';
import type { HostKey } from './server.js';
import { serviceFit } from './service-fit.js';
import type { Told } from './tally.js';
import type { Outcome } from './words.js';

/** Who is told. */
export interface Listener {
  add(host: HostKey, rule: Rule, told: Told): void;
}

interface TellerParts {
  readonly matcher: RuleMatcher;
  readonly payload: Facts;
  readonly classifier: Classifier;
  readonly computers: Computers;
  readonly missing: MissingAnswers;
  /** See OutcomeContext. */
  readonly options: { readonly captureEnd: number; readonly answerWait: number };
}

/** Outcomes in which a service spoke, so that it can be the wrong one. */
const SERVED: ReadonlySet<Outcome> = new Set<Outcome>(['established', 'established_midstream', 'answered']);

/** The outcome of a flow on which another service than the rule's answered. */
function servedWrong(outcome: FlowOutcome): FlowOutcome {
  return SERVED.has(outcome.outcome) ? { outcome: outcome.outcome, reason: 'wrong_service' } : outcome;
}

export class Teller {
  private readonly parts: TellerParts;

  constructor(parts: TellerParts) {
    this.parts = parts;
  }

  /** The result that is listed for the flow. */
  result(flow: Flow): { readonly outcome: FlowOutcome; readonly flowClass: FlowClass } {
    const flowClass = this.finalClass(flow, this.parts.classifier.classify(flow));
    const outcome = outcomeOf(flow, this.contextOf(flow, flowClass));
    return { outcome: flowClass.reason === 'wrong_service' ? servedWrong(outcome) : outcome, flowClass };
  }

  /** Tells `to` what the flow says of each required rule that it belongs to. */
  tell(flow: Flow, outcome: FlowOutcome, flowClass: FlowClass, to: Listener): void {
    if (flowClass.class !== 'expected' && flowClass.reason !== 'wrong_service') return;
    const { matcher, payload, computers } = this.parts;
    const peerSide = computers.peerSide(flow) === 0 ? 0 : 1;
    const peer = hostKey(flow, peerSide);
    const rules =
      flowClass.reason === 'rule' || flowClass.reason === 'wrong_service'
        ? matcher.requiredFor(protoOf(flow), flow.port(1), peerSide === 0 ? 'computer' : 'server')
        : [flowClass.match.rule];
    for (const rule of rules) {
      if (rule === null) continue;
      const fit = serviceFit(flow, rule, payload);
      to.add(peer, rule, {
        flow,
        outcome: fit === 'wrong' ? servedWrong(outcome) : outcome,
        presumed: flowClass.reason === 'dynamic_port_after_135',
        fit,
        service: payload.serviceOf(flow.id)?.name ?? '',
      });
    }
  }

  /** A required rule speaks of monitored computers only; with other hosts the same port is merely known. */
  private finalClass(flow: Flow, found: FlowClass): FlowClass {
    if (found.class !== 'expected') return found;
    const { computers } = this.parts;
    const side = computers.peerSide(flow);
    if (side >= 0 && computers.isMonitored(hostKey(flow, side))) return found;
    return { class: 'known', reason: 'not_monitored', match: found.match };
  }

  private contextOf(flow: Flow, flowClass: FlowClass): OutcomeContext {
    const { options, missing } = this.parts;
    return {
      captureEnd: options.captureEnd,
      answerWait: options.answerWait,
      oneWay: flowClass.match.rule?.oneWay === true || destinationCast(flow) !== 'unicast',
      answersMissing: missing.concern(flow),
    };
  }
}

function protoOf(flow: Flow): 'tcp' | 'udp' | 'icmp' {
  const transport = flow.transport;
  return transport === 'icmp6' ? 'icmp' : transport;
}
