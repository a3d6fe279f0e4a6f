/**
 * Brings the compiled tree in line with the sources for what `tsc` does not handle: copies the assets that lie
 * beside the TypeScript sources and removes compiled files whose source is gone, so that a deleted rule pack or
 * module cannot live on in build/.
 */
import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeOwnWords } from './own-words.mjs';
import { ASSETS_FOLDER, ROOT, copyAssets, walk } from './source-tree.mjs';

const COMPILED = ['src', 'test', 'captures/recipes'];
/** The folder of the module that reads them. */
const READER = join(ROOT, 'build', 'src', 'platform', 'node');

for (const part of COMPILED) {
  for (const path of walk(join(ROOT, 'build', part))) {
    if (path.startsWith(join(READER, ASSETS_FOLDER))) continue;
    const source = join(ROOT, relative(join(ROOT, 'build'), path));
    const origin = source.replace(/\.js(\.map)?$/, '.ts');
    if (!existsSync(origin)) rmSync(path);
  }
}
copyAssets(READER);
await writeOwnWords(READER);

// Built-in rule packs are checked now, so that they need not be at every start.
await import(pathToFileURL(join(ROOT, 'build', 'src', 'cli', 'build', 'compile-packs.js')).href);
