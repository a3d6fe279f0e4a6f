/** Event traces beside the project: a real one of pktmon, real ones without packets, and some made by another program. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { CaptureError } from '../../src/capture/frames/frame.js';
import { readTrace } from '../capture/etl/memory.js';
import { readFile } from '../capture/read-all.js';
import { HAS_CORPUS, pathOf } from './truth.js';

const TRACES = join(process.cwd(), '..', 'shared', 'etl');
const LAB = join(process.cwd(), 'captures', 'lab');

if (HAS_CORPUS && existsSync(TRACES)) {
  test("pktmon's own: each packet once, in the order of time", async (t) => {
    const { file, frames } = await readFile(pathOf('demikernel__PktMon.etl'));
    t.is(frames.length, 38);
    t.is(file.trace?.packetsElsewhere, 76);
    t.like(file, { application: 'pktmon', os: 'Windows 10.0.20348', damage: null });
    t.deepEqual(file.trace?.filters, ['ether host 00:22:48:7b:b3:80']);
    t.deepEqual(
      frames.map(({ time }) => time),
      frames.map(({ time }) => time).sort(),
    );
    t.is(new Set(frames.map(({ hex }) => hex)).size, 38);
    t.true(frames.every(({ linkType, iface }) => linkType === 1 && iface === 0));
  });

  for (const name of readdirSync(join(TRACES, 'made'))) {
    test(`${name} holds the frames of the capture that it was made of`, async (t) => {
      const [capture = ''] = name.split('.');
      const { frames } = await readTrace(gunzipSync(readFileSync(join(TRACES, 'made', name))));
      const truth = await readFile(join(LAB, `${capture}.pcap.gz`));
      const bytesOf = (all: typeof frames): string[] => all.map(({ origLen, hex }) => `${origLen} ${hex}`);
      t.deepEqual(bytesOf(frames), bytesOf(truth.frames));
      const micros = (time: string): number => Number(time) * 1e6;
      // The recipe cut times to microseconds, and the odd clock has ticks of half of one.
      t.true(frames.every(({ time }, i) => Math.abs(micros(time) - micros(truth.frames[i]?.time ?? '')) < 2));
    });
  }

  for (const name of readdirSync(join(TRACES, 'samples')).filter((one) => one.endsWith('.etl'))) {
    test(`${name} has no packets and says so`, async (t) => {
      await t.throwsAsync(() => readFile(join(TRACES, 'samples', name)), {
        instanceOf: CaptureError,
        message: /event trace without packets/,
      });
    });
  }
} else {
  test('the traces beside the project are not present', (t) => t.pass());
}
