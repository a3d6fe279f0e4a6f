/** The verdicts as the report lists them: each made when it is asked for. */
import { Flow } from '../../flow/flow.js';
import type { Rule } from '../../rules/rule.js';
import type { CapturePlace } from '../../verdict/capture-point.js';
import { Locator } from '../../verdict/locate.js';
import { hostKeyText } from '../../verdict/server.js';
import type { RecalledText, RuleVerdict } from '../../verdict/tally.js';
import type { VerdictList, VerdictModel } from '../model.js';
import { attemptMarks, evidenceOf } from './evidence.js';
import type { ReportInput } from './input.js';
import { sourceName } from './names.js';
import type { HostNames } from './names.js';
import { attributionText, outcomeReasonText } from './phrases.js';
import { caveatOf, verdictText } from './verdict-text.js';
import type { Grounds } from './verdict-text.js';

/** Flows of a verdict that are shown with their evidence. */
const MAX_EVIDENCE = 3;

/** A rule that must be proven for exit code 0: always in force, in use, and able to show an answer. */
export function isRequired(rule: Rule): boolean {
  return caveatOf(rule) === '';
}

export class Verdicts implements VerdictList {
  readonly length: number;
  private readonly input: ReportInput;
  private readonly names: HostNames;
  private readonly grounds: Grounds;
  private readonly paths: readonly string[];
  private readonly flow: Flow;
  private readonly locator: Locator;

  constructor(input: ReportInput, names: HostNames, grounds: Grounds, place: CapturePlace) {
    this.input = input;
    this.names = names;
    this.grounds = grounds;
    this.length = input.judgement.verdicts.length;
    this.paths = input.files.map((file) => sourceName(file.path));
    this.flow = new Flow(input.meter.flows);
    const { server, verdicts } = input.judgement;
    this.locator = new Locator(input.meter.flows, server.keys, verdicts, place);
  }

  at(index: number): VerdictModel | undefined {
    const verdict = this.input.judgement.verdicts[index];
    return verdict === undefined ? undefined : this.model(verdict);
  }

  *[Symbol.iterator](): Iterator<VerdictModel> {
    for (const verdict of this.input.judgement.verdicts) yield this.model(verdict);
  }

  private model(v: RuleVerdict): VerdictModel {
    return v.recalled === undefined ? this.observed(v) : this.recalled(v, v.recalled);
  }

  /** It stands from before the program was started: its words are all that is left. */
  private recalled(v: RuleVerdict, { reason, location, confidence }: RecalledText): VerdictModel {
    const unseen = this.observed({ ...v, verdict: 'not_observed', reason: 'nothing_sent' });
    const told = `${reason} Nothing was seen of it since the program was started.`;
    return { ...unseen, verdict: v.verdict, reasonCode: 'recalled', reason: told, location, confidence };
  }

  private observed(v: RuleVerdict): VerdictModel {
    const { input, names, flow } = this;
    const address = hostKeyText(v.host);
    const telling = v.flows[0] === undefined ? null : flow.move(v.flows[0]);
    const inbound = v.rule.to === 'server';
    const failed = telling !== null && v.verdict !== 'working';
    const located = failed ? this.locator.locate(v) : null;
    const text = verdictText(
      v,
      telling,
      {
        computer: names.label(address),
        computerAddress: address,
        serverAddress: telling === null ? this.firstServer() : telling.addressText(inbound ? 1 : 0),
        inbound,
        portSource: this.portSource(v, telling),
        stopsHere: inbound && located?.location === 'this_server',
      },
      this.grounds,
    );
    const start = telling === null ? 0 : telling.firstSec + telling.firstNsec / 1e9;
    return {
      rule: v.rule.id,
      host: names.host(address),
      verdict: v.verdict,
      reasonCode: v.reason,
      reason: text.reason,
      location: located?.location ?? 'unknown',
      locationReason: located?.steps.join(' ') ?? '',
      confidence: text.confidence,
      assumptions: text.assumptions,
      attempts: telling === null ? [] : attemptMarks(telling, this.paths, start),
      evidence: v.flows
        .slice(0, MAX_EVIDENCE)
        .flatMap((id) =>
          evidenceOf(flow.move(id), this.paths, outcomeReasonText(input.judgement.outcomeReason(id))),
        ),
      nextStep: text.nextStep,
      outcomes: [...v.outcomes].map(([outcome, flows]) => ({ outcome, flows })),
      required: isRequired(v.rule),
    };
  }

  /** What names the dynamic port of the most telling flow; a mere presumption is an assumption. */
  private portSource(v: RuleVerdict, telling: Flow | null): string {
    if (v.rule.evidence !== 'rpc' || telling === null) return '';
    const attribution = this.input.judgement.rpc.attribute(telling);
    return attribution?.proof === 'presumed' ? '' : attributionText(attribution);
  }

  private firstServer(): string {
    const [key] = this.input.judgement.server.keys;
    return key === undefined ? '' : hostKeyText(key);
  }
}
