/**
 * The program as one file for Node's single executable applications: its text as one CommonJS script, and its assets. There are no
 * modules in such a file, so what modules mean by a URL beside them is an asset under that name (src/platform/node/assets.ts).
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import { ROOT, walk } from '../source-tree.mjs';
import { hostSystem, nodeProgram } from './fetch.mjs';
import { BUNDLE, PROJECT, run } from './project.mjs';

const FOLDER = join(ROOT, 'build', 'single-file');
const MAIN = 'portwitness.cjs';
const THREADS = {
  'digest-worker': 'src/platform/node/digest-worker.ts',
  'watchdog-worker': 'src/monitor/watchdog/watchdog-worker.ts',
};
const SELF = `const SELF_URL = require('node:url').pathToFileURL(process.execPath).href;`;

async function bundle() {
  await build({
    absWorkingDir: ROOT,
    entryPoints: { portwitness: 'src/cli/main.ts', ...THREADS },
    outdir: FOLDER,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    // import() of what is in the file or in Node becomes require().
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'SELF_URL' },
    banner: { js: SELF },
    minifySyntax: true,
    minifyWhitespace: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** Assets by the names under which they are asked for, to paths inside FOLDER. */
function collectAssets() {
  const assets = { 'package.json': 'package.json' };
  writeFileSync(join(FOLDER, 'package.json'), JSON.stringify({ version: PROJECT.version }));
  for (const name of Object.keys(THREADS)) assets[`${name}.js`] = `${name}.cjs`;
  cpSync(join(BUNDLE, 'assets'), join(FOLDER, 'assets'), { recursive: true });
  for (const path of [...walk(join(FOLDER, 'assets'))].sort()) {
    const inside = relative(FOLDER, path).split(sep).join('/');
    assets[inside.replace(/^assets\//, '')] = inside;
  }
  return assets;
}

/**
 * Makes the blob that is put into Node's own file. It holds neither compiled code nor a snapshot, which would be of one system and
 * differ from time to time. @returns its path
 */
export async function makeBlob() {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  await bundle();
  const config = {
    main: MAIN,
    output: 'portwitness.blob',
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: false,
    assets: collectAssets(),
  };
  writeFileSync(join(FOLDER, 'sea.json'), JSON.stringify(config));
  // Names in the blob are as they are given: none of this computer's folders.
  run(nodeProgram(hostSystem()), ['--experimental-sea-config', 'sea.json'], { cwd: FOLDER });
  return join(FOLDER, config.output);
}
