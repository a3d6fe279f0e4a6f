/** A capture through the whole pipeline into every output, each checked by what its format promises. */
import { analyze } from '../../src/analysis.js';
import type { AnalysisOptions } from '../../src/analysis.js';
import { assembleReport } from '../../src/report/assemble/assemble.js';
import { FORMATS } from '../../src/report/formats.js';
import type { JsonSchema } from '../../src/report/write/format.js';
import type { ReportModel } from '../../src/report/model/model.js';
import { resultOf } from '../../src/report/saved/result.js';
import type { Sink } from '../../src/report/write/sink.js';
import { terminalSummary } from '../../src/report/terminal/write.js';
import { loadPacks } from '../../src/rules/load.js';
import { fitsSchema } from './schemas.js';
import { checkCsv, checkHtml, checkPlain, checkZeek, embeddedIn } from './well-formed.js';

/** Milliseconds since 1970 at which all reports are made. */
export const NOW = Date.UTC(2026, 4, 1);

export const packs = await loadPacks({ files: [] });
export const DEFAULTS = { packs, server: [], agentPort: 9003, serverPort: 9004, answerWait: 3 } as const;

export interface Outputs {
  readonly model: ReportModel;
  /** By option and file: 'report', 'json1', 'json2', 'zeek/conn.log', 'terminal' ... */
  readonly texts: ReadonlyMap<string, string>;
}

/** @throws CaptureError when an input is no capture */
export async function analysed(
  options: Partial<AnalysisOptions> & Pick<AnalysisOptions, 'inputs'>,
): Promise<ReportModel> {
  const input = await analyze({ ...DEFAULTS, ...options });
  return assembleReport(input, { version: '0', commandLine: 'portwitness analyze', now: NOW });
}

export async function written(
  write: (model: ReportModel, sink: Sink) => Promise<void>,
  model: ReportModel,
): Promise<string> {
  const parts: Uint8Array[] = [];
  await write(model, {
    write: (text) => void parts.push(Buffer.from(text)),
    writeBytes: (bytes) => void parts.push(Uint8Array.from(bytes)),
  });
  return Buffer.concat(parts).toString();
}

/** Everything that the program would write of a model. */
export async function outputsOf(model: ReportModel): Promise<Outputs> {
  const texts = new Map<string, string>();
  for (const format of FORMATS) {
    const schemas: readonly JsonSchema[] = format.option === 'json' ? [1, 2] : [2];
    for (const jsonSchema of schemas) {
      for (const ending of format.option === 'ticket' ? ['.txt', '.md'] : ['']) {
        for (const file of await format.load({ jsonSchema, path: `x${ending}` })) {
          const version = format.option === 'json' ? String(jsonSchema) : '';
          const name = `${format.option}${version}${ending}${file.name === '' ? '' : `/${file.name}`}`;
          texts.set(name, await written(file.write, model));
        }
      }
    }
  }
  texts.set('terminal', terminalSummary(model, { width: 80, color: false }));
  return { model, texts };
}

const CHECKS: readonly (readonly [RegExp, (text: string) => void])[] = [
  [/^report$/, checkHtml],
  [/^json1$/, (text) => fitsSchema('json1', text)],
  [/^json2$/, (text) => fitsSchema('json2', text)],
  [/^(csv|matrix|changes)$/, checkCsv],
  [/^zeek\//, checkZeek],
  [/^(ticket.*|terminal)$/, checkPlain],
];

/** @throws Error that names the output and what is wrong with it */
export function checkOutputs({ texts }: Outputs): void {
  for (const [name, text] of texts) {
    try {
      for (const [names, check] of CHECKS) if (names.test(name)) check(text);
    } catch (error) {
      throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  const json = texts.get('json2') ?? '';
  const embedded = embeddedIn(texts.get('report') ?? '');
  if (embedded !== '') fitsSchema('json2', embedded);
  for (const saved of [texts.get('json1') ?? '', json])
    terminalSummary(resultOf(saved), { width: 80, color: false });
}
