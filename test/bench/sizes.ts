/**
 * What results weigh and take: both versions of the JSON and the page of a large capture, and whether an estate with
 * planted faults gets exactly the causes that were planted.
 */
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { PlannedCause } from '../../captures/recipes/planted/plan.js';
import { writePlanted } from '../../captures/recipes/planted/capture.js';
import { measure, median } from './measure.js';
import type { Command } from './measure.js';
import type { Program } from './programs.js';

/** Part of the cached name: change it when the bytes of planted captures change. */
const VERSION = 1;

export interface ResultSize {
  /** Version of the JSON. */
  readonly schema: string;
  /** Medians of the whole analysis, wall and of all threads together. */
  readonly seconds: number;
  readonly cpu: number;
  /** Bytes. */
  readonly json: number;
  readonly html: number;
  readonly peak: number;
}

/** @param folder where `own` writes report.html and report.json */
export async function resultSizes(
  capture: string,
  own: Program,
  folder: string,
  rounds: number,
  more: readonly string[] = [],
): Promise<ResultSize[]> {
  const sizes: ResultSize[] = [];
  for (const schema of ['1', '2']) {
    const seconds: number[] = [];
    const cpu: number[] = [];
    let peak = 0;
    for (let round = 0; round < rounds; round++) {
      const command = own.command(capture);
      const one = await measure(withOptions(command, ['--json-schema', schema, ...more]));
      seconds.push(one.seconds);
      cpu.push(one.cpu ?? 0);
      peak = Math.max(peak, one.peak ?? 0);
    }
    const [json = 0, html = 0] = ['report.json', 'report.html'].map((n) => statSync(join(folder, n)).size);
    sizes.push({ schema, seconds: median(seconds), cpu: median(cpu), json, html, peak });
  }
  return sizes;
}

function withOptions(command: Command, more: readonly string[]): Command {
  return { ...command, args: [...command.args, ...more] };
}

/** PREFIX of an estate of so many computers, made when it is not there. */
export function plantedCapture(computers: number, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const prefix = join(folder, `planted-${computers}-v${VERSION}`);
  if (!existsSync(`${prefix}.causes.json`)) writePlanted(prefix, computers);
  return prefix;
}

interface FoundCause extends Omit<PlannedCause, 'computers'> {
  readonly computers: number;
  readonly cells: readonly number[];
}

/** What the result beside `folder` says of the planted causes; empty = it says just these. */
export function causesAmiss(prefix: string, folder: string): string[] {
  const planted = JSON.parse(readFileSync(`${prefix}.causes.json`, 'utf8')) as PlannedCause[];
  const { causes } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as {
    causes: FoundCause[];
  };
  const line = (one: Omit<PlannedCause, 'computers'>, computers: number): string =>
    [one.kind, one.fact, one.owner, one.reach, one.rules.join(' '), computers].join(' | ');
  const wanted = planted.map((one) => line(one, one.computers.length)).sort();
  const found = causes.map((one) => line(one, one.computers)).sort();
  const cells = causes.flatMap((one) => one.cells);
  return [
    ...wanted.filter((one) => !found.includes(one)).map((one) => `not found: ${one}`),
    ...found.filter((one) => !wanted.includes(one)).map((one) => `not planted: ${one}`),
    ...(new Set(cells).size === cells.length ? [] : ['a cell is in two causes']),
  ];
}
