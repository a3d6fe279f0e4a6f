/** Public captures through the whole pipeline: what it found, and the logs that it writes. */
import { analyze } from '../../src/analysis.js';
import type { ReportInput } from '../../src/report/assemble/input/input.js';
import { Flow } from '../../src/flow/flow.js';
import type { SeenIn } from '../../src/recognise/facts/facts.js';
import { assembleReport } from '../../src/report/assemble/assemble.js';
import type { ReportModel } from '../../src/report/model/model.js';
import { ZEEK_LOGS } from '../../src/report/zeek/logs.js';
import { loadPacks } from '../../src/rules/load.js';
import { collected } from '../report/collect.js';
import { pathOf } from './truth.js';
import type { Row } from './truth.js';

export interface Analysed {
  readonly analysis: ReportInput;
  readonly model: ReportModel;
  /** Rows by the log's file name; a log that is not written has none. */
  readonly logs: ReadonlyMap<string, readonly Row[]>;
}

const done = new Map<string, Promise<Analysed>>();

/** Analyses a capture once, with the program's own defaults. */
export function analysed(file: string): Promise<Analysed> {
  const known = done.get(file);
  if (known !== undefined) return known;
  const running = run(file);
  done.set(file, running);
  return running;
}

async function run(file: string): Promise<Analysed> {
  const analysis = await analyze({
    inputs: [pathOf(file)],
    packs: await loadPacks({ files: [] }),
    server: [],
    agentPort: 9003,
    serverPort: 9004,
    answerWait: 3,
  });
  const model = assembleReport(analysis, { version: '0', commandLine: '', now: 0 });
  const logs = new Map<string, readonly Row[]>();
  for (const { file: name, write, hasRows } of ZEEK_LOGS) {
    if (hasRows(model)) logs.set(name, zeekRows(await collected(write, model)));
  }
  return { analysis, model, logs };
}

/** Rows of a log in Zeek's TSV format. */
export function zeekRows(text: string): Row[] {
  const fields = (/^#fields\t(.*)$/m.exec(text)?.[1] ?? '').split('\t');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const cells = line.split('\t');
      return Object.fromEntries(fields.map((field, i) => [field, cells[i] ?? '']));
    });
}

/** 'address port address port' of a row of a log. */
export function connectionOf(row: Row): string {
  return [row['id.orig_h'], row['id.orig_p'], row['id.resp_h'], row['id.resp_p']].join(' ');
}

/** The ends of a fact's flow in an order that does not depend on who began. */
export function endsOf(analysis: ReportInput, seen: SeenIn): string {
  const flow = new Flow(analysis.meter.flows).move(seen.flow);
  return [`${flow.addressText(0)} ${flow.port(0)}`, `${flow.addressText(1)} ${flow.port(1)}`]
    .sort()
    .join(' ');
}
