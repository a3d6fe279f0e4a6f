/** `portwitness analyze`: options in, files and a summary out. */
import { setMaxListeners } from 'node:events';
import { dirname } from 'node:path';
import { analyze } from '../../analysis.js';
import type { AnalysisOptions } from '../../analysis.js';
import { CaptureError } from '../../capture/frames/frame.js';
import { StreamCopies } from '../../capture/bytes/stream-copy.js';
import type { ReportInput } from '../../report/assemble/input/input.js';
import { assembleReport } from '../../report/assemble/assemble.js';
import type { FailOn } from '../../report/assemble/verdicts/exit-code.js';
import type { EvidenceSource } from '../../report/write/evidence-source.js';
import type { ReportModel } from '../../report/model/model.js';
import { analysisOptionsOf, repeatedComputers, sameContent } from '../options/analysis-options.js';
import { asksToShare, failOn, several, wantsColor } from '../options/arguments.js';
import { ANALYZE } from '../options/command-help.js';
import type { Installed } from '../console/installed.js';
import { resolveInputs } from '../inputs/inputs.js';
import { onInterrupt } from '../console/interrupt.js';
import { say } from '../console/messages.js';
import { tryHelp } from '../options/options.js';
import type { Parsed } from '../options/options.js';
import { checkOutputs, plannedOutputs, writeOutputs } from '../outputs/outputs.js';
import type { Output } from '../outputs/outputs.js';
import { progressView } from '../console/progress.js';
import type { SharedRun } from '../outputs/shared-outputs.js';
import { UsageError } from '../../capture/bytes/usage-error.js';

type Options = Parsed['options'];

const DEFAULT_WIDTH = 100;
const EXIT_UNUSABLE = 2;

/**
 * Runs the command; resolves to the exit code. Options, rule packs and output paths are checked before the first
 * packet is read.
 * @throws UsageError, RulePackError, OutputError, CaptureError with a message for the user.
 */
export async function analyzeCommand(
  { words, options }: Parsed,
  installed: Installed,
  args: readonly string[],
): Promise<number> {
  const quiet = options['quiet'] === true;
  const warn = (text: string): void => {
    if (!quiet) say(text);
  };
  const task = await taskOf(words, options, installed, warn);
  const stop = new AbortController();
  // Every input listens for the end; eleven of them are no leak.
  setMaxListeners(0, stop.signal);
  const release = onInterrupt(() => stop.abort());
  try {
    const analysis = await run({ ...task.analysis, signal: stop.signal }, quiet);
    for (const text of sameContent(analysis.files)) warn(text);
    const model = assembleReport(analysis, {
      version: installed.version,
      commandLine: ['portwitness', ...args].join(' '),
      now: Date.now(),
      ...(task.fails === undefined ? {} : { failOn: task.fails }),
    });
    const text = quiet ? () => '' : await summariser(options);
    const { outputs, share } = task;
    const { written, errors, summary } =
      share === null
        ? { ...(await writeOutputs(outputs, model)), summary: text(model) }
        : await share.write(analysis, model, text);
    if (!quiet) printSummary(summary, written);
    for (const error of errors) say(error.message);
    return errors.length > 0 ? EXIT_UNUSABLE : model.summary.exitCode;
  } finally {
    release();
    await task.source.copies?.close();
  }
}

/** What is to be read and written, checked. */
interface Task {
  readonly analysis: AnalysisOptions;
  readonly source: EvidenceSource;
  readonly outputs: readonly Output[];
  readonly share: Share | null;
  readonly fails: FailOn | undefined;
}

async function taskOf(
  words: readonly string[],
  options: Options,
  installed: Installed,
  warn: (text: string) => void,
): Promise<Task> {
  const fails = failOn('fail-on', options['fail-on']);
  const settings = await analysisOptionsOf(options);
  const inputs = await resolveInputs(givenCaptures(words, installed, warn), process.stdin.isTTY === true);
  inputs.warnings.forEach(warn);
  const source = evidenceSource(options, inputs.paths, settings);
  const outputs = await plannedOutputs(options, source);
  const share = await shareOf(options, outputs);
  const { inventory = null, firewallLogs } = settings;
  await checkOutputs(share === null ? outputs : [...outputs, share.output], [
    ...inputs.paths,
    ...several('rules', options['rules'], false),
    ...(inventory === null ? [] : [inventory.path]),
    ...(firewallLogs?.paths ?? []),
  ]);
  repeatedComputers(inventory).forEach(warn);
  const { copies } = source;
  const analysis = { ...settings, inputs: inputs.paths, ...(copies === undefined ? {} : { copies }) };
  return { analysis, source, outputs, share, fails };
}

/** Where frames are read again; inputs that pass once are copied for it only when somebody asks for their frames. */
function evidenceSource(
  options: Options,
  inputs: readonly string[],
  { etlComponent }: Omit<AnalysisOptions, 'inputs'>,
): EvidenceSource {
  const payload = options['evidence-payload'] === true;
  const isAsked = options['evidence'] !== undefined;
  if (payload && !isAsked) throw new UsageError('--evidence-payload needs --evidence FILE.');
  if (payload && options['share'] === true)
    throw new UsageError('--evidence-payload: payload is never written with --share; leave one of them out.');
  return {
    inputs,
    payload,
    ...(isAsked ? { copies: new StreamCopies() } : {}),
    ...(etlComponent === undefined ? {} : { etlComponent }),
  };
}

function givenCaptures(
  words: readonly string[],
  installed: Installed,
  warn: (text: string) => void,
): readonly string[] {
  if (words.some((word) => word.trim() === '')) {
    throw new UsageError('a capture with an empty name was given; is a variable not set?');
  }
  if (words.length > 0) return words;
  if (installed.sample === undefined) throw new UsageError(`analyze needs a capture${tryHelp(ANALYZE)}`);
  warn(`no capture was given: analysing the shipped sample ${installed.sample}.`);
  return [installed.sample];
}

async function run(options: AnalysisOptions, quiet: boolean): Promise<ReportInput> {
  const progress = await progressView(process.stderr, !quiet);
  options.signal?.addEventListener('abort', progress.stop, { once: true });
  try {
    return await analyze({ ...options, onProgress: progress.show });
  } catch (error) {
    if (options.signal?.aborted === true && error instanceof CaptureError) {
      throw new UsageError('stopped before anything was read; no report was written.');
    }
    throw error;
  } finally {
    progress.stop();
  }
}

async function summariser(options: Options): Promise<(model: ReportModel) => string> {
  const { terminalSummary } = await import('../../report/terminal/write.js');
  const color = wantsColor(options, process.env, process.stdout.isTTY === true);
  return (model) => terminalSummary(model, { width: process.stdout.columns ?? DEFAULT_WIDTH, color });
}

function printSummary(summary: string, written: readonly string[]): void {
  process.stdout.write(summary);
  process.stdout.write(written.length === 0 ? '\n' : `\n\nWritten: ${written.join(', ')}\n`);
}

interface Share {
  /** The mapping, which must be none of the inputs or outputs. */
  readonly output: Output;
  readonly write: (
    input: ReportInput,
    model: ReportModel,
    summarise: (model: ReportModel) => string,
  ) => Promise<SharedRun>;
}

/** Loaded only where something is shared; null without --share. */
async function shareOf(options: Options, outputs: readonly Output[]): Promise<Share | null> {
  if (!asksToShare(options)) return null;
  const { shareOptions } = await import('../options/share-options.js');
  const share = await shareOptions(options, dirname(outputs[0]?.path ?? '.'));
  if (share === null) return null;
  const { mappingOutput, writeShared } = await import('../outputs/shared-outputs.js');
  const { metIn } = await import('../../share/met.js');
  return {
    output: mappingOutput(share),
    write: (input, model, summarise) =>
      writeShared({ met: metIn(input, model), model }, share, outputs, summarise),
  };
}
