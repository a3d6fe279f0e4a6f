/** What firewall logs say, brought into the verdicts. */
import type { JoinedLogs } from '../firewall/join-logs.js';
import type { Computers } from '../hosts/hosts.js';
import type { Identities } from '../hosts/identities.js';
import type { HostKey } from '../words/host-key.js';
import type { RuleVerdict } from '../words/rule-verdict.js';
import { MAX_LOGGED } from './verdict-builder.js';
import type { VerdictBuilder } from './verdict-builder.js';

/** A computer whose agent could not be called at all is one all the same: it gets a place among the monitored ones. */
export function expectBlocked(
  logs: JoinedLogs | null,
  computers: Computers,
  identities: Identities | null,
  productPorts: ReadonlySet<number>,
): void {
  for (const { host, block } of logs?.before ?? []) {
    if (productPorts.has(block.port)) computers.expect(identities?.of(host) ?? host);
  }
}

/** Tells the tally of attempts that never became a packet. */
export function tellLogged(
  logs: JoinedLogs | null,
  monitored: readonly HostKey[],
  identities: Identities | null,
  builder: VerdictBuilder,
): void {
  if (logs === null) return;
  const rows = new Map(monitored.map((key, row) => [key, row]));
  for (const one of logs.before) {
    const row = rows.get(one.host) ?? rows.get(identities?.of(one.host) ?? one.host);
    if (row !== undefined) builder.addLogged(row, one);
  }
}

/** The entries of firewall logs that the flows of a verdict rest on. */
export function withLogged(
  verdicts: readonly RuleVerdict[],
  logs: JoinedLogs | null,
): readonly RuleVerdict[] {
  if (logs === null || logs.byFlow.size === 0) return verdicts;
  return verdicts.map((v) => {
    const found = v.flows.flatMap((id) => logs.byFlow.get(id) ?? []);
    if (found.length === 0 || v.fails === 0) return v;
    return { ...v, logged: [...found, ...(v.logged ?? [])].slice(0, MAX_LOGGED) };
  });
}
