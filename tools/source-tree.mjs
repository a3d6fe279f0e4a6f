/** Where the sources are, and which files among them are no modules: the build steps share this. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Endings of what modules read beside themselves: rule packs, style sheets, browser scripts, schemas, drawings. */
const ASSETS = new Set(['.yaml', '.css', '.js', '.json', '.svg']);

/** All files in a folder and its folders, by full path; none when there is no such folder. */
export function* walk(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

/** The assets among the sources, by full path. */
export function* assets() {
  for (const path of walk(join(ROOT, 'src'))) if (ASSETS.has(extname(path))) yield path;
}
