/**
 * `npm run release`: everything that is handed out, in build/release, from a clean clone: the npm package, the page, the executable
 * files, the bill of materials, this version's notes, and SHA256SUMS over them. Twice the same bytes (docs/install.md).
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../source-tree.mjs';
import { makeExecutables } from './executable.mjs';
import { writeMaterials } from './materials.mjs';
import { notesOf } from './notes.mjs';
import { makePackage } from './package.mjs';
import { BUNDLE, PROJECT, RELEASE, run, say } from './project.mjs';

/** In the form that `sha256sum -c` reads. */
function sums() {
  return readdirSync(RELEASE)
    .sort()
    .map(
      (name) =>
        `${createHash('sha256')
          .update(readFileSync(join(RELEASE, name)))
          .digest('hex')}  ${name}\n`,
    )
    .join('');
}

if (run('git', ['status', '--porcelain']) !== '') say('what is released differs from the last commit');
const { name, version } = PROJECT;
const to = (ending) => join(RELEASE, `${name}-${version}${ending}`);
rmSync(RELEASE, { recursive: true, force: true });
mkdirSync(RELEASE, { recursive: true });
makePackage();
copyFileSync(join(BUNDLE, 'assets', 'page', 'portwitness.html'), to('.html'));
await makeExecutables();
writeMaterials(to('.cdx.json'));
writeFileSync(to('.notes.md'), notesOf(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), version));
writeFileSync(join(RELEASE, 'SHA256SUMS'), sums());
process.stdout.write(readFileSync(join(RELEASE, 'SHA256SUMS')));
