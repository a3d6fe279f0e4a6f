/** What the user should know of pseudonyms beside the outputs that hold them. */
import type { SharedReport } from '../../share/shared-report.js';

export function* shareNotes({ notScanned, ambiguous }: SharedReport): Generator<string> {
  if (notScanned > 0)
    yield `shared: ${notScanned} names were replaced and are too short, or nothing but digits, to be looked for in what was written; the mapping lists them.`;
  if (ambiguous > 0)
    yield `shared: ${ambiguous} addresses of the capture are pseudonyms of others as well, for their networks are full.`;
}
