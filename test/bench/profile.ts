/**
 * `npm run bench:profile`: leaves a profile of everything up to the last frame in build/profile, to be opened in the
 * Performance tab of Chrome's developer tools or in speedscope.
 */
import '../../src/platform/node/install.js';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchCapture } from './generate.js';
import { SHAPES } from './shapes.js';

const ROUND = fileURLToPath(new URL('./frame-loop-round.js', import.meta.url));
const FOLDER = fileURLToPath(new URL('../../profile/', import.meta.url));

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'bulk' },
    scale: { type: 'string', default: '1' },
    dir: { type: 'string', default: join(tmpdir(), 'portwitness-bench') },
  },
});

const shape = SHAPES.find(({ name }) => name === options.only);
if (shape === undefined) throw new Error(`--only: '${options.only}' is no capture of the benchmark`);
const capture = benchCapture(shape, Number(options.scale), options.dir);
mkdirSync(FOLDER, { recursive: true });
const before = new Set(readdirSync(FOLDER));
execFileSync(process.execPath, ['--cpu-prof', `--cpu-prof-dir=${FOLDER}`, ROUND, capture.path, 'on']);
for (const name of readdirSync(FOLDER)) {
  if (!before.has(name)) process.stdout.write(`${join(FOLDER, name)}\n`);
}
