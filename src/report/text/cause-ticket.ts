/** What one owner needs to act on a cause, in plain lines. Raw: a format makes them safe to show. */
import type { CauseModel } from '../model/cause-model.js';
import type { ReportModel } from '../model/model.js';
import { count, frameList, utcSpan } from './quantities.js';
import { LOCATION_WORDING, hostLabel } from './wording.js';

/** Computers named in a ticket; the rest is counted. */
const MAX_TICKET_HOSTS = 8;

function hostsText({ hosts, computers, reach }: CauseModel): string {
  const named = hosts.slice(0, MAX_TICKET_HOSTS).map(hostLabel).join(', ');
  const more = computers - Math.min(hosts.length, MAX_TICKET_HOSTS);
  const list = more > 0 ? `${named} and ${count(more)} more` : named;
  return reach !== '' && reach.includes('/') ? `${reach}: ${list}` : list;
}

/** Whoever gets a ticket does not know which server is meant. */
export function serverAddressLine({ server }: ReportModel): readonly string[] {
  return server.addresses.length === 0
    ? []
    : [`This server: the Netwrix Auditor Server, ${server.addresses.join(', ')}`];
}

/** Behind the title of a cause whose ports need not work, else ''; a finding of the payload has none. */
export function notRequired({ required, cells }: Pick<CauseModel, 'required' | 'cells'>): string {
  return required || cells.length === 0 ? '' : ' (not required)';
}

/** At most ten lines: what fails, for whom, since when, why it is yours, what to do, what proves it. */
export function ownerTicketText(cause: CauseModel, model: ReportModel): readonly string[] {
  const [cell] = cause.cells;
  const evidence = cell === undefined ? undefined : model.verdicts.at(cell)?.evidence[0];
  const lines = [
    `${cause.title}.`,
    `For: ${cause.who}`,
    `Please: ${cause.action}`,
    `Computers: ${hostsText(cause)}`,
    ...serverAddressLine(model),
  ];
  if (cause.firstTime !== null && cause.lastTime !== null)
    lines.push(`Seen: ${utcSpan(cause.firstTime, cause.lastTime)}`);
  lines.push(`Where: ${LOCATION_WORDING[cause.location]} (confidence: ${cause.confidence})`);
  const requests = (model.remedies[cause.remedy]?.remedies ?? []).filter(
    ({ kind }) => kind === 'change_request',
  );
  if (requests.length > 0)
    lines.push(`Change request (review before use): ${requests.map(({ text }) => text).join(' ')}`);
  if (cause.confirm !== '') lines.push(`Confirm ${cause.confirmWhere}: ${cause.confirm}`);
  if (evidence !== undefined) {
    const frames = `${evidence.frames.length === 1 ? 'frame' : 'frames'} ${frameList(evidence.frames)}`;
    lines.push(`Evidence: ${evidence.file}, ${frames}; Wireshark filter ${evidence.filter}`);
  }
  return lines;
}
