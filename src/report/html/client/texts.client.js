/**
 * The sentences of a verdict from the tables of the result: `texts` have gaps, and each verdict holds what stands in
 * them (docs/json.md; json/texts.ts writes them).
 */

const GAP = /\{(|host|name|address|server)\}/g;
/** The texts of a statement in the order in which they take the arguments. */
const TEXTS = ['seen', 'reason', 'location_reason', 'who', 'confirm_where', 'confirm', 'would_change'];

export function hostLabel({ name, address }) {
  if (address === null) return `${name} (no address known)`;
  return name === null ? address : `${name} (${address})`;
}

/** Reads sentences that belong to one computer. */
function filler(result, host) {
  const values = {
    host: hostLabel(host),
    name: host.name ?? '',
    address: host.address ?? '',
    server: result.server.addresses[0] ?? '',
  };
  return (ref, args, used) => {
    if (ref === null) return '';
    const text = typeof ref === 'number' ? result.texts[ref] : ref;
    return text.replace(GAP, (_, name) => (name === '' ? (args[used.count++] ?? '') : values[name]));
  };
}

export function hostOf(result, row) {
  return typeof row[1] === 'number' ? result.hosts[row[1]] : row[1];
}

function statementOf(result, row) {
  return typeof row[6] === 'number' ? result.statements[row[6]] : row[6];
}

/** What a cell says: 'No answer'. */
export function seenText(result, index) {
  const row = result.verdicts[index];
  return filler(result, hostOf(result, row))(statementOf(result, row).seen, row[7], { count: 0 });
}

/** Seconds after the first packet, or a time, as ISO 8601. */
function timeText(at, begin) {
  if (typeof at !== 'number') return at;
  const nanos = Number(begin.slice(20, 29)) + Math.round((at % 1) * 1e9);
  const seconds = Date.parse(`${begin.slice(0, 19)}Z`) / 1000 + Math.floor(at) + Math.floor(nanos / 1e9);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(1e9 + (nanos % 1e9)).slice(1)}Z`;
}

/** All that is said of a verdict. */
export function verdictTexts(result, index) {
  const row = result.verdicts[index];
  const host = hostOf(result, row);
  const fill = filler(result, host);
  const statement = statementOf(result, row);
  const used = { count: 0 };
  const said = Object.fromEntries(TEXTS.map((name) => [name, fill(statement[name], row[7], used)]));
  return {
    ...said,
    host,
    verdict: row[2],
    location: row[4],
    confidence: row[5],
    assumptions: statement.assumptions,
    evidence: row[8].map(([file, frames, first, last, filter, args, shows, log]) => ({
      file: fill(file, [], { count: 0 }),
      frames,
      first: timeText(first, result.first_time),
      last: timeText(last, result.first_time),
      filter: fill(filter, args, { count: 0 }),
      shows: fill(shows, [], { count: 0 }),
      log,
    })),
    attempts: row[9].map(([at, frame, , kind, , label]) => ({
      at,
      frame,
      kind,
      label: fill(label, [], { count: 0 }),
    })),
  };
}

/** [1, 2, 3, 7] as '1–3, 7'. */
export function frameList(frames) {
  const parts = [];
  for (let i = 0; i < frames.length; i++) {
    const from = frames[i];
    while (frames[i + 1] === frames[i] + 1) i++;
    const to = frames[i];
    if (to === from) parts.push(`${from}`);
    else parts.push(to === from + 1 ? `${from}, ${to}` : `${from}–${to}`);
  }
  return parts.join(', ');
}
