/** The list of computers and the capture, compared in sentences; the same in every format. */
import type { ReportModel } from '../model/model.js';
import { counted } from './quantities.js';

/** Unlisted computers that are named; the rest is counted. */
const MAX_NAMED = 5;

/** '' = no list was given. Raw: the format escapes it. */
export function inventoryText({ inventory, hosts }: ReportModel): string {
  if (inventory === null) return '';
  const { path, computers, notSeen, unlisted, isServer } = inventory;
  const seen =
    notSeen === 0 ? 'all were seen' : `${notSeen} of them ${notSeen === 1 ? 'was' : 'were'} not seen at all`;
  const parts = [`${path} lists ${counted(computers, 'computer')}; ${seen}.`];
  if (unlisted > 0) {
    const named = hosts.filter(({ listed }) => listed === false).slice(0, MAX_NAMED);
    const names = named.map(({ name, address }) => (name === '' ? address : name)).join(', ');
    const rest = unlisted - named.length;
    parts.push(`Not in the list, but in the capture: ${names}${rest > 0 ? ` and ${rest} more` : ''}.`);
  }
  if (isServer > 0)
    parts.push(`${counted(isServer, 'line')} of it ${isServer === 1 ? 'means' : 'mean'} this server itself.`);
  return parts.join(' ');
}
