/** The programs that the benchmark lets run on the same file. */
import { spawnSync } from 'node:child_process';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from './measure.js';

export interface Program {
  readonly name: string;
  /** What it does with the file, for the table. */
  readonly does: string;
  readonly command: (capture: string) => Command;
}

/** portwitness as a user runs it, with its report and its JSON written into `folder`. */
export function portwitness(folder: string): Program {
  const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
  const outputs = ['--report', join(folder, 'report.html'), '--json', join(folder, 'report.json')];
  return {
    name: 'portwitness analyze',
    does: 'flows, verdicts, HTML and JSON report',
    command: (capture) => ({
      program: process.execPath,
      args: [main, 'analyze', capture, ...outputs],
      isNode: true,
      accepted: [0, 1, 3],
    }),
  };
}

export const PCAP_PARSER: Program = {
  name: 'pcap-parser 0.2.1',
  does: 'reads the frames, nothing more',
  command: (capture) => ({
    program: process.execPath,
    args: [fileURLToPath(new URL('./pcap-parser-baseline.js', import.meta.url)), capture],
    isNode: true,
  }),
};

const TSHARK: Program = {
  name: 'tshark -z conv,tcp',
  does: 'TCP conversations',
  command: (capture) => ({ program: 'tshark', args: ['-q', '-z', 'conv,tcp', '-r', capture] }),
};

/** Programs that run where they are installed; the last one only reads the bytes: nothing can be faster. */
const PEERS: readonly Program[] = [
  {
    name: 'tcpdump -w',
    does: 'reads the frames and writes them to nowhere',
    command: (capture) => ({ program: 'tcpdump', args: ['-r', capture, '-w', devNull] }),
  },
  {
    name: 'capinfos',
    does: 'reads the frames and counts',
    command: (capture) => ({ program: 'capinfos', args: [capture] }),
  },
  {
    name: 'cat',
    does: 'reads the bytes: the limit',
    command: (capture) => ({ program: 'cat', args: [capture] }),
  },
];

export function installedPeers(withTshark: boolean): Program[] {
  const wanted = withTshark ? [TSHARK, ...PEERS] : PEERS;
  return wanted.filter(({ command }) => {
    const { program } = command('');
    return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
  });
}
