/**
 * Makes each input of files.ts, runs the program on it and prints what it cost: `node build/test/attacks/run.js [NAME ...]
 * [--bundle FILE]`. `--bundle` takes another build of the program, for the figures before a change.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure } from '../bench/measure.js';
import { PROGRAM } from '../shipped.js';
import { ATTACKS } from './files.js';
import type { Attack } from './files.js';

const { values, positionals } = parseArgs({
  options: { bundle: { type: 'string', default: PROGRAM } },
  allowPositionals: true,
});

async function run({ name, files, options = [] }: Attack, program: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness-attack-'));
  try {
    const made = files();
    for (const [file, bytes] of made) writeFileSync(join(folder, file), bytes);
    const [input = ''] = made.keys();
    const report = join(folder, 'report.html');
    const words = options.map((word) => (made.has(word) ? join(folder, word) : word));
    const args = [program, 'analyze', join(folder, input), ...words, '--report', report, '--quiet'];
    const { seconds, cpu, peak } = await measure({
      program: process.execPath,
      args,
      isNode: true,
      accepted: [0, 1, 2, 3],
    });
    const written = [report, report.replace('.html', '.json')].map(
      (path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0,
    );
    const size = statSync(join(folder, input)).size;
    const figures = [size / 1e6, seconds, cpu ?? NaN, (peak ?? NaN) / 1e6, ...written.map((n) => n / 1e6)];
    process.stdout.write(`${name.padEnd(20)}${figures.map((n) => n.toFixed(2).padStart(10)).join('')}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const head = ['input MB', 'seconds', 'CPU s', 'peak MB', 'HTML MB', 'JSON MB'];
process.stdout.write(`${'attack'.padEnd(20)}${head.map((word) => word.padStart(10)).join('')}\n`);
for (const attack of ATTACKS) {
  if (positionals.length === 0 || positionals.includes(attack.name)) await run(attack, values.bundle);
}
