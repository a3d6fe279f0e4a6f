/** Capture programs that misbehave, played by shell scripts. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { until } from '../../lab/machine.js';
import { linux, posix } from '../../programs.js';
import { testWith } from '../../test-with.js';
import { frameBytes, pcapFile } from '../file-builder.js';
import { watchHere } from './veth.js';
import type { Watching } from './veth.js';

const CAPTURE = pcapFile([60, 61].map((length, sec) => ({ sec, sub: 0, data: frameBytes(length) })));
const LOOPBACK = Object.entries(os.networkInterfaces()).find(([, all]) => all?.[0]?.internal === true)?.[0];

function loopback(): string {
  return LOOPBACK === undefined ? 'it needs a loopback interface' : '';
}

const LIVES_ON = "trap '' USR1; ";

const played = testWith(posix, loopback);

/**
 * Reads from a "tcpdump" that is this script; in it, $HERE/capture is a capture of two frames. What begins with
 * `LIVES_ON` does, as tcpdump does, when it is asked for its counts.
 */
function watch(t: ExecutionContext, script: string): { watching: Watching; pids: () => number[] } {
  const here = mkdtempSync(join(tmpdir(), 'portwitness broken '));
  t.teardown(() => rmSync(here, { recursive: true, force: true }));
  writeFileSync(join(here, 'capture'), CAPTURE);
  const program = join(here, 'tcpdump');
  writeFileSync(
    program,
    `#!/bin/sh\ncase "$*" in *-w*) ;; *) exit 1 ;; esac\nHERE='${here}'\necho $$ >>"$HERE/pids"\n${script}\n`,
  );
  chmodSync(program, 0o755);
  const watching = watchHere(
    { source: 'tcpdump', interfaces: [LOOPBACK], frameDigests: true },
    { PATH: `${here}:${process.env['PATH'] ?? ''}` },
  );
  const pids = (): number[] => readFileSync(join(here, 'pids'), 'utf8').trim().split('\n').map(Number);
  return { watching, pids };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

played('a program that ends again and again is started again, and quoted', async (t) => {
  const { watching, pids } = watch(t, 'cat "$HERE/capture"; echo "tcpdump: the card is on fire" >&2; exit 1');
  const died = await watching.incident('capture_died');
  t.regex(String(died['text']), / ended \(exit code 1\); it said: the card is on fire; it is started again$/);
  await until('three runs', () => pids().length >= 3);
  const lines = await watching.stop();
  const numbers = lines.filter((line) => 'digests' in line).map((line) => line['firstFrame']);
  t.deepEqual(numbers.slice(0, 3), [1, 3, 5]);
});

played('a program whose stream makes no sense any more is ended and started again', async (t) => {
  const { watching, pids } = watch(
    t,
    LIVES_ON + 'cat "$HERE/capture"; head -c 4000 /dev/zero | tr "\\0" "\\377"; exec sleep 60',
  );
  const damaged = await watching.incident('damaged_stream');
  t.regex(String(damaged['text']), /^the stream of tcpdump cannot be read on \(the record's captured length/);
  await watching.incident('capture_restarted');
  const [first = 0] = pids();
  t.false(isAlive(first));
  await watching.stop();
  t.false(
    watching.lines.some((line) => line['incident'] === 'capture_died'),
    'one cause is told once',
  );
});

played('a program that does not heed the request to end is ended all the same', async (t) => {
  const { watching, pids } = watch(t, 'trap "" TERM; cat "$HERE/capture"; while :; do sleep 1; done');
  await watching.line('digests');
  await watching.stop();
  t.deepEqual(pids().filter(isAlive), []);
});

played('a program that cannot be started again is told once, and tried until it can', async (t) => {
  const { watching, pids } = watch(
    t,
    'runs=$(wc -l <"$HERE/pids"); case $runs in 2|3) echo "tcpdump: no such device" >&2; exit 1 ;; esac; cat "$HERE/capture"; [ $runs = 1 ] || exec sleep 60',
  );
  const again = await watching.incident('capture_restarted');
  t.regex(String(again['text']), /captures again on \S+ after 3 attempts/);
  t.is(pids().length, 4);
  const told = watching.lines
    .filter((line) => line['incident'] === 'capture_died')
    .map((line) => line['text']);
  t.is(told.length, 2);
  t.regex(String(told[1]), /cannot be started again on \S+: no such device; it is tried until it can$/);
  await watching.stop();
});

played('a program that talks without end costs no packets', async (t) => {
  const { watching } = watch(
    t,
    LIVES_ON +
      'cat "$HERE/capture"; head -c 3000000 /dev/zero | tr "\\0" "x" >&2; echo >&2; tail -c +25 "$HERE/capture"; exec sleep 60',
  );
  await until(
    'four frames',
    () => watching.lines.filter((line) => 'digests' in line).flatMap((line) => line['digests']).length >= 4,
  );
  await watching.stop();
  t.deepEqual(
    watching.lines.filter((line) => line['incident'] === 'capture_died'),
    [],
  );
});

const onLinux = testWith(linux, loopback);

onLinux('a program that dies of being asked for its counts is asked once only', async (t) => {
  const { watching, pids } = watch(t, 'cat "$HERE/capture"; exec sleep 60');
  const died = await watching.incident('capture_died');
  t.regex(String(died['text']), /ended by SIGUSR1/);
  await watching.incident('capture_restarted');
  // Long enough for the second run to be asked, were it still done.
  await new Promise((wait) => setTimeout(wait, 2500));
  t.is(pids().length, 2);
  await watching.stop();
});

onLinux('a program is not asked for its counts before it heeds the signal, which would end it', async (t) => {
  const { watching } = watch(
    t,
    `head -c 24 "$HERE/capture"; sleep 1.5
    trap 'echo "7 packets received by filter, 0 packets dropped by kernel" >&2' USR1
    echo "tcpdump: listening on lo, link-type EN10MB (Ethernet)" >&2
    while :; do sleep 0.1; done`,
  );
  await watching.line('opened');
  await new Promise((wait) => setTimeout(wait, 3500));
  const lines = await watching.stop();
  t.false(lines.some((line) => line['incident'] === 'capture_died'));
  const ended = lines.find((line) => line['ended'] === true);
  t.is((ended?.['counters'] as Record<string, unknown>)['received'], 7);
});

onLinux('counts go on where those of the program begin anew at 2^32', async (t) => {
  const { watching } = watch(
    t,
    'trap "" USR1; cat "$HERE/capture"; for n in 4294967290 4 10; do echo "$n packets received by filter, 0 packets dropped by kernel" >&2; done; exec sleep 60',
  );
  await watching.line('digests');
  const ended = (await watching.stop()).find((line) => line['ended'] === true);
  t.is((ended?.['counters'] as Record<string, unknown>)['received'], 2 ** 32 + 10);
});
