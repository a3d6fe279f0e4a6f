/**
 * The inputs of a command line as a list of files. Windows shells hand `*.pcapng` on as it is, so patterns are
 * resolved here: `*` and `?` in the last part of a path.
 */
import fs from 'node:fs';
import path from 'node:path';
import { CaptureError } from '../../capture/frames/frame.js';
import { errorText } from '../../capture/bytes/byte-source.js';
import { patternMatcher } from '../../capture/file-pattern.js';
import { directoryMessage } from '../../capture/open.js';

const byNumber = new Intl.Collator('en', { numeric: true });

/**
 * Resolves patterns; other inputs and `-` stay as they are. What one pattern matches is sorted with numbers by
 * their value (file2 before file10), and a file that is named twice is read once.
 * @throws CaptureError for a directory, and for a pattern that matches nothing.
 */
export async function expandInputs(inputs: readonly string[]): Promise<string[]> {
  const files = new Map<string, string>();
  for (const input of inputs) {
    for (const file of await expandOne(input)) {
      const key = file === '-' ? file : path.resolve(file);
      if (!files.has(key)) files.set(key, file);
    }
  }
  return [...files.values()];
}

async function expandOne(input: string): Promise<readonly string[]> {
  if (input === '-') return [input];
  const stats = await fs.promises.stat(input).catch(() => null);
  if (stats?.isDirectory() === true) throw new CaptureError(input, 0, directoryMessage(input));
  // A file whose own name has a star goes before a pattern; a missing file is reported where it is opened.
  if (stats !== null || !/[*?]/.test(input)) return [input];
  return matchFiles(input);
}

async function matchFiles(pattern: string): Promise<readonly string[]> {
  const base = path.basename(pattern);
  const folder = pattern.slice(0, pattern.length - base.length);
  if (/[*?]/.test(folder)) {
    throw new CaptureError(pattern, 0, `${pattern}: * and ? are understood in the last part of a path only`);
  }
  let entries: fs.Dirent[];
  try {
    entries = await fs.promises.readdir(folder === '' ? '.' : folder, { withFileTypes: true });
  } catch (error) {
    throw new CaptureError(pattern, 0, `${pattern}: its folder cannot be listed (${errorText(error)})`);
  }
  const matcher = patternMatcher(base, process.platform === 'win32');
  const names = entries.filter((entry) => !entry.isDirectory() && matcher(entry.name));
  if (names.length === 0) {
    throw new CaptureError(pattern, 0, `${pattern}: no file matches this pattern; check the path`);
  }
  return names.map((entry) => folder + entry.name).sort((a, b) => byNumber.compare(a, b));
}
