/** What the comments of an evidence file say. Raw: the file makes them safe to show. */
import type { ReportModel, RuleModel } from '../model/model.js';
import { counted, utcSpan } from '../text/quantities.js';
import { serverLine } from '../text/ticket.js';
import { visible } from '../text/visible.js';
import {
  CONFIDENCE_WORDING,
  LOCATION_WORDING,
  VERDICT_WORDING,
  hostLabel,
  sentences,
} from '../text/wording.js';
import type { Citation } from './cited.js';

/** Longest piece that comes from a capture or a rule pack, UTF-16 units. */
const MAX_PIECE = 300;

const piece = (text: string): string => visible(text, MAX_PIECE);

/**
 * The comment of a frame: for each cause the rule and its verdict, what this frame is, why it matters; and where the
 * frame lies in the original.
 */
export function frameComment(
  citations: readonly Citation[],
  rules: ReadonlyMap<string, RuleModel>,
  frame: number,
  path: string,
): string {
  const lines = citations.flatMap((one) => citationLines(one, rules));
  return [...lines, `Original: frame ${frame} of ${piece(path)}`].join('\n');
}

function citationLines({ cause, verdict, says }: Citation, rules: ReadonlyMap<string, RuleModel>): string[] {
  if (verdict === null) {
    return [
      `portwitness ${cause.id}: ${piece(cause.title)}`,
      `This frame: ${piece(says)}`,
      `Why it matters: ${piece(cause.action)}`,
    ];
  }
  const rule = rules.get(verdict.rule);
  const { label } = VERDICT_WORDING[verdict.verdict];
  return [
    `portwitness ${cause.id}: ${piece(rule?.label ?? verdict.rule)} (${verdict.rule}), computer ${piece(hostLabel(verdict.host))}: ${label}, ${piece(verdict.seen)}`,
    `This frame: ${piece(says)}`,
    `Verdict: ${piece(verdict.reason)}`,
    `Where: ${LOCATION_WORDING[verdict.location]} (confidence: ${CONFIDENCE_WORDING[verdict.confidence].label.toLowerCase()})`,
    ...(rule === undefined ? [] : [`Why it matters: ${piece(whyItMatters(rule))}`]),
  ];
}

function whyItMatters({ purpose, symptoms, required, ports, caveat }: RuleModel): string {
  const [symptom] = symptoms;
  return sentences(
    `${ports}: ${purpose}`,
    symptom === undefined ? '' : `Without it: ${symptom}`,
    required ? '' : `Not required${caveat === '' ? '' : `: ${caveat}`}`,
  );
}

/** What the file as a whole says. @param notes what is not in it, sentences */
export function sectionComment(model: ReportModel, notes: readonly string[]): string {
  const { summary, generator } = model;
  return [
    `portwitness ${generator.version}: the frames behind the causes of a report`,
    `Result: ${piece(summary.sentence)}`,
    `Do first: ${piece(summary.action)}`,
    `Server: ${piece(serverLine(model))}`,
    `Captured: ${utcSpan(model.firstTime, model.lastTime)}, ${counted(model.totals.packets, 'packet')}`,
    ...model.causes.slice(0, 20).map(({ id, title }) => `${id}: ${piece(title)}`),
    ...(model.causes.length > 20 ? [`${counted(model.causes.length - 20, 'more cause')} in the report`] : []),
    ...model.captures
      .slice(0, 20)
      .map(({ path, sha256 }) => `Original: ${piece(path)}, SHA-256 ${sha256 || 'not known'}`),
    ...notes,
  ].join('\n');
}
