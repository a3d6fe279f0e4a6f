/**
 * The reports of the samples as `npm run samples` writes them to reports/: what the program would write, with the
 * facts of the machine (clock, time zone, Node, platform) replaced by fixed ones, so that they are the same everywhere.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { analyze } from '../../src/analysis.js';
import { assembleReport } from '../../src/report/assemble/assemble.js';
import { writeHtml } from '../../src/report/html/write.js';
import { writeJson } from '../../src/report/json/write.js';
import type { ReportModel } from '../../src/report/model/model.js';
import type { Sink } from '../../src/report/write/sink.js';
import { loadPacks } from '../../src/rules/load.js';
import { loadInventory } from '../../src/verdict/inventory/inventory-file.js';
import { DEFAULT_ANSWER_WAIT_SECONDS } from '../../src/verdict/flows/outcome.js';
import { SAMPLES } from './list.js';

/** Milliseconds since 1970: an hour after the samples were captured. */
const WRITTEN_AT = Date.UTC(2026, 2, 2, 9, 15);
const AGENT_PORT = 9003;
const SERVER_PORT = 9004;

/** Root of the package, from build/captures/recipes/. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A sample's name in reports/, without ending: 'agent-port-refused' for agent-port-refused.pcap.gz. */
export function reportName(sample: string): string {
  return sample.replace(/\.pcap(ng)?(\.gz)?$/, '');
}

/**
 * The report of captures/`sample`. Paths in it are relative, so the process must stand in `ROOT`.
 * The model reads its flows from the analysis and may be written any number of times.
 */
export async function sampleReport(sample: string): Promise<ReportModel> {
  const path = `captures/${sample}`;
  const list = SAMPLES.find(({ file }) => file === sample)?.hosts;
  const hosts = list === undefined ? undefined : `captures/${list}`;
  const analysis = await analyze({
    inputs: [path],
    packs: await loadPacks({ files: [], agentPort: AGENT_PORT, serverPort: SERVER_PORT }),
    server: [],
    agentPort: AGENT_PORT,
    serverPort: SERVER_PORT,
    answerWait: DEFAULT_ANSWER_WAIT_SECONDS,
    inventory: hosts === undefined ? null : await loadInventory(hosts),
  });
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const model = assembleReport(analysis, {
    version,
    commandLine: `portwitness analyze ${path}${hosts === undefined ? '' : ` --hosts ${hosts}`}`,
    now: WRITTEN_AT,
  });
  return { ...model, generator: { version, node: 'any', platform: 'any' }, timeZone: 'UTC' };
}

/** What a format writes of a model. */
export async function textOf(
  write: (model: ReportModel, sink: Sink) => Promise<void>,
  model: ReportModel,
): Promise<string> {
  let text = '';
  const sink: Sink = {
    write(piece) {
      text += piece;
      return undefined;
    },
    writeBytes(bytes) {
      text += Buffer.from(bytes).toString();
      return undefined;
    },
  };
  await write(model, sink);
  return text;
}

/** The files that belong to a report, by their endings. */
export async function reportTexts(
  model: ReportModel,
): Promise<{ readonly html: string; readonly json: string }> {
  return { html: await textOf(writeHtml, model), json: await textOf(writeJson, model) };
}
