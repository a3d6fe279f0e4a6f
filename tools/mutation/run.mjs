/**
 * Mutates every comparison of lengths and bounds in decode and flow by one and asks the tests whether they notice:
 *
 *   npm run build && node tools/mutation/run.mjs [--only src/decode/transport/tcp.ts] [TEST.test.ts ...]
 *
 * Prints the score and each mutant that no test noticed. tools/mutation/survivors.json says why some may survive; any
 * other makes the exit code 1, and what it says of others is told. Takes some minutes: not a part of CI.
 */
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { transform } from 'esbuild';
import { instrument } from './instrument.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const FOLDERS = ['src/decode', 'src/flow'];
/** Folders of the tests that are asked first; the samples' reports are asked about what these do not notice. */
const FIRST = ['test/decode', 'test/flow'];
const SECOND = [
  'test/report/assemble/limits.test.ts',
  'test/lab/committed.test.ts',
  'test/samples/reports.test.ts',
];
/** A mutant whose tests take so much longer than all tests do never ends. Milliseconds. */
const HANGS_AFTER = 60_000;

const { values, positionals } = parseArgs({
  options: { only: { type: 'string', default: '' } },
  allowPositionals: true,
});
process.chdir(ROOT);

/** The sources in a folder and its rooms, by path. */
function sourcesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)
    .sort();
}

/** A copy of the build in which decode and flow hold all mutants; returns its place and the mutants. */
async function prepare() {
  const root = mkdtempSync(join(tmpdir(), 'portwitness-mutants-'));
  for (const folder of ['src', 'test', 'captures']) {
    cpSync(join('build', folder), join(root, 'build', folder), { recursive: true });
  }
  for (const name of ['node_modules', 'package.json', 'docs', 'captures', 'reports', 'src', 'test']) {
    symlinkSync(join(ROOT, name), join(root, name));
  }
  const mutants = [];
  for (const path of FOLDERS.flatMap(sourcesIn)) {
    const made = instrument(path, readFileSync(path, 'utf8'), mutants.length);
    const { code } = await transform(made.text, { loader: 'ts', target: 'es2023' });
    writeFileSync(join(root, 'build', path.replace(/\.ts$/, '.js')), code);
    mutants.push(...made.mutants);
  }
  return { root, mutants };
}

function testFiles(places) {
  return places.flatMap((place) =>
    place.endsWith('.ts')
      ? [place]
      : readdirSync(place)
          .filter((name) => name.endsWith('.test.ts'))
          .map((name) => `${place}/${name}`),
  );
}

/** Tests of the copy import what collects them instead of ava. */
function prepared(root, file) {
  const path = join(root, 'build', file.replace(/\.ts$/, '.js'));
  const ava = JSON.stringify(pathToFileURL(join(ROOT, 'tools/mutation/ava.mjs')).href);
  writeFileSync(path, readFileSync(path, 'utf8').replace(/from ['"]ava['"]/, `from ${ava}`));
  return pathToFileURL(path).href;
}

class Asker {
  constructor(data) {
    this.data = data;
    this.worker = null;
    this.told = () => {};
  }

  async start() {
    const worker = new Worker(new URL('worker.mjs', import.meta.url), { workerData: this.data });
    worker.on('message', (value) => this.told(value));
    worker.on('error', (error) => process.stdout.write(`${error.stack}\n`));
    worker.on('exit', () => {
      if (this.worker === worker) this.told(null);
    });
    this.worker = worker;
    return this.answer(10 * HANGS_AFTER);
  }

  /** The next message; null when none comes in time or the thread ends. */
  answer(patience = HANGS_AFTER) {
    return new Promise((done) => {
      const timer = setTimeout(() => this.told(null), patience);
      this.told = (value) => {
        clearTimeout(timer);
        done(value);
      };
    });
  }

  /** What noticed the mutant, '' = nothing. */
  async ask(id) {
    this.worker.postMessage(id);
    const told = await this.answer();
    if (told !== null) return told.killedBy;
    const { worker } = this;
    this.worker = null;
    await worker.terminate();
    await this.start();
    return 'does not end';
  }
}

/** Asks the tests of some files about mutants; returns those that none noticed. */
async function survivorsOf(root, mutants, all, places) {
  const files = testFiles(places).map((file) => prepared(root, file));
  const platform = pathToFileURL(join(root, 'build/src/platform/node/install.js')).href;
  const ava = pathToFileURL(join(ROOT, 'tools/mutation/ava.mjs')).href;
  const asker = new Asker({ files, count: all.length, platform, ava });
  const { ready, slow, failing } = await asker.start();
  process.stdout.write(
    `${ready} tests of ${files.length} files; left out: ${slow} slow, ${failing.length} failing\n`,
  );
  for (const text of failing) process.stdout.write(`  ${text}\n`);
  const left = [];
  for (const mutant of mutants) {
    const killedBy = await asker.ask(mutant.id);
    if (killedBy !== '') continue;
    left.push(mutant);
    process.stdout.write(`not noticed: ${mutant.path}:${mutant.line}: ${mutant.before}\n`);
  }
  const { worker } = asker;
  asker.worker = null;
  await worker.terminate();
  return left;
}

const { root, mutants } = await prepare();
try {
  const asked = mutants.filter(({ path }) => path.startsWith(values.only));
  const known = JSON.parse(readFileSync('tools/mutation/survivors.json', 'utf8'));
  const isExplained = ({ path, before }) => known[path]?.[before] !== undefined;
  const first = await survivorsOf(root, asked, mutants, positionals.length > 0 ? positionals : FIRST);
  let unexplained = first.filter((mutant) => !isExplained(mutant));
  if (unexplained.length > 0 && positionals.length === 0) {
    unexplained = await survivorsOf(root, unexplained, mutants, SECOND);
  }
  for (const { path, line, before, after } of unexplained) {
    process.stdout.write(`${path}:${line}: ${before}  →  ${after}\n`);
  }
  for (const [path, texts] of Object.entries(known)) {
    if (!path.startsWith(values.only)) continue;
    for (const text of Object.keys(texts)) {
      if (!first.some((one) => one.path === path && one.before === text)) {
        process.stdout.write(`explained, but noticed or gone: ${path}: ${text}\n`);
      }
    }
  }
  const explained = first.filter(isExplained).length;
  const killed = asked.length - explained - unexplained.length;
  const share = ((100 * killed) / asked.length).toFixed(1);
  process.stdout.write(
    `${asked.length} mutants, ${killed} noticed (${share} %), ${explained} explained, ${unexplained.length} not\n`,
  );
  process.exitCode = unexplained.length > 0 ? 1 : 0;
} finally {
  rmSync(root, { recursive: true, force: true });
}
