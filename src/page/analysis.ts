/** An analysis in the page: the options and the pipeline of the command line, on files that the user has handed over. */
import { analyze } from '../analysis.js';
import type { Progress } from '../analysis.js';
import { analysisOptionsOf, repeatedComputers, sameContent } from '../cli/options/analysis-options.js';
import { count, failOn, jsonSchema } from '../cli/options/arguments.js';
import { progressText } from '../cli/console/progress-text.js';
import { assembleReport } from '../report/assemble/assemble.js';
import { FORMATS } from '../report/formats.js';
import { writeHtml } from '../report/html/write.js';
import type { ReportModel } from '../report/model/model.js';
import { writeWhole } from '../report/write/write-file.js';
import type { AnalyseRequest, Answer, ReportAnswer } from './protocol.js';
import { commandLine } from './command-line.js';

/** Between two lines of progress, milliseconds. */
const PROGRESS_EVERY_MS = 200;

/** A finished analysis, from which any output can be written while the page is open. */
export class PageAnalysis {
  readonly #request: AnalyseRequest;
  /** Without digests until they are known. */
  #model: ReportModel;
  /** Outputs that were written, by name; whoever takes one removes it. */
  readonly #outputs: Map<string, Blob>;

  private constructor(request: AnalyseRequest, model: ReportModel, outputs: Map<string, Blob>) {
    this.#request = request;
    this.#model = model;
    this.#outputs = outputs;
  }

  /**
   * Reads the options and analyses the captures.
   * @param outputs where the platform puts what is written
   * @throws what the command line says to the user; everything else is a bug
   */
  static async run(
    request: AnalyseRequest,
    outputs: Map<string, Blob>,
    tell: (answer: Answer) => void,
  ): Promise<{ readonly analysis: PageAnalysis; readonly report: ReportAnswer }> {
    const { options, captures, version } = request;
    // Before the schema of rule packs is made.
    if (options['rules'] !== undefined) (await import('./without-eval.js')).schemasWithoutEval();
    const fails = failOn('fail-on', options['fail-on']);
    jsonSchema(options['json-schema']);
    const analysisOptions = await analysisOptionsOf(options);
    const input = await analyze({ ...analysisOptions, inputs: captures, onProgress: throttled(tell) });
    const model = assembleReport(input, {
      version,
      commandLine: commandLine(captures, options),
      now: Date.now(),
      ...(fails === undefined ? {} : { failOn: fails }),
    });
    const analysis = new PageAnalysis(request, model, outputs);
    const warnings = repeatedComputers(analysisOptions.inventory ?? null);
    return { analysis, report: await analysis.#firstReport(warnings) };
  }

  /** The report to show at once: digests are still being computed. */
  async #firstReport(warnings: readonly string[]): Promise<ReportAnswer> {
    const { captures } = this.#model;
    const placeholders = captures.map((_, i) =>
      captures.length === 1 ? 'being computed' : `being computed (${i + 1} of ${captures.length})`,
    );
    const shown = withDigests(this.#model, placeholders);
    const name = 'report.html';
    await writeWhole(name, (sink) => writeHtml(shown, sink));
    const { sentence } = this.#model.summary;
    return { kind: 'report', html: this.#taken(name), sentence, placeholders, warnings };
  }

  /** Fills in the digests of the captures. @returns sentences for the user */
  fillIn(sha256: readonly string[]): readonly string[] {
    this.#model = withDigests(this.#model, sha256);
    return [...sameContent(this.#model.captures)];
  }

  /** Writes what an option of the command line writes: a file, or several. */
  async save(option: string, name: string): Promise<{ name: string; file: Blob }[]> {
    const format = FORMATS.find((one) => one.option === option);
    if (format === undefined) throw new Error(`there is no output ${option}`);
    const { captures, options } = this.#request;
    const etlComponent = count('etl-component', options['etl-component'], 0);
    const source = {
      inputs: captures,
      payload: false,
      ...(etlComponent === undefined ? {} : { etlComponent }),
    };
    const choice = { jsonSchema: jsonSchema(options['json-schema']), path: name, source };
    const saved: { name: string; file: Blob }[] = [];
    for (const file of await format.load(choice)) {
      if (file.applies?.(this.#model) === false) continue;
      const path = file.name === '' ? name : file.name;
      await writeWhole(path, (sink) => file.write(this.#model, sink));
      saved.push({ name: path, file: this.#taken(path) });
    }
    return saved;
  }

  #taken(name: string): Blob {
    const file = this.#outputs.get(name) ?? new Blob([]);
    this.#outputs.delete(name);
    return file;
  }
}

function withDigests(model: ReportModel, sha256: readonly string[]): ReportModel {
  return {
    ...model,
    captures: model.captures.map((capture, i) => ({ ...capture, sha256: sha256[i] ?? capture.sha256 })),
  };
}

function throttled(tell: (answer: Answer) => void): (progress: Progress) => void {
  const started = Date.now();
  let next = started + PROGRESS_EVERY_MS;
  return (progress) => {
    const now = Date.now();
    if (now < next) return;
    next = now + PROGRESS_EVERY_MS;
    const { bytesRead, bytesTotal } = progress;
    tell({
      kind: 'progress',
      share: bytesTotal === 0 ? null : Math.min(1, bytesRead / bytesTotal),
      text: progressText(progress, (now - started) / 1000),
    });
  };
}
