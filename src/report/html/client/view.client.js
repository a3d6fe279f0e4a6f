/** What of the matrix is shown, in which order, folded or not: items that are a computer or a group of them. */
import { RANK } from './rows.client.js';

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

/** `order` is 'worst', 'name', 'address', or the place of a rule. */
function ordered(rows, order) {
  if (order === 'worst') return rows;
  const sorted = [...rows];
  if (order === 'name') sorted.sort((a, b) => collator.compare(a.called, b.called));
  else if (order === 'address')
    sorted.sort((a, b) => collator.compare(a.host.address ?? '', b.host.address ?? ''));
  else {
    const rank = (row) => (row.looks[order] === '' ? RANK.length : RANK.indexOf(row.looks[order]));
    sorted.sort((a, b) => rank(a) - rank(b));
  }
  return sorted;
}

/** How many of a group's computers fail a rule, of those that tried it. */
export function sumOf(rows, column) {
  const sum = { failing: 0, tried: 0, worst: '' };
  for (const { looks } of rows) {
    const look = looks[column];
    if (look === '' || look === 'not_observed' || look === 'unknown') continue;
    sum.tried++;
    if (look === 'blocked' || look === 'degraded') sum.failing++;
    if (sum.worst === '' || RANK.indexOf(look) < RANK.indexOf(sum.worst)) sum.worst = look;
  }
  return sum;
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

function failingIn(rows) {
  return rows.filter(({ looks }) => looks.includes('blocked') || looks.includes('degraded')).length;
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
  if (choice.order === 'worst') groups.sort((a, b) => failingIn(b[1]) - failingIn(a[1]));
  for (const [name, members] of groups) {
    // Who looks for a name wants to see it.
    const open = words.length > 0 || choice.open.has(name);
    items.push({ group: name, members, open });
    if (open) for (const row of members) items.push({ row, inGroup: true });
  }
  return { items, found: rows.length };
}
