/** What watch.ts tells and how it names a frame. */
import { createHash } from 'node:crypto';

/** One JSON line of watch.ts. */
export type Line = Readonly<Record<string, unknown>>;

/** A short name of a frame's bytes. */
export function digestOf(frame: Uint8Array): string {
  return createHash('sha256').update(frame).digest('hex').slice(0, 16);
}
