/** The report in a few plain lines, to paste into a support ticket. Every line is safe to show as it is. */
import type { ReportModel, VerdictModel } from '../model/model.js';
import { inventoryText } from './inventory-text.js';
import { count, counted, frameList, utc, utcSpan } from './quantities.js';
import { visible } from './visible.js';
import { CONFIDENCE_WORDING, LOCATION_WORDING, hostLabel, ruleLabels, sentences } from './wording.js';

/**
 * Findings told in the ticket text.
 * @reached further ones are counted
 */
export const MAX_TICKET_FINDINGS = 10;

/** The command on a line of its own, so that it can be copied whole. */
function confirmLines(indent: string, step: { confirmWhere: string; confirm: string }): readonly string[] {
  if (step.confirm === '') return [];
  const where = step.confirmWhere === '' ? '' : ` ${step.confirmWhere}`;
  return [`${indent}Confirm${where} with:`, `${indent}  ${step.confirm}`];
}

/** Longest line, UTF-16 units: a change request names many computers. */
const MAX_LINE = 5000;

/** The change request of each fault once, with the first finding that has it. */
function requestLines(model: ReportModel, { remedy }: VerdictModel, told: Set<number>): readonly string[] {
  const request = model.remedies[remedy]?.remedies.find(({ kind }) => kind === 'change_request');
  if (request === undefined) return [];
  if (told.has(remedy)) return ['   Change request: the same as above, for all computers with this fault.'];
  told.add(remedy);
  return [`   Change request (review before use): ${request.text}`];
}

function finding(verdict: VerdictModel, number: number, label: (id: string) => string): readonly string[] {
  const evidence = verdict.evidence[0];
  const lines = [
    `${number}. ${verdict.seen.toUpperCase()}: ${label(verdict.rule)}, computer ${hostLabel(verdict.host)}`,
    `   ${verdict.reason}`,
    `   Where: ${LOCATION_WORDING[verdict.location]} (confidence: ${CONFIDENCE_WORDING[verdict.confidence].label.toLowerCase()})`,
    `   Who must act: ${verdict.nextStep.who}`,
    ...confirmLines('   ', verdict.nextStep),
  ];
  if (evidence?.log !== undefined) {
    const { unit, number, text } = evidence.log;
    lines.push(`   Evidence: ${evidence.file}, ${unit} ${count(number)}: ${text}`);
  } else if (evidence !== undefined) {
    lines.push(
      `   Evidence: ${evidence.file}, ${evidence.frames.length === 1 ? 'frame' : 'frames'} ${frameList(evidence.frames)}, from ${utc(evidence.firstTime)}`,
      `   Wireshark filter: ${evidence.filter}`,
    );
  }
  return lines;
}

/** Who the server is and how that is known, in one line. Raw. */
export function serverLine(model: ReportModel): string {
  const { addresses, source, reason } = model.server;
  const known = addresses.length === 0 ? 'not known' : addresses.join(', ');
  const how = source === 'option' && reason === '' ? 'given on the command line' : reason.replace(/\.$/, '');
  return how === '' ? known : `${known} (${how})`;
}

/** The lines of the ticket text, without line ends. */
export function ticketLines(model: ReportModel): readonly string[] {
  const label = ruleLabels(model.rules);
  const shown = model.findings.slice(0, MAX_TICKET_FINDINGS);
  const lines = [
    'portwitness report',
    `Result: ${model.summary.sentence}`,
    `Do first: ${model.summary.action}`,
    ...confirmLines('', model.summary),
    `Server: ${serverLine(model)}`,
    `Captured: ${utcSpan(model.firstTime, model.lastTime)}, ${counted(model.totals.packets, 'packet')}`,
  ];
  const listed = inventoryText(model);
  if (listed !== '') lines.push(`Computers: ${listed}`);
  if (model.interrupted !== '') lines.push(`Not complete: ${model.interrupted}`);
  for (const { level, text, consequence } of model.quality) {
    if ((level === 'warning' || level === 'serious') && text !== model.interrupted) {
      lines.push(`Capture quality: ${sentences(text, consequence)}`);
    }
  }
  const told = new Set<number>();
  shown.forEach((index, i) => {
    const verdict = model.verdicts.at(index);
    if (verdict === undefined) return;
    lines.push('', ...finding(verdict, i + 1, label), ...requestLines(model, verdict, told));
  });
  if (model.findings.length > shown.length) {
    lines.push('', `${counted(model.findings.length - shown.length, 'more finding')} in the report.`);
  }
  lines.push('');
  for (const capture of model.captures) {
    lines.push(`File: ${capture.path}`, `SHA-256: ${capture.sha256}`);
  }
  lines.push(`Made by portwitness ${model.generator.version}, ${utc(model.generatedAt)}`);
  return lines.map((line) => visible(line, MAX_LINE));
}
