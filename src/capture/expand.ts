/**
 * The inputs of a command line as a list of files. Windows shells hand `*.pcapng` on as it is, so patterns are
 * resolved here: `*` and `?` in the last part of a path.
 */
import fs from 'node:fs';
import path from 'node:path';
import { CaptureError } from './frame.js';
import { errorText } from './byte-source.js';
import { directoryMessage } from './open.js';

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

/** A test of file names against `*` (any run of characters) and `?` (any one); a leading dot is never matched by them. */
export function patternMatcher(pattern: string, ignoreCase: boolean): (name: string) => boolean {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const wanted = fold(pattern);
  return (name) => {
    if (name.startsWith('.') && !pattern.startsWith('.')) return false;
    return matches(wanted, fold(name));
  };
}

/** Linear in both: on a mismatch only the last star is tried again, one character further. */
function matches(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      starAt = p++;
      resumeAt = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (starAt >= 0) {
      p = starAt + 1;
      n = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
