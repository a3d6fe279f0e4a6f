/** What tests may need of the machine, and why it is missing: '' when it is there, else words that end a sentence. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

/** A program by its name or full path, or a question to the machine. */
export type Need = string | (() => string);

/** Where Debian's samba keeps the workers of its endpoint mapper. */
export const SAMBA_LIBEXEC = '/usr/libexec/samba';
/** Python with Debian's packages, among them impacket. */
export const PYTHON = '/usr/bin/python3';
/** Public captures beside the project. */
export const CAPTURES = join('..', 'shared', 'captures');

/** Folders of programs: this system's, without those of npm packages, one of which is called nft as well. */
export const FOLDERS: readonly string[] = [
  ...(process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !folder.includes('node_modules')),
  ...(process.platform === 'win32' ? [] : ['/usr/sbin', '/sbin']),
];
/** For programs that tests start: they are found where they were looked for. */
export const ENVIRONMENT: NodeJS.ProcessEnv = { ...process.env, PATH: FOLDERS.join(delimiter) };

export function hasProgram(name: string): boolean {
  const files = isAbsolute(name) ? [name] : FOLDERS.map((folder) => join(folder, name));
  return files.some((file) => isProgram(file) || (process.platform === 'win32' && isProgram(`${file}.exe`)));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The first thing that is missing. */
export function whyNot(...needs: readonly Need[]): string {
  for (const need of needs) {
    const why = typeof need === 'function' ? need() : hasProgram(need) ? '' : `it needs ${need}`;
    if (why !== '') return why;
  }
  return '';
}

export function posix(): string {
  return process.platform === 'win32' ? 'it needs signals and rights as Unix has them' : '';
}

export function linux(): string {
  return process.platform === 'linux' ? '' : 'it needs Linux';
}

export function root(): string {
  return process.getuid?.() === 0 ? '' : 'it needs root';
}

/** The user without rights that root can become. */
export const NOBODY = 65534;

/** A user without rights who can run node. */
export function nobody(): string {
  return linux() || root() || (asNobody(tmpdir()) ? '' : 'it needs a node that other users may run');
}

/** Such a user who sees the single modules of this clone. */
export function nobodyInClone(): string {
  const here = import.meta.dirname;
  return nobody() || (asNobody(here) ? '' : 'it needs a clone in a folder that other users may enter');
}

function asNobody(folder: string): boolean {
  const args = ['-e', 'process.chdir(process.argv[1])', folder];
  return spawnSync(process.execPath, args, { cwd: '/', uid: NOBODY, gid: NOBODY }).status === 0;
}

let namespacesAnswer: string | undefined;

/** Network namespaces, which `ip` makes. */
export function namespaces(): string {
  return (namespacesAnswer ??= linux() || root() || whyNot('ip') || tryNamespace());
}

function tryNamespace(): string {
  // Test files run side by side.
  const probe = `pwprobe${randomBytes(4).toString('hex')}`;
  const made = spawnSync('ip', ['netns', 'add', probe], { env: ENVIRONMENT }).status === 0;
  if (made) spawnSync('ip', ['netns', 'del', probe], { env: ENVIRONMENT });
  return made ? '' : 'it needs network namespaces, which cannot be made here';
}

/** File systems of a given size. */
export function mounts(): string {
  const why = linux() || root() || whyNot('mount', 'umount');
  if (why !== '') return why;
  const folder = mkdtempSync(join(tmpdir(), 'portwitness disk '));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', 'none', folder]).status === 0;
  if (mounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  return mounted ? '' : 'it needs file systems of its own, which cannot be mounted here';
}

let capAnswer: string | undefined;

/** The npm package cap, which is optional: without libpcap's headers it is not built. */
export function capPackage(): string {
  return (capAnswer ??= tryCap());
}

/** In a process of its own: the addon loads once in a process, and test files share one as its threads. */
function tryCap(): string {
  const { status } = spawnSync(process.execPath, ['-e', "require('cap')"]);
  return status === 0 ? '' : 'it needs the package cap, which was not built (libpcap-dev)';
}

export function impacket(): string {
  if (!hasProgram(PYTHON)) return `it needs ${PYTHON}`;
  const found = spawnSync(PYTHON, ['-c', 'import impacket']).status === 0;
  return found ? '' : 'it needs python3-impacket';
}

/** Public captures, and a file among them. */
export function publicCaptures(...path: readonly string[]): string {
  const file = join(CAPTURES, ...path);
  return existsSync(file) ? '' : `${file} is not there`;
}
