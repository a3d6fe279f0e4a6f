/** The bundle: what it loads, and that it needs nothing but itself. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { PROGRAM, ROOT, bin } from '../shipped.js';
import { portwitness, resultIn, sample, scratch } from './spawned.js';

const BUNDLE = dirname(PROGRAM);
const CAPTURE = sample('several-computers.pcapng');

interface Loaded {
  readonly files: readonly string[];
  /** Sources of ours that are in them, from src/. */
  readonly modules: readonly string[];
  /** Packages of others that are in them. */
  readonly packages: readonly string[];
}

/** Modules that became part of a file of the bundle, as its source map names them. */
function partsOf(file: string): readonly string[] {
  const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: readonly string[] };
  return sources.map((path) =>
    relative(ROOT, resolve(dirname(file), path))
      .split(sep)
      .join('/'),
  );
}

function packageOf(path: string): string {
  return /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? '';
}

/** Runs the program and tells what it loaded: V8 lists the files that it was given when it counts coverage. */
async function loadedBy(t: ExecutionContext, args: readonly string[], code = 0): Promise<Loaded> {
  const cwd = scratch(t);
  const run = await portwitness(args, { cwd, env: { NODE_V8_COVERAGE: join(cwd, 'coverage') } });
  t.is(run.code, code, run.err);
  const files = new Set<string>();
  for (const name of readdirSync(join(cwd, 'coverage'))) {
    const { result } = JSON.parse(readFileSync(join(cwd, 'coverage', name), 'utf8')) as {
      result: readonly { url: string }[];
    };
    for (const { url } of result) if (url.startsWith('file:')) files.add(fileURLToPath(url));
  }
  t.true(files.has(PROGRAM));
  const parts = [...files].flatMap(partsOf);
  return {
    files: [...files],
    modules: parts.filter((path) => path.startsWith('src/')),
    packages: [...new Set(parts.map(packageOf).filter((name) => name !== ''))].sort(),
  };
}

/** Text of each source, by its full path. */
function sourceTexts(): ReadonlyMap<string, string> {
  const entries = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true });
  const files = entries
    .filter(({ name }) => name.endsWith('.ts'))
    .map(({ name, parentPath }) => join(parentPath, name));
  return new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
}

/** The bundle alone in a folder: no packages, no sources. @returns its program */
function copyOfBundle(t: ExecutionContext): string {
  const folder = join(scratch(t), 'elsewhere');
  mkdirSync(folder);
  cpSync(BUNDLE, join(folder, 'program'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), readFileSync(join(ROOT, 'package.json')));
  return join(folder, 'program', basename(PROGRAM));
}

test('--version loads next to nothing', async (t) => {
  const { files, modules, packages } = await loadedBy(t, ['--version']);
  t.true(files.length <= 4, files.join('\n'));
  t.true(modules.length <= 6, modules.join('\n'));
  t.deepEqual(packages, []);
});

test('--help loads the parser of options and the help', async (t) => {
  const { files, modules, packages } = await loadedBy(t, ['--help']);
  t.true(files.length <= 22, files.join('\n'));
  t.true(modules.length <= 44, modules.join('\n'));
  t.deepEqual(packages, ['ipaddr.js', 'yargs-parser']);
  t.false(modules.includes('src/analysis.ts'));
});

test('an analysis loads no formats that it does not write, and nothing for other commands', async (t) => {
  const { modules, packages } = await loadedBy(t, [CAPTURE, '--quiet', '--report', 'r.html'], 1);
  t.true(modules.includes('src/report/html/write.ts'));
  t.deepEqual(
    modules.filter((path) =>
      /^src\/(monitor|capture\/source|report\/(csv|zeek|changes|tickets|matrix-csv|evidence|wireshark)\/(?!format))|terminal\/write|parse-pack/.test(
        path,
      ),
    ),
    [],
  );
  const late = ['zod', 'yaml', 'yargs', 'prom-client', 'cli-progress', 'cli-table3', 'string-width', 'fzstd'];
  t.deepEqual(
    packages.filter((name) => late.includes(name)),
    [],
  );
});

test('what a module means by a URL beside it lies in the bundle', (t) => {
  let found = 0;
  for (const [file, text] of sourceTexts()) {
    for (const [, name = ''] of text.matchAll(/new URL\('([^']+)', import\.meta\.url\)/g)) {
      found++;
      t.true(existsSync(join(BUNDLE, name)), `${file}: ${name}`);
    }
  }
  t.true(found >= 2);
});

test('the assets of the sources lie in the bundle', (t) => {
  const src = join(ROOT, 'src');
  const assets = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(yaml|css|js)$/.test(name),
  );
  for (const name of assets)
    t.deepEqual(readFileSync(join(BUNDLE, 'assets', name)), readFileSync(join(src, name)));
  t.true(assets.length >= 10);
});

test('packages that are loaded late have in the bundle the names that are asked for', async (t) => {
  const chunks = readdirSync(BUNDLE).filter((name) => name.endsWith('.js'));
  const late: string[] = [];
  for (const text of sourceTexts().values()) {
    for (const [, names = '', of = ''] of text.matchAll(/\{([^{}]*)\} = await import\('([^.'][^']*)'\)/g)) {
      late.push(of);
      const chunk = chunks.find((name) => new RegExp(`^${of}-[A-Z0-9]{8}\\.js$`).test(name)) ?? '';
      const exported = Object.keys((await import(pathToFileURL(join(BUNDLE, chunk)).href)) as object);
      for (const name of names.split(',')) t.true(exported.includes(name.trim().split(':')[0] ?? ''), of);
    }
  }
  t.deepEqual(late.sort(), ['cli-progress', 'prom-client']);
});

/** Bytes as a zstd frame of one raw block (RFC 8878 §3.1.1): magic, descriptor, size, block header, bytes. */
function zstd(bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(0xfd2f_b528, 0);
  head.writeUInt8(0xa0, 4);
  head.writeUInt32LE(bytes.length, 5);
  head.writeUIntLE((bytes.length << 3) | 1, 9, 3);
  return Buffer.concat([head, bytes]);
}

test('the bundle alone, without packages and sources, analyses to all outputs', async (t) => {
  const cwd = scratch(t);
  writeFileSync(join(cwd, 'in.pcapng.zst'), zstd(readFileSync(CAPTURE)));
  const rules = join(ROOT, 'src', 'rules', 'packs', 'background.yaml');
  const outputs = ['--report', 'r.html', '--csv', 'f.csv', '--zeek', 'zeek'];
  const run = await portwitness(['in.pcapng.zst', '--rules', rules, ...outputs], {
    cwd,
    program: copyOfBundle(t),
  });
  t.is(run.code, 1, run.err);
  t.is(run.err, '');
  t.regex(run.out, /Written: r\.html, r\.json, f\.csv/);
  const html = readFileSync(join(cwd, 'r.html'), 'utf8');
  t.true(html.includes(readFileSync(join(ROOT, 'src', 'report', 'html', 'style', 'print.css'), 'utf8')));
  t.true(html.includes('class FlowTable'));
  const capture = createHash('sha256')
    .update(readFileSync(join(cwd, 'in.pcapng.zst')))
    .digest('hex');
  t.is(resultIn(cwd, 'r.json').captures[0]?.sha256, capture);
  t.true(existsSync(join(cwd, 'zeek', 'conn.log')));
  t.is((await portwitness(['rules', 'check', rules], { cwd, program: copyOfBundle(t) })).code, 0);
});

test('the bundle alone monitors to all outputs', async (t) => {
  const cwd = scratch(t);
  let page = '';
  const args = ['--report', 'r.html', '--metrics', 'm.prom', '--events', 'e.ndjson', '--dashboard', '0'];
  const run = await portwitness(['live', '-', ...args], {
    cwd,
    program: copyOfBundle(t),
    meanwhile: ({ stdin, stderr }) => {
      stdin?.write(readFileSync(CAPTURE));
      stderr?.on('data', (text: string) => {
        const [url] = /http:\S+/.exec(text) ?? [];
        if (url === undefined) return;
        void fetch(url)
          .then((answer) => answer.text())
          .then((answer) => (page = answer))
          .finally(() => stdin?.end());
      });
    },
  });
  t.is(run.code, 1, run.err);
  for (const name of ['dashboard.css', 'dashboard.client.js']) {
    t.true(page.includes(readFileSync(join(ROOT, 'src', 'monitor', 'dashboard', name), 'utf8')), name);
  }
  t.regex(readFileSync(join(cwd, 'm.prom'), 'utf8'), /^portwitness_/m);
});

test('the thread of the bundle takes digests', async (t) => {
  const worker = new Worker(join(BUNDLE, 'digest-worker.js'));
  t.teardown(() => worker.terminate());
  const answer = new Promise((done, fail) => worker.once('message', done).once('error', fail));
  worker.postMessage({ id: 7, fd: openSync(CAPTURE, 'r') });
  const sha256 = createHash('sha256').update(readFileSync(CAPTURE)).digest('hex');
  t.deepEqual(await answer, { id: 7, sha256 });
});

test('the process around the package cap starts from the bundle', (t) => {
  const args = [join(BUNDLE, 'cap-child.js'), 'no such interface', '', '0', '1', 'probe'];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  // 3: the package is not installed; 1: it knows no such interface.
  t.true(status === 1 || status === 3, stderr);
  t.regex(stderr, /^cap: .+$/m);
});

test('a shell gets its completions from the bundle alone, in English', async (t) => {
  const options = {
    cwd: scratch(t),
    program: copyOfBundle(t),
    env: { LANG: 'de_DE.UTF-8', SHELL: '/bin/bash' },
  };
  const words = await portwitness(['--get-yargs-completions', 'portwitness', 'a'], options);
  t.deepEqual([words.code, words.out.split('\n')[0], words.err], [0, 'analyze', '']);
  const script = await portwitness(['completion'], options);
  t.deepEqual([script.code, script.err], [0, '']);
  t.regex(script.out, /complete .* portwitness/);
});

test('every package that became part of the bundle is named with its licence', (t) => {
  const notices = readFileSync(join(BUNDLE, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  const files = readdirSync(BUNDLE).filter((name) => name.endsWith('.js.map'));
  const parts = files.flatMap((name) => partsOf(join(BUNDLE, basename(name, '.map'))));
  const packages = new Set(parts.map(packageOf));
  packages.delete('');
  t.true(packages.size > 10);
  for (const name of packages) t.regex(notices, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\([^)]+\\)$`, 'm'));
});

test('the service files start the program that is shipped', (t) => {
  for (const name of ['portwitness.service', 'capture-child-only.conf', 'register-task.ps1']) {
    const text = readFileSync(join(ROOT, 'docs', 'service', name), 'utf8').replaceAll('\\', '/');
    t.true(text.includes(`portwitness/${bin.portwitness}`), name);
  }
});
