/** What a report says of single frames: to which conversation each belongs, what it is, and between which times it lies. */
import type { AttemptMark, EvidenceModel, ReportModel, VerdictModel } from '../model/model.js';
import { hostLabel, ruleLabels } from '../text/wording.js';
import { conversationOf } from './conversation.js';
import type { Conversation } from './conversation.js';

export interface Claim {
  /** One of them must show the frame; empty = the filters are none that can be read. */
  readonly conversations: readonly Conversation[];
  /** What the frame is; null = only that it belongs there. */
  readonly mark: Pick<AttemptMark, 'kind' | 'from' | 'label'> | null;
  /** Seconds since 1970 and nanoseconds; null = not said. */
  readonly times: Pick<EvidenceModel, 'firstTime' | 'lastTime'> | null;
  /** Of what the frame is evidence. Raw. */
  readonly of: string;
}

/** All claims, by the path of the capture as the report names it, and by the frame. */
export type Claims = ReadonlyMap<string, ReadonlyMap<number, readonly Claim[]>>;

/** @param original an address in place of its pseudonym */
export function claimsOf(model: ReportModel, original: (address: string) => string): Claims {
  const gatherer = new Gatherer(original);
  const label = ruleLabels(model.rules);
  for (const verdict of model.verdicts) {
    gatherer.verdict(verdict, `${label(verdict.rule)}, ${hostLabel(verdict.host)}`);
  }
  for (const { title, evidence } of model.observations) gatherer.evidence(evidence, title);
  for (const { reason, evidence } of model.unexpected)
    gatherer.evidence(evidence, `unexpected traffic: ${reason}`);
  return gatherer.claims;
}

class Gatherer {
  readonly claims = new Map<string, Map<number, Claim[]>>();
  readonly #original: (address: string) => string;

  constructor(original: (address: string) => string) {
    this.#original = original;
  }

  verdict({ evidence, attempts }: VerdictModel, of: string): void {
    const conversations = evidence.flatMap(({ filter }) => conversationOf(filter, this.#original) ?? []);
    for (const one of evidence) this.evidence(one, of);
    for (const { file, frame, kind, from, label } of attempts) {
      this.#add(file, frame, { conversations, mark: { kind, from, label }, times: null, of });
    }
  }

  evidence({ file, frames, filter, firstTime, lastTime }: EvidenceModel, of: string): void {
    const conversation = conversationOf(filter, this.#original);
    const conversations = conversation === null ? [] : [conversation];
    for (const frame of frames) {
      this.#add(file, frame, { conversations, mark: null, times: { firstTime, lastTime }, of });
    }
  }

  #add(file: string, frame: number, claim: Claim): void {
    // A mark of what no frame shows, such as the end of the capture.
    if (frame <= 0) return;
    const ofFile = this.claims.get(file) ?? new Map<number, Claim[]>();
    this.claims.set(file, ofFile);
    const known = ofFile.get(frame);
    if (known === undefined) ofFile.set(frame, [claim]);
    else known.push(claim);
  }
}
