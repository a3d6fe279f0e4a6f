/**
 * The names that a merged trace carries for the numbers in its events (EVENT_MAP_INFO of tdh.h): the drop reasons
 * of the machine's own build, in its language.
 *
 *   provider 16 | name offset 4 | flag 4 | count 4 | value type 4 | (text offset 4 | value 4)* | UTF-16 texts
 *   offsets count from behind the provider
 */
import type { ComponentTable } from './components.js';
import { MAX_MAP_ENTRIES, MAX_NAME_CHARS } from '../trace/limits.js';
import { readText } from '../trace/text.js';

const GUID_BYTES = 16;
const FIXED_BYTES = 16;
const ENTRY_BYTES = 8;
const DROP_REASON = 'DropReason';

/** Takes the map in `view[at..end)` when it is that of drop reasons. */
export function takeEventMap(table: ComponentTable, view: DataView, at: number, end: number): void {
  const map = at + GUID_BYTES;
  if (map + FIXED_BYTES > end) return;
  const nameAt = map + view.getUint32(map, true);
  if (nameAt >= end || readText(view, nameAt, end).text !== DROP_REASON) return;
  const room = Math.floor((end - map - FIXED_BYTES) / ENTRY_BYTES);
  const count = Math.min(view.getUint32(map + 8, true), room, MAX_MAP_ENTRIES);
  for (let i = 0; i < count; i++) {
    const entry = map + FIXED_BYTES + i * ENTRY_BYTES;
    const textAt = map + view.getUint32(entry, true);
    if (textAt >= end) continue;
    // All entries may point to one text that does not end: no more of it is looked at than is kept.
    const textEnd = Math.min(end, textAt + 2 * MAX_NAME_CHARS);
    table.addDropText(view.getUint32(entry + 4, true), readText(view, textAt, textEnd).text);
  }
}
