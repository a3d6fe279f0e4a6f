/**
 * Fetches what a release needs and nobody else: Node for the systems that get an executable file, by npm, which is asked for it by
 * name; and the packages of tools/release/package.json. Both are held to what is written here: versions and SHA-512.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FETCHED, npm, run, say } from './project.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
export const NODES = JSON.parse(readFileSync(join(HERE, 'nodes.json'), 'utf8'));
/** Node's licence, which the package for Windows does not hold. */
export const NODE_LICENSE = join(HERE, 'NODE-LICENSE.txt');

/** The folder of Node for a system, unpacked. @param system 'win-x64' or 'linux-x64' */
function fetchNode(system, version) {
  const wanted = NODES.integrity[`${system}@${version}`];
  if (wanted === undefined)
    throw new Error(`tools/release/nodes.json does not say what Node ${version} for ${system} is`);
  const folder = join(FETCHED, `node-${system}-${version}`);
  if (existsSync(folder)) return folder;
  say(`fetching Node ${version} for ${system}`);
  const unpacked = `${folder}.part`;
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked, { recursive: true });
  npm(['pack', `node-${system}@${version}`, '--pack-destination', FETCHED, '--silent']);
  const archive = join(FETCHED, `node-${system}-${version}.tgz`);
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (found !== wanted) throw new Error(`${archive} is not what tools/release/nodes.json says: ${found}`);
  run('tar', ['-xzf', `node-${system}-${version}.tgz`, '-C', unpacked], { cwd: FETCHED });
  rmSync(archive);
  if (version === NODES.shipped) checkLicense(join(unpacked, 'package', 'LICENSE'));
  renameSync(unpacked, folder);
  return folder;
}

/** Where the package holds the licence, ours must be the same. */
function checkLicense(theirs) {
  if (existsSync(theirs) && readFileSync(theirs, 'utf8') !== readFileSync(NODE_LICENSE, 'utf8'))
    throw new Error(`${NODE_LICENSE} is not the licence of Node ${NODES.shipped}: copy it from ${theirs}`);
}

/** The kind of this computer, as in the names of the packages. */
export function hostSystem() {
  const system = { win32: 'win', linux: 'linux' }[process.platform];
  if (system === undefined || process.arch !== 'x64')
    throw new Error(
      `this is done on Windows and Linux with x64 alone, not on ${process.platform} ${process.arch}`,
    );
  return `${system}-x64`;
}

/** The program of a Node, fetched where it is not here yet. */
export function nodeProgram(system, version = NODES.shipped) {
  return join(fetchNode(system, version), 'package', 'bin', system.startsWith('win') ? 'node.exe' : 'node');
}

/** Installs the packages beside this file, without their install scripts: none needs one. */
export function installTools() {
  const done = statSync(join(HERE, 'node_modules', '.package-lock.json'), { throwIfNoEntry: false });
  if (done && done.mtimeMs >= statSync(join(HERE, 'package-lock.json')).mtimeMs) return;
  say('installing the packages of tools/release');
  npm(['ci', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: HERE,
  });
}
