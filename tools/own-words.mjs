/**
 * The words that the program itself can say: what stands in its sources outside of comments, in its rule packs, style
 * sheets and scripts. A shared report keeps them; every other word of a sentence is taken for a name (src/share).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { transform } from 'esbuild';
import { ASSETS_FOLDER, ROOT, walk } from './source-tree.mjs';

/** What the asset is called. */
export const OWN_WORDS = 'share/own-words.txt';
/** Help and messages to whoever runs the program stand in no report. */
const SILENT = /^(cli|page|capture\/source|platform)\//;
const WORD = /[\p{L}\p{N}_$]+(?:-[\p{L}\p{N}_$]+)*/gu;
const ESCAPES = /\\(?:u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|[a-z0])/gi;

/** Without comments, and escapes in strings as spaces. */
async function saidBy(path) {
  const text = readFileSync(path, 'utf8');
  if (extname(path) !== '.ts') return text.replaceAll(/\/\*[^]*?\*\//g, ' ');
  const { code } = await transform(text, {
    loader: 'ts',
    format: 'esm',
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
  });
  return code.replaceAll(ESCAPES, ' ');
}

/** Writes the asset below `folder`/assets. */
export async function writeOwnWords(folder) {
  const words = new Set();
  const paths = [...walk(join(ROOT, 'src'))].filter(
    (path) => !SILENT.test(relative(join(ROOT, 'src'), path).replaceAll('\\', '/')),
  );
  for (const text of await Promise.all(paths.map(saidBy)))
    for (const [word] of text.matchAll(WORD)) if (!/^\d+$/.test(word)) words.add(word);
  const to = join(folder, ASSETS_FOLDER, OWN_WORDS);
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, `${[...words].sort().join('\n')}\n`);
}
