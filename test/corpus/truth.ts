/** The public captures and their ground truth, where they are present beside the project. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CAPTURES, publicCaptures } from '../programs.js';

export const CORPUS = resolve(CAPTURES);
/** Why nothing is compared with the public captures, '' when they are there. */
export const NO_CORPUS = publicCaptures('truth');
export const HAS_CORPUS = NO_CORPUS === '';

export type Row = Readonly<Record<string, string>>;

/** Rows of a tab-separated file with a header line. */
export function truth(name: string): Row[] {
  const [head = '', ...lines] = readFileSync(join(CORPUS, 'truth', name), 'utf8')
    .replace(/\n$/, '')
    .split('\n');
  const columns = head.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? '']));
  });
}

/** Rows by the value of one column. */
export function grouped(rows: readonly Row[], column: string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = row[column] ?? '';
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

export function pathOf(file: string): string {
  return join(CORPUS, file);
}
