/**
 * Holds every `working` and `blocked` verdict against tshark's reading of its connections.
 *
 *   npm run claims -- FOLDER... [--bundle FILE] [--quiet]
 *
 * Each capture of a folder is analysed by the built program; where the folder has cases (`*.case.json`), each case with
 * its inputs and options instead. Exit code: 0 nothing contradicted, 1 a contradiction, 2 it could not be run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PROGRAM } from '../shipped.js';
import { connectionsOf } from './connections.js';
import { contradictionsOf } from './contradictions.js';
import type { ClaimResult, Contradiction } from './contradictions.js';
import { readPackets } from './packets.js';

const CAPTURE = /\.(pcap|pcapng|cap)(\.gz)?$/;
const CASE = '.case.json';

interface Job {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly args: readonly string[];
}

function jobsOf(folder: string): Job[] {
  const names = readdirSync(folder).sort();
  const cases = names.filter((name) => name.endsWith(CASE));
  if (cases.length === 0) {
    const captures = names.filter((name) => CAPTURE.test(name));
    return captures.map((name) => ({ name: join(folder, name), inputs: [join(folder, name)], args: [] }));
  }
  return cases.map((name) => {
    const one = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { inputs: string[]; args?: string[] };
    return {
      name: join(folder, name.slice(0, -CASE.length)),
      inputs: one.inputs.map((input) => join(folder, input)),
      args: (one.args ?? []).map((arg) => arg.replaceAll('{dir}', folder)),
    };
  });
}

/** @returns null when the program gives no result, as of a file that is no capture */
function resultOf({ inputs, args }: Job, bundle: string, folder: string): ClaimResult | null {
  const json = join(folder, 'result.json');
  rmSync(json, { force: true });
  const report = ['--report', join(folder, 'report.html'), '--json', json, '--json-schema', '1'];
  spawnSync(process.execPath, [bundle, 'analyze', ...inputs, '--quiet', ...args, ...report], {
    stdio: 'ignore',
  });
  return existsSync(json) ? (JSON.parse(readFileSync(json, 'utf8')) as ClaimResult) : null;
}

function line(job: Job, { claim, text, packets }: Contradiction): string {
  const { verdict, confidence, reason_code: reason, rule, host } = claim;
  const many = job.inputs.length > 1;
  const frames = packets.map(({ file, frame }) => (many ? `${basename(file)}:${frame}` : String(frame)));
  const shown = frames.length === 0 ? 'no frame' : `frame ${frames.join(', ')}`;
  const who = host.address ?? host.name ?? '';
  return `${job.name}: ${rule} of ${who} is ${verdict}, ${confidence} (${reason}): ${text} (${shown})`;
}

function main(): number {
  const { values, positionals: folders } = parseArgs({
    allowPositionals: true,
    options: { bundle: { type: 'string', default: PROGRAM }, quiet: { type: 'boolean', default: false } },
  });
  if (folders.length === 0) throw new Error('usage: npm run claims -- FOLDER... [--bundle FILE] [--quiet]');
  const scratch = mkdtempSync(join(tmpdir(), 'portwitness-claims-'));
  const sum = { captures: 0, without: 0, working: 0, blocked: 0, contradicted: 0 };
  try {
    for (const job of folders.flatMap((folder) => jobsOf(resolve(folder)))) {
      sum.captures++;
      const result = resultOf(job, resolve(values.bundle), scratch);
      if (result === null) {
        sum.without++;
        continue;
      }
      const found = contradictionsOf(result, connectionsOf(job.inputs.flatMap(readPackets)));
      sum.working += found.working;
      sum.blocked += found.blocked;
      sum.contradicted += new Set(found.contradictions.map(({ claim }) => claim)).size;
      if (!values.quiet) for (const one of found.contradictions) console.log(line(job, one));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  console.log(
    `claims: ${sum.contradicted} of ${sum.working} working and ${sum.blocked} blocked verdicts contradicted, ` +
      `${sum.captures} captures, ${sum.without} of them without a result`,
  );
  return sum.contradicted > 0 ? 1 : 0;
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
