/**
 * Brings the compiled tree in line with the sources for what `tsc` does not handle: copies the assets that lie
 * beside the TypeScript sources (rule packs, style sheets, browser scripts, schemas, drawings) and removes
 * compiled files whose source is gone, so that a deleted rule pack or module cannot live on in build/.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const ASSETS = new Set(['.yaml', '.css', '.js', '.json', '.svg']);
const COMPILED = ['src', 'test', 'captures/recipes'];

function* walk(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

for (const path of walk(join(root, 'src'))) {
  if (!ASSETS.has(extname(path))) continue;
  const to = join(root, 'build', relative(root, path));
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(path, to);
}

for (const part of COMPILED) {
  for (const path of walk(join(root, 'build', part))) {
    const source = join(root, relative(join(root, 'build'), path));
    const origin = source.replace(/\.js(\.map)?$/, '.ts');
    if (!existsSync(source) && !existsSync(origin)) rmSync(path);
  }
}

// Built-in rule packs are checked now, so that they need not be at every start.
const compilePacks = join(root, 'build', 'src', 'rules', 'compile-packs.js');
if (existsSync(compilePacks)) await import(pathToFileURL(compilePacks).href);
