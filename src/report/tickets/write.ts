/** Tickets of at most ten lines: one for all, then one for each who must act. Every line is safe to show as it is. */
import type { CauseModel } from '../model/cause-model.js';
import { notRequired, ownerTicketText, serverAddressLine } from '../text/cause-ticket.js';
import type { ReportModel } from '../model/model.js';
import { counted, utcSpan } from '../text/quantities.js';
import type { Sink } from '../write/sink.js';
import { serverLine } from '../text/ticket.js';
import { visible } from '../text/visible.js';
import { sentences } from '../text/wording.js';

/**
 * Lines of a ticket under its title.
 * @reached further causes are counted
 */
export const MAX_TICKET_LINES = 10;
/** Causes told in the ticket for all, and in one for an owner, which may need two lines each. */
const MAX_FOR_ALL = 4;
const MAX_FOR_OWNER = 3;
/** Longest line, UTF-16 units. */
const MAX_LINE = 2000;

interface Ticket {
  readonly title: string;
  readonly lines: readonly string[];
}

function causeLine(cause: CauseModel, number: number): string {
  return `${number}. ${cause.title}${notRequired(cause)}. ${cause.action}`;
}

function moreLine(n: number): readonly string[] {
  return n > 0 ? [`${counted(n, 'more cause')} in the report.`] : [];
}

function forAll(model: ReportModel): Ticket {
  const { summary, causes } = model;
  const fault = model.quality.find(
    ({ level, consequence }) => (level === 'serious' || level === 'warning') && consequence !== '',
  );
  const files = model.captures.length;
  return {
    title: 'For all',
    lines: [
      `Result: ${summary.sentence}`,
      ...causes.slice(0, MAX_FOR_ALL).map((cause, i) => `${causeLine(cause, i + 1)} Who: ${cause.who}.`),
      ...moreLine(causes.length - MAX_FOR_ALL),
      ...(causes.length === 0 ? [`Do first: ${summary.action}`] : []),
      `Server: ${serverLine(model)}`,
      `Captured: ${utcSpan(model.firstTime, model.lastTime)}, ${counted(files, 'file')}, ${counted(model.totals.packets, 'packet')}`,
      ...(fault === undefined ? [] : [`Capture quality: ${sentences(fault.text, fault.consequence)}`]),
      `portwitness ${model.generator.version}; SHA-256 of the first file: ${model.captures[0]?.sha256 ?? 'none'}`,
    ],
  };
}

function forOwner(who: string, causes: readonly CauseModel[], model: ReportModel): Ticket {
  const [first] = causes;
  const title = `For ${who}`;
  if (first !== undefined && causes.length === 1) return { title, lines: ownerTicketText(first, model) };
  const shown = causes.slice(0, MAX_FOR_OWNER);
  return {
    title,
    lines: [
      `${counted(causes.length, 'cause')} for you, the most serious first:`,
      ...shown.flatMap((cause, i) => [
        causeLine(cause, i + 1),
        ...(cause.confirm === '' ? [] : [`   Confirm ${cause.confirmWhere}: ${cause.confirm}`]),
      ]),
      ...moreLine(causes.length - shown.length),
      ...serverAddressLine(model),
    ],
  };
}

/** The tickets of a model, the one for all first. */
export function ticketsOf(model: ReportModel): readonly Ticket[] {
  const byOwner = new Map<string, CauseModel[]>();
  for (const cause of model.causes) {
    const known = byOwner.get(cause.who);
    if (known === undefined) byOwner.set(cause.who, [cause]);
    else known.push(cause);
  }
  const tickets = [forAll(model), ...[...byOwner].map(([who, causes]) => forOwner(who, causes, model))];
  return tickets.map(({ title, lines }) => ({
    title: visible(title, MAX_LINE),
    lines: lines.slice(0, MAX_TICKET_LINES).map((line) => visible(line, MAX_LINE)),
  }));
}

/** Characters that Markdown (CommonMark) would read as markup. */
function escaped(line: string): string {
  return line.replaceAll(/[\\`*_[\]<>#|~&]/g, (sign) => `\\${sign}`);
}

/** Writes all tickets, plain or as Markdown. */
export async function writeTickets(model: ReportModel, sink: Sink, markdown: boolean): Promise<void> {
  const parts = ticketsOf(model).map(({ title, lines }) =>
    markdown
      ? `## ${escaped(title)}\n\n${lines.map((line) => `- ${escaped(line.trim())}\n`).join('')}`
      : `${title}\n${'-'.repeat(Math.min(title.length, 72))}\n${lines.join('\n')}\n`,
  );
  await sink.write(parts.join('\n'));
}
