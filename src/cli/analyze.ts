/** `portwitness analyze`: options in, files and a summary out. */
import { basename, join } from 'node:path';
import pc from 'picocolors';
import { analyze } from '../analysis.js';
import type { AnalysisOptions } from '../analysis.js';
import { expandInputs } from '../capture/expand.js';
import { assembleReport } from '../report/assemble/assemble.js';
import { writeCsv } from '../report/csv/write.js';
import { writeHtml } from '../report/html/write.js';
import { writeJson } from '../report/json/write.js';
import type { ReportModel } from '../report/model.js';
import type { Sink } from '../report/sink.js';
import { terminalSummary } from '../report/terminal/write.js';
import { writeWhole } from '../report/write-file.js';
import { CONN_LOG, writeZeek } from '../report/zeek/write.js';
import { loadPacks } from '../rules/load.js';
import { DEFAULT_ANSWER_WAIT_SECONDS } from '../verdict/outcome.js';
import { addresses, count, port, seconds, several, single } from './arguments.js';
import type { Installed } from './commands.js';
import { progressView } from './progress.js';

type Options = Readonly<Record<string, unknown>>;

/** What `npm start` without arguments shows: a capture with findings. */
const SAMPLE = join('captures', 'several-computers.pcapng');
const DEFAULT_FOLDER = 'portwitness-report';
const DEFAULT_AGENT_PORT = 9003;
const DEFAULT_SERVER_PORT = 9004;
const DEFAULT_WIDTH = 100;

interface Output {
  readonly path: string;
  readonly write: (model: ReportModel, sink: Sink) => Promise<void>;
}

export async function analyzeCommand(
  options: Options,
  installed: Installed,
  args: readonly string[],
): Promise<number> {
  const given = several('captures', options['captures'], false);
  const quiet = options['quiet'] === true;
  if (given.length === 0 && !quiet) {
    process.stderr.write(`No capture was given: analysing the shipped sample ${SAMPLE}.\n`);
  }
  const inputs = given.length === 0 ? [join(installed.root, SAMPLE)] : await expandInputs(given);
  const outputs = outputsOf(options, inputs[0] ?? 'capture');
  const analysisOptions = await analysisOptionsOf(options, inputs);

  const stop = new AbortController();
  const progress = progressView(process.stderr, !quiet);
  const release = onInterrupt(() => stop.abort());
  let model: ReportModel;
  try {
    const analysis = await analyze({ ...analysisOptions, signal: stop.signal, onProgress: progress.show });
    model = assembleReport(analysis, {
      version: installed.version,
      commandLine: ['portwitness', ...args].join(' '),
      now: Date.now(),
    });
  } finally {
    progress.stop();
    release();
  }
  for (const output of outputs) await writeWhole(output.path, (sink) => output.write(model, sink));
  if (!quiet)
    printSummary(
      model,
      options,
      outputs.map((output) => output.path),
    );
  return model.summary.exitCode;
}

function outputsOf(options: Options, firstInput: string): Output[] {
  const report = single('report', options['report']) ?? join(DEFAULT_FOLDER, `${stem(firstInput)}.html`);
  const json = single('json', options['json']) ?? report.replace(/(\.html?)?$/i, '.json');
  const csv = single('csv', options['csv']);
  const outputs: Output[] = [
    { path: report, write: writeHtml },
    { path: json, write: writeJson },
  ];
  if (csv !== undefined) outputs.push({ path: csv, write: writeCsv });
  const zeek = single('zeek', options['zeek']);
  if (zeek !== undefined) outputs.push({ path: join(zeek, CONN_LOG), write: writeZeek });
  return outputs;
}

/** The capture's name without folder and endings. */
function stem(path: string): string {
  if (path === '-') return 'stdin';
  return basename(path).replace(/(\.(pcapng|pcap|cap|ntar|dmp))?(\.(gz|zst))?$/i, '') || 'capture';
}

async function analysisOptionsOf(options: Options, inputs: readonly string[]): Promise<AnalysisOptions> {
  const agentPort = port('agent-port', options['agentPort'], DEFAULT_AGENT_PORT);
  const serverPort = port('server-port', options['serverPort'], DEFAULT_SERVER_PORT);
  const maxFlows = count('max-flows', options['maxFlows'], 1);
  return {
    inputs,
    packs: await loadPacks({ files: several('rules', options['rules'], false), agentPort, serverPort }),
    server: addresses('server', options['server']),
    agentPort,
    serverPort,
    answerWait: seconds('answer-wait', options['answerWait'], DEFAULT_ANSWER_WAIT_SECONDS),
    ...(maxFlows === undefined ? {} : { maxFlows }),
  };
}

/** The first Ctrl-C ends reading and keeps what was found; the second ends the program. */
function onInterrupt(stop: () => void): () => void {
  let seen = false;
  const handler = (): void => {
    if (seen) process.exit(130);
    seen = true;
    process.stderr.write(
      '\nStopping: the report of what was read so far is being written (Ctrl-C again: quit).\n',
    );
    stop();
  };
  process.on('SIGINT', handler);
  return () => process.off('SIGINT', handler);
}

function printSummary(model: ReportModel, options: Options, paths: readonly string[]): void {
  const color =
    options['color'] === undefined ? pc.isColorSupported && process.stdout.isTTY : options['color'] === true;
  const width = process.stdout.columns ?? DEFAULT_WIDTH;
  process.stdout.write(terminalSummary(model, { width, color }));
  process.stdout.write(`\nWritten: ${paths.join(', ')}\n`);
}
