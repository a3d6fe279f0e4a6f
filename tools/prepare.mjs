/**
 * Makes a fresh clone ready: installs what package-lock.json names and builds what is out of date: the program
 * (build/bundle, in a second) and, for all but those who only use it, every module by itself (build/src, build/test),
 * with types checked. Every npm script runs it first; when all is fresh it only compares stamps.
 *
 *   node tools/prepare.mjs              install and build where needed
 *   node tools/prepare.mjs --program    the same for the program alone
 *   node tools/prepare.mjs --build      build in any case
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmCommand } from './npm-command.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const NODE_WANTED = [20, 19];
/** What both trees depend on: folders are walked, files are compared themselves. */
const SOURCES = ['src', 'tools/source-tree.mjs', 'tsconfig.json', 'package.json'];
const PROGRAM = {
  stamp: join(root, 'build', '.portwitness-bundle'),
  sources: [...SOURCES, 'tools/bundle.mjs', 'tools/own-words.mjs'],
  steps: [['bundling', join('tools', 'bundle.mjs')]],
};
const MODULES = {
  stamp: join(root, 'build', '.portwitness-sources'),
  sources: [...SOURCES, 'test', 'captures/recipes', 'tools/assets.mjs'],
  steps: [
    ['compiling', join('node_modules', 'typescript', 'bin', 'tsc'), '-p', '.'],
    ['copying assets', join('tools', 'assets.mjs')],
  ],
};
const LOCK_STAMP = join(root, 'node_modules', '.portwitness-lock-hash');

const say = (text) => process.stderr.write(`${text}\n`);
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > NODE_WANTED[0] || (major === NODE_WANTED[0] && minor >= NODE_WANTED[1])) return;
  say(`portwitness needs Node ${NODE_WANTED.join('.')} or newer; this is Node ${process.versions.node}.`);
  process.exit(2);
}

/** Runs quietly, says on one line what it does and how long it took; shows everything and stops when it fails. */
function run(what, command, args, shell = false) {
  const started = Date.now();
  process.stderr.write(`portwitness: ${what} ... `);
  const done = spawnSync(command, args, {
    cwd: root,
    shell,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 << 20,
  });
  if (done.status !== 0) {
    say(`failed${done.error ? `: ${done.error.message}` : ''}`);
    say(`${done.stdout ?? ''}${done.stderr ?? ''}`.trimEnd());
    process.exit(2);
  }
  say(`${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function install() {
  const folder = join(root, 'node_modules');
  const lock = join(root, 'package-lock.json');
  const hash = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (read(LOCK_STAMP) === hash) return;

  const present = lstatSync(folder, { throwIfNoEntry: false });
  if (present?.isSymbolicLink()) {
    // `npm ci` would empty a folder that belongs to another tree.
    say('portwitness: node_modules is a link; its packages are used as they are.');
    return;
  }
  // npm leaves this list when an install is complete: someone ran `npm ci` by hand after the last change.
  const installed = statSync(join(folder, '.package-lock.json'), { throwIfNoEntry: false });
  if (!installed || installed.mtimeMs < statSync(lock).mtimeMs) {
    const npm = npmCommand();
    const args = [...npm.args, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    run('installing packages', npm.command, args, npm.shell);
  }
  writeFileSync(LOCK_STAMP, hash);
}

/** One line a file: path, size, time of change. */
function listSources(path, lines) {
  const full = join(root, path);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isDirectory()) {
    lines.push(`${path} ${stat.size} ${stat.mtimeMs}`);
    return;
  }
  for (const name of readdirSync(full).sort()) listSources(`${path}/${name}`, lines);
}

function build({ stamp, sources, steps }, force) {
  const lines = [`node_modules ${read(LOCK_STAMP)}`];
  for (const path of sources) listSources(path, lines);
  const now = lines.join('\n');
  if (!force && read(stamp) === now) return;
  for (const [what, script, ...args] of steps) run(what, process.execPath, [join(root, script), ...args]);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
}

checkNode();
install();
const isForced = process.argv.includes('--build');
build(PROGRAM, isForced);
if (!process.argv.includes('--program')) build(MODULES, isForced);
