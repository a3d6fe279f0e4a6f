/** docs/limits.md, made from the limits where they stand: what a doc comment with `@reached` says of a constant. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { runInNewContext } from 'node:vm';

export interface Limit {
  readonly name: string;
  /** Its file below src/. */
  readonly path: string;
  readonly value: number;
  readonly meaning: string;
  readonly reached: string;
  /** The option that sets it, '' = none. */
  readonly option: string;
}

const SRC = 'src';
const FOLDERS = ['capture', 'decode', 'flow', 'recognise', 'rules', 'verdict', 'report', 'monitor'];
const DECLARED =
  /(?:\/\*\*((?:(?!\*\/)[^])*)\*\/\s*)?^(?:export )?const ([A-Z][A-Z0-9_]*)(?:: number)? = ([^;]+);$/gm;
const ARITHMETIC = /^[\d_xa-fA-F\s()+*/<-]+$/;

function sources(): string[] {
  return readdirSync(SRC, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** A constant of arithmetic, with names of the same file; null = something else. */
function valueOf(expression: string, known: ReadonlyMap<string, number>): number | null {
  const filled = expression.replace(/\b[A-Z][A-Z0-9_]{2,}\b/g, (name) => String(known.get(name) ?? name));
  if (!ARITHMETIC.test(filled)) return null;
  return Number(runInNewContext(filled));
}

function tagOf(comment: string, tag: string): string {
  const found = new RegExp(`@${tag} ([^@]*)`).exec(comment);
  return (found?.[1] ?? '').trim();
}

/** All limits that say what happens when they are reached, and the exported ones called MAX_ that do not. */
export function limits(): { readonly told: readonly Limit[]; readonly untold: readonly string[] } {
  const told: Limit[] = [];
  const untold: string[] = [];
  for (const file of sources()) {
    const path = relative(SRC, file).split(sep).join('/');
    const text = readFileSync(file, 'utf8');
    const known = new Map<string, number>();
    for (const [whole, doc = '', name = '', expression = ''] of text.matchAll(DECLARED)) {
      const value = valueOf(expression, known);
      if (value === null) continue;
      known.set(name, value);
      const comment = doc
        .replaceAll(/^\s*\* ?/gm, '')
        .replaceAll(/\s+/g, ' ')
        .trim();
      const reached = tagOf(comment, 'reached');
      const meaning = (comment.split(' @')[0] ?? '').trim();
      if (reached !== '')
        told.push({ name, path, value, meaning, reached, option: tagOf(comment, 'option') });
      else if (/export const MAX_/.test(whole)) untold.push(`${path} ${name}`);
    }
  }
  return { told, untold };
}

/** '64 MiB', '4,000,000' */
function shown({ name, value }: Limit): string {
  if (/BYTES|_MESSAGE$/.test(name) || name === 'FRAGMENT_MEMORY') {
    for (const [unit, size] of [
      ['GiB', 2 ** 30],
      ['MiB', 2 ** 20],
      ['KiB', 2 ** 10],
    ] as const) {
      if (value >= size && value % (size / 16) === 0) return `${value / size} ${unit}`;
    }
    return `${value.toLocaleString('en-US')} bytes`;
  }
  return value.toLocaleString('en-US');
}

const HEAD = `# Limits

Everything that input can make grow has a named limit. Reaching one is counted, and what counts for a reader is told in
the report (section "How this was made", \`limits\` in the JSON, by the codes here) or as a trouble of the monitor. This
page is made from the sources: \`npm run limits\`.
`;

export function limitsDocument(): string {
  const { told } = limits();
  const parts = FOLDERS.map((folder) => {
    const rows = told
      .filter(({ path }) => path.startsWith(`${folder}/`))
      .map((limit) => {
        const { name, path, meaning, reached, option } = limit;
        const set = option === '' ? '' : ` (\`${option}\`)`;
        const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\.$/, '');
        return `| \`${name}\`, [${path.slice(folder.length + 1)}](../src/${path}) | ${shown(limit)}${set} | ${cell(meaning)} | ${cell(reached)} |`;
      });
    return `## ${folder}\n\n| limit | default | what it bounds | when it is reached |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return [HEAD, ...parts].join('\n');
}
