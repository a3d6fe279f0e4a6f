/**
 * Which frames stand behind the causes: of each cause at most `MAX_CAUSE_FRAMES`, taken from as many of its computers as
 * possible, and for each of these first what was asked, then what answered.
 */
import type { CauseModel } from '../model/cause-model.js';
import type { EvidenceModel, ObservationModel, ReportModel, VerdictModel } from '../model/model.js';
import type { TimeStamp } from '../model/time-model.js';

/**
 * Frames kept for one cause.
 * @reached further ones are counted in the comment of the section
 */
export const MAX_CAUSE_FRAMES = 20;
/**
 * Frames kept in all.
 * @reached further ones are counted in the comment of the section
 */
export const MAX_EVIDENCE_FRAMES = 2_000;
/** Causes that one frame is kept for; of further ones its comment does not speak. */
const MAX_CAUSES_OF_A_FRAME = 8;

/** Why a frame is kept. */
export interface Citation {
  readonly cause: CauseModel;
  /** Null: the cause has no cells, it was found in the payload. */
  readonly verdict: VerdictModel | null;
  /** What the frame is, e.g. 'SYN, attempt 2'. Raw. */
  readonly says: string;
}

export interface CitedFrames {
  /** By the index of the capture and the number of the frame. */
  readonly byCapture: ReadonlyMap<number, ReadonlyMap<number, readonly Citation[]>>;
  readonly frames: number;
  /** Causes that cite more frames than are kept, for each of the two limits. */
  readonly cutCauses: number;
  readonly causesWithoutFrames: number;
}

/** A frame that a verdict names. */
interface Named {
  readonly file: string;
  readonly frame: number;
  readonly says: string;
}

/** Frames of a report's causes, in the order of the causes. */
export function citedFrames(model: ReportModel): CitedFrames {
  const captures = new Map<string, number>();
  model.captures.forEach(({ path }, i) => captures.has(path) || captures.set(path, i));
  const byCapture = new Map<number, Map<number, Citation[]>>();
  let frames = 0;
  let cutCauses = 0;
  let causesWithoutFrames = 0;
  for (const cause of model.causes) {
    const { chosen, more } = framesOf(cause, model);
    let isCut = more;
    for (const { named, verdict } of chosen) {
      const capture = captures.get(named.file);
      if (capture === undefined) continue;
      const ofCapture = byCapture.get(capture) ?? new Map<number, Citation[]>();
      byCapture.set(capture, ofCapture);
      const known = ofCapture.get(named.frame);
      const citation = { cause, verdict, says: named.says };
      if (known !== undefined) {
        if (known.length < MAX_CAUSES_OF_A_FRAME) known.push(citation);
      } else if (frames < MAX_EVIDENCE_FRAMES) {
        ofCapture.set(named.frame, [citation]);
        frames++;
      } else isCut = true;
    }
    if (isCut) cutCauses++;
    if (chosen.length === 0) causesWithoutFrames++;
  }
  return { byCapture, frames, cutCauses, causesWithoutFrames };
}

interface Chosen {
  readonly named: Named;
  readonly verdict: VerdictModel | null;
}

/** The frames of one cause, each once: two of each cell, then the next two, until there are enough. */
function framesOf(cause: CauseModel, model: ReportModel): { chosen: Chosen[]; more: boolean } {
  const cells = [...cellsOf(cause, model)];
  const chosen: Chosen[] = [];
  const seen = new Set<string>();
  let more = cause.cells.length > MAX_CAUSE_FRAMES;
  for (let at = 0; cells.some(({ named }) => at < named.length); at += 2) {
    for (const { named, verdict } of cells) {
      for (const one of named.slice(at, at + 2)) {
        const key = `${one.frame} ${one.file}`;
        if (seen.has(key)) continue;
        if (chosen.length === MAX_CAUSE_FRAMES) return { chosen, more: true };
        seen.add(key);
        chosen.push({ named: one, verdict });
      }
    }
  }
  more &&= chosen.length > 0;
  return { chosen, more };
}

function* cellsOf(
  cause: CauseModel,
  model: ReportModel,
): Generator<{ readonly named: readonly Named[]; readonly verdict: VerdictModel | null }> {
  for (const index of cause.cells.slice(0, MAX_CAUSE_FRAMES)) {
    const verdict = model.verdicts.at(index);
    if (verdict !== undefined) yield { named: namedBy(verdict), verdict };
  }
  for (const { title, evidence } of observationsOf(cause, model)) {
    const says = `${title}: ${evidence.shows}`;
    yield {
      named: evidence.frames.map((frame) => ({ ...nameOf(evidence, frame), says })),
      verdict: null,
    };
  }
}

/** A cause without cells joins observations: those with which it begins and ends are its frames. */
export function observationsOf(
  cause: CauseModel,
  { observations }: ReportModel,
): readonly ObservationModel[] {
  if (cause.cells.length > 0) return [];
  const code = cause.fact === 'unresolved' ? 'lookup_failed' : 'access_denied';
  return observations.filter(
    ({ code: observed, evidence: { firstTime } }) =>
      observed === code && (isSame(firstTime, cause.firstTime) || isSame(firstTime, cause.lastTime)),
  );
}

function isSame(a: TimeStamp, b: TimeStamp | null): boolean {
  return b !== null && a.sec === b.sec && a.nsec === b.nsec;
}

function nameOf({ file, shows }: EvidenceModel, frame: number): Named {
  return { file, frame, says: shows };
}

/** All frames that a verdict names, the most telling first: the first attempt, what answered it, the others. */
function namedBy({ attempts, evidence }: VerdictModel): Named[] {
  const marks = attempts.filter(({ frame }) => frame > 0);
  const answer = marks.find(({ kind }) => kind === 'rst' || kind === 'icmp' || kind === 'dropped');
  const named: Named[] = [
    ...marks.slice(0, 1),
    ...(answer === undefined ? [] : [answer]),
    ...marks.slice(1),
  ].map(({ file, frame, label }) => ({ file, frame, says: label }));
  for (const one of evidence) named.push(...one.frames.map((frame) => nameOf(one, frame)));
  const seen = new Set<string>();
  return named.filter(({ file, frame }) => {
    const key = `${frame} ${file}`;
    return !seen.has(key) && seen.add(key);
  });
}
