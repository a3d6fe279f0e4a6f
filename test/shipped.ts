/** The program that users get: what package.json names as the command. */
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
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

let copy = '';

/**
 * The program where every user can run it, which a clone in root's home is not: a copy beside it of the one package
 * that it does not contain. Gone when the tests of the file have ended.
 */
export function programForAll(): string {
  if (copy === '') {
    copy = mkdtempSync(join(tmpdir(), 'portwitness for all '));
    const folder = copy;
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    chmodSync(copy, 0o755);
    cpSync(dirname(PROGRAM), join(copy, 'program'), { recursive: true });
    writeFileSync(join(copy, 'package.json'), readFileSync(join(ROOT, 'package.json')));
    const cap = join(ROOT, 'node_modules', 'cap');
    if (existsSync(cap)) cpSync(cap, join(copy, 'node_modules', 'cap'), { recursive: true });
  }
  return join(copy, 'program', basename(PROGRAM));
}
