/** The program as one file with Node in it: that of Linux as it is, that of Windows under wine. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { byCommandLine, comparable } from '../page/same-result.js';
import { hasProgram } from '../programs.js';
import { ROOT, VERSION } from '../shipped.js';
import { leftOut } from '../test-with.js';
import { Wine, windowsPath } from './wine.js';
import type { WineRun } from './wine.js';

/** With every exit code of a result, both formats, compressed or not. */
const TEN = [
  'all-healthy.pcapng',
  'agent-port-refused.pcap.gz',
  'agent-port-silent.pcapng',
  'dcom-port-blocked.pcapng',
  'ended-too-soon.pcap',
  'ipv6.pcapng',
  'one-direction-only.pcap',
  'pktmon-copies.pcapng',
  'rdp-in-dynamic-range.pcapng',
  'several-computers.pcapng',
].map((name) => join(ROOT, 'captures', name));
/** Larger files get their digest from a thread, in bytes. */
const THREAD_BYTES = 4 << 20;

const folder = mkdtempSync(join(tmpdir(), 'portwitness executable '));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

/** Builds it and unpacks what is handed out. @returns the path of the program */
function unpacked(system: string): string {
  execFileSync(process.execPath, [join(ROOT, 'tools', 'release', 'executable.mjs'), system], {
    stdio: 'pipe',
  });
  const archive = join(ROOT, 'build', 'release', `portwitness-${VERSION}-${system}`);
  const to = join(folder, system);
  mkdirSync(to);
  if (system.startsWith('win')) execFileSync('python3', ['-m', 'zipfile', '-e', `${archive}.zip`, to]);
  else execFileSync('tar', ['-xzf', `${archive}.tar.gz`, '-C', to]);
  return join(to, system.startsWith('win') ? 'portwitness.exe' : 'portwitness');
}

function scratch(t: ExecutionContext): string {
  const path = mkdtempSync(join(folder, 'mit Leer, Ümlaut '));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A capture so large that a thread hashes it: pcapng sections, one after the other. */
function largeCapture(path: string): string {
  const section = readFileSync(join(ROOT, 'captures', 'several-computers.pcapng'));
  const times = Math.ceil(THREAD_BYTES / section.length) + 1;
  writeFileSync(path, Buffer.concat(Array.from({ length: times }, () => section)));
  return path;
}

/** Without the words of the command, which name other folders. */
function result(json: string): Record<string, unknown> {
  return { ...comparable(json), command_line: '' };
}

type Runs = (args: readonly string[], cwd: string) => Promise<WineRun>;

/** What both systems' programs must do. @param path a path as the program sees it */
function tests(name: string, run: Runs, path: (path: string) => string): void {
  const same = async (t: ExecutionContext, capture: string): Promise<number | null> => {
    const cwd = scratch(t);
    const { json } = await byCommandLine(cwd, [capture]);
    const report = path(join(cwd, 'ours.html'));
    const { code, err } = await run([basename(capture), '--quiet', '--report', report], dirname(capture));
    t.is(err, '', capture);
    t.deepEqual(result(readFileSync(join(cwd, 'ours.json'), 'utf8')), result(json), capture);
    return code;
  };

  test.serial(`${name}: ten captures give the JSON of the command line, with its exit codes`, async (t) => {
    const codes = new Set<number | null>();
    for (const capture of TEN) codes.add(await same(t, capture));
    t.deepEqual([...codes].sort(), [0, 1, 3]);
  });

  test.serial(`${name}: a thread takes the digest of a large capture`, async (t) => {
    await same(t, largeCapture(join(scratch(t), 'large.pcapng')));
  });

  test.serial(`${name}: it has its assets, and says what is wrong`, async (t) => {
    const cwd = scratch(t);
    t.is((await run(['--version'], cwd)).out.trim(), VERSION);
    t.is((await run(['page', 'page.html'], cwd)).code, 0);
    t.true(existsSync(join(cwd, 'page.html')));
    t.regex((await run(['rules', 'list'], cwd)).out, /ua-9003/);
    const missing = await run(['nothing here.pcapng'], cwd);
    t.is(missing.code, 2);
    t.regex(missing.err, /nothing here\.pcapng: there is no such file/);
  });

  test.serial(`${name}: it never starts itself for the package cap`, async (t) => {
    const { code, err } = await run(['live', '--source', 'cap', '--for', '1s'], scratch(t));
    t.is(code, 2);
    t.regex(err, /cap: it is not installed/);
  });
}

if (process.platform !== 'linux') leftOut('the executable files', 'they are tried on Linux');
else {
  const program = unpacked('linux-x64');
  const run: Runs = (args, cwd) => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
    return Promise.resolve({ code: status, out: stdout, err: stderr });
  };
  tests('Linux', run, (path) => path);
}

if (!hasProgram('wine') || !hasProgram('wineserver')) leftOut('portwitness.exe', 'it needs wine');
else {
  const program = unpacked('win-x64');
  const wine = Wine.start();
  test.after.always(() => wine.stop());
  tests('Windows', (args, cwd) => wine.run(program, args, cwd), windowsPath);

  test.serial('Windows: a capture that is dropped on it gets its report beside it', async (t) => {
    const cwd = scratch(t);
    const capture = join(cwd, 'fänger, 1.pcapng');
    copyFileSync(join(ROOT, 'captures', 'several-computers.pcapng'), capture);
    const { code, out } = await wine.run(program, [windowsPath(capture)], folder);
    t.is(code, 1);
    t.true(out.includes(`Written: ${windowsPath(join(cwd, 'fänger, 1.html'))}`));
    t.deepEqual(readdirSync(cwd).sort(), ['fänger, 1.html', 'fänger, 1.json', 'fänger, 1.pcapng']);
  });

  test.serial('Windows: live says that Wireshark is missing', async (t) => {
    const { code, err } = await wine.run(program, ['live', '--for', '1s'], scratch(t));
    t.is(code, 2);
    t.regex(err, /dumpcap: it is not installed; install Wireshark/);
    t.notRegex(err, /\bcap:/);
  });

  test.serial('Windows: the file names itself, and carries no signature of somebody else', (t) => {
    const bytes = readFileSync(program);
    t.true(bytes.includes(Buffer.from('portwitness: which ports really work?', 'utf16le')));
    const header = bytes.readUInt32LE(0x3c);
    // Optional header of PE32+, data directory 4: the certificate table.
    t.is(bytes.readUInt32LE(header + 24 + 112 + 4 * 8), 0);
  });
}
