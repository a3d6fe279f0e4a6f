/**
 * `npm run exe`: the program with Node inside as one file, for Windows and Linux, each in an archive with README.txt and the
 * licences: build/release/portwitness-VERSION-win-x64.zip and -linux-x64.tar.gz.
 *
 *   node tools/release/executable.mjs [win-x64] [linux-x64]
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../source-tree.mjs';
import { writeTarGz, writeZip } from './archive.mjs';
import { NODES, NODE_LICENSE, installTools, nodeProgram } from './fetch.mjs';
import { BUNDLE, PROJECT, RELEASE, releaseTime, run, say } from './project.mjs';
import { makeBlob } from './single-file.mjs';
import { windowsProgram } from './windows-file.mjs';

const SYSTEMS = ['win-x64', 'linux-x64'];
/** What Node looks for in itself (its documentation, "Single executable applications"). */
const PLACE = { name: 'NODE_SEA_BLOB', fuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2' };
const README = fileURLToPath(new URL('executable-readme.txt', import.meta.url));
const POSTJECT = fileURLToPath(new URL('node_modules/postject/dist/cli.js', import.meta.url));
const FOLDER = join(ROOT, 'build', 'executable');

/** Puts the blob into a copy of Node. @returns the path of the program */
async function makeProgram(system, blob) {
  const isWindows = system.startsWith('win');
  const path = join(FOLDER, system, isWindows ? 'portwitness.exe' : 'portwitness');
  mkdirSync(join(FOLDER, system), { recursive: true });
  const node = readFileSync(nodeProgram(system));
  const program = readFileSync(blob);
  writeFileSync(path, isWindows ? await windowsProgram(node, program, PLACE) : node, { mode: 0o755 });
  // As a program of its own: what it has to say about sections of Node's file is shown when it fails.
  if (!isWindows) run(process.execPath, [POSTJECT, path, PLACE.name, blob, '--sentinel-fuse', PLACE.fuse]);
  return path;
}

function notices() {
  const node = readFileSync(NODE_LICENSE, 'utf8').trim();
  const ours = readFileSync(join(BUNDLE, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  return `${ours}\n${'='.repeat(80)}\nNode.js ${NODES.shipped}\n\n${node}\n`;
}

/** Text files as Windows' own programs want them. */
function text(content, isWindows) {
  return Buffer.from(isWindows ? content.replaceAll('\n', '\r\n') : content);
}

/** Makes the archives. @returns their paths */
export async function makeExecutables(systems = SYSTEMS) {
  installTools();
  const blob = await makeBlob();
  mkdirSync(RELEASE, { recursive: true });
  const made = [];
  for (const system of systems) {
    const isWindows = system.startsWith('win');
    const program = await makeProgram(system, blob);
    const readme = readFileSync(README, 'utf8').replaceAll('VERSION', PROJECT.version);
    const entries = [
      { name: isWindows ? 'portwitness.exe' : 'portwitness', bytes: readFileSync(program), executable: true },
      { name: 'README.txt', bytes: text(readme, isWindows) },
      { name: 'LICENSE.txt', bytes: text(readFileSync(join(ROOT, 'LICENSE'), 'utf8'), isWindows) },
      { name: 'THIRD-PARTY-NOTICES.txt', bytes: text(notices(), isWindows) },
    ];
    const path = join(RELEASE, `portwitness-${PROJECT.version}-${system}${isWindows ? '.zip' : '.tar.gz'}`);
    await (isWindows ? writeZip : writeTarGz)(path, entries, releaseTime());
    say(`${path} (${(statSync(path).size / 1e6).toFixed(1)} MB)`);
    made.push(path);
  }
  return made;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((system) => !SYSTEMS.includes(system));
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: it is made for ${SYSTEMS.join(' and ')}`);
  await makeExecutables(asked.length > 0 ? asked : SYSTEMS);
}
