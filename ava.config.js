import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Tests that wait more than they compute, the longest first: they begin first, and the others fill their time. */
const WAITING = [
  'source/sources',
  'monitor/wire',
  'lab/live',
  'browser/report',
  'browser/dashboard',
  'monitor/survival',
  'monitor/service',
  'source/broken-programs',
  'cli/live',
].map((name) => join(`${name}.test.ts`));

function rank(file) {
  const at = WAITING.indexOf(join(basename(dirname(file)), basename(file)));
  return at < 0 ? WAITING.length : at;
}

export default {
  files: ['test/**/*.test.ts', '!test/corpus/**', '!test/cases/**'],
  typescript: { rewritePaths: { 'test/': 'build/test/' }, compile: false },
  timeout: '2m',
  // Tests on a wire of their own are held to the seconds of a monitor: more at a time would keep it waiting.
  concurrency: availableParallelism(),
  sortTestFiles: (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1),
};
