/** The process around the package cap, with a package in its place that does what it is told. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { build } from 'esbuild';
import { ROOT } from '../../shipped.js';
import { readBytes } from '../read-all.js';

interface Ended {
  readonly code: number | null;
  readonly out: Buffer;
  readonly said: string;
}

/** A folder with the child and a package cap of this text; '' = none. */
async function folderWith(t: ExecutionContext, cap: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness cap '));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/capture/source/programs/cap-child.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: join(folder, 'cap-child.mjs'),
    logLevel: 'silent',
  });
  if (cap !== '') {
    mkdirSync(join(folder, 'node_modules', 'cap'), { recursive: true });
    writeFileSync(join(folder, 'node_modules', 'cap', 'index.js'), cap);
  }
  return folder;
}

/** Runs it until it ends by itself, or closes its input once `enough` bytes came. */
function run(
  folder: string,
  args: readonly string[],
  enough = Infinity,
  stop?: NodeJS.Signals,
): Promise<Ended> {
  const child = spawn(process.execPath, [join(folder, 'cap-child.mjs'), ...args]);
  const out: Buffer[] = [];
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out.push(chunk);
    if (Buffer.concat(out).length < enough) return;
    if (stop === undefined) child.stdin.end();
    else child.kill(stop);
  });
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, out: Buffer.concat(out), said })),
  );
}

/** Opens with this link type and hands out frames of these lengths, filled with their number. */
function capPackage(link: string, lengths: readonly number[]): string {
  return `exports.Cap = class {
    open(device, filter, size, into) {
      if (device === 'gone') throw new Error('no such device ' + filter + ' ' + size);
      this.into = into;
      return ${JSON.stringify(link)};
    }
    on(event, listener) {
      setImmediate(() => ${JSON.stringify(lengths)}.forEach((bytes, i) => {
        this.into.fill(i + 1, 0, Math.min(bytes, this.into.length));
        listener(bytes, false);
      }));
    }
  };`;
}

const HEADER = 24;
const RECORD = 16;

test('frames become a capture with nanoseconds, cut to the snap length, of which the length stays', async (t) => {
  const folder = await folderWith(t, capPackage('ETHERNET', [60, 90]));
  const { code, out, said } = await run(folder, ['v0', 'tcp', '70', '1'], HEADER + 2 * RECORD + 60 + 70);
  t.is(code, 0, said);
  const { file, frames } = await readBytes(out);
  t.regex(file.format, /nanosecond/);
  t.deepEqual(
    frames.map(({ capLen, origLen, hex }) => [capLen, origLen, hex.slice(0, 4)]),
    [
      [60, 60, '0101'],
      [70, 90, '0202'],
    ],
  );
});

test('more frames than the buffer holds come out whole, and a signal ends it without losing one', async (t) => {
  const lengths = Array.from({ length: 300 }, () => 1500);
  const folder = await folderWith(t, capPackage('LINKTYPE_LINUX_SLL', lengths));
  const { code, out } = await run(folder, ['v0', '', '0', '1'], HEADER + 300 * (RECORD + 1500), 'SIGTERM');
  t.is(code, 0);
  const { file, frames } = await readBytes(out);
  t.is(frames.length, 300);
  t.is(file.interfaces[0]?.linkType, 113);
  t.is(file.damage, null);
});

test('what cannot be captured is said in one line, with a code that tells why', async (t) => {
  const folder = await folderWith(t, capPackage('SOMETHING', []));
  t.like(await run(folder, ['v0', '', '0', '1']), {
    code: 1,
    said: 'cap: the link type "SOMETHING" is not known\n',
  });
  const gone = await run(folder, ['gone', 'udp', '0', '2']);
  t.like(gone, { code: 1, said: 'cap: no such device udp 2097152\n' });
  const without = await run(await folderWith(t, ''), ['v0', '', '0', '1']);
  t.is(without.code, 3);
  t.regex(without.said, /^cap: the package cap cannot be loaded \(Cannot find module 'cap'\)\n$/);
});

test('a probe opens and ends; a link type that is a number is taken as it is', async (t) => {
  const folder = await folderWith(t, capPackage('LINKTYPE_276', []));
  const { code, out, said } = await run(folder, ['v0', '', '0', '1', 'probe']);
  t.deepEqual([code, out.length, said], [0, 0, '']);
  const begun = await run(folder, ['v0', '', '0', '1'], HEADER);
  t.is(begun.out.readUInt32LE(20), 276);
});
