/**
 * `npm run package`: the npm package that an admin installs without a network, build/release/portwitness-VERSION.tgz. The
 * project's own package.json is for building it; the package's names no dependencies, since all of them are in the bundle.
 */
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../source-tree.mjs';
import { BUNDLE, PROJECT, RELEASE, npm, run, say } from './project.mjs';

const TEMPLATES = fileURLToPath(new URL('package', import.meta.url));
const STAGE = join(ROOT, 'build', 'package');
/** Of the bundle, what only the build runs, and the maps, which would make the package half as large again. */
const LEFT_OUT = /\.map$|[/\\](compile-packs|write-page|write-manual)\.js$/;
const MOST_BYTES = 1_500_000;

/** package.json of the package. */
function description() {
  const { name, version, description, license, type, engines, optionalDependencies } = PROJECT;
  return {
    name,
    version,
    description,
    license,
    type,
    engines,
    bin: { portwitness: 'bin/portwitness.cjs' },
    man: ['man/portwitness.1'],
    // Native and seldom needed: who wants it installs it beside this package, and without it nothing is fetched.
    peerDependencies: optionalDependencies,
    peerDependenciesMeta: { cap: { optional: true } },
  };
}

function stage() {
  rmSync(STAGE, { recursive: true, force: true });
  for (const folder of ['bin', 'man', 'completions', 'schemas'])
    mkdirSync(join(STAGE, folder), { recursive: true });
  writeFileSync(join(STAGE, 'package.json'), `${JSON.stringify(description(), null, 2)}\n`);
  for (const name of ['portwitness.cjs', 'load.cjs'])
    copyFileSync(join(TEMPLATES, name), join(STAGE, 'bin', name));
  const readme = readFileSync(join(TEMPLATES, 'README.md'), 'utf8')
    .replaceAll('VERSION', PROJECT.version)
    .replaceAll('NODE', PROJECT.engines.node.replace('>=', ''));
  writeFileSync(join(STAGE, 'README.md'), readme);
  copyFileSync(join(ROOT, 'LICENSE'), join(STAGE, 'LICENSE'));
  for (const name of ['report', 'report-2', 'rule-pack'])
    copyFileSync(join(ROOT, 'docs', `${name}.schema.json`), join(STAGE, 'schemas', `${name}.schema.json`));
  cpSync(BUNDLE, join(STAGE, 'bundle'), { recursive: true, filter: (path) => !LEFT_OUT.test(path) });
}

function writeHelp() {
  const program = join(BUNDLE, 'portwitness.js');
  run(process.execPath, [
    join(BUNDLE, 'write-manual.js'),
    join(STAGE, 'man', 'portwitness.1'),
    PROJECT.version,
  ]);
  const scripts = { bash: 'portwitness.bash', zsh: '_portwitness', powershell: 'portwitness.ps1' };
  for (const [shell, name] of Object.entries(scripts)) {
    const script = run(process.execPath, [program, 'completion', shell]);
    writeFileSync(join(STAGE, 'completions', name), script);
  }
}

/** Packs it. @returns the path of the package */
export function makePackage() {
  stage();
  writeHelp();
  mkdirSync(RELEASE, { recursive: true });
  npm(['pack', STAGE, '--pack-destination', RELEASE, '--ignore-scripts', '--silent']);
  const path = join(RELEASE, `${PROJECT.name}-${PROJECT.version}.tgz`);
  const { size } = statSync(path);
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, more than ${MOST_BYTES}`);
  say(`${path} (${(size / 1e6).toFixed(2)} MB)`);
  return path;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) makePackage();
