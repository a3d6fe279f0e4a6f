/**
 * Real Samba on a computer: samba-dcerpcd (135 and dynamic ports), smbd (139, 445), nmbd (137, 138), each host with
 * directories of its own.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SAMBA_LIBEXEC } from '../programs.js';
import { until } from './machine.js';
import { INTERFACE } from './network.js';
import type { Computer, Network } from './network.js';

/** The dynamic range; the real one is larger. */
export const DYNAMIC_PORTS = { from: 49700, to: 49710 } as const;
/** An account of the lab's own, in the private directory of each host only. */
export const ACCOUNT = { user: 'root', password: 'Lab-only-1' } as const;

/** Which daemon serves what. */
export const DAEMONS = { rpc: 'samba-dcerpcd', smb: 'smbd', netbios: 'nmbd' } as const;
export type Daemon = keyof typeof DAEMONS;

/** Configuration for clients and servers that shares nothing with the machine's own Samba. */
export function writeConfig(folder: string, name: string): string {
  for (const part of [
    'private',
    'state',
    'cache',
    'lock',
    'pid',
    'ncalrpc',
    'nmbd',
    'winbind',
    'share',
    'log',
  ]) {
    mkdirSync(join(folder, part), { recursive: true, mode: 0o755 });
  }
  writeFileSync(join(folder, 'share', 'recording.txt'), 'a file of the lab\n');
  const path = join(folder, 'smb.conf');
  writeFileSync(
    path,
    `[global]
  netbios name = ${name.toUpperCase()}
  workgroup = LAB
  server role = standalone server
  map to guest = Bad User
  interfaces = ${INTERFACE}
  bind interfaces only = yes
  private dir = ${folder}/private
  state directory = ${folder}/state
  cache directory = ${folder}/cache
  lock directory = ${folder}/lock
  pid directory = ${folder}/pid
  ncalrpc dir = ${folder}/ncalrpc
  winbindd socket directory = ${folder}/winbind
  nmbd:socket dir = ${folder}/nmbd
  log file = ${folder}/log/%m.log
  usershare path =
  server smb encrypt = off
  load printers = no
  disable spoolss = yes
  rpc start on demand helpers = false
  rpc server dynamic port range = ${DYNAMIC_PORTS.from}-${DYNAMIC_PORTS.to}
  local master = no
[share]
  path = ${folder}/share
  guest ok = yes
`,
  );
  return path;
}

/** Samba of one computer. */
export class Samba {
  private readonly network: Network;
  private readonly computer: Computer;
  private readonly folder: string;
  private readonly config: string;

  constructor(network: Network, computer: Computer, folder: string) {
    this.network = network;
    this.computer = computer;
    this.folder = folder;
    this.config = writeConfig(folder, computer);
  }

  /** Starts all daemons; `listening` tells when they answer. */
  start(): void {
    const { user, password } = ACCOUNT;
    this.network.exec(
      this.computer,
      ['smbpasswd', '-c', this.config, '-a', '-s', user],
      `${password}\n${password}\n`,
    );
    for (const daemon of ['rpc', 'smb', 'netbios'] as const) this.startOne(daemon);
  }

  startOne(daemon: Daemon): void {
    const program = daemon === 'rpc' ? join(SAMBA_LIBEXEC, DAEMONS.rpc) : DAEMONS[daemon];
    const extra = daemon === 'rpc' ? ['--libexec-rpcds'] : [];
    this.network.exec(this.computer, [program, '-D', '-s', this.config, ...extra]);
  }

  /** Ends one daemon by its own process id. */
  async stopOne(daemon: Daemon): Promise<void> {
    const file = join(this.folder, 'pid', `${DAEMONS[daemon]}.pid`);
    process.kill(Number(readFileSync(file, 'utf8')), 'SIGTERM');
    await until(`${DAEMONS[daemon]} of ${this.computer} ends`, () => !this.serves(daemon));
  }

  async listening(): Promise<void> {
    await until(
      `samba of ${this.computer} listens`,
      () => this.serves('rpc') && this.serves('smb') && this.serves('netbios'),
      30,
    );
  }

  private serves(daemon: Daemon): boolean {
    const table = this.network.exec(this.computer, ['ss', '-Hlntu']);
    const ports = { rpc: ['135', String(DYNAMIC_PORTS.from)], smb: ['139', '445'], netbios: ['137'] }[daemon];
    return ports.some((port) => new RegExp(`:${port}\\s`).test(table));
  }
}
