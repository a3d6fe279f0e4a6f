import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, posix } from 'node:path';

/** Tests that wait more than they compute, the longest first: they begin first, and the others fill their time. */
const WAITING = [
  'source/sources',
  'monitor/wire',
  'lab/live',
  'browser/report',
  'browser/page',
  'browser/dashboard',
  'monitor/survival',
  'monitor/service',
  'source/broken-programs',
  'rooms/cli',
].map((name) => join(`${name}.test.ts`));

function rank(file) {
  const at = WAITING.indexOf(join(basename(dirname(file)), basename(file)));
  return at < 0 ? WAITING.length : at;
}

/**
 * A worker takes longer to start than most test files to run: the files of a room (test/rooms) share one. Files that
 * no room names run by themselves.
 */
const inRooms = readdirSync('test/rooms').flatMap((name) => {
  const text = readFileSync(join('test', 'rooms', name), 'utf8');
  return [...text.matchAll(/^import '(.+)\.js';$/gm)].map(([, path]) =>
    posix.join('test/rooms', `${path}.ts`),
  );
});

/** Files that are asked for run by themselves. */
const isAsked = process.argv.slice(2).some((word) => !word.startsWith('-'));

export default {
  files: [
    'test/**/*.test.ts',
    '!test/corpus/**',
    '!test/corpus-outputs/**',
    '!test/cases/**',
    '!test/release/**',
    ...(isAsked ? [] : inRooms.map((file) => `!${file}`)),
  ],
  require: ['./build/src/platform/node/install.js'],
  typescript: { rewritePaths: { 'test/': 'build/test/' }, compile: false },
  timeout: '6m',
  // Tests on a wire of their own are held to the seconds of a monitor: more at a time would keep it waiting.
  concurrency: availableParallelism(),
  sortTestFiles: (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1),
};
