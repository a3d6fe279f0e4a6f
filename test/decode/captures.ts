/**
 * The public captures beside the project (`../shared/captures`), as classic pcap files.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CAPTURES, hasProgram } from '../programs.js';
import { readPcap, type PcapFile } from './pcap-frames.js';

export interface Capture {
  readonly name: string;
  readonly path: string;
  readonly pcap: PcapFile;
}

/**
 * All captures that can be read, other formats converted by editcap when it is there; says by `log` what is
 * left out and why.
 */
export function captures(log: (line: string) => void): Capture[] {
  if (!existsSync(CAPTURES)) {
    log(`left out: no captures in ${CAPTURES}`);
    return [];
  }
  const found: Capture[] = [];
  const convert = hasProgram('editcap') ? mkdtempSync(join(tmpdir(), 'decode-')) : null;
  for (const name of readdirSync(CAPTURES).sort()) {
    if (!/\.(pcap|cap|pcapng|gz)$/.test(name)) continue;
    let path = join(CAPTURES, name);
    let pcap = readPcap(path);
    if (pcap === null && convert !== null) {
      const converted = join(convert, `${name}.pcap`);
      try {
        execFileSync('editcap', ['-F', 'pcap', path, converted], { stdio: 'ignore' });
        path = converted;
        pcap = readPcap(path);
      } catch {
        pcap = null;
      }
    }
    if (pcap === null) log(`left out: ${name} cannot be had as one pcap file`);
    else found.push({ name, path, pcap });
  }
  return found;
}
