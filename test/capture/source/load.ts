/**
 * Packets received over packets sent, for each source at each rate, beside `dumpcap -w /dev/null` on the same wire in
 * the same run. Needs root, tcpreplay, tcpdump and dumpcap. Frames are those of a shipped capture.
 *
 *   node build/test/capture/source/load.js [seconds=5] [rates=10000,50000,100000,0]     0 = as fast as it goes
 */
import '../../../src/platform/node/install.js';
import { flood, percent, tableOfFloods } from './flood.js';
import type { Veth } from './veth.js';

const SETTLE_SECONDS = 2.5;

interface Ended {
  readonly frames: number;
  readonly cpu: number;
  readonly counters: { readonly droppedByKernel: number | null };
}

const COLUMNS = [
  'source',
  'frames a second',
  'sent',
  'received',
  'told as dropped',
  'dumpcap -w /dev/null',
  'CPU µs a frame',
];

async function measure(
  veth: Veth,
  source: string,
  rate: number,
  seconds: number,
): Promise<readonly unknown[]> {
  const watching = veth.watch({ source, interfaces: ['v0'], filter: '' });
  await watching.line('opened');
  const sent = await flood(veth, { rate, seconds, settle: SETTLE_SECONDS });
  const lines = await watching.stop();
  const ended = lines.find((line) => line['ended'] === true) as Ended | undefined;
  const received = ended?.frames ?? 0;
  return [
    source,
    sent.framesPerSecond,
    sent.frames,
    percent(received, sent.frames),
    ended?.counters.droppedByKernel ?? 'not told',
    percent(sent.reference, sent.frames),
    (((ended?.cpu ?? 0) / Math.max(1, received)) * 1e6).toFixed(2),
  ];
}

const [seconds = '5', rates = '10000,50000,100000,0'] = process.argv.slice(2);
await tableOfFloods(
  COLUMNS,
  rates.split(',').map(Number),
  ['tcpdump', 'dumpcap', 'cap'],
  (veth, source, rate) => measure(veth, source, rate, Number(seconds)),
);
