/** Whether two paths lead to one file. */
import { stat } from 'node:fs/promises';

/**
 * A text that is the same for all paths and links of one existing file; null when there is none, or when the file
 * system gives files no number.
 */
export async function fileIdentity(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  if (found === null || found.ino === 0n || !found.isFile()) return null;
  return `${found.dev}:${found.ino}`;
}
