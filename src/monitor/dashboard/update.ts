/**
 * What a reader must be told so that the page in front of them becomes the latest picture: pieces and rows that
 * are new or have become others, and the order of a table when it is another one. Sent as one JSON message.
 */
import { visible } from '../../report/text/visible.js';
import type { Picture } from './picture.js';

/** What the script of the page gets; markup is finished and escaped. */
export interface Update {
  readonly status: string;
  readonly title: string;
  readonly parts: Readonly<Record<string, string>>;
  readonly lists: Readonly<
    Record<
      string,
      {
        /** All rows in their order; absent = as before. */
        readonly keys?: readonly string[];
        readonly rows: readonly (readonly [key: string, html: string])[];
      }
    >
  >;
}

const NOTHING: Picture = { status: 'inconclusive', title: '', parts: new Map(), lists: new Map() };

function sameKeys(a: Picture['lists'], name: string, keys: readonly string[]): boolean {
  const before = a.get(name);
  return (
    before !== undefined && before.length === keys.length && before.every(({ key }, i) => key === keys[i])
  );
}

/** From `before`, which the reader has (null = nothing at all), to `now`. */
export function update(before: Picture | null, now: Picture): Update {
  const had = before ?? NOTHING;
  const parts: Record<string, string> = {};
  for (const [name, html] of now.parts) if (had.parts.get(name) !== html) parts[name] = html;
  const lists: Record<string, Update['lists'][string]> = {};
  for (const [name, list] of now.lists) {
    const known = new Map((had.lists.get(name) ?? []).map(({ key, html }) => [key, html]));
    const rows = list
      .filter(({ key, html }) => known.get(key) !== html)
      .map(({ key, html }) => [key, html] as const);
    const keys = list.map(({ key }) => key);
    if (!sameKeys(had.lists, name, keys)) lists[name] = { keys, rows };
    else if (rows.length > 0) lists[name] = { rows };
  }
  return { status: now.status, title: visible(now.title), parts, lists };
}
