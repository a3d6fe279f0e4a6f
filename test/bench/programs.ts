/** The programs that the benchmark lets run on the same file. */
import { spawnSync } from 'node:child_process';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROGRAM } from '../shipped.js';
import type { Command } from './measure.js';

export interface Program {
  readonly name: string;
  /** What it does with the file, for the table. */
  readonly does: string;
  readonly command: (capture: string) => Command;
}

/** portwitness as a user runs it, with its report and its JSON written into `folder`. */
export function portwitness(folder: string): Program {
  const outputs = ['--report', join(folder, 'report.html'), '--json', join(folder, 'report.json')];
  return {
    name: 'portwitness analyze',
    does: 'flows, verdicts, HTML and JSON report',
    command: (capture) => ({
      program: process.execPath,
      args: [PROGRAM, 'analyze', capture, ...outputs],
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

/** Flows that softflowd may keep: more than any of the captures has. */
const SOFTFLOWD_FLOWS = '3000000';

/** Flow meters written in C. What they write goes to nowhere, or into `folder` where they insist on a file. */
function flowMeters(folder: string): Program[] {
  return [
    {
      name: 'nfpcapd',
      does: 'flows, written as NetFlow records',
      command: (capture) => ({ program: 'nfpcapd', args: ['-r', capture, '-w', folder] }),
    },
    {
      name: 'softflowd',
      does: 'flows, counted',
      command: (capture) => ({
        program: 'softflowd',
        args: ['-d', '-c', 'none', '-p', join(folder, 'softflowd.pid'), '-m', SOFTFLOWD_FLOWS, '-r', capture],
      }),
    },
    {
      name: 'argus',
      does: 'flows, written as argus records',
      command: (capture) => ({ program: 'argus', args: ['-X', '-r', capture, '-w', devNull] }),
    },
    {
      name: 'tcptrace',
      does: 'TCP connections, listed',
      command: (capture) => ({ program: 'tcptrace', args: ['-n', capture] }),
    },
    {
      name: 'ndpiReader',
      does: 'flows and their protocols by payload',
      command: (capture) => ({ program: 'ndpiReader', args: ['-q', '-i', capture] }),
    },
  ];
}

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

/** @param folder where programs put what they insist on writing */
export function installedPeers(withTshark: boolean, folder: string): Program[] {
  const wanted = [...(withTshark ? [TSHARK] : []), ...flowMeters(folder), ...PEERS];
  return wanted.filter(({ command }) => {
    // Some of them know no --version: that they start at all is what counts.
    const { error } = spawnSync(command('').program, ['--version'], { stdio: 'ignore', timeout: 5000 });
    return error === undefined;
  });
}
