/** What the contract promises, kept by Node's implementation. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { errorCode } from '../../src/platform/error-code.js';
import { nodePlatform as node } from '../../src/platform/node/node.js';

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'pw-platform-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('an input is read at any position, and its digest beside', async (t) => {
  const path = join(folder(t), 'input');
  writeFileSync(path, 'abcdefgh');
  const input = await node.openInput(path);
  if (input.kind !== 'file') return t.fail(input.kind);
  t.is(input.size, 8);
  const digest = input.startDigest();
  const into = new Uint8Array(6);
  t.is(await input.read(into, 1, 3, 4), 3);
  t.is(await input.read(into, 4, 2, 7), 1);
  t.is(await input.read(into, 0, 1, 8), 0);
  t.deepEqual([...into], [0, ...Buffer.from('efgh'), 0]);
  const whole = node.sha256();
  whole.update(Buffer.from('abc'));
  whole.update(Buffer.from('defgh'));
  t.is(await digest.wait(), whole.end('hex'));
  await input.close();
});

test('what cannot be opened is told by a code', async (t) => {
  const path = folder(t);
  t.is(errorCode(await t.throwsAsync(node.openInput(join(path, 'none')))), 'ENOENT');
  t.is(errorCode(await t.throwsAsync(node.openInput(path))), 'EISDIR');
  t.is(errorCode(await t.throwsAsync(node.readFile(path, 10))), 'EISDIR');
  writeFileSync(join(path, 'long'), '12345');
  t.is(errorCode(await t.throwsAsync(node.readFile(join(path, 'long'), 4))), 'EFBIG');
  t.is(Buffer.from(await node.readFile(join(path, 'long'), 5)).toString(), '12345');
});

test('an output shows when it is whole, or never', async (t) => {
  const path = join(folder(t), 'made', 'out');
  const first = await node.createOutput(path);
  await first.write('a');
  t.throws(() => readFileSync(path));
  await first.write(Buffer.from('ä'));
  await first.commit();
  const second = await node.createOutput(path);
  await second.write('lost');
  await second.discard();
  t.is(readFileSync(path, 'utf8'), 'aä');
  t.deepEqual(readdirSync(join(path, '..')), ['out']);
});

test('a spool gives back what was appended and leaves nothing behind', async (t) => {
  const before = process.env['TMPDIR'];
  const place = folder(t);
  process.env['TMPDIR'] = place;
  const spool = await node.openSpool();
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  await spool.append(Buffer.from('abc'));
  await spool.append(Buffer.from('def'));
  t.is(spool.size, 6);
  const into = new Uint8Array(4);
  t.is(await spool.read(into, 0, 4, 2), 4);
  t.is(Buffer.from(into).toString(), 'cdef');
  await spool.close();
  t.deepEqual(readdirSync(place), []);
});

test('AES-128 of single blocks gives the vector of FIPS 197, appendix C.1', (t) => {
  const encrypt = node.aes128(Uint8Array.from({ length: 16 }, (_, i) => i));
  const block = Uint8Array.from({ length: 16 }, (_, i) => i * 17);
  const twice = encrypt(Uint8Array.from([...block, ...block]));
  const wanted = '69c4e0d86a7b0430d8cdb78070b4c55a';
  t.is(Buffer.from(twice).toString('hex'), wanted + wanted);
});
