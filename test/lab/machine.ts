/** Programs of this machine: which of those the lab needs are here, and how they are run. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { ENVIRONMENT, PYTHON, SAMBA_LIBEXEC, hasProgram, impacket, namespaces } from '../programs.js';

/** Program → Debian package. */
export const NEEDED: Readonly<Record<string, string>> = {
  smbd: 'samba',
  nmbd: 'samba',
  smbpasswd: 'samba-common-bin',
  [`${SAMBA_LIBEXEC}/samba-dcerpcd`]: 'samba',
  smbclient: 'smbclient',
  rpcclient: 'smbclient',
  nmblookup: 'samba-common-bin',
  nft: 'nftables',
  ip: 'iproute2',
  ss: 'iproute2',
  tcpdump: 'tcpdump',
  ping: 'iputils-ping',
  ethtool: 'ethtool',
  sysctl: 'procps',
  [PYTHON]: 'python3',
};

/** Why the lab cannot run here, '' when it can. */
export function whyNoLab(): string {
  const missing = new Set(
    Object.entries(NEEDED)
      .filter(([program]) => !hasProgram(program))
      .map(([, name]) => name),
  );
  if (impacket() !== '') missing.add('python3-impacket');
  if (missing.size > 0) return `it needs the Debian packages ${[...missing].join(' ')}`;
  return namespaces();
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
export async function until(what: string, ready: () => boolean, limit = 60): Promise<void> {
  const end = performance.now() + limit * 1000;
  while (!ready()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${limit} s`);
    await pause(0.02);
  }
}

export function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
