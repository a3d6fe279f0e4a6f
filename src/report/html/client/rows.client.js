/** The rows of the matrix from the result: one for each computer, worst first, as matrix.ts orders them. */
import { hostOf } from './texts.client.js';

export const RANK = ['blocked', 'degraded', 'inconclusive', 'unknown', 'not_observed', 'working'];
/** So many of them, the first, are failures. */
export const FAILING = 2;

/** What can never be answered must not look like an open question (wording.ts, cellLook). */
function lookOf(verdict, rule) {
  return verdict === 'inconclusive' && rule.one_way ? 'not_observed' : verdict;
}

/** '10.20.1.0/24', 'fd00:20:1::/64' (groups.ts). */
function networkOf(address) {
  if (address === null) return 'no address known';
  if (!address.includes(':')) return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
  const [head, tail] = address.split('::');
  const kept = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? 0 : tail.split(':').length;
  while (kept.length < Math.min(4, 8 - after)) kept.push('0');
  kept.length = Math.min(kept.length, 4);
  while (kept.length > 1 && kept.at(-1) === '0') kept.pop();
  return `${kept.join(':')}::/64`;
}

function groupName(host, byList) {
  if (!byList) return networkOf(host.address);
  if (host.listed === false) return 'not in the list';
  return host.group ?? 'without a group';
}

/** Longest name in a link (pieces.ts, cellId). */
const MAX_ID = 200;

function idPart(text) {
  return encodeURIComponent(text.slice(0, MAX_ID).replace(/[\ud800-\udfff]/gu, '\ufffd')).replaceAll(
    '%3A',
    ':',
  );
}

/** The first part of a full name. */
function shortName({ name, address }) {
  return name === null ? address : (name.split('.')[0] ?? name) || name;
}

function makeRow(host, rules, byList) {
  return {
    host,
    id: idPart(host.address ?? host.name ?? ''),
    called: shortName(host),
    group: groupName(host, byList),
    text: '',
    cells: new Array(rules.length).fill(-1),
    looks: new Array(rules.length).fill(''),
    /** Of each look its place in RANK, -1 = there is no cell. */
    ranks: new Int8Array(rules.length).fill(-1),
    weight: new Array(2 * RANK.length).fill(0),
    fails: false,
  };
}

function compareWeights(a, b) {
  for (let i = 0; i < a.weight.length; i++) if (a.weight[i] !== b.weight[i]) return b.weight[i] - a.weight[i];
  return 0;
}

/**
 * Rows worst first, and what belongs to cells: `causeOf[verdict]` is the place of its cause, -1 = none.
 */
export function makeData(result) {
  const { rules, hosts, verdicts, causes, inventory } = result;
  const byList = inventory !== null && (inventory.unlisted > 0 || hosts.some(({ group }) => group !== null));
  const column = new Map(rules.map(({ id }, i) => [id, i]));
  const rows = new Map(
    hosts.map((host) => [host.address ?? `name ${host.name}`, makeRow(host, rules, byList)]),
  );
  verdicts.forEach((row, index) => {
    const host = hostOf(result, row);
    const at = column.get(row[0]);
    const found = rows.get(host.address ?? `name ${host.name}`);
    if (at === undefined || found === undefined) return;
    const look = lookOf(row[2], rules[at]);
    found.cells[at] = index;
    const rank = RANK.indexOf(look);
    found.looks[at] = look;
    found.ranks[at] = rank;
    found.weight[2 * rank + (rules[at].required ? 0 : 1)]++;
    if (rank < FAILING) found.fails = true;
  });
  const causeOf = new Int32Array(verdicts.length).fill(-1);
  causes.forEach(({ cells }, place) => {
    for (const cell of cells) causeOf[cell] = place;
  });
  const sorted = [...rows.values()].sort(compareWeights);
  for (const row of sorted)
    row.text = [row.host.name, row.host.address, ...row.host.addresses, row.group].join(' ').toLowerCase();
  return { result, rules, causes, causeOf, rows: sorted, byId: new Map(sorted.map((row) => [row.id, row])) };
}

export function cellId(data, row, column) {
  return `${row.id}/${idPart(data.rules[column].id)}`;
}

/** The row and column that a link names; null = it names no cell. */
export function cellOf(data, id) {
  const cut = id.lastIndexOf('/');
  const row = data.byId.get(id.slice(0, cut));
  const column = data.rules.findIndex((rule) => idPart(rule.id) === id.slice(cut + 1));
  return row === undefined || column < 0 ? null : { row, column };
}
