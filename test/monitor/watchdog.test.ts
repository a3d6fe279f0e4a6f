/** What ends a monitor that stands still, and what tells a service manager that it does not. */
import test from 'ava';
import { spawn } from 'node:child_process';
import { ServiceNotifier, serviceNotifier } from '../../src/monitor/watchdog/watchdog.js';

const MODULE = new URL('../../src/monitor/watchdog/watchdog.js', import.meta.url).href;

const MOST_MS = 60_000;

/** Runs a program that starts the watchdog; resolves to how it ended and what it said. */
function ended(work: string): Promise<{ code: number | null; signal: string | null; said: string }> {
  const text = `import { startWatchdog } from ${JSON.stringify(MODULE)};
    const watchdog = startWatchdog({ beat: 20, most: 25 });
    ${work}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // A loop that is not ended is ended here: then the test has failed.
  const timer = setTimeout(() => child.kill('SIGTERM'), MOST_MS);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  return new Promise((resolve) =>
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, said });
    }),
  );
}

test('a loop that stands still is ended from outside', async (t) => {
  const { signal, said } = await ended('setTimeout(() => { for (;;); }, 3000);');
  t.is(signal, 'SIGKILL');
  t.regex(said, /monitoring stands still for 0\.5 s and is ended/);
});

test('a loop that turns is left alone, and the watchdog keeps no process from its end', async (t) => {
  const { code, said } = await ended('setTimeout(() => undefined, 1500);');
  t.deepEqual([code, said], [0, '']);
});

test('after the end of monitoring nothing is watched', async (t) => {
  const { code } = await ended(
    'watchdog.stop(); const until = Date.now() + 1500; while (Date.now() < until);',
  );
  t.is(code, 0);
});

test('a service manager that asks for a sign of life gets one a quarter of its time', (t) => {
  let now = 0;
  let sent = 0;
  const notifier = new ServiceNotifier(
    1000,
    () => sent++,
    () => now,
  );
  for (; now <= 5000; now += 100) notifier.tell();
  t.is(sent, 6);
  const asked = { NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '4000000' };
  t.not(serviceNotifier(asked, 7), null);
  t.not(serviceNotifier({ ...asked, WATCHDOG_PID: '7' }, 7), null);
  t.is(serviceNotifier({ ...asked, WATCHDOG_PID: '8' }, 7), null);
  t.is(serviceNotifier({ NOTIFY_SOCKET: '/run/x' }, 7), null);
  t.is(serviceNotifier({ WATCHDOG_USEC: '4000000' }, 7), null);
});
