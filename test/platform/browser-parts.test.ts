/** What the contract promises, kept by the browser's implementation; Node has Blobs as well. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import test from 'ava';
import { browserPlatform } from '../../src/platform/browser/browser.js';
import { digestOf } from '../../src/platform/browser/digest.js';
import { browserEnvironment } from '../../src/platform/browser/environment.js';
import { MAX_MEMORY_SPOOL_BYTES, MemorySpool } from '../../src/platform/browser/memory-spool.js';
import type { Inflater, Platform } from '../../src/platform/contract.js';
import { errorCode } from '../../src/platform/error-code.js';
import { nodePlatform } from '../../src/platform/node/node.js';
import { ROOT } from '../shipped.js';

const UNREADABLE = Object.assign(new Blob(['x']), {
  slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) }),
});
const TEXT = readFileSync(join(ROOT, 'package-lock.json'));

const written = new Map<string, Blob>();

function platform(files: Record<string, Blob> = {}): Platform {
  return browserPlatform({
    files: new Map(Object.entries(files)),
    assets: { 'report/x.css': 'grün' },
    environment: { timeZone: 'UTC', system: 'linux', runtime: 'Firefox 140' },
    onOutput: (name, file) => written.set(name, file),
  });
}

test('an input is read at any position; its digest is left to others', async (t) => {
  const input = await platform({ a: new Blob(['abcdefgh']) }).openInput('a');
  if (input.kind !== 'file') return t.fail(input.kind);
  t.is(input.size, 8);
  const into = new Uint8Array(6);
  t.is(await input.read(into, 1, 3, 4), 3);
  t.is(await input.read(into, 4, 2, 7), 1);
  t.is(await input.read(into, 0, 1, 8), 0);
  t.deepEqual([...into], [0, ...Buffer.from('efgh'), 0]);
  t.is(await input.startDigest().wait(), '');
  await input.close();
});

test('a file that is not there, too large or no longer readable is told by a code', async (t) => {
  const here = platform({ a: new Blob(['abc']), gone: UNREADABLE });
  t.is(errorCode(await t.throwsAsync(here.openInput('none'))), 'ENOENT');
  t.is(errorCode(await t.throwsAsync(here.readFile('a', 2))), 'EFBIG');
  t.deepEqual(await here.readFile('a', 3), new Uint8Array(Buffer.from('abc')));
  t.is(here.fileSize('a'), 3);
  t.is(here.fileSize('none'), 0);
  const input = await here.openInput('gone');
  if (input.kind !== 'file') return t.fail(input.kind);
  const error = await t.throwsAsync(input.read(new Uint8Array(1), 0, 1, 0), { message: /choose it again/ });
  t.is(errorCode(error), 'EIO');
});

test('assets are those of the page', (t) => {
  t.is(new TextDecoder().decode(platform().readAsset('report/x.css')), 'grün');
  t.is(errorCode(t.throws(() => platform().readAsset('report/y.css'))), 'ENOENT');
});

test('digests and checksums are those of Node', async (t) => {
  for (const encoding of ['hex', 'base64'] as const) {
    const [ours, nodes] = [platform().sha256(), nodePlatform.sha256()];
    for (const piece of [TEXT.subarray(0, 7), TEXT.subarray(7)]) {
      ours.update(piece);
      nodes.update(piece);
    }
    t.is(ours.end(encoding), nodes.end(encoding));
  }
  t.is(platform().crc32(TEXT.subarray(9), platform().crc32(TEXT.subarray(0, 9), 0)), zlib.crc32(TEXT));
  const whole = nodePlatform.sha256();
  whole.update(TEXT);
  const seen: number[] = [];
  t.is(await digestOf(new Blob([TEXT]), (bytes) => seen.push(bytes)), whole.end('hex'));
  t.deepEqual(seen, [TEXT.length]);
  t.is(await digestOf(UNREADABLE, () => undefined), '');
});

test('AES is that of Node', (t) => {
  const blocks = TEXT.subarray(0, 160);
  const key = Uint8Array.from({ length: 16 }, (_, i) => i * 17);
  t.deepEqual([...platform().aes128(key)(blocks)], [...nodePlatform.aes128(key)(blocks)]);
});

test('what is compressed has the bytes that Node gives it', async (t) => {
  const gzip = async (from: Platform): Promise<Buffer> => {
    const engine = from.gzip();
    const parts: Uint8Array[] = [];
    for (let at = 0; at < TEXT.length; at += 10_000) {
      parts.push(...(await engine.push(TEXT.subarray(at, at + 10_000))).map((part) => part.slice()));
    }
    parts.push(...(await engine.end()));
    return Buffer.concat(parts);
  };
  const packed = await gzip(platform());
  t.deepEqual(zlib.gunzipSync(packed), TEXT);
  t.true(packed.equals(await gzip(nodePlatform)));
});

/** All that comes out of it in pieces of `size`, and how it ended: bytes consumed, or 'corrupt'. */
async function inflated(engine: Inflater, packed: Uint8Array, size: number): Promise<[Buffer, unknown]> {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < packed.length; at += size) {
    const piece = packed.subarray(at, at + size);
    engine.push(piece);
    for (;;) {
      const step = await engine.next();
      if (step === 'corrupt') return [Buffer.concat(parts), step];
      if (step === 'idle') break;
      parts.push(step.slice());
    }
    if (engine.consumed < at + piece.length) break;
  }
  const { consumed } = engine;
  engine.close();
  return [Buffer.concat(parts), consumed];
}

test('inflating gives the same as Node: to the end of the stream, of long runs, of damaged data', async (t) => {
  const zeros = zlib.deflateRawSync(Buffer.alloc(9 << 20));
  const packed = zlib.deflateRawSync(TEXT);
  const damaged = [1, 40, 700, 9000].map((at) => {
    const copy = Buffer.from(packed);
    copy[at] = (copy[at] ?? 0) ^ 0xa5;
    return copy;
  });
  const streams = [packed, Buffer.concat([packed, Buffer.from('behind it')]), zeros, ...damaged];
  for (const [i, stream] of streams.entries()) {
    for (const size of [512, 128 << 10]) {
      const ours = await inflated(platform().inflater(), stream, size);
      const nodes = await inflated(nodePlatform.inflater(), stream, size);
      t.is(ours[1], nodes[1], `stream ${i} in pieces of ${size}`);
      t.true(ours[0].equals(nodes[0]), `stream ${i} in pieces of ${size}`);
    }
  }
  t.is((await inflated(platform().inflater(), streams[1]!, 512))[1], packed.length);
});

test('an output is one Blob when it is whole, and nothing before', async (t) => {
  const output = await platform().createOutput('r.json');
  const bytes = new Uint8Array([0x62]);
  await output.write('ä');
  await output.write(bytes);
  bytes[0] = 0;
  for (let i = 0; i < 9; i++) await output.write('c'.repeat(1 << 20));
  t.false(written.has('r.json'));
  await output.commit();
  t.is(await written.get('r.json')?.text(), `äb${'c'.repeat(9 << 20)}`);
  const other = await platform().createOutput('other');
  await other.write('x');
  await other.discard();
  t.false(written.has('other'));
});

test('a spool is read at any position, and refuses what does not fit into memory', async (t) => {
  const spool = new MemorySpool(3 << 20);
  const bytes = Buffer.alloc((2 << 20) + 5).map((_, i) => i % 251);
  await spool.append(bytes.subarray(0, 3));
  await spool.append(bytes.subarray(3));
  t.is(spool.size, bytes.length);
  const into = Buffer.alloc(bytes.length + 2);
  t.is(await spool.read(into, 1, bytes.length, 0), bytes.length);
  t.true(into.subarray(1, -1).equals(bytes));
  t.is(await spool.read(into, 0, 9, bytes.length - 4), 4);
  t.true(into.subarray(0, 4).equals(bytes.subarray(-4)));
  t.is(await spool.read(into, 0, 9, bytes.length), 0);
  const error = await t.throwsAsync(spool.append(bytes), {
    message: /longer than 3 MiB.*decompress it first/,
  });
  t.is(errorCode(error), 'EFBIG');
  await spool.close();
  t.is(MAX_MEMORY_SPOOL_BYTES, 536_870_912);
  t.is((await platform().openSpool()).size, 0);
});

test('browser and system are read from what the browser says of itself', (t) => {
  const told = (userAgent: string): string => {
    const { runtime, system } = browserEnvironment({ userAgent });
    return `${runtime}, ${system}`;
  };
  const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
  const chrome = `${windows} AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36`;
  t.is(told(chrome), 'Chrome 141, win32');
  t.is(told(`${chrome} Edg/141.0.3537.71`), 'Edge 141.0.3537.71, win32');
  t.is(told('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'), 'Firefox 140, linux');
  t.is(
    told('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Version/18.1 Safari/605.1'),
    'Safari 18.1, darwin',
  );
  t.is(told('something else'), 'a browser, unknown');
});
