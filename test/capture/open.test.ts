import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import test from 'ava';
import { CaptureError } from '../../src/capture/frames/frame.js';
import { linkTypeName } from '../../src/capture/frames/link-type.js';
import { openCapture } from '../../src/capture/open.js';
import { PcapngBuilder, frameBytes, pcapFile } from './file-builder.js';
import { drain, readBytes, readFile, streamOf } from './read-all.js';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'capture-'));
test.after.always(() => fs.rmSync(folder, { recursive: true, force: true }));

function write(name: string, bytes: string | Uint8Array): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, bytes);
  return file;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const small = pcapFile([{ sec: 1, sub: 2, data: frameBytes(60) }]);

test('the name of a file plays no part in what it is', async (t) => {
  const file = write('capture.etl', small);
  const read = await readFile(file);
  t.is(read.file.path, file);
  t.is(read.file.format, 'pcap');
  t.is(read.file.bytesTotal, small.length);
  t.is(read.file.bytesRead, small.length);
});

test('missing, directory and empty inputs are named with what to do', async (t) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    [path.join(folder, 'missing.pcap'), /no such file/],
    [path.join(write('a-file', small), 'below.pcap'), /no such file/],
    [folder, /is a directory; give the files, for example/],
    [write('empty.pcap', ''), /empty \(0 bytes\)/],
  ];
  for (const [file, message] of cases) {
    const error = await t.throwsAsync(openCapture(file), { instanceOf: CaptureError, message });
    t.is(error.path, file);
    t.is(error.offset, 0);
    t.true(error.message.startsWith(`${file}: `));
  }
});

test('a file of another kind is named, with the command that converts it', async (t) => {
  const etl = Buffer.alloc(600);
  etl.writeUInt32LE(0x10000, 0);
  etl.writeUInt32LE(0x248, 0x30);
  etl.writeUInt32LE(0xc002_0002, 0x48);
  etl.writeUInt16LE(0x1aa, 0x4c);
  const tar = Buffer.alloc(600);
  tar.write('ua.pcap');
  tar.write('ustar', 257);
  const cases: readonly (readonly [bytes: string | Buffer, message: RegExp])[] = [
    [etl, /event trace without packets.*pktmon start --capture --pkt-size 0/],
    ['RTSS\x02\x01', /Network Monitor 1\.x.*editcap -F pcapng in\.cap out\.pcapng/],
    ['GMBU\x02\x01', /Network Monitor 2\.x.*editcap/],
    ['snoop\0\0\0\0\0\0\x02', /Solaris snoop.*editcap/],
    ['iptrace 2.0', /AIX iptrace 2\.0.*editcap/],
    ['TRSNIFF data    \x1a', /Sniffer.*editcap/],
    ['\xfd7zXZ\0\0', /xz-compressed.*xz -d/],
    ['BZh91AY', /bzip2.*bzip2 -d/],
    ['\x04\x22\x4d\x18', /lz4 -d/],
    ['PK\x03\x04', /ZIP archive.*7z x/],
    ['7z\xbc\xaf\x27\x1c', /7z archive.*7z x/],
    [tar, /tar archive.*tar -xf/],
    ['MSCF\0\0', /cabinet.*\.etl beside it/],
    ['ElfFile\0', /event log/],
    ['\x7fELF\x02', /program/],
    ['MZ\x90\0', /Windows program/],
    ['%PDF-1.7', /PDF/],
    ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', /Office/],
    ['#Version: 1.5\r\n#Software: Microsoft Windows Firewall\r\n', /Windows firewall log/],
    ['<!DOCTYPE html><p>', /HTML page/],
    ['<?xml version="1.0"?>', /XML/],
    ['{"a": 1}', /JSON/],
    ['12:00:01.000 IP 10.0.0.1 > 10.0.0.2\n', /text file/],
    ['\x00\x01\x02\x03\x04\x05\x06\x07\x08', /begins with the bytes 0001020304050607/],
    ['abc', /only 3 bytes/],
  ];
  for (const [content, message] of cases) {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
    await t.throwsAsync(readBytes(bytes), { instanceOf: CaptureError, message });
  }
});

test('the digest is that of the file on disk, read to its end or not', async (t) => {
  const records = Array.from({ length: 9000 }, (_, i) => ({ sec: i, sub: 0, data: frameBytes(800, i) }));
  const large = pcapFile(records);
  t.true(large.length > 5 << 20);
  for (const [name, bytes] of [
    ['small.pcap', small],
    ['large.pcap', large],
  ] as const) {
    const file = write(name, bytes);
    const whole = await openCapture(file);
    await drain(whole);
    t.is(whole.file.sha256, sha256(bytes));
    const early = await openCapture(file, { window: 4096 });
    await early.nextBatch();
    await Promise.all([early.close(), early.close()]);
    t.is(early.file.sha256, sha256(bytes));
    t.is(await early.nextBatch(), null);
    t.is(early.file.damage, null);
    const without = await readFile(file, { digest: false });
    t.is(without.file.sha256, '');
  }
  const several = await Promise.all(
    Array.from({ length: 4 }, () => readFile(path.join(folder, 'large.pcap'))),
  );
  for (const { file, frames } of several) t.deepEqual([file.sha256, frames.length], [sha256(large), 9000]);
});

test('the digest of standard input is taken as it passes, and only when all of it passed', async (t) => {
  const read = await readBytes(small, 7);
  t.is(read.file.sha256, sha256(small));
  t.is(read.file.bytesTotal, 0);
  const early = await openCapture('-', { stdin: streamOf(small, 30) });
  await early.close();
  t.is(early.file.sha256, '');
});

test('the first frames of a live stream are handed out before it ends', async (t) => {
  const b = new PcapngBuilder();
  const stream = new PassThrough();
  stream.write(Buffer.concat([b.section(), b.interface(), b.enhanced(0, 5n, frameBytes(60))]));
  const reader = await openCapture('-', { stdin: stream });
  t.is((await reader.nextBatch())?.count, 1);
  stream.write(b.enhanced(0, 6n, frameBytes(60)));
  t.is((await reader.nextBatch())?.count, 1);
  stream.end();
  t.is(await reader.nextBatch(), null);
  await reader.close();
  t.is(reader.file.damage, null);
});

test('an aborted read of a silent stream ends without damage', async (t) => {
  const stream = new PassThrough();
  stream.write(small.subarray(0, 50));
  const stop = new AbortController();
  const reader = await openCapture('-', { stdin: stream, signal: stop.signal });
  const waiting = reader.nextBatch();
  stop.abort();
  t.is(await waiting, null);
  await reader.close();
  t.is(reader.file.damage, null);
});

test('a stream that fails in the middle is damage where it failed', async (t) => {
  const failing = Readable.from(
    (async function* () {
      yield small;
      yield small.subarray(24, 40);
      await Promise.resolve();
      throw new Error('EIO: i/o error');
    })(),
  );
  const { file, frames } = await drain(await openCapture('-', { stdin: failing }));
  t.is(frames.length, 1);
  t.like(file.damage, { kind: 'cut', offset: small.length });
  t.regex(file.damage?.message ?? '', /i\/o error/);
});

test('a file that shrinks while it is read is damage, not an exception', async (t) => {
  const records = Array.from({ length: 100 }, (_, i) => ({ sec: i, sub: 0, data: frameBytes(84, i) }));
  const file = write('shrinks.pcap', pcapFile(records));
  const reader = await openCapture(file, { window: 1024 });
  t.true(((await reader.nextBatch())?.count ?? 0) > 0);
  fs.truncateSync(file, 24 + 50 * 100);
  const { frames } = await drain(reader);
  t.true(frames.length < 50);
  t.like(reader.file.damage, { kind: 'cut', offset: 24 + 50 * 100 });
  t.regex(reader.file.damage?.message ?? '', /had 10024 bytes/);
});

test('link types have names that people know', (t) => {
  t.is(linkTypeName(1), 'Ethernet');
  t.is(linkTypeName(276), 'Linux cooked v2');
  t.is(linkTypeName(147), 'unknown (147)');
});
