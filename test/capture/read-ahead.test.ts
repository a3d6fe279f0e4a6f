import test from 'ava';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openCapture } from '../../src/capture/open.js';
import { PcapngBuilder, frameBytes, pcapFile } from './file-builder.js';

const folder = mkdtempSync(path.join(tmpdir(), 'read-ahead-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

/** The smallest window that is read ahead, and frames that are longer than its room for a tail and than half of it. */
const WINDOW = 256 << 10;
const LENGTHS = [60, 1514, 9000, 64, 70_000, 60, 1514, 150_000, 40, 65_549, 65_536, 250_000, 1514, 60];
const records = Array.from({ length: 84 }, (_, i) => ({
  sec: 1000 + i,
  sub: i,
  data: frameBytes(LENGTHS[i % LENGTHS.length]! - (i % 13), i),
}));
const pcap = path.join(folder, 'a.pcap');
writeFileSync(pcap, pcapFile(records));

/** Number, length and digest of every frame, and how the file ended. */
async function digest(file: string, window: number): Promise<readonly string[]> {
  const reader = await openCapture(file, { window, digest: false });
  const seen: string[] = [];
  for (let batch = await reader.nextBatch(); batch !== null; batch = await reader.nextBatch()) {
    for (let row = 0; row < batch.count; row++) {
      const at = batch.at[row]!;
      const frame = batch.bytes.subarray(at, at + batch.capLen[row]!);
      const name = createHash('sha256').update(frame).digest('hex').slice(0, 16);
      seen.push(`${batch.firstFrame + row} ${batch.sec[row]} ${frame.length} ${name}`);
    }
  }
  await reader.close();
  const { damage, bytesRead } = reader.file;
  return [...seen, `${damage?.offset} ${damage?.kind} ${damage?.message}`, `${bytesRead}`];
}

test('a file that is read ahead gives the frames of one that is not, however long they are', async (t) => {
  const plain = await digest(pcap, 64);
  t.is(plain.length, records.length + 2);
  for (const window of [WINDOW, WINDOW + 4096, 1 << 20]) t.deepEqual(await digest(pcap, window), plain);
});

test('pcapng that is read ahead gives the same frames', async (t) => {
  const b = new PcapngBuilder();
  const frames = records.map(({ data }, i) => b.enhanced(0, BigInt(i), data));
  const file = path.join(folder, 'a.pcapng');
  writeFileSync(file, Buffer.concat([b.section(), b.interface(), ...frames]));
  t.deepEqual(await digest(file, WINDOW), await digest(file, 64));
});

test('the end of a file that was cut is found at the same byte', async (t) => {
  const whole = pcapFile(records);
  const file = path.join(folder, 'cut.pcap');
  for (const cut of [1, 17, 1_000, 400_000, 1_500_000]) {
    writeFileSync(file, whole.subarray(0, whole.length - cut));
    t.deepEqual(await digest(file, WINDOW), await digest(file, 64), `${cut} bytes less`);
  }
});

test('a reader that is closed while it reads ahead waits for it and reads no more', async (t) => {
  const reader = await openCapture(pcap, { window: WINDOW, digest: false });
  for (let i = 0; i < 4; i++) await reader.nextBatch();
  await reader.close();
  t.is(await reader.nextBatch(), null);
});

test('a reader that is aborted while it reads ahead ends without damage', async (t) => {
  const stop = new AbortController();
  const reader = await openCapture(pcap, { window: WINDOW, digest: false, signal: stop.signal });
  for (let i = 0; i < 4; i++) t.not(await reader.nextBatch(), null);
  stop.abort();
  let batches = 0;
  while ((await reader.nextBatch()) !== null) batches++;
  t.true(batches <= 1);
  t.is(reader.file.damage, null);
  await reader.close();
});
