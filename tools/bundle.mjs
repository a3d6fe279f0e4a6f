/**
 * Makes the program that users run: build/bundle, a few files instead of the 245 modules of an analysis, which take
 * longer to load one by one than a small capture takes to analyse. What is loaded only when it is needed stays a file
 * of its own.
 *
 * The folder is flat. `new URL('name', import.meta.url)` in a module means a file beside the module; here all modules
 * lie in one folder, and so do the files that they mean: threads and child processes as entry points of the same name,
 * and the folder `assets`. Thus the same line holds here and in build/src.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { writeOwnWords } from './own-words.mjs';
import { ASSETS_FOLDER, ROOT, copyAssets, walk } from './source-tree.mjs';

const FOLDER = join(ROOT, 'build', 'bundle');

const ENTRIES = {
  portwitness: 'src/cli/main.ts',
  // Started by URL: threads (digests, the watchdog of the monitor), and the process around the package cap.
  'digest-worker': 'src/platform/node/digest-worker.ts',
  'watchdog-worker': 'src/monitor/watchdog/watchdog-worker.ts',
  'cap-child': 'src/capture/source/programs/cap-child.ts',
  // Run by the build and by tools/release.
  'compile-packs': 'src/cli/build/compile-packs.ts',
  'write-page': 'src/cli/build/write-page.ts',
  'write-manual': 'src/cli/build/write-manual.ts',
};

/** Packages written as CommonJS ask for Node's own modules by this name. */
const REQUIRE = `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);`;

async function bundle() {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ENTRIES,
    outdir: FOLDER,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Native, and there only where it could be built.
    external: ['cap'],
    banner: { js: REQUIRE },
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

/** Folders of the packages that became part of the program, by name. */
function packages(inputs) {
  const folders = new Map();
  for (const path of inputs) {
    const found = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)(?=\/)/.exec(path);
    if (found !== null) folders.set(found[0], found[1]);
  }
  return [...folders].sort(([, a], [, b]) => (a < b ? -1 : 1));
}

/** Their licences ask that the notice comes with every copy. */
function notices(inputs) {
  const parts = [
    'Parts of this program come from the packages below, under the licences that follow each name.\n',
  ];
  for (const [folder, name] of packages(inputs)) {
    const { version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
    const files = readdirSync(join(ROOT, folder)).filter((file) =>
      /^(licen[cs]e|copying|notice)/i.test(file),
    );
    if (files.length === 0)
      throw new Error(`${name} ${version} (${license}): no text of its licence in ${folder}`);
    parts.push(`${'='.repeat(80)}\n${name} ${version} (${license})\n`);
    for (const file of files) parts.push(readFileSync(join(ROOT, folder, file), 'utf8').trim(), '');
  }
  return parts.join('\n');
}

const NOTICES = 'THIRD-PARTY-NOTICES.txt';

/** The page (src/page), an asset that the build makes: bundles its scripts and has the program put it together. */
async function bundlePage() {
  const folder = join(FOLDER, ASSETS_FOLDER, 'page');
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { view: 'src/page/view/main.ts', worker: 'src/page/worker.ts' },
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: ['chrome115', 'firefox115'],
    charset: 'utf8',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(join(folder, 'notices.txt'), notices(Object.keys(metafile.inputs)));
  const read = [...walk(join(FOLDER, ASSETS_FOLDER))]
    .map((path) => relative(join(FOLDER, ASSETS_FOLDER), path).split(sep).join('/'))
    .filter((path) => /^(report|rules|share)\//.test(path));
  writeFileSync(join(folder, 'assets.json'), JSON.stringify(read.sort()));
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  execFileSync(process.execPath, [join(FOLDER, 'write-page.js'), version]);
  for (const part of ['view.js', 'worker.js', 'notices.txt', 'assets.json']) rmSync(join(folder, part));
}

const { inputs, outputs } = await bundle();
const current = new Set([NOTICES]);
for (const path of Object.keys(outputs)) current.add(relative(FOLDER, join(ROOT, path)));
copyAssets(FOLDER);
await writeOwnWords(FOLDER);
writeFileSync(join(FOLDER, NOTICES), notices(Object.keys(inputs)));
// Only now: names of parts change with their content, and whoever starts the program meanwhile needs all of one build.
for (const path of walk(FOLDER))
  if (!current.has(relative(FOLDER, path)) && !path.startsWith(join(FOLDER, ASSETS_FOLDER))) rmSync(path);
// Built-in rule packs are checked now, so that they need not be at every start.
await import(pathToFileURL(join(FOLDER, 'compile-packs.js')).href);
await bundlePage();
