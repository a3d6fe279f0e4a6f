/**
 * The lab: runs scenarios between real hosts in network namespaces, captures them, and compares what the program
 * says of the captures with what the scenario's own firewall rules and services imply.
 *
 *   npm run lab -- [names...] [--keep] [--out DIR] [--update] [--verbose]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { putCommitted, writeBaseline } from './committed.js';
import { Lab } from './conduct.js';
import { finish } from './edit.js';
import { whyNot } from './machine.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/list.js';
import { score, wrongLines } from './score.js';
import type { Score } from './score.js';
import { details, scoreTable } from './table.js';
import { truthOf } from './truth.js';
import { writeVersions } from './versions.js';

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    keep: { type: 'boolean', default: false },
    out: { type: 'string' },
    update: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

/** The scenarios named and those whose captures they are made from, in the order of the list. */
function chosen(): Scenario[] {
  const unknown = names.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(' ')}`);
  const wanted = new Set(names.length > 0 ? names : SCENARIOS.map(({ name }) => name));
  for (const { name, from } of SCENARIOS) if (wanted.has(name) && from !== undefined) wanted.add(from);
  return SCENARIOS.filter(({ name }) => wanted.has(name));
}

async function runAll(lab: Lab, folder: string): Promise<Score[]> {
  const scores: Score[] = [];
  for (const scenario of chosen()) {
    const began = performance.now();
    const raw =
      scenario.from === undefined ? await lab.conduct(scenario) : join(folder, `${scenario.from}.pcap`);
    const { ending, bytes } = await finish(scenario, raw);
    const path = join(folder, `${scenario.name}${ending}`);
    writeFileSync(path, bytes);
    const truth = truthOf(scenario);
    if (options.update) putCommitted(truth, ending, bytes);
    const result = await score(path, truth);
    scores.push(result);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const wrong = wrongLines(result).length;
    process.stdout.write(
      `${scenario.name} ${seconds} s, ${bytes.length} bytes${wrong > 0 ? `, ${wrong} WRONG` : ''}\n`,
    );
    if (options.verbose && scenario.from === undefined) {
      for (const client of lab.lastClients) process.stdout.write(`  ${client.replaceAll('\n', '\n    ')}\n`);
    }
  }
  return scores;
}

async function main(): Promise<number> {
  const reason = whyNot();
  if (reason !== '') {
    process.stdout.write(`The lab does not run here: ${reason}.\n`);
    return 0;
  }
  const folder = options.out === undefined ? mkdtempSync(join(tmpdir(), 'pw-lab-')) : resolve(options.out);
  const lab = new Lab(folder);
  const close = (): void => {
    lab.close();
    if (!options.keep && options.out === undefined) rmSync(folder, { recursive: true, force: true });
  };
  const stop = (): void => {
    close();
    process.exit(130);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const began = performance.now();
  let scores: Score[];
  try {
    await lab.open();
    scores = await runAll(lab, folder);
  } finally {
    close();
  }
  process.stdout.write(`\n${details(scores, true)}\n\n${scoreTable(scores)}\n`);
  process.stdout.write(
    `\n${scores.length} scenarios in ${Math.round((performance.now() - began) / 1000)} s.\n`,
  );
  if (options.update) {
    writeVersions();
    await writeBaseline();
  }
  return scores.some((one) => wrongLines(one).length > 0) ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
