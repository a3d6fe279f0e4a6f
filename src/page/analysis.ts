/** An analysis in the page: the options and the pipeline of the command line, on files that the user has handed over. */
import { analyze } from '../analysis.js';
import type { Progress } from '../analysis.js';
import { analysisOptionsOf, repeatedComputers, sameContent } from '../cli/options/analysis-options.js';
import { count, failOn, jsonSchema } from '../cli/options/arguments.js';
import { progressText } from '../cli/console/progress-text.js';
import { shareNotes } from '../cli/outputs/share-notes.js';
import { assembleReport } from '../report/assemble/assemble.js';
import type { ReportInput } from '../report/assemble/input/input.js';
import { FORMATS } from '../report/formats.js';
import type { FormatFile } from '../report/write/format.js';
import { writeHtml } from '../report/html/write.js';
import type { ReportModel } from '../report/model/model.js';
import type { Sink } from '../report/write/sink.js';
import { writeWhole } from '../report/write/write-file.js';
import { newSecret } from '../share/draw.js';
import { GateError } from '../share/gate/gate.js';
import { metIn } from '../share/met.js';
import { SharedReport } from '../share/shared-report.js';
import type { AnalyseRequest, Answer, ReportAnswer } from './protocol.js';
import { MAPPING, SHARED_NAME } from './saves.js';
import { commandLine } from './command-line.js';

interface SavedFile {
  readonly name: string;
  readonly file: Blob;
}

/** Between two lines of progress, milliseconds. */
const PROGRESS_EVERY_MS = 200;

/** A finished analysis, from which any output can be written while the page is open. */
export class PageAnalysis {
  readonly #request: AnalyseRequest;
  readonly #input: ReportInput;
  /** With pseudonyms, made when it is first asked for: all that is saved of it has the same ones. */
  #shared: SharedReport | null = null;
  /** Without digests until they are known. */
  #model: ReportModel;
  /** Outputs that were written, by name; whoever takes one removes it. */
  readonly #outputs: Map<string, Blob>;

  private constructor(
    request: AnalyseRequest,
    { input, model }: { readonly input: ReportInput; readonly model: ReportModel },
    outputs: Map<string, Blob>,
  ) {
    this.#request = request;
    this.#input = input;
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
    const analysis = new PageAnalysis(request, { input, model }, outputs);
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
  async save(option: string, name: string): Promise<SavedFile[]> {
    const files = await this.#filesOf(option, name, this.#model);
    return this.#saved(files, ({ file }, sink) => file.write(this.#model, sink));
  }

  /**
   * The same with pseudonyms, the first time with the mapping and what the user should know of them.
   * @throws GateError when a name or address would still stand in it
   */
  async saveShared(
    option: string,
    name: string,
  ): Promise<{ readonly saved: readonly SavedFile[]; readonly notes: readonly string[] }> {
    const isFirst = this.#shared === null;
    const shared = (this.#shared ??= this.#share());
    const files = await this.#filesOf(option, name, shared.model);
    const saved = await this.#saved(files, async ({ path, file }, sink) => {
      const leaks = await shared.write({ ...file, path }, sink);
      if (leaks.length > 0) throw new GateError(leaks);
    });
    const mapping = isFirst || option === MAPPING.option ? [{ path: `${SHARED_NAME}${MAPPING.ending}` }] : [];
    saved.push(...(await this.#saved(mapping, (_one, sink) => shared.writeMapping(sink))));
    return { saved, notes: isFirst ? [...shareNotes(shared)] : [] };
  }

  async #saved<One extends { readonly path: string }>(
    files: readonly One[],
    write: (one: One, sink: Sink) => Promise<void>,
  ): Promise<SavedFile[]> {
    const saved: SavedFile[] = [];
    for (const one of files) {
      await writeWhole(one.path, (sink) => write(one, sink));
      saved.push({ name: one.path, file: this.#taken(one.path) });
    }
    return saved;
  }

  #share(): SharedReport {
    const model = { ...this.#model, commandLine: `${this.#model.commandLine} --share` };
    return new SharedReport(model, metIn(this.#input, model), newSecret());
  }

  /** What an option of the command line writes of a model; none of the mapping, which is no format. */
  async #filesOf(
    option: string,
    name: string,
    model: ReportModel,
  ): Promise<{ readonly path: string; readonly file: FormatFile }[]> {
    if (option === MAPPING.option) return [];
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
    const files = await format.load(choice);
    return files
      .filter((file) => file.applies?.(model) !== false)
      .map((file) => ({ path: file.name === '' ? name : file.name, file }));
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
