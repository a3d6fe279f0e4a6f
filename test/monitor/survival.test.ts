/** What is on the disk when monitoring is killed or the disk is full, and what goes on afterwards. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { Timeline } from '../../src/capture/merge.js';
import { Ring } from '../../src/monitor/ring/ring.js';
import { sample } from '../cli/spawned.js';
import { mounts } from '../programs.js';
import { testWith } from '../test-with.js';
import { eventsIn, Listening, reportIn, verdictsOf } from './listening.js';

const ARGS = ['-', '--server', '10.20.0.10', '--interval', '1s'] as const;
const BALLAST = 'ballast';

const onDisk = testWith(mounts);

function folderOf(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness survival '));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder on a disk of its own that holds so much. */
function disk(t: ExecutionContext, mebibytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness disk '));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'none', folder]);
  t.teardown(() => {
    // Lazily, should a killed process still hold a file there.
    if (status === 0) spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  t.is(status, 0);
  return folder;
}

/** A monitor that reads standard input; it does not outlive the test. */
function begin(t: ExecutionContext, folder: string, ...more: readonly string[]): Promise<Listening> {
  const run = new Listening([...ARGS, ...more], { folder });
  t.teardown(() => run.kill('SIGKILL'));
  return run.listens();
}

/** Takes what room is left. */
function fill(folder: string): void {
  const file = openSync(join(folder, BALLAST), 'a');
  const piece = Buffer.alloc(4096);
  try {
    for (;;) writeSync(file, piece);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    closeSync(file);
  }
}

async function play(ring: Ring): Promise<void> {
  const timeline = await Timeline.open([sample('all-healthy.pcapng')], { digest: false });
  for (let run = await timeline.next(); run !== null; run = await timeline.next()) {
    ring.add(run, timeline.files[run.fileIndex]?.interfaces ?? []);
  }
  await timeline.close();
  await ring.flush();
}

function numbers(folder: string): number[] {
  return eventsIn(folder).map(({ sequence }) => sequence);
}

/** 1, 2, 3 ... */
function upTo(count: number): number[] {
  return [...Array(count).keys()].map((i) => i + 1);
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

test.serial(
  'a monitor that is killed at any moment leaves whole files, and the next one goes on from them',
  async (t) => {
    const folder = folderOf(t);
    const capture = readFileSync(sample('server-port-silent.pcapng'));
    const first = await begin(t, folder);
    first.stdin.write(capture);
    await first.event('a block', ({ to }) => to === 'blocked');
    await first.sees('a report', () => readdirSync(folder).includes('live.json'));
    t.deepEqual((await first.kill('SIGKILL')).signal, 'SIGKILL');
    const before = verdictsOf(reportIn(folder));
    const changes = eventsIn(folder).filter(({ type }) => type === 'verdict_changed').length;

    for (let round = 0; round < 3; round++) {
      const run = await begin(t, folder);
      await new Promise((wait) => setTimeout(wait, 900 + round * 120));
      await run.kill('SIGKILL');
      t.regex(readFileSync(join(folder, 'live.html'), 'utf8'), /<\/html>\s*$/);
      const kept = JSON.parse(readFileSync(join(folder, 'live.state.json'), 'utf8')) as {
        verdicts: object[];
      };
      t.true(kept.verdicts.length > 0);
    }
    const last = await begin(t, folder);
    last.stdin.end(capture);
    t.is((await last.ended).code, 1);
    t.deepEqual(verdictsOf(reportIn(folder)), before);
    t.deepEqual(numbers(folder), upTo(numbers(folder).length));
    t.is(
      eventsIn(folder).filter(({ type }) => type === 'verdict_changed').length,
      changes,
      'nothing is told twice',
    );
  },
);

onDisk.serial(
  'a full disk is told once, costs no event and no verdict, and is over when there is room again',
  async (t) => {
    const folder = disk(t, 3);
    const run = await begin(t, folder, '--ring', '4MB', '--ring-folder', join(folder, 'ring'));
    await run.sees('a first report', () => readdirSync(folder).includes('live.json'));
    fill(folder);
    const old = reportIn(folder).generated_at;
    run.stdin.write(readFileSync(sample('server-port-silent.pcapng')));
    const files = ['live.html', 'live.json', 'live.state.json', 'events.ndjson'];
    const told = [...files.map((file) => `${file}: no space left`), 'evidence ring is not written'];
    await run.sees('the messages', () => told.every((words) => run.said.includes(words)));
    // Two more reports are tried, and told no more.
    await new Promise((wait) => setTimeout(wait, 2500));
    for (const file of files)
      t.is(
        count(run.said, new RegExp(`cannot write [^:]*${file}: no space left`, 'g')),
        1,
        `${file}\n${run.said}`,
      );
    t.is(count(run.said, /evidence ring is not written: .* no space left/g), 1, run.said);
    t.is(reportIn(folder).generated_at, old, 'the old report is still whole');
    rmSync(join(folder, BALLAST));
    await run.event('the events that waited', ({ to }) => to === 'blocked');
    await run.sees('a new report', () => reportIn(folder).generated_at > old);
    t.is((await run.stop()).code, 1);
    t.true(Object.values(verdictsOf(reportIn(folder))).some((text) => text.startsWith('blocked')));
    t.deepEqual(numbers(folder), upTo(numbers(folder).length));
    t.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('.')),
      [],
      'nothing half written is left',
    );
  },
);

onDisk.serial('a log on standard output whose disk is full is told once and ends nothing', async (t) => {
  const folder = folderOf(t);
  const full = disk(t, 1);
  fill(full);
  const log = openSync(join(full, BALLAST), 'a');
  t.teardown(() => closeSync(log));
  const run = new Listening(ARGS, { folder, stdout: log });
  t.teardown(() => run.kill('SIGKILL'));
  await run.listens();
  run.stdin.write(readFileSync(sample('server-port-silent.pcapng')));
  await run.event('a block', ({ to }) => to === 'blocked');
  await run.sees('a report', () => readdirSync(folder).includes('live.json'));
  t.is((await run.stop()).code, 1);
  t.is(count(run.said, /standard output cannot be written/g), 1, run.said);
});

onDisk.serial(
  'a ring on a full disk counts what it leaves out, leaves no empty files, and goes on when there is room',
  async (t) => {
    const folder = disk(t, 2);
    let now = 0;
    const ring = await Ring.open({ folder, maxBytes: 1 << 20, now: () => now });
    fill(folder);
    for (let i = 1; i <= 5; i++) {
      await play(ring);
      t.regex(ring.trouble, /The evidence ring is not written: .* no space left/);
      now += 11_000;
    }
    const left = ring.framesLeftOut;
    t.true(left > 0);
    t.deepEqual(readdirSync(folder), [BALLAST]);
    rmSync(join(folder, BALLAST));
    await play(ring);
    await ring.close();
    t.is(ring.trouble, '');
    t.is(ring.framesLeftOut, left);
    t.deepEqual(readdirSync(folder), ['ring-000001.pcapng']);
  },
);
