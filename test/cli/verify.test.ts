/** `portwitness verify`: what still holds, what differs, and what cannot be used. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { readFile } from '../capture/read-all.js';
import { portwitness, sample, scratch } from './spawned.js';

const CAPTURE = 'router-admin-prohibited.pcapng';
/** Of it: a SYN to a port that a router rejects, and that router's answer. */
const SYN = 45;
const REJECTION = 48;

/** A folder with the capture and its report, and the capture's bytes. */
async function reported(t: ExecutionContext): Promise<{ cwd: string; bytes: Buffer; capture: string }> {
  const cwd = scratch(t);
  const capture = join(cwd, CAPTURE);
  copyFileSync(sample(CAPTURE), capture);
  await portwitness([CAPTURE, '--report', 'r.html', '--quiet'], { cwd });
  return { cwd, capture, bytes: readFileSync(capture) };
}

/** Where the bytes of a frame lie in the file. */
async function placeOf(capture: string, bytes: Buffer, frame: number): Promise<number> {
  const { frames } = await readFile(capture);
  const wanted = Buffer.from(frames[frame - 1]?.hex ?? '', 'hex');
  let at = -1;
  for (let i = 0, from = 0; i < frame; i++) {
    const one = Buffer.from(frames[i]?.hex ?? '', 'hex');
    at = bytes.indexOf(one, from);
    from = at + one.length;
  }
  if (!bytes.subarray(at, at + wanted.length).equals(wanted)) throw new Error('the frame is not there');
  return at;
}

test('a capture that is what it was says what the report and its JSON say', async (t) => {
  const { cwd } = await reported(t);
  for (const report of ['r.html', 'r.json']) {
    const { code, out } = await portwitness(['verify', report, CAPTURE], { cwd });
    t.is(code, 0, out);
    t.regex(out, /SHA-256 as in the report/);
    t.regex(out, /\d+ cited frames say what the report says/);
  }
});

test('changed bytes of cited frames are named by the number of the frame', async (t) => {
  const { cwd, capture, bytes } = await reported(t);
  const syn = await placeOf(capture, bytes, SYN);
  const rejection = await placeOf(capture, bytes, REJECTION);
  const changes: readonly (readonly [number, number])[] = [
    // Addresses, ports, flags and the code of the ICMP error.
    [syn + 26, SYN],
    [syn + 33, SYN],
    [syn + 34, SYN],
    [syn + 37, SYN],
    [syn + 47, SYN],
    [rejection + 35, REJECTION],
  ];
  for (const [at, frame] of changes) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    writeFileSync(capture, changed);
    const { code, out } = await portwitness(['verify', 'r.html', CAPTURE], { cwd });
    t.is(code, 1, out);
    t.regex(out, /SHA-256 differs/);
    t.regex(out, new RegExp(`frame ${frame} differs`), `byte ${at}`);
  }
});

test('what the report says nothing of changes the digest only', async (t) => {
  const { cwd, capture, bytes } = await reported(t);
  const changed = Buffer.from(bytes);
  const at = await placeOf(capture, bytes, 1);
  changed[at] = (changed[at] ?? 0) ^ 1;
  writeFileSync(capture, changed);
  const { code, out } = await portwitness(['verify', 'r.html', CAPTURE], { cwd });
  t.is(code, 1);
  t.regex(out, /SHA-256 differs/);
  t.notRegex(out, /frame \d+ differs/);
});

test('a shared report is verified with its mapping, and with no other', async (t) => {
  const { cwd, capture, bytes } = await reported(t);
  const share = ['--share', '--report', 's.html', '--mapping', 'm.csv', '--quiet'];
  await portwitness([CAPTURE, ...share], { cwd });
  const args = ['verify', 's.html', CAPTURE, '--mapping', 'm.csv'];
  const same = await portwitness(args, { cwd });
  t.is(same.code, 0, same.out + same.err);
  const plain = await portwitness(['verify', 'r.html', CAPTURE], { cwd });
  const agreeing = /\d+ cited frames say/;
  t.is(agreeing.exec(same.out)?.[0], agreeing.exec(plain.out)?.[0]);
  await portwitness([CAPTURE, '--share', '--report', 'o.html', '--mapping', 'other.csv', '--quiet'], { cwd });
  for (const [wrong, message] of [
    [['verify', 's.html', CAPTURE], /s\.html is shared: give the mapping/],
    [['verify', 'r.html', CAPTURE, '--mapping', 'm.csv'], /r\.html is not shared/],
    [['verify', 's.html', CAPTURE, '--mapping', 'other.csv'], /other\.csv is not the mapping of this report/],
    [['verify', 's.html', CAPTURE, '--mapping', 'none.csv'], /none\.csv cannot be read/],
    [['verify', 's.html', CAPTURE, '--mapping', CAPTURE], /is no mapping/],
  ] as const) {
    const { code, err } = await portwitness(wrong, { cwd });
    t.is(code, 2, err);
    t.regex(err, message);
  }
  const changed = Buffer.from(bytes);
  const at = (await placeOf(capture, bytes, SYN)) + 37;
  changed[at] = (changed[at] ?? 0) ^ 0x10;
  writeFileSync(capture, changed);
  const differs = await portwitness(args, { cwd });
  t.is(differs.code, 1);
  t.regex(differs.out, new RegExp(`frame ${SYN} differs`));
});

test('another name is no difference, another file and a missing frame are', async (t) => {
  const { cwd, bytes, capture } = await reported(t);
  writeFileSync(join(cwd, 'other name.bin'), bytes);
  const renamed = await portwitness(['verify', 'r.html', 'other name.bin'], { cwd });
  t.is(renamed.code, 0, renamed.out);
  copyFileSync(sample('all-healthy.pcapng'), join(cwd, 'more.pcapng'));
  const more = await portwitness(['verify', 'r.html', CAPTURE, 'more.pcapng'], { cwd });
  t.is(more.code, 1);
  t.regex(more.out, /more\.pcapng: the report is not about this file/);
  const place = await placeOf(capture, bytes, 100);
  writeFileSync(capture, bytes.subarray(0, place));
  const cut = await portwitness(['verify', 'r.html', CAPTURE], { cwd });
  t.is(cut.code, 1);
  t.regex(cut.out, /frame \d+ differs: it is not there: the capture has 99 frames/);
});

test('what cannot be used ends with 2 and is named', async (t) => {
  const { cwd } = await reported(t);
  copyFileSync(sample('all-healthy.pcapng'), join(cwd, 'b.pcapng'));
  await portwitness([CAPTURE, 'b.pcapng', '--report', 'two.html', '--quiet'], { cwd });
  const half = await portwitness(['verify', 'two.html', CAPTURE], { cwd });
  t.is(half.code, 2);
  t.regex(half.out, /b\.pcapng: of the report, not given/);
  for (const [args, message] of [
    [['r.html'], /verify needs a report and its captures/],
    [['r.html', 'none.pcapng'], /none\.pcapng: there is no such file/],
    [[CAPTURE, CAPTURE], /neither a report nor a result/],
    [['r.html', '.'], /this is a directory/],
  ] as const) {
    const { code, err } = await portwitness(['verify', ...args], { cwd });
    t.is(code, 2, err);
    t.regex(err, message);
  }
});
