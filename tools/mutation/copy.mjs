/** What runs of mutants have in common: a copy of the build that holds them, and a thread in which tests are asked. */
import { cpSync, mkdtempSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { transform } from 'esbuild';

export const ROOT = resolve(import.meta.dirname, '..', '..');
const AVA = pathToFileURL(join(ROOT, 'tools/mutation/ava.mjs')).href;
/** A mutant whose tests take so much longer than all tests do never ends. Milliseconds. */
const HANGS_AFTER = 60_000;

/**
 * A copy of the build in which sources hold mutants.
 * @param {readonly string[]} paths of the sources
 * @param {(path: string, text: string) => string} instrument returns the source with its mutants
 * @returns the place of the copy
 */
export async function instrumentedCopy(paths, instrument) {
  const root = mkdtempSync(join(tmpdir(), 'portwitness-mutants-'));
  for (const folder of ['src', 'test', 'captures']) {
    cpSync(join('build', folder), join(root, 'build', folder), { recursive: true });
  }
  for (const name of readdirSync(ROOT)) {
    if (name !== 'build' && name !== '.git') symlinkSync(join(ROOT, name), join(root, name));
  }
  // In place of ava tests import what collects them.
  const tests = join(root, 'build/test');
  for (const name of readdirSync(tests, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue;
    const text = readFileSync(join(tests, name), 'utf8');
    writeFileSync(join(tests, name), text.replace(/from ['"]ava['"]/, `from ${JSON.stringify(AVA)}`));
  }
  for (const path of paths) {
    const text = instrument(path, readFileSync(path, 'utf8'));
    const { code } = await transform(text, { loader: 'ts', target: 'es2023' });
    writeFileSync(join(root, 'build', path.replace(/\.ts$/, '.js')), code);
  }
  return root;
}

/** The TypeScript files in a folder and its rooms, by path. */
export function filesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)
    .sort();
}

/** Where the copy has a test. */
export function urlOf(root, test) {
  return pathToFileURL(join(root, 'build', test.replace(/\.ts$/, '.js'))).href;
}

export class Asker {
  /** @param {string} root place of the copy @param {object} data for worker.mjs */
  constructor(root, data) {
    const platform = pathToFileURL(join(root, 'build/src/platform/node/install.js')).href;
    this.data = { ...data, platform, ava: AVA };
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

  async end() {
    const { worker } = this;
    this.worker = null;
    await worker.terminate();
  }
}
