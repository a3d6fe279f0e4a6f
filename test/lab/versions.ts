/** What made the committed captures. */
import { writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { COMMITTED } from './committed.js';
import { must } from './machine.js';

const PACKAGES = [
  'samba',
  'smbclient',
  'nftables',
  'iproute2',
  'tcpdump',
  'iputils-ping',
  'python3-impacket',
];

/** Writes captures/lab/made-with.json: the day, the kernel and the versions of Debian's packages. */
export function writeVersions(): void {
  const packages = must('dpkg-query', ['-W', '-f', '${Package} ${Version}\n', ...PACKAGES])
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const made = {
    date: new Date().toISOString().slice(0, 10),
    kernel: `Linux ${release()}`,
    packages: Object.fromEntries(packages) as Record<string, string>,
  };
  writeFileSync(join(COMMITTED, 'made-with.json'), `${JSON.stringify(made, null, 2)}\n`);
}
