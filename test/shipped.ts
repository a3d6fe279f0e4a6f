/** The program that users get: what package.json names as the command. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the package, from build/test/. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Package {
  readonly version: string;
  readonly bin: { readonly portwitness: string };
}

export const { version: VERSION, bin } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
) as Package;

/** Full path of the file that node is given. */
export const PROGRAM = join(ROOT, bin.portwitness);
