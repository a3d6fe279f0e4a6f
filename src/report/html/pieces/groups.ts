/** The computers in groups: those of the list where it has some, else their networks. */
import { firstGroupsOf } from '../../../verdict/causes/networks.js';
import type { Verdict } from '../../../verdict/words/words.js';
import type { HostModel } from '../../model/host-model.js';
import type { MatrixRow } from '../../text/matrix.js';
import type { ReportModel } from '../../model/model.js';

/** Of how many computers a rule fails. */
export interface RuleSum {
  readonly failing: number;
  /** Those on which it was tried, whatever came of it. */
  readonly tried: number;
}

export interface ComputerGroup {
  readonly name: string;
  readonly rows: readonly MatrixRow[];
  /** Computers with a failing required rule, and those with a failing one at all. */
  readonly failing: number;
  /** In the order of the rules. */
  readonly sums: readonly RuleSum[];
}

export function fails(look: Verdict | null): boolean {
  return look === 'blocked' || look === 'degraded';
}

function wasTried(look: Verdict | null): boolean {
  return look !== null && look !== 'not_observed' && look !== 'unknown';
}

/** Does the list of computers name groups? */
export function hasGroups({ inventory }: ReportModel): boolean {
  return inventory !== null && (inventory.grouped || inventory.unlisted > 0);
}

/** '10.20.1.0/24', 'fd00:20:1::/64'; the client names them the same (rows.client.js). */
function networkOf(address: string): string {
  if (address === '') return 'no address known';
  if (!address.includes(':')) return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
  const kept = [...firstGroupsOf(address)];
  while (kept.length > 1 && kept.at(-1) === '0') kept.pop();
  return `${kept.join(':')}::/64`;
}

/** The name of a computer's group. Raw. */
export function groupName(host: HostModel, byList: boolean): string {
  if (!byList) return networkOf(host.address);
  if (host.listed === false) return 'not in the list';
  return host.group === '' ? 'without a group' : host.group;
}

/** Those with most failing computers first. */
export function groupsOf(model: ReportModel, rows: readonly MatrixRow[]): readonly ComputerGroup[] {
  const byList = hasGroups(model);
  const byName = new Map<string, MatrixRow[]>();
  for (const row of rows) {
    const name = groupName(row.host, byList);
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [row]);
    else known.push(row);
  }
  return [...byName]
    .map(([name, members]) => ({
      name,
      rows: members,
      failing: members.filter(({ looks }) => looks.some((look, i) => fails(look) && model.rules[i]?.required))
        .length,
      sums: model.rules.map((_, i) => ({
        failing: members.filter(({ looks }) => fails(looks[i] ?? null)).length,
        tried: members.filter(({ looks }) => wasTried(looks[i] ?? null)).length,
      })),
    }))
    .sort((a, b) => b.failing - a.failing || b.rows.length - a.rows.length);
}
