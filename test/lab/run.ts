/**
 * The lab: runs scenarios between real hosts in network namespaces, captures them, and compares what the program
 * says of the captures with what the scenario's own firewall rules and services imply.
 *
 *   npm run lab -- [names...] [--keep] [--out DIR] [--update] [--truths] [--table] [--verbose] [--lanes N]
 *
 * Exit code: 0 nothing wrong but what left-out.ts names, 1 a wrong answer, 2 it could not be run. Where it cannot run at all it says why; that
 * counts as success unless the environment says CI.
 */
import '../../src/platform/node/install.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { putCommitted, putTruths, writeBaseline } from './committed.js';
import { Lab } from './conduct.js';
import { finish } from './edit.js';
import { LEFT_OUT } from './left-out.js';
import { whyNoLab } from './machine.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/list.js';
import { WINDOWS } from './scenarios/windows.js';
import { score, wrongLines } from './score.js';
import type { Score } from './score.js';
import { details, scoreTable } from './table.js';
import { truthOf } from './truth.js';
import { writeScoreTable } from './score-doc.js';
import { writeVersions } from './versions.js';

/** Networks that play scenarios side by side: a scenario mostly waits for time-outs. */
const LANES = 3;

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    keep: { type: 'boolean', default: false },
    out: { type: 'string' },
    update: { type: 'boolean', default: false },
    truths: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    lanes: { type: 'string', default: String(LANES) },
  },
});

/** Those whose captures are committed, and those made from them with what Windows would have told. */
const ALL = [...SCENARIOS, ...WINDOWS];

/** The scenarios named and those whose captures they are made from, in the order of the list. */
function chosen(): Scenario[] {
  const unknown = names.filter((name) => !ALL.some((scenario) => scenario.name === name));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(' ')}`);
  const wanted = new Set(names.length > 0 ? names : ALL.map(({ name }) => name));
  for (const { name, from } of ALL) if (wanted.has(name) && from !== undefined) wanted.add(from);
  return ALL.filter(({ name }) => wanted.has(name));
}

/** Plays the scenarios that need real hosts; resolves to the paths of their captures by name. */
async function playAll(lanes: readonly Lab[]): Promise<Map<string, string>> {
  const queue = chosen().filter(({ from }) => from === undefined);
  const captures = new Map<string, string>();
  const play = async (lab: Lab): Promise<void> => {
    for (let scenario = queue.shift(); scenario !== undefined; scenario = queue.shift()) {
      const began = performance.now();
      captures.set(scenario.name, await lab.conduct(scenario));
      process.stdout.write(`${scenario.name} ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
      if (!options.verbose) continue;
      for (const client of lab.lastClients) process.stdout.write(`  ${client.replaceAll('\n', '\n    ')}\n`);
    }
  };
  await Promise.all(lanes.map(play));
  return captures;
}

/** Cuts the captures, makes those that are edited from others, and judges all. */
async function judgeAll(captures: ReadonlyMap<string, string>, folder: string): Promise<Score[]> {
  const scores: Score[] = [];
  for (const scenario of chosen()) {
    const raw = captures.get(scenario.from ?? scenario.name);
    if (raw === undefined) throw new Error(`${scenario.name}: no capture of ${scenario.from ?? 'it'}`);
    const { ending, bytes, log } = await finish(scenario, raw);
    const path = join(folder, `${scenario.name}${ending}`);
    writeFileSync(path, bytes);
    const truth = truthOf(scenario);
    if (options.update && SCENARIOS.includes(scenario)) putCommitted(truth, ending, bytes);
    if (log !== null) writeFileSync(`${path}.log`, log);
    scores.push(await score(path, truth, log === null ? [] : [`${path}.log`]));
  }
  return scores;
}

async function main(): Promise<number> {
  if (options.truths) {
    putTruths(
      chosen()
        .filter((one) => SCENARIOS.includes(one))
        .map(truthOf),
    );
    return 0;
  }
  const reason = whyNoLab();
  if (reason !== '') {
    process.stdout.write(`The lab does not run here: ${reason}.\n`);
    return process.env['CI'] === 'true' ? 2 : 0;
  }
  const folder = options.out === undefined ? mkdtempSync(join(tmpdir(), 'pw-lab-')) : resolve(options.out);
  const lanes = Array.from({ length: Number(options.lanes) }, (_, lane) => new Lab(folder, lane));
  const close = (): void => {
    for (const lab of lanes) lab.close();
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
    for (const lab of lanes) await lab.open();
    scores = await judgeAll(await playAll(lanes), folder);
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
  if (options.table) writeScoreTable(scores);
  return scores.some((one) => !(one.scenario in LEFT_OUT) && wrongLines(one).length > 0) ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
