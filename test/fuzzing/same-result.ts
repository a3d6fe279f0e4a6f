/** Results of the same packets by different ways, without what tells the way: files, formats, frame numbers of a file. */

/** Where the packets came from. */
const PROVENANCE = new Set(['captures', 'capture', 'file']);
/** Numbers of frames begin anew in each file of a split capture, and evidence names frames of one file. */
const PLACES = new Set(['frame', 'first_frame', 'last_frame', 'evidence']);

export interface Likeness {
  /** Frame numbers are told by another count. */
  readonly split?: boolean;
}

/** The JSON output (schema 1) as what both ways must say. @param names of the inputs, which may stand in sentences */
export function comparable(
  json: string,
  names: readonly string[],
  { split = false }: Likeness = {},
): unknown {
  let text = json;
  for (const name of names) text = text.replaceAll(name, 'CAPTURE');
  if (split) text = text.replaceAll(/\bframes? \d[\d, ]*(?:and \d+)?/gi, 'a frame ');
  const result = JSON.parse(text) as Record<string, unknown>;
  const columns = result['flow_columns'] as readonly string[];
  const flows = result['flows'] as readonly (readonly unknown[])[];
  const rows = flows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
  return without({ ...result, flows: rows, flow_columns: [] }, split);
}

function without(value: unknown, split: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => without(one, split));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !PROVENANCE.has(key) && !(split && PLACES.has(key)));
  return Object.fromEntries(kept.map(([key, one]) => [key, without(one, split)]));
}

/** The first place in which two results differ, '' = none. */
export function difference(a: unknown, b: unknown, path = ''): string {
  if (Object.is(a, b)) return '';
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return `${path}: ${short(a)} and ${short(b)}`;
  }
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) {
    const found = difference(
      (a as Record<string, unknown>)[key],
      (b as Record<string, unknown>)[key],
      `${path}/${key}`,
    );
    if (found !== '') return found;
  }
  return '';
}

function short(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 160);
}
