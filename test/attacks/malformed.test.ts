/** Each capture of captures/malformed through the whole pipeline to all outputs: what must happen happens. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { MALFORMED, readme } from '../../captures/recipes/malformed/list.js';
import { FrameOrder } from '../../src/capture/frames/frame-order.js';
import { openCapture } from '../../src/capture/open.js';
import { noDisorder } from '../../src/capture/frames/frame.js';
import type { FrameBatch } from '../../src/capture/frames/frame.js';
import type { LiveReader } from '../../src/capture/source/feed/source.js';
import type { ReportModel } from '../../src/report/model/model.js';
import { claimsOf } from '../fuzzing/claims.js';
import { analysed, checkOutputs, outputsOf } from '../fuzzing/outputs.js';
import { parseAddress } from '../../src/flow/record/address.js';
import { monitored } from '../monitor/monitored.js';
import { ROOT } from '../shipped.js';

const FOLDER = join(ROOT, 'captures', 'malformed');
/** Larger ones are named: less would not show what is wrong. */
const MOST_BYTES = 4096;
const LARGER: ReadonlyMap<string, number> = new Map([
  ['interfaces-65536.pcapng.gz', 8192],
  ['262-mib-in-8-kb.pcapng.zst', 8600],
]);

/** What these captures show beside what is wrong in them: that something answered. No other claim is of high confidence. */
const ANSWERED: Readonly<Record<string, readonly string[]>> = {
  'datagram-cut-to-the-length-of-ntp.pcap': ['ua-udp-137 of 10.20.1.21: working'],
  'tower-count-of-4-billion.pcap': ['ua-135 of 10.20.1.21: working'],
  'more-strange-ports-than-flows.pcap.gz': ['ua-9004-in of 10.20.1.21: working'],
};

type Checks = Readonly<Record<string, (t: ExecutionContext, model: ReportModel) => void>>;

const frames = ({ totals }: ReportModel): number => totals.frames;

function damaged(pattern: RegExp, atLeast: number, read: number) {
  return (t: ExecutionContext, model: ReportModel): void => {
    const { damage } = model.captures[0] ?? {};
    t.regex(damage?.message ?? '', pattern);
    t.true((damage?.offset ?? 0) >= atLeast, `offset ${damage?.offset ?? 0}`);
    t.is(frames(model), read);
    t.true(
      model.quality.some(({ text }) => text.includes(String(damage?.offset))),
      'the report says where',
    );
  };
}

function whole(read: number) {
  return (t: ExecutionContext, model: ReportModel): void => {
    t.is(model.captures[0]?.damage ?? null, null);
    t.is(frames(model), read);
  };
}

function malformed(t: ExecutionContext, model: ReportModel): void {
  t.is(model.captures[0]?.damage ?? null, null);
  t.true(model.quality.some(({ code }) => code === 'malformed_frames'));
}

const services = (model: ReportModel): string[] =>
  [...model.flows].map(({ service }) => service).filter((name) => name !== '');

const CHECKS: Checks = {
  'packet-counter-of-all-bits.pcapng': (t, model) => {
    whole(3)(t, model);
    t.is(model.captures[0]?.interfaces[0]?.received, -1);
  },
  'block-of-4-gib.pcapng': damaged(/block/, 300, 3),
  'record-of-2-gib.pcap': damaged(/record/, 24 + 3 * 16, 3),
  'empty-zstd-frames.pcap.zst': whole(3),
  'gzip-members-of-one-byte.pcap.gz': whole(1),
  'interfaces-65536.pcapng.gz': (t, model) => {
    t.is(frames(model), 0);
    t.is(model.captures[0]?.interfaces.length, 100);
    t.is(model.captures[0]?.interfacesOmitted, 65_436);
  },
  '262-mib-in-8-kb.pcapng.zst': damaged(/more than 1000 times its compressed size/, 28, 0),
  'interface-name-that-acts.pcapng': whole(3),
  'datagram-cut-to-the-length-of-ntp.pcap': (t, model) => t.false(services(model).includes('ntp')),
  'wrong-time-before-a-late-frame.pcap': (t, model) => {
    whole(45)(t, model);
    const told = model.quality.filter(({ code }) => code === 'clock_outliers');
    t.is(told.length, 1);
    t.regex(told[0]?.text ?? '', /\b31\b/);
    t.false(model.quality.some(({ code }) => code === 'time_backwards'));
  },
  'more-strange-ports-than-flows.pcap.gz': (t, model) => t.is(model.unexpected.length, 12),
  'name-that-points-at-itself.pcap': (t, model) => {
    whole(1)(t, model);
    t.true(model.hosts.every(({ name }) => name === ''));
  },
  'tower-count-of-4-billion.pcap': (t, model) => t.true(services(model).length <= 1),
  'hello-in-records-of-one-byte.pcap': (t, model) => t.deepEqual(services(model), []),
  'forty-five-vlan-tags.pcap': (t, model) => {
    malformed(t, model);
    t.is([...model.flows].length, 0);
  },
  'headers-longer-than-their-packet.pcap': malformed,
  'fragments-that-overlap.pcap': malformed,
  'first-and-last-second-there-is.pcap': (t, model) =>
    t.true(model.quality.some(({ code }) => code === 'clock_outliers')),
};

test('the folder holds what the recipes make, and its README tells of each', (t) => {
  const names = MALFORMED.map(({ file }) => file);
  t.deepEqual(readdirSync(FOLDER).sort(), ['README.md', ...names].sort());
  t.is(readFileSync(join(FOLDER, 'README.md'), 'utf8'), readme());
  t.deepEqual(Object.keys(CHECKS).sort(), [...names].sort());
  for (const { file, make } of MALFORMED) {
    const path = join(FOLDER, file);
    const content = (bytes: Uint8Array): Uint8Array => (file.endsWith('.gz') ? gunzipSync(bytes) : bytes);
    t.deepEqual(Buffer.from(content(readFileSync(path))), Buffer.from(content(make())), file);
    t.true(statSync(path).size <= (LARGER.get(file) ?? MOST_BYTES), `${file}: ${statSync(path).size} bytes`);
  }
});

for (const { file, must } of MALFORMED) {
  test(`${file}: ${must}`, async (t) => {
    const server = parseAddress('10.20.0.10');
    const model = await analysed({ inputs: [join(FOLDER, file)], server: server === null ? [] : [server] });
    checkOutputs(await outputsOf(model));
    const high = [...claimsOf(model).high].map(([cell, verdict]) => `${cell}: ${verdict}`);
    t.deepEqual(high, ANSWERED[file] ?? [], 'claims of high confidence');
    CHECKS[file]?.(t, model);
  });
}

test('behind a wrong time frames come in the order of their times, wherever a read ends', async (t) => {
  const path = join(FOLDER, 'wrong-time-before-a-late-frame.pcap');
  for (let window = 64; window < 4096; window += 64) {
    const reader = await openCapture(path, { digest: false, window });
    const disorder = noDisorder();
    const order = new FrameOrder(disorder);
    const times: number[] = [];
    const take = (): void => {
      for (let batch = order.next(); batch !== null; batch = order.next()) {
        for (let i = 0; i < batch.count; i++) times.push(batch.sec[i]! * 1e9 + batch.nsec[i]!);
      }
    };
    for (let batch = await reader.nextBatch(); batch !== null; batch = await reader.nextBatch()) {
      order.take(batch);
      take();
    }
    order.flush(true);
    take();
    await reader.close();
    t.is(times.length, 45);
    t.is(disorder.outlierFrames, 1);
    const sorted = [...times].sort((a, b) => a - b);
    t.deepEqual(times, sorted, `windows of ${window} bytes`);
  }
});

test('a monitor of fewer flows than strange ports shows none without a frame', async (t) => {
  const reader = await openCapture(join(FOLDER, 'more-strange-ports-than-flows.pcap.gz'), { digest: false });
  let last = 0;
  const live: LiveReader = {
    kind: 'stdin',
    description: 'a wire',
    file: reader.file,
    nextBatch: async () => {
      const batch: FrameBatch | null = await reader.nextBatch();
      last = batch?.sec[batch.count - 1] ?? last;
      return batch;
    },
    counters: () => ({ received: null, droppedByKernel: null, droppedByInterface: 0, timestamps: 'kernel' }),
    takeIncidents: () => [],
    close: () => reader.close(),
  };
  const clock = (): number => last * 1000;
  const { model } = await monitored(Object.assign(live, { now: clock, steady: clock }), { maxFlows: 6 });
  t.true(model.unexpected.length > 0);
  for (const { evidence } of model.unexpected) t.true((evidence.frames[0] ?? 0) > 0);
});
