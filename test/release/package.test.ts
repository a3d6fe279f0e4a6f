/** The npm package as an admin installs it: no network, an empty home, only Node. */
import { execFileSync, spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { hasProgram } from '../programs.js';
import { comparable } from '../page/same-result.js';
import { portwitness } from '../cli/spawned.js';
import { ROOT, VERSION } from '../shipped.js';

const PACKAGE = `portwitness-${VERSION}.tgz`;
const CAPTURE = join(ROOT, 'captures', 'several-computers.pcapng');

execFileSync(process.execPath, [join(ROOT, 'tools', 'release', 'package.mjs')], { stdio: 'pipe' });

/** A computer with Node and nothing else: its home, and a folder to work in that holds package and capture. */
class Computer {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'portwitness computer ')));
  readonly work = join(this.root, 'work');
  readonly home = join(this.root, 'home');
  readonly bin = join(this.root, 'bin');

  constructor(t: ExecutionContext) {
    t.teardown(() => rmSync(this.root, { recursive: true, force: true }));
    for (const folder of [this.work, this.home, this.bin]) mkdirSync(folder);
    cpSync(join(ROOT, 'build', 'release', PACKAGE), join(this.work, PACKAGE));
    cpSync(CAPTURE, join(this.work, 'capture.pcapng'));
    symlinkSync(process.execPath, join(this.bin, 'node'));
    for (const name of ['npm', 'npx', 'sh']) {
      const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
      symlinkSync(realpathSync(found), join(this.bin, name));
    }
  }

  run(command: string, ...args: readonly string[]): SpawnSyncReturns<string> {
    const installed = join(this.home, 'global');
    return spawnSync(command, args, {
      cwd: this.work,
      encoding: 'utf8',
      env: {
        HOME: this.home,
        PATH: [this.bin, join(installed, 'bin')].join(delimiter),
        npm_config_prefix: installed,
        npm_config_update_notifier: 'false',
      },
    });
  }

  /** Files that somebody would find, but for npm's own cache and logs. */
  files(): readonly string[] {
    const names = readdirSync(this.root, { recursive: true, encoding: 'utf8' });
    return names.filter(
      (name) => !statSync(join(this.root, name)).isDirectory() && !/[/\\]\.npm[/\\]/.test(name),
    );
  }
}

const withNpm = process.platform !== 'win32' && hasProgram('npm') ? test : test.skip;

withNpm('installed from the file alone it runs, and uninstalled it leaves nothing', async (t) => {
  const computer = new Computer(t);
  const before = computer.files();
  const install = computer.run('npm', 'install', '-g', '--offline', `./${PACKAGE}`);
  t.is(install.status, 0, install.stderr);
  const run = computer.run('portwitness', 'capture.pcapng', '--quiet', '--report', 'r.html');
  t.is(run.status, 1, run.stderr);
  t.is(run.stderr, '');
  const ours = readFileSync(join(computer.work, 'r.json'), 'utf8');
  const args = ['capture.pcapng', '--quiet', '--report', 'r.html'];
  t.is((await portwitness(args, { cwd: computer.work })).code, 1);
  t.deepEqual(comparable(ours), comparable(readFileSync(join(computer.work, 'r.json'), 'utf8')));
  t.true(existsSync(join(computer.home, 'global', 'share', 'man', 'man1', 'portwitness.1')));
  t.is(computer.run('portwitness', 'page', 'page.html').status, 0);
  t.is(computer.run('portwitness', 'rules', 'list').status, 0);
  for (const name of ['r.html', 'r.json', 'page.html']) rmSync(join(computer.work, name));
  t.is(computer.run('npm', 'uninstall', '-g', 'portwitness').status, 0);
  t.deepEqual(computer.files(), before);
});

withNpm('npx runs it from the file alone', (t) => {
  const computer = new Computer(t);
  const run = computer.run('npx', '--offline', `./${PACKAGE}`, 'capture.pcapng');
  t.is(run.status, 1, run.stderr);
  t.regex(run.stdout, /Written: portwitness-report\/capture\.html/);
});

test('it depends on nothing and is small', (t) => {
  const description = JSON.parse(
    readFileSync(join(ROOT, 'build', 'package', 'package.json'), 'utf8'),
  ) as Record<string, unknown>;
  t.is(description['dependencies'], undefined);
  t.deepEqual(description['peerDependenciesMeta'], { cap: { optional: true } });
  t.true(statSync(join(ROOT, 'build', 'release', PACKAGE)).size < 1_500_000);
});

test('a Node that is too old says which is needed', (t) => {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '18.20.8' });`;
  const bin = join(ROOT, 'build', 'package', 'bin', 'portwitness.cjs');
  const run = spawnSync(process.execPath, ['-e', `${pretend} require(${JSON.stringify(bin)})`], {
    encoding: 'utf8',
  });
  t.is(run.status, 2);
  t.regex(run.stderr, /^portwitness: Node\.js 20\.19 or newer is needed; this is 18\.20\.8/);
});
