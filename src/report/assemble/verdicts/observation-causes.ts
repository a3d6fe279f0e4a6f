/**
 * What the payload showed that somebody must mend, as causes without cells: a name that does not resolve, a right that
 * is refused, each once for all computers that met it.
 */
import type { CauseModel } from '../../model/cause-model.js';
import type { HostModel } from '../../model/host-model.js';
import { counted } from '../../text/quantities.js';
import { hostLabel } from '../../text/wording.js';
import { MAX_CAUSE_HOSTS } from './causes.js';
import type { FoundObservation } from './observations.js';

/** Kinds of the causes that observations become, by their code; the others become none. */
export const CAUSE_OF_OBSERVATION: Readonly<Record<string, 'name' | 'right'>> = {
  lookup_failed: 'name',
  access_denied: 'right',
};

interface Group {
  readonly first: FoundObservation;
  readonly last: FoundObservation;
  readonly hosts: readonly HostModel[];
}

/** Same name, or same right and refusal. */
function groupsOf(found: readonly FoundObservation[]): Group[] {
  const groups = new Map<string, FoundObservation[]>();
  for (const one of found) {
    const { code, level } = one.model;
    if (level !== 'warning' || CAUSE_OF_OBSERVATION[code] === undefined) continue;
    const key = `${code}\n${one.what}\n${one.detail}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [one]);
    else known.push(one);
  }
  return [...groups.values()].map((members) => {
    const hosts = new Map(members.map(({ host }) => [host.address, host]));
    return { first: members[0]!, last: members.at(-1)!, hosts: [...hosts.values()] };
  });
}

/** NTSTATUS codes ([MS-ERREF] §2.3.1) that do not speak of rights. */
const LOGON_FAILED = /LOGON_FAILURE|WRONG_PASSWORD|NO_SUCH_USER/;
const ACCOUNT_UNUSABLE =
  /ACCOUNT_(?:LOCKED_OUT|DISABLED|EXPIRED|RESTRICTION)|PASSWORD_(?:EXPIRED|MUST_CHANGE)/;

function accountAction(detail: string, where: string): string {
  if (LOGON_FAILED.test(detail)) {
    return `Check the user name and the password that the product uses on ${where}.`;
  }
  if (ACCOUNT_UNUSABLE.test(detail)) {
    return `Find out why the account that the product uses may not log on to ${where}: locked, disabled or expired.`;
  }
  return `Give the account the right on ${where}, or let the product use another account.`;
}

function causeOf({ first, last, hosts }: Group, id: string): CauseModel {
  const kind = CAUSE_OF_OBSERVATION[first.model.code] ?? 'right';
  const isName = kind === 'name';
  const { what, detail } = first;
  const where = hosts.length === 1 ? hostLabel(hosts[0]!) : counted(hosts.length, 'computer');
  const title = isName
    ? `${what} does not resolve (${detail}), asked for by ${where}`
    : `${where} ${hosts.length === 1 ? 'refuses' : 'refuse'} ${what}: ${detail}`;
  return {
    id,
    kind,
    fact: isName ? 'unresolved' : 'denied',
    title,
    headline: title,
    rules: [],
    computers: hosts.length,
    hosts: hosts.slice(0, MAX_CAUSE_HOSTS),
    tried: hosts.length,
    worksFor: 0,
    cells: [],
    reach: isName ? what : '',
    location: 'unknown',
    locationReason: '',
    confidence: 'high',
    assumptions: [],
    owner: isName ? 'dns_admin' : 'account_owner',
    who: isName
      ? 'whoever administers DNS and name resolution'
      : 'the owner of the account that the product uses',
    action: isName ? `Make ${what} resolve for ${where}.` : accountAction(detail, where),
    confirmWhere: '',
    confirm: '',
    remedy: -1,
    firstTime: first.model.evidence.firstTime,
    lastTime: last.model.evidence.lastTime,
    required: false,
    onlyDegraded: false,
  };
}

/** @param from number of the first of them */
export function observationCauses(found: readonly FoundObservation[], from: number): CauseModel[] {
  return groupsOf(found).map((group, i) => causeOf(group, `c${from + i}`));
}
