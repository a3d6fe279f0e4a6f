/**
 * The capture-quality gate: judged before the verdicts, and applied to them. It never makes a verdict stronger.
 * What packets prove (an answer, a RST, an ICMP message, a drop verdict, a SYN sent again in vain) stands; what
 * only the absence of a packet says is lowered, or withheld when it is a single absence in a capture that loses
 * packets.
 */
import { NoteKind } from '../../flow/tcp/attempts.js';
import { Flow } from '../../flow/flow.js';
import type { FlowTable } from '../../flow/table.js';
import type { AssumptionCode } from '../words/assumptions.js';
import type { CapturePlace } from '../words/capture-place.js';
import { synTimedOut } from '../flows/outcome.js';
import { judgeQuality } from '../quality/judge-quality.js';
import type { QualityEffect, QualityFinding } from '../quality/quality.js';
import type { QualityFacts } from '../quality/quality-facts.js';
import { silenceOf } from '../words/reasons.js';
import type { RuleVerdict } from '../words/rule-verdict.js';
import type { Thresholds } from '../quality/thresholds.js';

export class Gate {
  readonly findings: readonly QualityFinding[];
  readonly place: CapturePlace;
  private readonly effects: ReadonlySet<QualityEffect>;
  private readonly told: Cautions;

  /** @param besides findings that no check makes, told first */
  constructor(facts: QualityFacts, thresholds: Thresholds, besides: readonly QualityFinding[] = []) {
    this.findings = [...besides, ...judgeQuality(facts, thresholds)];
    this.place = facts.place;
    this.effects = new Set(this.findings.flatMap((finding) => finding.effects));
    this.told = this.cautions();
  }

  has(effect: QualityEffect): boolean {
    return this.effects.has(effect);
  }

  /** Packets that were on the wire are missing from the capture. */
  get losesPackets(): boolean {
    return this.has('withholds_lone_silence') || this.has('withholds_silence');
  }

  /** The verdicts, each with what the capture's quality does to it. */
  apply(verdicts: readonly RuleVerdict[], table: FlowTable): readonly RuleVerdict[] {
    if (this.effects.size === 0) return verdicts;
    const flow = new Flow(table);
    return verdicts.map((v) => this.weighed(v, flow));
  }

  private weighed(v: RuleVerdict, flow: Flow): RuleVerdict {
    const { told } = this;
    if (v.verdict === 'not_observed')
      return withCautions(v, v.rule.proto === 'icmp' ? told.noIcmp : told.nothing);
    if (v.fails === 0) return v;
    if (!isSilence(v)) return withCautions(v, told.failure);
    if (this.has('withholds_silence')) return leftOut(v, told.failure);
    if (this.has('withholds_half_open') && silenceOf(v.detail) === 'syn_ack') return leftOut(v, told.failure);
    if (!this.losesPackets) return withCautions(v, told.silence);
    return restsOnLoneAttempt(v, flow) ? withheld(v, told.silence) : withCautions(v, told.lossySilence);
  }

  /** What is told of a verdict of each kind: of fifty thousand verdicts, one list for each kind. */
  private cautions(): Cautions {
    const failure = this.whenHas({ misses_flows: 'flows_missing' });
    const silence = [
      ...failure,
      ...this.whenHas({ hides_icmp: 'icmp_may_be_hidden', lowers_silence: 'one_direction' }),
    ];
    return {
      noIcmp: this.hiding(this.has('hides_attempts') || this.has('hides_icmp')),
      nothing: this.hiding(this.has('hides_attempts')),
      failure,
      silence,
      lossySilence: [...silence, 'capture_dropped_frames'],
    };
  }

  /** Why a rule may look as if nobody had tried it. */
  private hiding(hidden: boolean): readonly AssumptionCode[] {
    return [
      ...(hidden ? (['capture_filter'] as const) : []),
      ...this.whenHas({
        misses_cadence: 'capture_shorter_than_cadence',
        misses_flows: 'flows_missing',
        withholds_lone_silence: 'capture_dropped_frames',
      }),
    ];
  }

  private whenHas(codes: Partial<Record<QualityEffect, AssumptionCode>>): readonly AssumptionCode[] {
    return (Object.entries(codes) as [QualityEffect, AssumptionCode][])
      .filter(([effect]) => this.has(effect))
      .map(([, code]) => code);
  }
}

/** Cautions of verdicts: nothing was tried by ICMP, or otherwise; something failed, silently, in a lossy capture. */
interface Cautions {
  readonly noIcmp: readonly AssumptionCode[];
  readonly nothing: readonly AssumptionCode[];
  readonly failure: readonly AssumptionCode[];
  readonly silence: readonly AssumptionCode[];
  readonly lossySilence: readonly AssumptionCode[];
}

function withCautions(v: RuleVerdict, cautions: readonly AssumptionCode[]): RuleVerdict {
  return cautions.length === 0 ? v : { ...v, cautions };
}

/** Does the failure rest on packets that are not there? */
function isSilence(v: RuleVerdict): boolean {
  return silenceOf(v.detail) !== 'none' && (v.verdict === 'blocked' || v.verdict === 'degraded');
}

/** One failure in all, and nothing in it that was sent again because no answer came. */
function restsOnLoneAttempt(v: RuleVerdict, flow: Flow): boolean {
  const id = v.flows[0];
  if (v.fails !== 1 || id === undefined) return false;
  flow.move(id);
  if (flow.transport !== 'tcp') return flow.packets(0) === 1;
  return !synTimedOut(flow) && !flow.notes().some((note) => note.kind === NoteKind.SynAck);
}

/** The answer may have come and been left out of the capture. */
function leftOut(v: RuleVerdict, cautions: readonly AssumptionCode[]): RuleVerdict {
  const told = [...cautions, 'capture_filter' as const];
  return {
    ...v,
    verdict: v.works > 0 ? 'working' : 'inconclusive',
    reason: 'answers_left_out',
    cautions: told,
  };
}

/** What else was seen decides: with successes the port works, without any nothing can be said. */
function withheld(v: RuleVerdict, cautions: readonly AssumptionCode[]): RuleVerdict {
  if (v.works > 0) {
    const told = [...cautions, 'lone_silence_not_counted' as const];
    return { ...v, verdict: 'working', reason: 'works_lone_silence', cautions: told };
  }
  const told = [...cautions, 'capture_dropped_frames' as const, 'single_attempt' as const];
  return { ...v, verdict: 'inconclusive', reason: 'lone_silence', cautions: told };
}
