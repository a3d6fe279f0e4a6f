/** The report in a few plain lines, to paste into a support ticket. Every line is safe to show as it is. */
import type { ReportModel, VerdictModel } from './model.js';
import { count, counted, frameList, utc, utcSpan } from './quantities.js';
import { visible } from './visible.js';
import { CONFIDENCE_WORDING, LOCATION_WORDING, VERDICT_WORDING, hostLabel, ruleLabels } from './wording.js';

/** Findings told in the ticket text; the rest is counted. */
export const MAX_TICKET_FINDINGS = 10;

function finding(verdict: VerdictModel, number: number, label: (id: string) => string): readonly string[] {
  const evidence = verdict.evidence[0];
  const lines = [
    `${number}. ${VERDICT_WORDING[verdict.verdict].label.toUpperCase()}: ${label(verdict.rule)}, computer ${hostLabel(verdict.host)}`,
    `   ${verdict.reason}`,
    `   Where: ${LOCATION_WORDING[verdict.location]} (confidence: ${CONFIDENCE_WORDING[verdict.confidence].label.toLowerCase()})`,
    `   Who must act: ${verdict.nextStep.who}`,
    `   Confirm with: ${verdict.nextStep.confirm}`,
  ];
  if (evidence !== undefined) {
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
  const how = source === 'option' ? 'given on the command line' : reason;
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
    `Server: ${serverLine(model)}`,
    `Captured: ${utcSpan(model.firstTime, model.lastTime)}, ${counted(model.totals.packets, 'packet')}`,
  ];
  if (model.interrupted !== '') lines.push(`Not complete: ${model.interrupted}`);
  for (const { level, text, consequence } of model.quality) {
    if (level === 'warning' || level === 'serious') {
      lines.push(`Capture quality: ${text}${consequence === '' ? '' : ` ${consequence}`}`);
    }
  }
  shown.forEach((index, i) => {
    const verdict = model.verdicts.at(index);
    if (verdict !== undefined) lines.push('', ...finding(verdict, i + 1, label));
  });
  if (model.findings.length > shown.length) {
    lines.push('', `${count(model.findings.length - shown.length)} more findings are in the report.`);
  }
  lines.push('');
  for (const capture of model.captures) {
    lines.push(`File: ${capture.path}`, `SHA-256: ${capture.sha256}`);
  }
  lines.push(`Made by portwitness ${model.generator.version}, ${utc(model.generatedAt)}`);
  return lines.map((line) => visible(line));
}
