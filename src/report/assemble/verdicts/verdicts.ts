/** The verdicts as the report lists them: each made when it is asked for. */
import { Flow } from '../../../flow/flow.js';
import type { Rule } from '../../../rules/words/rule.js';
import type { Cause } from '../../../verdict/causes/cause.js';
import { findCauses } from '../../../verdict/causes/find-causes.js';
import { hidesRule } from '../../../verdict/quality/capture-filter.js';
import type { CapturePlace } from '../../../verdict/words/capture-place.js';
import type { Grounds } from '../../../verdict/judge/confidence.js';
import { unresolvedName } from '../../../verdict/inventory/inventory.js';
import type { Locator } from '../../../verdict/locate/locate.js';
import { UNKNOWN } from '../../../verdict/locate/located.js';
import type { Located } from '../../../verdict/locate/located.js';
import type { Confidence, Location, Verdict } from '../../../verdict/words/words.js';
import { hostKeyText } from '../../../verdict/words/host-key.js';
import type { HostKey } from '../../../verdict/words/host-key.js';
import type { LocationStep } from '../../../verdict/words/location-step.js';
import type { RecalledText, RuleVerdict } from '../../../verdict/words/rule-verdict.js';
import type { HostModel } from '../../model/host-model.js';
import type { AttemptMark, EvidenceModel, NextStep, VerdictList, VerdictModel } from '../../model/model.js';
import { attemptMarks, evidenceOf } from '../flows/evidence.js';
import { loggedEvidence } from './logged-evidence.js';
import type { ReportInput } from '../input/input.js';
import { locationText } from '../words/location-text.js';
import { sourceName } from '../input/names.js';
import type { HostNames } from '../input/names.js';
import { attributionText, outcomeReasonText } from '../words/phrases.js';
import { Remedies } from '../remedies/remedies.js';

import { seenLabel } from '../words/seen.js';
import type { SeenFrom } from '../words/seen.js';
import { caveatOf, verdictText } from './verdict-text.js';
import type { VerdictText } from './verdict-text.js';

/** Flows of a verdict that are shown with their evidence. */
const MAX_EVIDENCE = 3;

/** What says that the end which was asked is up. */
const SIGNS_OF_LIFE: ReadonlySet<LocationStep['code']> = new Set([
  'host_answers_elsewhere',
  'host_refuses_elsewhere',
]);

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
  private foundCauses: readonly Cause[] | null = null;
  private madeRemedies: Remedies | null = null;
  private networks: Map<RuleVerdict, Cause> | null = null;
  private readonly hidden: ReadonlySet<Rule>;
  readonly seenFrom: SeenFrom = {
    locate: (v) => this.located(v),
    isHidden: (rule) => this.hidden.has(rule),
  };
  private lastKey: HostKey = 0;
  private lastHost: HostModel | null = null;

  constructor(input: ReportInput, names: HostNames, grounds: Grounds, place: CapturePlace) {
    this.input = input;
    this.names = names;
    this.grounds = grounds;
    this.length = input.judgement.verdicts.length;
    this.paths = input.files.map((file) => sourceName(file.path));
    this.flow = new Flow(input.meter.flows);
    this.locator = input.judgement.locator(place);
    this.hidden = hiddenRules(input);
  }

  /** What explains the failing ones; found when it is asked for, since single events need none. */
  get causes(): readonly Cause[] {
    return (this.foundCauses ??= findCauses({
      verdicts: this.input.judgement.verdicts,
      locate: (v) => this.located(v),
      groupOf: (host) => this.input.inventory?.byKey.get(host)?.listed.group ?? '',
      isRequired,
    }));
  }

  /** The network that fails whole and explains a cell; null = none does. */
  private networkOf(v: RuleVerdict): Cause | null {
    if (this.networks === null) {
      this.networks = new Map();
      for (const cause of this.causes) {
        if (cause.kind !== 'subnet') continue;
        for (const cell of cause.cells) this.networks.set(this.input.judgement.verdicts[cell]!, cause);
      }
    }
    return this.networks.get(v) ?? null;
  }

  /** Where the fault lies, with the network instead of what sets a single computer apart. */
  private placed(v: RuleVerdict): Located | null {
    const located = this.locator.locate(v);
    const isCompared = located?.steps.some(({ code }) => code === 'works_with_others') === true;
    const network = isCompared ? this.networkOf(v) : null;
    if (located === null || network === null) return located;
    const step = { code: 'subnet_fails', computers: network.hosts.length, subnet: network.reach } as const;
    const steps = located.steps.map((one) => (one.code === 'works_with_others' ? step : one));
    return { ...located, steps };
  }

  /** What would mend the faults, one for each cause. */
  get remedies(): Remedies {
    const { meter, judgement } = this.input;
    return (this.madeRemedies ??= new Remedies(
      meter.flows,
      judgement.verdicts,
      this.causes,
      (v) => this.located(v) ?? UNKNOWN,
    ));
  }

  /** Where the fault lies; null = nothing failed. */
  located(v: RuleVerdict): Located | null {
    return this.locator.locate(v);
  }

  at(index: number): VerdictModel | undefined {
    const verdict = this.input.judgement.verdicts[index];
    return verdict === undefined ? undefined : this.model(verdict);
  }

  *[Symbol.iterator](): Iterator<VerdictModel> {
    for (const verdict of this.input.judgement.verdicts) yield this.model(verdict);
  }

  private model(v: RuleVerdict): VerdictModel {
    return new VerdictView(v, this);
  }

  /** One computer's verdicts follow each other. */
  host({ host }: RuleVerdict): HostModel {
    if (this.lastHost === null || this.lastKey !== host) {
      this.lastKey = host;
      this.lastHost = this.names.host(hostKeyText(host));
    }
    return this.lastHost;
  }

  /** What is to be said in words. */
  words(v: RuleVerdict): Words {
    return v.recalled === undefined ? this.observed(v) : this.recalled(v, v.recalled);
  }

  private observed(v: RuleVerdict): Words {
    const { names, flow } = this;
    const address = hostKeyText(v.host);
    const telling = v.flows[0] === undefined ? null : flow.move(v.flows[0]);
    const inbound = v.rule.to === 'server';
    const located = this.placed(v);
    const text = verdictText(
      v,
      telling,
      {
        computer: names.label(address),
        computerAddress: unresolvedName(address) === '' ? address : '',
        listedName: this.input.inventory?.byKey.get(v.host)?.listed.name ?? '',
        serverAddress: telling === null ? this.firstServer() : telling.addressText(inbound ? 1 : 0),
        inbound,
        portSource: this.portSource(v, telling),
        stopsHere: inbound && located?.location === 'this_server',
        isUp: located?.steps.some(({ code }) => SIGNS_OF_LIFE.has(code)) === true,
        hostDown: located?.hostDown === true,
        blockingRule: v.logged?.find(({ ruleName }) => ruleName !== '')?.ruleName ?? '',
        longCapture: !this.input.gate.has('misses_cadence'),
      },
      this.grounds,
    );
    return { text, located };
  }

  /** It stands from before the program was started: its words are all that is left. */
  private recalled(v: RuleVerdict, { reason, location, confidence }: RecalledText): Words {
    const { text } = this.observed({ ...v, verdict: 'not_observed', reason: 'nothing_sent' });
    const told = `${reason} Nothing was seen of it since the program was started.`;
    return { text: { ...text, reason: told, confidence }, located: { location, confidence, steps: [] } };
  }

  attempts(v: RuleVerdict): readonly AttemptMark[] {
    if (v.flows[0] === undefined) return [];
    return attemptMarks(this.flow.move(v.flows[0]), this.paths);
  }

  evidence(v: RuleVerdict): readonly EvidenceModel[] {
    const { flow, paths } = this;
    const { judgement } = this.input;
    const evidence = (v.logged ?? []).map(loggedEvidence);
    for (let i = 0; i < v.flows.length && i < MAX_EVIDENCE; i++) {
      const id = v.flows[i]!;
      const shows = outcomeReasonText(judgement.outcomeReason(id));
      for (const one of evidenceOf(flow.move(id), paths, shows)) evidence.push(one);
    }
    return evidence;
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

/** Rules of which every filter of the capture leaves out all. */
function hiddenRules({ files, matcher }: ReportInput): ReadonlySet<Rule> {
  const filters = new Set(files.flatMap((file) => file.interfaces.map(({ filter = '' }) => filter)));
  if (filters.size === 0) return new Set();
  const isHidden = (rule: Rule): boolean =>
    [...filters].every((text) => text !== '' && hidesRule(text, rule));
  return new Set(matcher.requiredRules.filter(isHidden));
}

/** What is to be said of a verdict, and where the fault lies; null = nothing failed. */
interface Words {
  readonly text: VerdictText;
  readonly located: Located | null;
}

/** A verdict whose words and evidence are made when they are asked for: the matrix needs neither. */
class VerdictView implements VerdictModel {
  private readonly v: RuleVerdict;
  private readonly list: Verdicts;
  private made: Words | null = null;

  constructor(v: RuleVerdict, list: Verdicts) {
    this.v = v;
    this.list = list;
  }

  private get words(): Words {
    return (this.made ??= this.list.words(this.v));
  }

  get rule(): string {
    return this.v.rule.id;
  }

  get host(): HostModel {
    return this.list.host(this.v);
  }

  get verdict(): Verdict {
    return this.v.verdict;
  }

  get seen(): string {
    return seenLabel(this.v, this.list.seenFrom);
  }

  get reasonCode(): string {
    return this.v.reason;
  }

  get reason(): string {
    return this.words.text.reason;
  }

  get location(): Location {
    return this.words.located?.location ?? 'unknown';
  }

  get locationReason(): string {
    return locationText(this.words.located?.steps ?? []);
  }

  get confidence(): Confidence {
    return this.words.text.confidence;
  }

  get assumptions(): readonly string[] {
    return this.words.text.assumptions;
  }

  get attempts(): readonly AttemptMark[] {
    return this.list.attempts(this.v);
  }

  get evidence(): readonly EvidenceModel[] {
    return this.list.evidence(this.v);
  }

  get nextStep(): NextStep {
    return this.words.text.nextStep;
  }

  get remedy(): number {
    return this.list.remedies.of(this.v);
  }

  get outcomes(): VerdictModel['outcomes'] {
    return [...this.v.outcomes].map(([outcome, flows]) => ({ outcome, flows }));
  }

  get required(): boolean {
    return isRequired(this.v.rule);
  }
}
