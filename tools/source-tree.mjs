/** Where the sources are, and which files among them are no modules: the build steps share this. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Endings of what modules read beside themselves: rule packs, style sheets, browser scripts, schemas, drawings. */
const ENDINGS = new Set(['.yaml', '.css', '.js', '.json', '.svg']);

/** All files in a folder and its folders, by full path; none when there is no such folder. */
export function* walk(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

/** Where the program looks for them: beside platform/node/assets.js, or beside the files of the bundle. */
export const ASSETS_FOLDER = 'assets';

/** The assets among the sources, by full path. */
function* assets() {
  for (const path of walk(join(ROOT, 'src'))) if (ENDINGS.has(extname(path))) yield path;
}

/** Brings `folder`/assets in line with the sources: every asset under its path below src/. */
export function copyAssets(folder) {
  const current = new Set();
  for (const path of assets()) {
    const to = join(folder, ASSETS_FOLDER, relative(join(ROOT, 'src'), path));
    current.add(to);
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(path, to);
  }
  for (const path of walk(join(folder, ASSETS_FOLDER))) if (!current.has(path)) rmSync(path);
}
