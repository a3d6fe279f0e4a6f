/**
 * Runs the tests of folders in one process, for what measures a process: coverage in minutes instead of an hour.
 *
 *   npx c8 --exclude-after-remap -r text -n 'src/{capture,decode,flow,recognise,verdict}/**' \
 *     node tools/mutation/all.mjs test/decode test/flow
 *
 * Without `--exclude-after-remap` c8 looks for the names in the build and finds none.
 * Tests that need a worker or a machine of their own (test/capture/source, test/monitor, test/cli) do not belong here.
 */
import { readdirSync } from 'node:fs';
import { register } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = resolve(import.meta.dirname, '..', '..');
const AVA = pathToFileURL(join(ROOT, 'tools/mutation/ava.mjs')).href;
const NOT_HERE = 'test/capture/source/';

process.chdir(ROOT);
// In place of ava its tests import what collects them.
register(
  `data:text/javascript,${encodeURIComponent(
    `export const resolve = (name, context, next) =>
      name === 'ava' ? { url: ${JSON.stringify(AVA)}, shortCircuit: true } : next(name, context);`,
  )}`,
);
await import(pathToFileURL(join(ROOT, 'build/src/platform/node/install.js')).href);
const { tests, runTest } = await import(AVA);

const files = process.argv.slice(2).flatMap((place) =>
  place.endsWith('.ts')
    ? [place]
    : readdirSync(place, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => `${place}/${name}`),
);
let failed = 0;
for (const file of files.filter((path) => !path.startsWith(NOT_HERE))) {
  tests.length = 0;
  await import(pathToFileURL(join(ROOT, 'build', file.replace(/\.ts$/, '.js'))).href);
  for (const test of [...tests]) {
    try {
      await runTest(test);
    } catch (error) {
      failed++;
      console.log(`${file}: ${test.title}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
console.log(`${files.length} files, ${failed} tests failed`);
// What a test left open does not keep the process.
process.exit(failed === 0 ? 0 : 1);
