/**
 * Brings the compiled tree in line with the sources for what `tsc` does not handle: copies the assets that lie
 * beside the TypeScript sources and removes compiled files whose source is gone, so that a deleted rule pack or
 * module cannot live on in build/.
 */
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, assets, walk } from './source-tree.mjs';

const COMPILED = ['src', 'test', 'captures/recipes'];

for (const path of assets()) {
  const to = join(ROOT, 'build', relative(ROOT, path));
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(path, to);
}

for (const part of COMPILED) {
  for (const path of walk(join(ROOT, 'build', part))) {
    const source = join(ROOT, relative(join(ROOT, 'build'), path));
    const origin = source.replace(/\.js(\.map)?$/, '.ts');
    if (!existsSync(source) && !existsSync(origin)) rmSync(path);
  }
}

// Built-in rule packs are checked now, so that they need not be at every start.
const compilePacks = join(ROOT, 'build', 'src', 'rules', 'compile-packs.js');
if (existsSync(compilePacks)) await import(pathToFileURL(compilePacks).href);
