/** Puts changes of verdicts into words and events, numbered without a gap, also across restarts. */
import type { CaptureFile } from '../../capture/frames/frame.js';
import { HostNames } from '../../report/assemble/input/names.js';
import type { ReportInput } from '../../report/assemble/input/input.js';
import { isRequired, Verdicts } from '../../report/assemble/verdicts/verdicts.js';
import type { VerdictModel } from '../../report/model/model.js';
import { isoTime } from '../words/iso-time.js';
import { hostKeyText } from '../../verdict/words/host-key.js';
import type { Changed, TrackedVerdict } from './verdict-tracker.js';
import type { CaptureNews } from './capture-log.js';
import { MAX_HISTORY, MAX_RECENT_CHANGES } from '../words/model.js';
import type { CaptureEvent, VerdictChange } from '../words/model.js';

/** Names are looked through again after so long, milliseconds. */
const NAMES_AGE = 10_000;

export class EventLog {
  /** Number of the event told last. */
  sequence: number;
  /** The latest first. */
  readonly recent: VerdictChange[] = [];
  private names: HostNames | null = null;
  private namesAt = -Infinity;

  constructor(sequence: number) {
    this.sequence = sequence;
  }

  /** What a host is called, '' = not known. */
  readonly nameOf = (address: string): string => this.names?.nameOf(address) ?? '';

  /** @param now milliseconds of a clock that is never set */
  learnNames(files: readonly CaptureFile[], input: Pick<ReportInput, 'facts'>, now: number): void {
    if (now - this.namesAt < NAMES_AGE) return;
    this.names = new HostNames(files, input.facts);
    this.namesAt = now;
  }

  /** The events of changes, in order; `input` is of the judgement that they come from. */
  changes(changed: readonly Changed[], input: ReportInput, now: number): VerdictChange[] {
    if (changed.length === 0) return [];
    const names = this.names ?? new HostNames(input.files, input.facts);
    const grounds = {
      serverInferred: input.judgement.server.source === 'inferred',
      framesLost: input.gate.losesPackets,
    };
    const verdicts = new Verdicts(input, names, grounds, input.gate.place);
    const events: VerdictChange[] = [];
    for (const { tracked: standing, from, index } of changed) {
      const model = verdicts.at(index);
      if (model !== undefined) events.push(this.change(standing, from.verdict, model, now));
    }
    return events;
  }

  private change(
    standing: TrackedVerdict,
    from: VerdictChange['from'],
    model: VerdictModel,
    now: number,
  ): VerdictChange {
    const { rule, host, verdict } = standing;
    const { reason, location, confidence, reasonCode } = model;
    standing.text = { reason, location, confidence };
    const address = hostKeyText(host);
    const event: VerdictChange = {
      schema: 'portwitness-event/1',
      type: 'verdict_changed',
      sequence: ++this.sequence,
      time: isoTime(standing.lastEvidence * 1000),
      noticed: new Date(now).toISOString(),
      rule: rule.id,
      ruleLabel: rule.label,
      host: address,
      hostName: this.nameOf(address),
      from,
      to: verdict.verdict,
      reasonCode,
      reason,
      location,
      confidence,
      required: isRequired(rule),
      evidence: model.evidence.map(({ file, frames, filter, shows }) => ({ file, frames, filter, shows })),
    };
    this.remember(standing, event);
    return event;
  }

  private remember(standing: TrackedVerdict, event: VerdictChange): void {
    const first = event.evidence[0];
    const { sequence, time, from, to, reasonCode } = event;
    standing.history.push({
      sequence,
      time,
      from,
      to,
      reasonCode,
      file: first?.file ?? '',
      frames: first?.frames ?? [],
      filter: first?.filter ?? '',
    });
    if (standing.history.length > MAX_HISTORY) standing.history.shift();
    this.recent.unshift(event);
    if (this.recent.length > MAX_RECENT_CHANGES) this.recent.pop();
  }

  /** An event about the capture. @param now milliseconds since 1970 */
  news({ type, code, text }: CaptureNews, now: number): CaptureEvent {
    const time = new Date(now).toISOString();
    return {
      schema: 'portwitness-event/1',
      type,
      sequence: ++this.sequence,
      time,
      noticed: time,
      code,
      text,
    };
  }
}
