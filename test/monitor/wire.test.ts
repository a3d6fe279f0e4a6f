/** The whole of live monitoring on a real wire: `portwitness live` beside real traffic, and what may happen to it. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { ExecutionContext } from 'ava';
import { isPlainMessage, portwitness } from '../cli/spawned.js';
import { SOURCES, SOURCE_NAMES, Veth, WIRE } from '../capture/source/veth.js';
import { nobody } from '../programs.js';
import { PROGRAM, programForAll } from '../shipped.js';
import { testWith } from '../test-with.js';
import { Listening, reportIn, verdictsOf } from './listening.js';
import type { ToldReport, Wrap } from './listening.js';

/** Address of the server in captures of the lab. */
const SERVER = '10.77.1.10';
/** Captures of the lab. */
const REPLAYED = ['subnet-silent', 'agent-port-reset-by-router', 'inbound-refused-here'] as const;

const wire = testWith(...WIRE, 'tcpdump', 'tcpreplay');
/** For what takes its time waiting: beside each other, each on a wire of its own. */
const onAllSources = testWith(...WIRE, 'tcpreplay', ...Object.values(SOURCES));

function folderOf(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness wire '));
  chmodSync(folder, 0o777);
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A capture of the lab, unpacked: tcpreplay reads no gzip. */
function labCapture(veth: Veth, name: string): string {
  return veth.file(`${name}.pcap`, gunzipSync(readFileSync(resolve('captures', 'lab', `${name}.pcap.gz`))));
}

function start(
  veth: Veth,
  folder: string,
  args: readonly string[],
  prefix: readonly string[] = [],
): Listening {
  const wrap: Wrap = (command) => veth.inside('near', ...prefix, ...command);
  return new Listening(args, {
    folder,
    wrap,
    program: prefix.includes('setpriv') ? programForAll() : PROGRAM,
  });
}

function listenOn(veth: Veth, folder: string, ...args: readonly string[]): Listening {
  return start(veth, folder, ['-i', 'v0', '--server', SERVER, ...args]);
}

function qualityText(report: ToldReport, code: string): string {
  return report.quality.find((finding) => finding.code === code)?.text ?? '';
}

function numbersOf(run: Listening): number[] {
  return run.events.map(({ sequence }) => sequence);
}

/** Verdicts of `analyze` on the same file. */
async function analyzed(t: ExecutionContext, capture: string): Promise<Readonly<Record<string, string>>> {
  const cwd = folderOf(t);
  const run = await portwitness(
    ['analyze', capture, '--server', SERVER, '--report', 'a.html', '--json-schema', '1', '-q'],
    {
      cwd,
    },
  );
  t.true(run.code === 0 || run.code === 1 || run.code === 3, run.err);
  return verdictsOf(reportIn(cwd, 'a.json'));
}

/** Waits until a report says this. */
function tells(run: Listening, verdicts: Readonly<Record<string, string>>): Promise<void> {
  return run.sees('the verdicts of analyze', () => {
    if (!readdirSync(run.folder).includes('live.json')) return false;
    return isDeepStrictEqual(verdictsOf(reportIn(run.folder)), verdicts);
  });
}

for (const name of REPLAYED) {
  onAllSources(`three sources judge the same traffic alike, and as analyze does: ${name}`, async (t) => {
    const veth = new Veth(t);
    const capture = labCapture(veth, name);
    const runs = await Promise.all(
      SOURCE_NAMES.map((source) =>
        listenOn(veth, folderOf(t), '--source', source, '--interval', '1s').listens(),
      ),
    );
    const expected = await analyzed(t, capture);
    veth.replay(capture);
    for (const run of runs) await tells(run, expected);
    const ends = await Promise.all(runs.map((run) => run.stop()));
    const verdicts = runs.map(({ folder }) => verdictsOf(reportIn(folder)));
    const [tcpdump = {}, dumpcap, cap] = verdicts;
    t.true(Object.values(tcpdump).some((text) => text.startsWith('blocked')));
    t.true(Object.values(tcpdump).some((text) => text.startsWith('working')));
    t.deepEqual(dumpcap, tcpdump);
    t.deepEqual(cap, tcpdump);
    t.deepEqual(tcpdump, expected);
    t.deepEqual(
      ends.map(({ code }) => code),
      [1, 1, 1],
    );
  });
}

wire.serial('a capture child that is killed costs a gap that is told, and no verdict', async (t) => {
  const veth = new Veth(t);
  const run = await listenOn(veth, folderOf(t), '--source', 'tcpdump', '--interval', '1s').listens();
  const capture = labCapture(veth, 'agent-port-reset-by-router');
  const before = await analyzed(t, capture);
  veth.replay(capture);
  await tells(run, before);
  const files = readdirSync(`/proc/${run.pid}/fd`).length;
  const [child] = veth.running('/tcpdump ');
  process.kill(child ?? 0, 'SIGKILL');
  const died = await run.event('the death', ({ code }) => code === 'capture_died');
  t.regex(died.text ?? '', /tcpdump on v0 ended \(ended by SIGKILL\)/);
  await run.event('the restart', ({ code }) => code === 'capture_restarted');
  await run.sees('that no file stays open', () => readdirSync(`/proc/${run.pid}/fd`).length === files);
  const { code } = await run.stop();
  t.is(code, 1);
  const report = reportIn(run.folder);
  t.deepEqual(verdictsOf(report), before);
  t.regex(qualityText(report, 'capture_gaps'), /^The capture was interrupted once, for /);
  t.deepEqual(
    numbersOf(run),
    [...numbersOf(run).keys()].map((i) => i + 1),
  );
});

wire.serial(
  'an interface that is taken away and comes back costs a gap, and monitoring goes on there',
  async (t) => {
    const veth = new Veth(t);
    const run = await listenOn(veth, folderOf(t), '--interval', '1s').listens();
    veth.ping(2);
    veth.cut();
    t.regex((await run.event('its end', ({ code }) => code === 'interface_gone')).text ?? '', /v0 is gone/);
    veth.connect();
    await run.event('its return', ({ code }) => code === 'capture_restarted');
    veth.replay(labCapture(veth, 'inbound-refused-here'));
    await run.event('a block', ({ to }) => to === 'blocked');
    t.is((await run.stop()).code, 1);
    t.regex(qualityText(reportIn(run.folder), 'capture_gaps'), /interrupted/);
  },
);

testWith(...WIRE, nobody, 'tcpdump', 'setpriv').serial(
  'monitoring that cannot begin says what to do, ends with 2, and shows no stack',
  async (t) => {
    const veth = new Veth(t);
    const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const noPath = ['env', 'PATH=/nonexistent'];
    const beginnings: readonly (readonly [string, RegExp, readonly string[], readonly string[]])[] = [
      ['an ordinary user', /v0 cannot be captured:[^]*sudo setcap cap_net_raw/, ['-i', 'v0'], asNobody],
      ['no program', /apt-get install tcpdump/, ['--source', 'tcpdump'], noPath],
      ['an unknown interface', /nope/, ['-i', 'nope'], []],
      ['a bad filter', /the capture filter "tcp prt 5" is not understood/, ['--filter', 'tcp prt 5'], []],
    ];
    for (const [what, words, args, prefix] of beginnings) {
      const { code, err } = await start(veth, folderOf(t), args, prefix).ended;
      t.is(code, 2, `${what}: ${err}`);
      t.regex(err, words, what);
      t.true(isPlainMessage(err), err);
    }
  },
);

for (const [what, streams] of [
  ['everything in a log', '< /dev/null > log 2>&1'],
  ['every stream closed', '<&- >&- 2>&-'],
] as const) {
  wire.serial(
    `as a service, without a terminal and with ${what}, SIGTERM writes the last report`,
    async (t) => {
      const veth = new Veth(t);
      const shell = ['sh', '-c', `exec setsid "$@" ${streams}`, 'sh'];
      const run = start(veth, folderOf(t), ['-i', 'v0', '--server', SERVER], shell);
      await run.event('its beginning', ({ type }) => type === 'started');
      veth.replay(labCapture(veth, 'inbound-refused-here'));
      await run.event('a block', ({ to }) => to === 'blocked');
      const { code, signal } = await run.stop();
      t.deepEqual([code, signal], [1, null]);
      t.is(run.events.at(-1)?.type, 'stopped');
      t.true(Object.values(verdictsOf(reportIn(run.folder))).some((text) => text.startsWith('blocked')));
    },
  );
}
