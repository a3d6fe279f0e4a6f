/**
 * The tests where something of the machine is missing: each thing in turn is hidden, in a mount namespace of its own,
 * from the test files that name it. They must skip and say why; none may fail. As root on Linux, after a build:
 *
 *   node build/test/without.js               everything in turn
 *   node build/test/without.js tshark cap    these only
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { NEEDED } from './lab/machine.js';
import { CAPTURES, ENVIRONMENT, FOLDERS, SAMBA_LIBEXEC, linux, root } from './programs.js';
import { ROOT } from './shipped.js';

interface Hidden {
  /** Test files that hold it, by themselves or by what they import, are run. */
  readonly named: RegExp;
  /** Commands of a shell; $1 is a folder that is gone afterwards. */
  readonly hide: readonly string[];
  /** What the skips say; null = nothing needs to be skipped. */
  readonly says: RegExp | null;
  readonly env?: NodeJS.ProcessEnv;
  /** Where in $1 the clone is seen; without it, where it is. */
  readonly cloneAt?: string;
}

/** Programs that tests name. */
const PROGRAMS = ['tshark', 'capinfos', 'mergecap', 'zstd', 'bash', 'tcpdump', 'dumpcap', 'tcpreplay'];
const ADMINISTRATION = ['nft', 'ethtool', 'sysctl', 'ping', 'setpriv', 'setcap', 'systemd-analyze'];
const IMPACKET = '/usr/lib/python3/dist-packages/impacket';
/** They name what tests may need; that others import them says nothing. */
const NAMES_ALL = ['programs.ts', 'test-with.ts', 'lab/machine.ts', 'without.ts'].map((name) =>
  resolve('test', name),
);

/** An empty folder in the place of one. */
function emptied(folder: string): string[] {
  return existsSync(folder) ? [`mount -t tmpfs none '${resolve(folder)}'`] : [];
}

/** The folders of programs without these. */
function without(...programs: readonly string[]): string[] {
  const folders = new Set(
    FOLDERS.filter((folder) => existsSync(folder)).map((folder) => realpathSync(folder)),
  );
  return [...folders].flatMap((folder, i) => {
    const here = programs.filter((program) => existsSync(join(folder, program)));
    if (here.length === 0) return [];
    return [
      `mkdir "$1/${i}" "$1/${i}.work"`,
      ...here.map((program) => `mknod "$1/${i}/${program}" c 0 0`),
      `mount -t overlay overlay -o "lowerdir=${folder},upperdir=$1/${i},workdir=$1/${i}.work" ${folder}`,
    ];
  });
}

function program(name: string, named = new RegExp(`['/ ]${name}['/ ]`)): readonly [string, Hidden] {
  return [name, { named, hide: without(name), says: new RegExp(`it needs .*\\b${name}\\b|editcap`) }];
}

const HIDDEN: ReadonlyMap<string, Hidden> = new Map<string, Hidden>([
  ...[...PROGRAMS, ...ADMINISTRATION].map((name) => program(name)),
  program('ip', /\bnamespaces\b/),
  program('mount', /\bmounts\b/),
  // Only the comparison with public captures uses it, which is not a part of `npm test`.
  ['editcap', { named: /['/ ]editcap['/ ]/, hide: without('editcap'), says: null }],
  ['ps', { named: /\bWIRE\b/, hide: without('ps'), says: null }],
  [
    'cap',
    {
      named: /\bSOURCES\b/,
      hide: emptied(join(ROOT, 'node_modules', 'cap')),
      says: /it needs the package cap/,
    },
  ],
  [
    'chromium',
    {
      named: /chromium\.js/,
      hide: without('chromium', 'chromium-browser', 'google-chrome'),
      says: /it needs a Chromium/,
      env: { CHROMIUM_PATH: '' },
    },
  ],
  [
    'chromium-that-starts',
    {
      named: /chromium\.js/,
      hide: [],
      says: /it needs a Chromium that starts/,
      env: { CHROMIUM_PATH: '/bin/false' },
    },
  ],
  ['public-captures', { named: /\bCAPTURES\b/, hide: emptied(CAPTURES), says: /is not there/ }],
  [
    'clone-for-others',
    {
      named: /\bnobodyInClone\b|powerless: true|program: .*programForAll/,
      hide: [
        'mkdir -m 700 "$1/own" && mkdir "$1/own/clone"',
        `mount --bind '${resolve(ROOT)}' "$1/own/clone"`,
      ],
      says: /it needs a clone in a folder that other users may enter/,
      cloneAt: 'own/clone',
    },
  ],
]);

/** Hidden from the lab alone, which says so and ends. */
const HIDDEN_FROM_LAB: ReadonlyMap<string, readonly string[]> = new Map([
  ...Object.keys(NEEDED)
    .filter((name) => !name.startsWith('/'))
    .map((name) => [name, without(name)] as const),
  ['samba-dcerpcd', emptied(SAMBA_LIBEXEC)],
  ['python3-impacket', emptied(IMPACKET)],
]);

/** A test file and all that it imports of the tests. */
function textOf(file: string, seen = new Set<string>()): string {
  if (seen.has(file) || NAMES_ALL.includes(file) || !existsSync(file)) return '';
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  const imports = [...text.matchAll(/from '(\.[^']+)\.js'/g)].map(([, path]) =>
    resolve(file, '..', `${path}.ts`),
  );
  return text + imports.map((path) => textOf(path, seen)).join('\n');
}

const TESTS = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !/^(corpus|rooms)\//.test(name))
  .map((name) => ({ file: join('test', name), text: textOf(resolve('test', name)) }));

/** Runs a command of node where something is hidden. */
function runWithout(
  { hide, env, cloneAt }: Pick<Hidden, 'hide' | 'env' | 'cloneAt'>,
  args: readonly string[],
): { readonly status: number | null; readonly text: string } {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness without '));
  const script = [
    'set -e',
    'mount -t tmpfs none "$1"',
    'chmod 755 "$1"',
    ...hide,
    ...(cloneAt === undefined ? [] : [`cd "$1/${cloneAt}"`]),
    'shift',
    'exec "$@"',
  ].join('\n');
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    ['--mount', 'sh', '-c', script, 'sh', folder, process.execPath, ...args],
    { encoding: 'utf8', maxBuffer: 64 << 20, env: { ...ENVIRONMENT, CI: '', NO_COLOR: '1', ...env } },
  );
  rmSync(folder, { recursive: true, force: true });
  return { status, text: stdout + stderr };
}

function main(wanted: readonly string[]): number {
  const why = linux() || root();
  if (why !== '') {
    console.log(`Nothing is hidden here: ${why}.`);
    return 0;
  }
  const asked = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
  let failed = 0;
  const tell = (name: string, isRight: boolean, summary: string, text: string): void => {
    console.log(`${isRight ? 'ok    ' : 'FAILED'} without ${name}: ${summary}`);
    if (isRight) return;
    failed++;
    console.log(text);
  };
  for (const [name, hidden] of HIDDEN) {
    if (!asked(name)) continue;
    const files = TESTS.filter(({ text }) => hidden.named.test(text)).map(({ file }) => file);
    const { status, text } = runWithout(hidden, [
      join('node_modules', 'ava', 'entrypoints', 'cli.mjs'),
      ...files,
    ]);
    const told = hidden.says === null || hidden.says.test(text);
    const counts = text.match(/^ +\d+ tests? \w+$/gm)?.map((line) => line.trim()) ?? [];
    tell(name, status === 0 && told, `${files.length} files, ${counts.join(', ')}`, text);
  }
  for (const [name, hide] of HIDDEN_FROM_LAB) {
    if (!asked(name) || hide.length === 0) continue;
    const { status, text } = runWithout({ hide }, [join('build', 'test', 'lab', 'run.js')]);
    tell(`${name}, the lab`, status === 0 && /does not run here: it needs/.test(text), text.trim(), text);
  }
  return failed === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
