/**
 * The summary for a terminal: what is wrong, who must act, where the proof is. Icons and words carry it; colour
 * only helps. Nothing that comes from a capture reaches the terminal without its control characters spelled out.
 */
import { createColors } from 'picocolors';
import type { Verdict } from '../../verdict/words/words.js';
import { notRequired } from '../text/cause-ticket.js';
import { inventoryText } from '../text/inventory-text.js';
import { matrixRows } from '../text/matrix.js';
import type { QualityModel, ReportModel, RuleModel, VerdictModel } from '../model/model.js';
import { counted, utcSpan } from '../text/quantities.js';
import { serverLine } from '../text/ticket.js';
import { fitted, visible } from '../text/visible.js';
import { cellWording, measureText, sentences } from '../text/wording.js';
import { gridLines } from './grid.js';
import type { Grid, GridCell } from './grid.js';
import { wrapped } from './wrap.js';

/**
 * Computers in the matrix of the terminal, worst first.
 * @reached further ones are counted
 */
export const MAX_TERMINAL_HOSTS = 20;
/**
 * Causes that the terminal tells one by one.
 * @reached further ones are counted
 */
export const MAX_TERMINAL_CAUSES = 12;
/**
 * Sentences of the terminal on who is who.
 * @reached further ones are counted
 */
export const MAX_TERMINAL_IDENTITIES = 5;
/** Longest line of a cause before it is wrapped, UTF-16 units. */
const MAX_TITLE = 400;
const MAX_NAME_COLUMNS = 26;
const MIN_WIDTH = 40;
/** Longest command that is printed, UTF-16 units. */
const MAX_COMMAND = 400;
const COMMAND_INDENT = '    ';
/** Behind the name of a rule that must be proven. */
export const REQUIRED = ' *';

export interface TerminalOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
}

export type Colors = ReturnType<typeof createColors>;

/** Stands before the word of a verdict. */
export const MARK: Readonly<Record<Verdict, string>> = {
  blocked: '✗',
  degraded: '!',
  inconclusive: '?',
  not_observed: '·',
  working: '✓',
  unknown: '–',
};

/** The colour of a verdict; the text stays as it is. */
export function paintOf(colors: Colors, verdict: Verdict): (text: string) => string {
  if (verdict === 'blocked') return (text) => colors.bold(colors.red(text));
  if (verdict === 'degraded') return colors.yellow;
  if (verdict === 'inconclusive') return colors.magenta;
  return verdict === 'working' ? colors.green : colors.dim;
}

function cell(colors: Colors, verdict: VerdictModel | undefined, rule: RuleModel | undefined): GridCell {
  if (verdict === undefined) return { text: '', paint: (text) => text };
  const { label, look } = cellWording(verdict, rule);
  return { text: `${MARK[look]} ${label.toLowerCase()}`, paint: paintOf(colors, look) };
}

function name(text: string): string {
  return fitted(text, MAX_NAME_COLUMNS);
}

function verdictAt(model: ReportModel, index: number | undefined): VerdictModel | undefined {
  return index === undefined || index < 0 ? undefined : model.verdicts.at(index);
}

/** Computers as rows; with fewer computers than rules, the rules as rows, which reads better. */
function matrix(model: ReportModel, colors: Colors): Grid {
  const hosts = matrixRows(model, MAX_TERMINAL_HOSTS);
  const at = (index: number | undefined, rule: number) =>
    cell(colors, verdictAt(model, index), model.rules[rule]);
  const hostNames = hosts.map(({ host }) => name(host.name === '' ? host.address : host.name));
  const ruleNames = model.rules.map(({ label, required }) => `${name(label)}${required ? REQUIRED : ''}`);
  if (hosts.length < model.rules.length) {
    const rows = ruleNames.map((rule, r) => ({
      name: rule,
      cells: hosts.map(({ cells }) => at(cells[r], r)),
    }));
    return { corner: 'Rule', columns: hostNames, rows };
  }
  const rows = hosts.map(({ cells }, i) => ({ name: hostNames[i] ?? '', cells: cells.map(at) }));
  return { corner: 'Computer', columns: ruleNames, rows };
}

function matrixLines(model: ReportModel, colors: Colors, width: number): readonly string[] {
  if (model.hosts.length === 0) return ['No monitored computer was seen.'];
  const lines = [...gridLines(matrix(model, colors), width)];
  const listed = inventoryText(model);
  if (listed !== '') lines.push(...wrapped('', listed, width));
  const more = model.hosts.length - MAX_TERMINAL_HOSTS;
  if (more > 0) lines.push(`${counted(more, 'more computer')}, none of them worse, in the report.`);
  return [...lines, ...legendLines(model, width).map(colors.dim)];
}

/** What the star means, and why the other rules have none. */
function legendLines(model: ReportModel, width: number): readonly string[] {
  const others = model.rules.filter(({ required }) => !required);
  if (others.length === 0 || others.length === model.rules.length) return [];
  const reasons = others.map(({ label, caveat }) => `${name(label)} (${caveat})`).join(', ');
  return wrapped('* ', `required: must be proven. The others need not be: ${reasons}.`, width);
}

/** The command alone on its line, so that it can be copied whole even where it is wider than the terminal. */
function commandLine(command: string): string {
  return `${COMMAND_INDENT}${visible(command, MAX_COMMAND)}`;
}

/** What fails, and below it who must do what. */
function causeLines(model: ReportModel, colors: Colors, width: number): readonly string[] {
  const shown = model.causes.slice(0, MAX_TERMINAL_CAUSES);
  const lines = shown.flatMap((cause) => {
    const look: Verdict = cause.onlyDegraded ? 'degraded' : 'blocked';
    return [
      ...wrapped(`${MARK[look]} `, `${visible(cause.title, MAX_TITLE)}${notRequired(cause)}`, width).map(
        paintOf(colors, look),
      ),
      ...wrapped('  → ', visible(`${cause.who}: ${cause.action}`, MAX_TITLE), width),
    ];
  });
  const more = model.causes.length - shown.length;
  return more > 0 ? [...lines, `${counted(more, 'more cause')} in the report.`] : lines;
}

/** Why addresses are one computer, and which address is that of several: what contradicts comes first. */
function identityLines({ hosts }: ReportModel, width: number): readonly string[] {
  const conflicts = hosts.flatMap(({ shared }) => (shared === '' ? [] : [`! ${shared}`]));
  const told = [
    ...conflicts,
    ...hosts.flatMap(({ addressProofs }) => addressProofs.map((one) => `= ${one}`)),
  ];
  const shown = told.slice(0, MAX_TERMINAL_IDENTITIES);
  const lines = shown.flatMap((one) => wrapped(one.slice(0, 2), visible(one.slice(2), MAX_TITLE), width));
  const more = told.length - shown.length;
  return more > 0 ? [...lines, `${counted(more, 'more such sentence')} in the report.`] : lines;
}

const QUALITY_MARK: Readonly<Partial<Record<QualityModel['level'], string>>> = {
  serious: '✗ Serious: ',
  warning: '! Warning: ',
};

/** Warnings about the capture; damage is among them, and what ended the run early was said above. */
function qualityLines(model: ReportModel, width: number): readonly string[] {
  return model.quality.flatMap((finding) => {
    const { level, text, consequence } = finding;
    const measure = measureText(finding);
    const told = sentences(text, consequence) + (measure === '' ? '' : ` (${measure}.)`);
    const mark = QUALITY_MARK[level];
    return mark === undefined || text === model.interrupted ? [] : wrapped(mark, told, width);
  });
}

/** The summary, without a line end after its last line. */
export function terminalSummary(model: ReportModel, options: TerminalOptions): string {
  const colors = createColors(options.color);
  const width = Math.max(MIN_WIDTH, options.width);
  const tone: Verdict =
    model.summary.status === 'findings'
      ? 'blocked'
      : model.summary.status === 'working'
        ? 'working'
        : 'inconclusive';
  const lines = [
    ...wrapped('Server:   ', serverLine(model), width),
    ...wrapped('Captured: ', utcSpan(model.firstTime, model.lastTime), width),
  ];
  for (const { path, notes } of model.firewallLogs ?? []) {
    lines.push(...wrapped('Log:      ', visible(`${path}: ${notes.join(' ')}`, MAX_TITLE * 4), width));
  }
  if (model.interrupted !== '') lines.push(...wrapped('! Not complete: ', model.interrupted, width));
  if (model.shared !== undefined)
    lines.push(...wrapped('Shared: ', `${model.shared.replaced} ${model.shared.kept}`, width));
  const quality = qualityLines(model, width);
  if (quality.length > 0) lines.push('', ...quality);
  lines.push('', ...matrixLines(model, colors, width));
  const identities = identityLines(model, width);
  if (identities.length > 0) lines.push('', ...identities);
  if (model.unexpected.length > 0) {
    const flows = model.unexpected.reduce((sum, group) => sum + group.flows, 0);
    const worst = visible(model.unexpected[0]?.reason ?? '', width);
    lines.push('', ...wrapped('! Unexpected traffic: ', `${counted(flows, 'flow')}, first: ${worst}`, width));
  }
  const causes = causeLines(model, colors, width);
  if (causes.length > 0) lines.push('', ...causes);
  // The answer comes last: that is where the eye is when the prompt is back.
  lines.push(
    '',
    ...wrapped(`${MARK[tone]} `, model.summary.sentence, width).map(paintOf(colors, tone)),
    ...wrapped('  Do first: ', model.summary.action, width),
  );
  if (model.summary.confirm !== '') {
    lines.push(
      ...wrapped('  Confirm:  ', `${model.summary.confirmWhere} with:`.trim(), width),
      commandLine(model.summary.confirm),
    );
  }
  while (lines.at(-1) === '') lines.pop();
  return lines.join('\n');
}
