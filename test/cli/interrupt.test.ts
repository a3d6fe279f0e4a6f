import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { posix } from '../programs.js';
import { fitsSchema } from '../fuzzing/schemas.js';
import { testWith } from '../test-with.js';
import { portwitness, resultIn, sample, scratch } from './spawned.js';

/**
 * Code that runs in the program before it: sends Ctrl-C to it when it listens for that and has taken so many bytes
 * from standard input. A signal from outside would have to guess when that is.
 */
function interruptAfter(bytes: number): readonly string[] {
  const code = `
    let looks = 0;
    process.on('newListener', (name) => {
      if (name !== 'SIGINT' || looks > 0) return;
      const timer = setInterval(() => {
        if (process.stdin.bytesRead < ${bytes} || ++looks < 10) return;
        clearInterval(timer);
        process.kill(process.pid, 'SIGINT');
      }, 50);
    });`;
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}

/** Ctrl-C cannot be sent to another process on Windows. */
const interrupted = testWith(posix);

interrupted(
  'Ctrl-C while the input still comes keeps what was read: report, JSON and exit code',
  async (t) => {
    const cwd = scratch(t);
    const part = readFileSync(sample('all-healthy.pcapng')).subarray(0, 20_000);
    const run = await portwitness(['-', '--report', 'r.html'], {
      cwd,
      node: interruptAfter(part.length),
      // Standard input is never ended.
      meanwhile: (child) => child.stdin?.write(part),
    });
    t.deepEqual([run.code, run.signal], [3, null]);
    t.regex(run.err, /^\nStopping: the report of what was read so far is being written/);
    t.regex(run.out, /Not complete: Stopped by the user before the end of the input\./);
    const result = resultIn(cwd, 'r.json');
    t.is(result.interrupted, 'Stopped by the user before the end of the input.');
    t.is(result.summary.exit_code, 3);
    t.true(result.totals.frames > 50);
    t.is(result.captures[0]?.damage, null);
    fitsSchema('json2', readFileSync(join(cwd, 'r.json'), 'utf8'));
    t.regex(readFileSync(join(cwd, 'r.html'), 'utf8'), /Stopped by the user/);
  },
);

interrupted('Ctrl-C before anything came says so and writes nothing', async (t) => {
  const cwd = scratch(t);
  const run = await portwitness(['-'], { cwd, node: interruptAfter(0), meanwhile: () => undefined });
  t.deepEqual([run.code, run.signal, run.out], [2, null, '']);
  t.regex(run.err, /portwitness: stopped before anything was read; no report was written\.\n$/);
  t.deepEqual(readdirSync(cwd), []);
});
