/**
 * Packets received over packets sent, for each source at each rate, beside `dumpcap -w /dev/null` on the same wire in
 * the same run. Needs root, tcpreplay, tcpdump and dumpcap. Frames are those of a shipped capture.
 *
 *   node build/test/capture/live/load.js [seconds=5] [rates=10000,50000,100000,0]     0 = as fast as it goes
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pause } from '../../lab/machine.js';
import { Veth, whyNoNamespaces } from './veth.js';

const CAPTURE = resolve('captures', 'several-computers.pcapng');
/** Frames a second that are assumed for the length of a run as fast as it goes. */
const FULL_SPEED = 200_000;
const SETTLE_SECONDS = 2.5;

interface Ended {
  readonly frames: number;
  readonly cpu: number;
  readonly counters: { readonly droppedByKernel: number | null };
}

async function measure(veth: Veth, source: string, rate: number, seconds: number): Promise<string> {
  const watching = veth.watch({ source, interfaces: ['v0'], filter: '' });
  await watching.line('opened');
  const [program, args] = veth.inside('near', 'dumpcap', '-q', '-B', '64', '-i', 'v0', '-w', '/dev/null');
  const beside = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  beside.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const besideEnded = new Promise((done) => beside.on('close', done));
  await pause(1);
  const frames = (rate === 0 ? FULL_SPEED : rate) * seconds;
  const speed = rate === 0 ? ['--topspeed'] : ['--pps', String(rate)];
  const sent = veth.replay(CAPTURE, '-K', ...speed, '--limit', String(frames), '--loop', '1000000');
  await pause(SETTLE_SECONDS);
  const lines = await watching.stop();
  beside.kill('SIGTERM');
  await besideEnded;
  const ended = lines.find((line) => line['ended'] === true) as Ended | undefined;
  const received = ended?.frames ?? 0;
  const perSecond = Math.round(Number(/([\d.]+) pps/.exec(sent)?.[1] ?? 0));
  const [, reference = '0'] = /received\/dropped on interface '.*': (\d+)\//.exec(said) ?? [];
  const cells = [
    source,
    perSecond,
    frames,
    percent(received, frames),
    ended?.counters.droppedByKernel ?? 'not told',
    percent(Number(reference), frames),
    (((ended?.cpu ?? 0) / Math.max(1, received)) * 1e6).toFixed(2),
  ];
  return `| ${cells.join(' | ')} |`;
}

function percent(part: number, all: number): string {
  return `${((100 * part) / all).toFixed(2)} %`;
}

async function main(): Promise<void> {
  const reason = whyNoNamespaces('tcpdump', 'dumpcap', 'tcpreplay');
  if (reason !== '') throw new Error(reason);
  const [seconds = '5', rates = '10000,50000,100000,0'] = process.argv.slice(2);
  const endings: (() => void)[] = [];
  console.log(
    '| source | frames a second | sent | received | told as dropped | dumpcap -w /dev/null | CPU µs a frame |',
  );
  console.log('|---|---|---|---|---|---|---|');
  try {
    for (const rate of rates.split(',').map(Number)) {
      for (const source of ['tcpdump', 'dumpcap', 'cap']) {
        const veth = new Veth({ teardown: (tidyUp) => endings.push(tidyUp) });
        console.log(await measure(veth, source, rate, Number(seconds)));
      }
    }
  } finally {
    for (const end of endings) end();
  }
}

await main();
