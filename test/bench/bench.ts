/**
 * `npm run bench`: lets portwitness and its peers run in turn on generated captures and prints medians.
 * `npm run bench -- recognition`: what payload recognition adds to the frame loop; exit code 1 above the goal.
 * `npm run bench -- growth`: time for each packet and memory for each flow at 1, 4 and 16 times a size; exit code 1
 *   when the last step costs far more than the first.
 * `npm run bench -- halves`: what a second core could gain at the most.
 * `npm run bench -- sizes`: seconds and megabytes of results, `--only fleet`, `--only hosts`, and of estates with planted
 *   faults (`--only planted`); exit code 1 when other causes are found than were planted.
 * `npm run bench -- memory`: checks the memory goal on the large capture; exit code 1 when it is missed.
 */
import '../../src/platform/node/install.js';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchCapture, type BenchCapture } from './generate.js';
import { SIZES, grow, steps } from './growth.js';
import { wholeAndHalves } from './halves.js';
import { measure, median, type Measure } from './measure.js';
import { PCAP_PARSER, installedPeers, portwitness, type Program } from './programs.js';
import { realCapture } from './real.js';
import { recognitionCost, type RecognitionCost } from './recognition.js';
import { BULK, SHAPES, SMALL, type Shape } from './shapes.js';
import { causesAmiss, plantedCapture, resultSizes, type ResultSize } from './sizes.js';

/** The memory goal: so much, and so much more for each flow. */
const MEMORY_FIXED = 120e6;
const MEMORY_PER_FLOW = 200;
/** Name of the capture of real traffic. */
const REAL = 'real';
/** Name of the estates with planted faults, and their computers at scale 1. */
const PLANTED = 'planted';
const PLANTED_COMPUTERS = 5000;
/** With recognition the frame loop may take so many times as long as without it, on large segments. */
const RECOGNITION_GOAL = 1.35;
const RECOGNITION_ROUNDS = 5;
/** Part of a shape that growth begins with: its largest size is 16 times that. */
const GROWTH_PART = 0.02;
/** The last step may cost so many times as much as the first: caches that no longer hold everything, and noise. */
const GROWTH_GOAL = 2;
/** pcap-parser is too slow for the whole file: it reads one of this part of the flows. */
const BASELINE_PART = 0.1;

const root = fileURLToPath(new URL('../../../', import.meta.url));

interface Row {
  readonly capture: string;
  readonly program: string;
  readonly does: string;
  readonly rounds: number;
  /** Seconds. */
  readonly median: number;
  readonly fastest: number;
  readonly slowest: number;
  /** Median seconds of all threads, 0 = unknown. */
  readonly cpu: number;
  readonly megabytesPerSecond: number;
  readonly packetsPerSecond: number;
  /** Time of this program over time of portwitness on the same number of bytes. */
  readonly ratio: number;
  /** Bytes, 0 = unknown. */
  readonly peak: number;
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    scale: { type: 'string', default: '1' },
    dir: { type: 'string', default: join(tmpdir(), 'portwitness-bench') },
    only: { type: 'string' },
    'no-tshark': { type: 'boolean', default: false },
    out: { type: 'string', default: join(root, 'build', 'bench.json') },
  },
});

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const rounded = (value: number, digits = 3): number => Number(value.toFixed(digits));
const megabytes = (bytes: number): string => (bytes > 0 ? `${(bytes / 1e6).toFixed(0)} MB` : 'n/a');

function makeCapture(shape: Shape, scale: number): BenchCapture {
  const started = Date.now();
  return announced(benchCapture(shape, scale, options.dir), started);
}

/** The public captures, or null where they are not beside the project. */
async function makeReal(): Promise<BenchCapture | null> {
  const started = Date.now();
  mkdirSync(options.dir, { recursive: true });
  const capture = await realCapture(options.dir);
  return capture === null ? null : announced(capture, started);
}

function announced(capture: BenchCapture, started: number): BenchCapture {
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const flows = capture.flows === 0 ? '' : `, ${capture.flows} flows`;
  say(
    `\n${capture.shape}: ${megabytes(capture.bytes)}, ${capture.packets} packets${flows} (made or found in ${seconds} s)`,
  );
  return capture;
}

/** All programs once, then all once more: a slow minute of the machine meets them all. */
async function runInTurn(programs: readonly Program[], capture: BenchCapture): Promise<Measure[][]> {
  const results: Measure[][] = programs.map(() => []);
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [index, program] of programs.entries()) {
      const one = await measure(program.command(capture.path));
      results[index]?.push(one);
      say(`  round ${round + 1}  ${program.name.padEnd(22)} ${one.seconds.toFixed(2)} s`);
    }
  }
  return results;
}

function rowOf(program: Program, measures: readonly Measure[], capture: BenchCapture, ownPace: number): Row {
  const seconds = measures.map((one) => one.seconds);
  const middle = median(seconds);
  return {
    capture: capture.shape,
    program: program.name,
    does: program.does,
    rounds: measures.length,
    median: rounded(middle),
    fastest: rounded(Math.min(...seconds)),
    slowest: rounded(Math.max(...seconds)),
    cpu: rounded(median(measures.map((one) => one.cpu ?? 0))),
    megabytesPerSecond: rounded(capture.bytes / 1e6 / middle, 1),
    packetsPerSecond: Math.round(capture.packets / middle),
    ratio: rounded(middle / capture.bytes / ownPace, 2),
    peak: Math.max(...measures.map((one) => one.peak ?? 0)),
  };
}

function printRows(rows: readonly Row[]): void {
  say(
    `  ${'program'.padEnd(22)} ${'median'.padStart(9)} ${'spread'.padStart(15)} ${'CPU'.padStart(8)} ${'MB/s'.padStart(7)}    ratio     peak`,
  );
  for (const row of rows) {
    const spread = `${row.fastest.toFixed(2)}-${row.slowest.toFixed(2)} s`;
    say(
      `  ${row.program.padEnd(22)} ${`${row.median.toFixed(2)} s`.padStart(9)} ${spread.padStart(15)} ${`${row.cpu.toFixed(2)} s`.padStart(8)} ` +
        `${row.megabytesPerSecond.toFixed(0).padStart(7)} ${row.ratio.toFixed(2).padStart(8)} ${megabytes(row.peak).padStart(8)}`,
    );
  }
}

/** Bytes of the peak for each flow, beyond the fixed part. */
function perFlow(peak: number, capture: BenchCapture): string {
  return `${((peak - MEMORY_FIXED) / capture.flows).toFixed(0)} bytes a flow beyond ${megabytes(MEMORY_FIXED)}`;
}

/** @param baseline a smaller capture of the same kind for the slow reader; null = it is left out */
async function compare(
  capture: BenchCapture,
  baseline: BenchCapture | null,
  own: Program,
  folder: string,
): Promise<Row[]> {
  const programs = [own, ...installedPeers(!options['no-tshark'], folder)];
  const results = await runInTurn(programs, capture);
  const ownPace = median((results[0] ?? []).map((one) => one.seconds)) / capture.bytes;
  const rows = programs.map((program, index) => rowOf(program, results[index] ?? [], capture, ownPace));

  if (baseline !== null) {
    const measures = (await runInTurn([PCAP_PARSER], baseline))[0] ?? [];
    rows.push(rowOf(PCAP_PARSER, measures, { ...baseline, shape: capture.shape }, ownPace));
  }
  printRows(rows);
  const tshark = rows.find(({ program }) => program.startsWith('tshark'));
  if (tshark !== undefined) say(`  ${tshark.ratio.toFixed(1)} times faster than ${tshark.program}`);
  if (capture.flows > 0)
    say(`  ${own.name}: ${perFlow(rows[0]?.peak ?? 0, capture)} (${capture.flows} flows)`);
  return rows;
}

/** One run on the large capture against the goal. */
async function checkMemory(own: Program): Promise<boolean> {
  const capture = makeCapture(BULK, Number(options.scale));
  const { peak, seconds } = await measure(own.command(capture.path));
  const goal = MEMORY_FIXED + MEMORY_PER_FLOW * capture.flows;
  const kept = peak !== null && peak <= goal;
  say(
    `  ${seconds.toFixed(2)} s, peak ${megabytes(peak ?? 0)}, goal ${megabytes(goal)}: ${kept ? 'kept' : 'missed'}`,
  );
  return kept;
}

/** The same shape at several sizes; false when a step costs far more than the one before. */
async function checkGrowth(shapes: readonly Shape[], own: Program): Promise<boolean> {
  let kept = true;
  for (const shape of shapes) {
    const scale = Number(options.scale) * GROWTH_PART;
    const captures = SIZES.map((size) => makeCapture(shape, scale * size));
    const sizes = await grow(captures, own, Number(options.rounds));
    const found = steps(sizes);
    for (const [index, { packets, flows, seconds, peak }] of sizes.entries()) {
      const step = found[index - 1];
      const more =
        step === undefined
          ? ''
          : `; each further packet ${step.perPacket.toFixed(2)} µs, each further flow ${step.perFlow.toFixed(0)} bytes`;
      say(
        `  ${packets} packets, ${flows} flows: ${seconds.toFixed(2)} s CPU, peak ${megabytes(peak)}${more}`,
      );
    }
    const [first, last] = [found[0], found.at(-1)];
    if (first === undefined || last === undefined) continue;
    const ratios = [last.perPacket / first.perPacket, last.perFlow / first.perFlow];
    say(`  last step against the first: time ${ratios[0]?.toFixed(2)}, memory ${ratios[1]?.toFixed(2)}`);
    if (ratios.some((ratio) => ratio > GROWTH_GOAL)) kept = false;
  }
  return kept;
}

/** The whole capture against its two halves at the same time. */
async function compareHalves(shapes: readonly Shape[], folder: string): Promise<void> {
  const into = (name: string): Program => {
    mkdirSync(join(folder, name));
    return portwitness(join(folder, name));
  };
  const programs = [into('first'), into('second')] as const;
  for (const shape of shapes) {
    const { path } = makeCapture(shape, Number(options.scale));
    const { whole, cores, halves } = await wholeAndHalves(path, programs, Number(options.rounds));
    say(
      `  whole ${whole.toFixed(2)} s on ${cores.toFixed(2)} cores, both halves at once ${halves.toFixed(2)} s: ` +
        `at most ${(whole / halves).toFixed(2)} times as fast (medians of ${options.rounds} rounds)`,
    );
  }
}

/** The frame loop with and without recognition. */
function recognition(shapes: readonly Shape[]): RecognitionCost[] {
  const rounds = Math.max(RECOGNITION_ROUNDS, Number(options.rounds));
  return shapes.map((shape) => {
    const cost = recognitionCost(makeCapture(shape, Number(options.scale)), rounds);
    say(
      `  frame loop without recognition ${cost.off.toFixed(2)} s, with it ${cost.on.toFixed(2)} s: ` +
        `${cost.ratio.toFixed(2)} times as long (medians of ${rounds} rounds)`,
    );
    return cost;
  });
}

function sayResults(sizes: readonly ResultSize[]): void {
  for (const { schema, seconds, cpu, json, html, peak } of sizes) {
    say(
      `  JSON ${schema}: ${seconds.toFixed(1)} s, CPU ${cpu.toFixed(1)} s, peak ${megabytes(peak)}, JSON ${(json / 1e6).toFixed(1)} MB, HTML ${(html / 1e6).toFixed(1)} MB`,
    );
  }
}

/** Results of the chosen shapes, or of the estate with planted faults; false when its causes are not those planted. */
async function checkSizes(shapes: readonly Shape[], own: Program, folder: string): Promise<boolean> {
  const rounds = Number(options.rounds);
  for (const shape of shapes) {
    const { path } = makeCapture(shape, Number(options.scale));
    sayResults(await resultSizes(path, own, folder, rounds));
  }
  if (options.only !== PLANTED) return true;
  const prefix = plantedCapture(Math.round(PLANTED_COMPUTERS * Number(options.scale)), options.dir);
  sayResults(await resultSizes(`${prefix}.pcap`, own, folder, rounds, ['--hosts', `${prefix}.csv`]));
  const amiss = causesAmiss(prefix, folder);
  say(amiss.length === 0 ? '  exactly the planted causes' : `  ${amiss.join('\n  ')}`);
  return amiss.length === 0;
}

/** Without `--only` the two captures with conversations. */
function chosenShapes(): Shape[] {
  const wanted = options.only;
  if (wanted === undefined) return [BULK, SMALL];
  if (wanted === REAL || wanted === PLANTED) return [];
  const shapes = SHAPES.filter(({ name }) => name === wanted);
  if (shapes.length > 0) return shapes;
  throw new Error(
    `--only: '${wanted}' is none of ${[...SHAPES.map(({ name }) => name), REAL, PLANTED].join(', ')}`,
  );
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness-bench-'));
  try {
    const own = portwitness(folder);
    if (!existsSync(own.command('').args[0] ?? '')) throw new Error('build first: npm run build');
    if (positionals[0] === 'memory') {
      if (!(await checkMemory(own))) process.exitCode = 1;
      return;
    }
    const shapes = chosenShapes();
    if (positionals[0] === 'growth') {
      if (!(await checkGrowth(shapes, own))) process.exitCode = 1;
      return;
    }
    if (positionals[0] === 'halves') {
      await compareHalves(shapes, folder);
      return;
    }
    if (positionals[0] === 'sizes') {
      if (!(await checkSizes(shapes, own, folder))) process.exitCode = 1;
      return;
    }
    if (positionals[0] === 'recognition') {
      const bulk = recognition(shapes).find(({ capture }) => capture === BULK.name);
      if (bulk !== undefined && bulk.ratio > RECOGNITION_GOAL) process.exitCode = 1;
      return;
    }
    const rows: Row[] = [];
    const scale = Number(options.scale);
    for (const shape of shapes) {
      const capture = makeCapture(shape, scale);
      rows.push(...(await compare(capture, makeCapture(shape, scale * BASELINE_PART), own, folder)));
    }
    if (options.only === undefined || options.only === REAL) {
      const capture = await makeReal();
      if (capture !== null) rows.push(...(await compare(capture, null, own, folder)));
      else say('\nreal: left out, the public captures are not beside the project');
    }
    const machine = {
      cpu: cpus()[0]?.model ?? '',
      cores: cpus().length,
      node: process.version,
      system: process.platform,
    };
    mkdirSync(dirname(options.out), { recursive: true });
    writeFileSync(
      options.out,
      `${JSON.stringify({ machine, scale: Number(options.scale), rows }, null, 2)}\n`,
    );
    say(`\nwritten: ${options.out}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
