/** Counts flows by the time at which they began, in equal parts of the capture. */
import type { Flow } from '../../../flow/flow.js';
import type { LossTimes } from '../../../flow/vantage/loss-times.js';
import type { QualityCode } from '../../../verdict/quality/quality.js';
import { FAILED_OUTCOMES } from '../../../verdict/words/words.js';
import type { ActivityModel, CaptureLoss } from '../../model/activity-model.js';
import type { ReportInput } from '../input/input.js';

/** Parts into which a capture is divided. */
export const ACTIVITY_PARTS = 120;
/**
 * Times without any frame that the pictures of the page shade.
 * @reached the longest ones are kept
 */
export const MAX_SHOWN_GAPS = 50;

/**
 * Times with missing packets that the pictures of the page shade.
 * @reached those with the most signs are kept
 */
export const MAX_SHOWN_LOSSES = 50;

export class Activity {
  readonly #begun = new Array<number>(ACTIVITY_PARTS).fill(0);
  readonly #failed = new Array<number>(ACTIVITY_PARTS).fill(0);
  readonly #first: number;
  readonly #seconds: number;
  readonly #input: ReportInput;

  constructor(input: ReportInput) {
    const { span } = input.meter;
    this.#input = input;
    this.#first = span.firstSec + span.firstNsec / 1e9;
    this.#seconds = span.lastSec + span.lastNsec / 1e9 - this.#first;
  }

  /** Counts the flow on which `flow` stands. */
  add(flow: Flow): void {
    if (!(this.#seconds > 0)) return;
    const at = flow.firstSec + flow.firstNsec / 1e9 - this.#first;
    const part = Math.min(ACTIVITY_PARTS - 1, Math.floor((at / this.#seconds) * ACTIVITY_PARTS));
    // A monitored flow may have begun before what is still remembered.
    if (!(part >= 0)) return;
    this.#begun[part] = (this.#begun[part] ?? 0) + 1;
    if (FAILED_OUTCOMES.has(this.#input.judgement.outcome(flow.id)))
      this.#failed[part] = (this.#failed[part] ?? 0) + 1;
  }

  /** Null when the capture has no length. */
  model(): ActivityModel | null {
    if (!(this.#seconds > 0)) return null;
    const gaps = this.#input.meter.gaps
      .map(({ from, to }) => ({ from: from - this.#first, to: to - this.#first }))
      .sort((a, b) => b.to - b.from - (a.to - a.from))
      .slice(0, MAX_SHOWN_GAPS)
      .sort((a, b) => a.from - b.from);
    const step = this.#seconds / ACTIVITY_PARTS;
    return { step, begun: this.#begun, failed: this.#failed, gaps, losses: this.#losses() };
  }

  /** Only what the capture's quality calls a loss: data that a filter left out is none. */
  #losses(): readonly CaptureLoss[] {
    const { meter, gate } = this.#input;
    const isTold = (code: QualityCode): boolean => gate.findings.some((finding) => finding.code === code);
    const signs = (sign: CaptureLoss['sign'], times: LossTimes): CaptureLoss[] =>
      times.stretches.map(({ from, to, signs }) => ({
        from: from - this.#first,
        to: to - this.#first,
        sign,
        signs,
      }));
    return [
      ...(isTold('acked_unseen_segments') ? signs('unseen', meter.flows.unseen) : []),
      ...(isTold('frames_lost') ? signs('counted', meter.lost) : []),
    ]
      .sort((a, b) => b.signs - a.signs)
      .slice(0, MAX_SHOWN_LOSSES)
      .sort((a, b) => a.from - b.from);
  }
}
