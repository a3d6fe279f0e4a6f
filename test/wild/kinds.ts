/** Which situations of this folder stand for which kind, as docs/verdicts.md lists them. */
import { existsSync } from 'node:fs';
import { SITUATIONS } from './situations.js';

export const TABLE_BEGIN = '<!-- own situations: test/wild -->';
export const TABLE_END = '<!-- end of own situations -->';
/** Each kind has at least so many. */
export const AT_LEAST = 2;

/** Kinds whose situations need more than two computers and a gateway. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'filtered-capture': ['test/report/assemble/filtered-capture.test.ts'],
  'drop-mark': ['test/verdict/judge/gate.test.ts', 'test/lab/reported-drops.test.ts'],
  names: ['test/recognise/names/names.test.ts', 'test/recognise/names/name-service.test.ts'],
};

/** Titles by kind, in the order of the alphabet. */
export function titlesByKind(): readonly (readonly [string, readonly string[]])[] {
  const found = new Map<string, string[]>();
  for (const { kind, title } of SITUATIONS) {
    const known = found.get(kind);
    if (known === undefined) found.set(kind, [title]);
    else known.push(title);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The table, without a line end after its last line. */
export function kindTable(): string {
  const rows = titlesByKind().map(([kind, titles]) => `| \`${kind}\` | ${titles.join('; ')} |`);
  for (const [kind, files] of Object.entries(ELSEWHERE)) {
    rows.push(`| \`${kind}\` | ${files.map((file) => `\`${file}\``).join(', ')} |`);
  }
  return ['| kind | situations |', '|---|---|', ...rows].join('\n');
}

/** Files that are named and not there. */
export function missingFiles(): readonly string[] {
  return Object.values(ELSEWHERE)
    .flat()
    .filter((file) => !existsSync(file));
}
