/** Programs of this machine: which of those the lab needs are here, and how they are run. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian's samba keeps the workers of its endpoint mapper. */
export const SAMBA_LIBEXEC = '/usr/libexec/samba';
/** Python with Debian's packages, among them impacket. */
export const PYTHON = '/usr/bin/python3';

/** Folders of programs: this system's, without those of npm packages, one of which is called nft as well. */
const FOLDERS = [
  ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules')),
  '/usr/sbin',
  '/sbin',
];
const ENVIRONMENT = { ...process.env, PATH: FOLDERS.join(delimiter) };

/** Program → Debian package. */
const NEEDED: Readonly<Record<string, string>> = {
  smbd: 'samba',
  nmbd: 'samba',
  smbclient: 'smbclient',
  rpcclient: 'smbclient',
  nft: 'nftables',
  ip: 'iproute2',
  tcpdump: 'tcpdump',
  ping: 'iputils-ping',
  ethtool: 'ethtool',
};

/** Why the lab cannot run here, '' when it can. */
export function whyNot(): string {
  if (process.platform !== 'linux') return 'it needs Linux (network namespaces)';
  if (process.getuid?.() !== 0) return 'it needs root (network namespaces)';
  const missing = new Set(
    Object.entries(NEEDED)
      .filter(([program]) => !isInstalled(program))
      .map(([, name]) => name),
  );
  if (spawnSync(PYTHON, ['-c', 'import impacket']).status !== 0) missing.add('python3-impacket');
  if (missing.size > 0) return `these Debian packages are missing: ${[...missing].join(' ')}`;
  // Test files run side by side in threads of one process.
  const probe = `pwprobe${randomBytes(6).toString('hex')}`;
  if (spawnSync('ip', ['netns', 'add', probe]).status !== 0) return 'network namespaces cannot be made here';
  spawnSync('ip', ['netns', 'del', probe]);
  return '';
}

function isInstalled(program: string): boolean {
  return FOLDERS.some((folder) => existsSync(join(folder, program)));
}

/**
 * Runs a program to its end.
 * @returns what it wrote to standard output
 * @throws Error with its messages when it fails
 */
export function must(program: string, args: readonly string[], input = ''): string {
  const done = spawnSync(program, args, { encoding: 'utf8', input, env: ENVIRONMENT });
  if (done.status !== 0) {
    throw new Error(`${program} ${args.join(' ')}: ${done.error?.message ?? done.stderr.trim()}`);
  }
  return done.stdout;
}

/** A program that runs beside the lab; `ended` never rejects. */
export interface Running {
  readonly child: ChildProcess;
  /** Everything written so far. */
  text(): string;
  /** Seconds that it took. */
  readonly ended: Promise<number>;
}

/** Starts a program; it is stopped after `limit` seconds if it has not ended by itself. */
export function start(program: string, args: readonly string[], limit = 0): Running {
  const began = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: ENVIRONMENT });
  let text = '';
  const keep = (piece: Buffer): void => {
    text += piece.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const timer = limit > 0 ? setTimeout(() => child.kill('SIGKILL'), limit * 1000) : undefined;
  const ended = new Promise<number>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      resolve((performance.now() - began) / 1000);
    };
    child.on('close', end);
    child.on('error', (error) => {
      text += error.message;
      end();
    });
  });
  return { child, text: () => text, ended };
}

/** Waits until `ready` or fails after `limit` seconds. */
export async function until(what: string, ready: () => boolean, limit = 10): Promise<void> {
  const end = performance.now() + limit * 1000;
  while (!ready()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${limit} s`);
    await pause(0.02);
  }
}

export function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
