/** What of the matrix is shown, in which order, folded or not: items that are a computer or a group of them. */
import { FAILING, RANK } from './rows.client.js';

const collator = new Intl.Collator('en', { numeric: true });

function cellFits(data, row, column, { verdict, owner, cause }) {
  const index = row.cells[column];
  if (index < 0) return false;
  if (verdict !== '' && row.looks[column] !== verdict) return false;
  const place = data.causeOf[index];
  if (owner !== '' && (place < 0 || data.causes[place].owner !== owner)) return false;
  return cause === '' || (place >= 0 && data.causes[place].id === cause);
}

function fits(data, row, words, choice) {
  if (!words.every((word) => row.text.includes(word))) return false;
  if (choice.verdict === '' && choice.owner === '' && choice.cause === '') return true;
  return row.cells.some((_, column) => cellFits(data, row, column, choice));
}

/** How many computers fit a choice, whatever is looked for. */
export function countOf(data, choice) {
  return data.rows.filter((row) => fits(data, row, [], choice)).length;
}

/** `order` is 'worst', 'name', 'address', or the place of a rule. */
function ordered(rows, order) {
  if (order === 'worst') return rows;
  const sorted = [...rows];
  if (order === 'name') sorted.sort((a, b) => collator.compare(a.called, b.called));
  else if (order === 'address')
    sorted.sort((a, b) => collator.compare(a.host.address ?? '', b.host.address ?? ''));
  else {
    const rank = ({ ranks }) => (ranks[order] < 0 ? RANK.length : ranks[order]);
    sorted.sort((a, b) => rank(a) - rank(b));
  }
  return sorted;
}

/** How many of a group's computers fail a rule, of those that tried it. */
export function sumOf(rows, column) {
  const counts = new Array(RANK.length).fill(0);
  for (const { ranks } of rows) if (ranks[column] >= 0) counts[ranks[column]]++;
  const tried = (look, i) => counts[i] > 0 && look !== 'not_observed' && look !== 'unknown';
  const looks = RANK.filter(tried);
  const count = (sum, look) => sum + counts[RANK.indexOf(look)];
  return {
    failing: RANK.slice(0, FAILING).reduce(count, 0),
    tried: looks.reduce(count, 0),
    worst: looks[0] ?? '',
  };
}

function groupsOf(rows) {
  const groups = new Map();
  for (const row of rows) {
    const known = groups.get(row.group);
    if (known === undefined) groups.set(row.group, [row]);
    else known.push(row);
  }
  return groups;
}

/** Groups with more failing computers first. */
function byFailing(groups) {
  const failing = new Map(groups.map(([name, rows]) => [name, rows.filter(({ fails }) => fails).length]));
  return groups.sort(([a], [b]) => failing.get(b) - failing.get(a));
}

/**
 * @param choice what the tools say, and `open`: the names of unfolded groups
 * @returns the items, and how many computers fit
 */
export function viewOf(data, choice) {
  const words = choice.text.toLowerCase().split(/\s+/).filter(Boolean);
  const filtered = data.rows.filter((row) => fits(data, row, words, choice));
  const rows = ordered(filtered, choice.order);
  if (!choice.fold) return { items: rows.map((row) => ({ row })), found: rows.length };
  const items = [];
  const groups = [...groupsOf(rows)];
  // Rows stand in the order that was asked for, and so do groups, but for the first order: there more failures lead.
  for (const [name, members] of choice.order === 'worst' ? byFailing(groups) : groups) {
    // Who looks for a name wants to see it.
    const open = words.length > 0 || choice.open.has(name);
    items.push({ group: name, members, open });
    if (open) for (const row of members) items.push({ row, inGroup: true });
  }
  return { items, found: rows.length };
}
