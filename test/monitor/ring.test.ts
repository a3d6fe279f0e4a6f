import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { Timeline } from '../../src/capture/merge.js';
import { enhancedPacketSize, PcapngWriter, putEnhancedPacket } from '../../src/capture/pcap/pcapng-writer.js';
import { parseAddress } from '../../src/flow/record/address.js';
import { cutCapture, MAX_CUT_FRAMES } from '../../src/monitor/ring/cut.js';
import { MAX_EVIDENCE_FILES, MAX_WAITING, RingEvidence } from '../../src/monitor/ring/evidence.js';
import { CHUNK_BYTES, MAX_CHUNKS, Ring } from '../../src/monitor/ring/ring.js';
import type { VerdictChange } from '../../src/monitor/words/model.js';
import { drain, readFile } from '../capture/read-all.js';
import { FrameBatch } from '../../src/capture/frames/frame.js';
import { openCapture } from '../../src/capture/open.js';
import { lines } from '../samples/tshark.js';
import { testWith } from '../test-with.js';

const SAMPLE = fileURLToPath(new URL('../../../captures/several-computers.pcapng', import.meta.url));
const MEGABYTE = 1 << 20;
const DAY_SECONDS = 86_400;

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'pw ring '));
  folders.push(made);
  return made;
}
test.after.always(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

/** Adds the sample so many times, as a live capture would hand it over. */
async function play(ring: Ring, times: number): Promise<number> {
  let frames = 0;
  for (let i = 0; i < times; i++) {
    const timeline = await Timeline.open([SAMPLE], { digest: false });
    for (let run = await timeline.next(); run !== null; run = await timeline.next()) {
      ring.add(run, timeline.files[run.fileIndex]?.interfaces ?? []);
      frames += run.to - run.from;
    }
    await timeline.close();
    await ring.flush();
  }
  return frames;
}

/** A batch of one frame of so many bytes. */
function oneFrame(length: number): FrameBatch {
  const batch = new FrameBatch();
  batch.bytes = new Uint8Array(length);
  [batch.count, batch.capLen[0], batch.origLen[0]] = [1, length, length];
  return batch;
}

async function hexes(paths: readonly string[]): Promise<string[]> {
  const all: string[] = [];
  for (const path of paths) {
    const { file, frames } = await readFile(path);
    if (file.damage !== null) throw new Error(`${path}: ${file.damage.message}`);
    all.push(...frames.map(({ time, hex, origLen }) => `${time} ${origLen} ${hex}`));
  }
  return all;
}

test('a block written in place is the block that the writer makes', (t) => {
  for (const [sec, nsec] of [
    [0, 0],
    [1772438400, 123456789],
    [0xffffffff, 999999999],
    [65535, 1],
    [65536, 999999999],
  ] as const) {
    const frame = Uint8Array.of(1, 2, 3, 4, 5);
    const writer = new PcapngWriter();
    writer.section();
    writer.interfaceDescription();
    const expected = writer.packet({ sec, nsec, bytes: frame, origLen: 9 });
    const into = new Uint8Array(enhancedPacketSize(5)).fill(0xee);
    const batch = new FrameBatch();
    batch.bytes = frame;
    [batch.sec[0], batch.nsec[0], batch.capLen[0], batch.origLen[0]] = [sec, nsec, frame.length, 9];
    const end = putEnhancedPacket(into, new DataView(into.buffer), 0, batch, 0);
    t.is(end, into.length);
    t.is(Buffer.from(into).toString('hex'), Buffer.from(expected).toString('hex'), `${sec}.${nsec}`);
  }
});

test('the ring holds exactly the last packets, whole, and never more bytes than it may', async (t) => {
  const at = folder();
  const ring = await Ring.open({ folder: at, maxBytes: 3 * MEGABYTE });
  const { frames: once } = await drain(await openCapture(SAMPLE));
  const frames = await play(ring, 60);
  await ring.close();
  const bytes = ring.files.reduce((sum, path) => sum + statSync(path).size, 0);
  t.true(bytes <= 3 * MEGABYTE, `${bytes}`);
  t.true(bytes > 2 * MEGABYTE, `${bytes}`);
  t.deepEqual(readdirSync(at).sort(), ring.files.map((path) => path.slice(at.length + 1)).sort());
  const kept = await hexes(ring.files);
  t.true(kept.length < frames && kept.length > 0);
  const expected: string[] = [];
  for (let i = frames - kept.length; i < frames; i++) {
    const frame = once[i % once.length];
    expected.push(`${frame?.time} ${frame?.origLen} ${frame?.hex}`);
  }
  t.deepEqual(kept, expected);
  t.is(ring.framesLeftOut, 0);
});

test('a ring that is opened again goes on behind what is there, and leaves other files alone', async (t) => {
  const at = folder();
  writeFileSync(join(at, 'notes.txt'), 'mine');
  const first = await Ring.open({ folder: at, maxBytes: MEGABYTE });
  await play(first, 10);
  await first.close();
  const before = first.files.length;
  const second = await Ring.open({ folder: at, maxBytes: MEGABYTE });
  t.is(second.files.length, before);
  await play(second, 40);
  await second.close();
  t.true(second.files.reduce((sum, path) => sum + statSync(path).size, 0) <= MEGABYTE);
  t.false(second.files.includes(first.files[0] ?? ''));
  t.is(readFileSync(join(at, 'notes.txt'), 'utf8'), 'mine');
});

test('a folder that goes away is told, frames are counted, and the ring goes on when it is back', async (t) => {
  const at = join(folder(), 'ring');
  let now = 0;
  const ring = await Ring.open({ folder: at, maxBytes: MEGABYTE, now: () => now });
  await rename(at, `${at}-away`);
  await play(ring, 2);
  t.regex(ring.trouble, /evidence ring is not written.*ring/);
  t.true(ring.framesLeftOut > 0);
  await mkdir(at);
  now += 60_000;
  const leftOut = ring.framesLeftOut;
  const frames = await play(ring, 1);
  t.is(ring.trouble, '');
  t.is(ring.framesLeftOut, leftOut);
  t.is((await hexes(ring.files)).length, frames);
  await ring.close();
});

function change(over: Partial<VerdictChange>): VerdictChange {
  return {
    schema: 'portwitness-event/1',
    type: 'verdict_changed',
    sequence: 7,
    time: '2026-05-01T09:30:00Z',
    noticed: '2026-05-01T09:30:02Z',
    rule: 'ua-9004-in',
    ruleLabel: '9004 in',
    host: '10.0.0.1',
    hostName: '',
    from: 'working',
    to: 'blocked',
    reasonCode: 'syn_silent',
    reason: 'No answer.',
    location: 'unknown',
    confidence: 'low',
    required: true,
    evidence: [],
    ...over,
  };
}

/** What is saved of a change one second after the sample's last frame. */
async function savedOf(host: string): Promise<{ readonly file: string; readonly from: number }> {
  const { frames } = await drain(await openCapture(SAMPLE));
  const last = Number(frames.at(-1)?.time.split('.')[0]);
  const at = folder();
  const ring = await Ring.open({ folder: at, maxBytes: MEGABYTE });
  await play(ring, 1);
  const evidence = new RingEvidence(ring);
  const noticed = new Date((last + 1) * 1000).toISOString();
  evidence.event(change({ host, rule: '../ua 9004', time: noticed, noticed }));
  await evidence.close();
  if (evidence.trouble !== '') throw new Error(evidence.trouble);
  const name = readdirSync(at).find((one) => one.startsWith('change-')) ?? '';
  return { file: join(at, name), from: last + 1 - 120 };
}

test('a change of verdict saves the headers of packets, under a name that says what changed', async (t) => {
  const { file } = await savedOf('10.20.1.21');
  t.is(basename(file), 'change-000007-..-ua-9004-10.20.1.21-blocked.pcapng');
  const cut = await readFile(file);
  t.is(cut.file.damage, null);
  t.true(cut.file.comments.some((text) => text.includes('working -> blocked')));
  t.true(cut.frames.length > 0);
  t.true(cut.frames.every(({ capLen }) => capLen <= 128));
  t.true(cut.frames.some(({ capLen, origLen }) => capLen < origLen));
});

testWith('tshark')('what is saved is of that computer and nobody else, as tshark finds it', async (t) => {
  const host = '10.20.1.21';
  const { file, from } = await savedOf(host);
  const filter = ['ip.addr', 'arp.dst.proto_ipv4', 'arp.src.proto_ipv4'].map(
    (field) => `${field} == ${host}`,
  );
  const fields = ['-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.len'];
  const read = (path: string, ...more: readonly string[]): string[] =>
    lines('tshark', ['-r', path, ...fields, ...more]);
  const inTime = read(SAMPLE, '-Y', filter.join(' || ')).filter(
    (line) => Number(line.split('\t')[0]) >= from,
  );
  t.true(inTime.length > 0);
  t.deepEqual(read(file), inTime);
});

test('a change whose packets the ring no longer has is counted and gets no file', async (t) => {
  const at = folder();
  const ring = await Ring.open({ folder: at, maxBytes: MEGABYTE });
  await play(ring, 1);
  const evidence = new RingEvidence(ring);
  const { frames } = await drain(await openCapture(SAMPLE));
  const long = new Date((Number(frames[0]?.time.split('.')[0]) - DAY_SECONDS) * 1000).toISOString();
  evidence.event(change({ time: long, noticed: long }));
  await evidence.close();
  t.is(evidence.leftOut, 1);
  t.deepEqual(
    readdirSync(at).filter((name) => name.startsWith('change-')),
    [],
  );
});

test('a port that works the first time it is seen is no change to keep packets of', async (t) => {
  const at = folder();
  const ring = await Ring.open({ folder: at, maxBytes: MEGABYTE });
  await play(ring, 1);
  const evidence = new RingEvidence(ring);
  const { frames } = await drain(await openCapture(SAMPLE));
  const noticed = new Date((Number(frames.at(-1)?.time.split('.')[0]) + 1) * 1000).toISOString();
  const seen = { host: '10.20.1.21', time: noticed, noticed, from: 'not_observed' } as const;
  evidence.event(change({ ...seen, sequence: 1, to: 'working' }));
  evidence.event(change({ ...seen, sequence: 2, to: 'blocked' }));
  await evidence.close();
  t.deepEqual(
    readdirSync(at).filter((name) => name.startsWith('change-')),
    ['change-000002-ua-9004-in-10.20.1.21-blocked.pcapng'],
  );
});

test('more changes at once than can wait are counted', async (t) => {
  const ring = await Ring.open({ folder: folder(), maxBytes: MEGABYTE });
  const evidence = new RingEvidence(ring);
  for (let i = 0; i < MAX_WAITING + 5; i++) evidence.event(change({ sequence: i }));
  t.true(evidence.leftOut >= 4);
  await evidence.close();
});

test('what the disk has not taken yet has a bound; frames beyond it are counted, and told', async (t) => {
  const ring = await Ring.open({ folder: folder(), maxBytes: 1 << 30 });
  const evidence = new RingEvidence(ring);
  const batch = oneFrame(CHUNK_BYTES / 2);
  const interfaces = [{ linkType: 1, snapLength: 0, resolution: 9 }];
  const add = (): void => ring.add({ batch, fileIndex: 0, from: 0, to: 1 }, interfaces);
  // A frame with its block's header is more than half a buffer: each takes one.
  for (let i = 0; i < MAX_CHUNKS; i++) add();
  t.is(ring.framesLeftOut, 0);
  for (let i = 0; i < 3; i++) add();
  t.is(ring.framesLeftOut, 3);
  t.is(evidence.trouble, 'The evidence ring lacks 3 frames: the disk was too slow or refused.');
  await ring.flush();
  add();
  await ring.close();
  t.is((await hexes(ring.files)).length, MAX_CHUNKS + 1);
});

test('a small capture holds the last frames of the computer', async (t) => {
  const host = parseAddress('10.0.0.1')!;
  const ip = Buffer.from('4500001400000000401100000a0000010a000002', 'hex');
  const writer = new PcapngWriter();
  const blocks = [writer.section(), writer.interfaceDescription({ linkType: 101 })];
  const frames = MAX_CUT_FRAMES + 3;
  for (let i = 1; i <= frames; i++) blocks.push(writer.packet({ sec: i, nsec: 0, bytes: ip, origLen: 20 }));
  const path = join(folder(), 'long.pcapng');
  writeFileSync(path, Buffer.concat(blocks));
  const bytes = await cutCapture([path], { host, from: 0, to: frames, comment: '' });
  writeFileSync(path, bytes!);
  const cut = await readFile(path);
  t.is(cut.frames.length, MAX_CUT_FRAMES);
  t.deepEqual([cut.frames[0]?.time, cut.frames.at(-1)?.time], ['4.000000000', `${frames}.000000000`]);
});

test('so many small captures are kept, and the oldest is removed', async (t) => {
  const at = folder();
  const ring = await Ring.open({ folder: at, maxBytes: MEGABYTE });
  await play(ring, 1);
  const name = (sequence: number): string =>
    `change-${String(sequence).padStart(6, '0')}-ua-9004-in-10.20.1.21-blocked.pcapng`;
  for (let i = 1; i <= MAX_EVIDENCE_FILES; i++) writeFileSync(join(at, name(i)), '');
  const { frames } = await drain(await openCapture(SAMPLE));
  const noticed = new Date((Number(frames.at(-1)?.time.split('.')[0]) + 1) * 1000).toISOString();
  const evidence = new RingEvidence(ring);
  const sequence = MAX_EVIDENCE_FILES + 1;
  evidence.event(change({ host: '10.20.1.21', time: noticed, noticed, sequence }));
  await evidence.close();
  const kept = readdirSync(at).filter((one) => one.startsWith('change-'));
  t.is(kept.length, MAX_EVIDENCE_FILES);
  t.deepEqual([kept.sort()[0], kept.at(-1)], [name(2), name(sequence)]);
});
