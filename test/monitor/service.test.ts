/** The service as docs/live-service.md describes it: its unit is sound, and the rights that it grants are enough. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { findProgram } from '../../src/capture/source/programs/find-program.js';
import { SOURCES, SOURCE_NAMES, Veth, WIRE } from '../capture/source/veth.js';
import { must } from '../lab/machine.js';
import { nobody } from '../programs.js';
import { ROOT, programForAll } from '../shipped.js';
import { testWith } from '../test-with.js';
import { Listening, reportIn } from './listening.js';

const FOLDER = join(ROOT, 'docs', 'service');
/**
 * systemd's measure, tenfold: 0 (nothing may be done) to 100. One point is NotifyAccess=all: the sign of life comes from
 * a child, since Node has no datagrams of Unix sockets.
 */
const MOST_EXPOSED = 21;
const NET_RAW = 1n << 13n;
const NOBODY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];

function folderOf(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness-service-'));
  chmodSync(folder, 0o777);
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A file of the docs with the programs where they are here. */
function shipped(name: string): string {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  return text.replaceAll('/usr/bin/node', process.execPath).replaceAll('/opt/portwitness/', ROOT);
}

function systemd(folder: string, ...args: readonly string[]): { status: number | null; text: string } {
  const env = { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:`, SYSTEMD_PAGER: '' };
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { env, encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

testWith('systemd-analyze')(
  'systemd finds nothing wrong with the unit, alone and with capabilities on the child only',
  (t) => {
    const folder = folderOf(t);
    writeFileSync(join(folder, 'portwitness.service'), shipped('portwitness.service'));
    t.deepEqual(systemd(folder, 'verify', 'portwitness.service'), { status: 0, text: '' });
    const threshold = `--threshold=${MOST_EXPOSED}`;
    const { status, text } = systemd(folder, 'security', '--offline=true', threshold, 'portwitness.service');
    t.is(status, 0, text);
    mkdirSync(join(folder, 'portwitness.service.d'));
    writeFileSync(join(folder, 'portwitness.service.d', 'child.conf'), shipped('capture-child-only.conf'));
    t.deepEqual(systemd(folder, 'verify', 'portwitness.service'), { status: 0, text: '' });
  },
);

/** Capabilities in effect of a process. */
function capabilitiesOf(pid: number): bigint {
  const [, hex = ''] = /^CapEff:\s*(\S+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return BigInt(`0x${hex}`);
}

function begin(t: ExecutionContext, veth: Veth, source: string, prefix: readonly string[]): Listening {
  const wrap = (command: readonly string[]): ReturnType<Veth['inside']> =>
    veth.inside('near', ...prefix, ...command);
  const args = ['-i', 'v0', '--source', source, '--interval', '1s'];
  return new Listening(args, { folder: folderOf(t), wrap, program: programForAll() });
}

async function hearsPings(t: ExecutionContext, veth: Veth, run: Listening): Promise<void> {
  veth.ping(3);
  await run.sees('the pings', () => {
    try {
      return reportIn(run.folder).totals.frames >= 6;
    } catch {
      return false;
    }
  });
  t.not((await run.stop()).code, 2);
}

for (const source of SOURCE_NAMES) {
  testWith(...WIRE, nobody, 'setpriv', SOURCES[source]).serial(
    `${source} captures for an ordinary user who has the one right of the unit and can get no other`,
    async (t) => {
      const veth = new Veth(t);
      const rights = ['--inh-caps', '--ambient-caps', '--bounding-set'].flatMap((name) => [
        name,
        '-all,+net_raw',
      ]);
      const run = await begin(t, veth, source, [...NOBODY, '--no-new-privs', ...rights]).listens();
      t.is(capabilitiesOf(run.pid), NET_RAW);
      await hearsPings(t, veth, run);
    },
  );
}

testWith(...WIRE, nobody, 'setpriv', 'setcap', 'dumpcap').serial(
  'with file capabilities on dumpcap the monitor has no right at all; no new privileges make them void',
  async (t) => {
    const folder = folderOf(t);
    const dumpcap = join(folder, 'dumpcap');
    copyFileSync(findProgram('dumpcap')?.file ?? '', dumpcap);
    chmodSync(dumpcap, 0o755);
    must('setcap', ['cap_net_raw,cap_net_admin=eip', dumpcap]);
    const path = ['env', `PATH=${folder}:${process.env['PATH'] ?? ''}`];
    const veth = new Veth(t);
    const run = await begin(t, veth, 'dumpcap', [...NOBODY, ...path]).listens();
    t.is(capabilitiesOf(run.pid), 0n);
    await hearsPings(t, veth, run);
    const { code, err } = await begin(t, veth, 'dumpcap', [...NOBODY, '--no-new-privs', ...path]).ended;
    t.is(code, 2);
    t.regex(err, /You do not have permission to capture/);
  },
);
