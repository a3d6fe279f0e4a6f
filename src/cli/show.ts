/** `portwitness show`: what a saved report or JSON result holds, as a summary or as JSON. */
import { UsageError } from '../capture/usage-error.js';
import { escaped } from '../report/json/text.js';
import { resultText } from '../report/saved/open.js';
import type { ReportModel } from '../report/model.js';
import { ResultError } from '../report/saved/result-error.js';
import { resultOf } from '../report/saved/result.js';
import { terminalSummary } from '../report/terminal/write.js';
import { wantsColor } from './arguments.js';
import { SHOW } from './command-help.js';
import { tryHelp } from './options.js';
import type { Parsed } from './options.js';

const DEFAULT_WIDTH = 100;

/**
 * Runs the command; resolves to the exit code: the file could be read, whatever its result says.
 * @throws UsageError; ResultError that names the file
 */
export async function showCommand({ words, options }: Parsed): Promise<number> {
  const [path, surplus] = words;
  if (path === undefined || path.trim() === '') {
    throw new UsageError(`show needs a report or a JSON result${tryHelp(SHOW)}`);
  }
  if (surplus !== undefined) throw new UsageError(`show: "${surplus}" is one word too many${tryHelp(SHOW)}`);
  const { stdout } = process;
  try {
    const json = await resultText(path);
    const model = resultOf(json);
    if (options['share'] === true || options['mapping'] !== undefined || options['share-key'] !== undefined) {
      const { showShared } = await import('./shared-show.js');
      const summary = (shared: ReportModel): string =>
        `${terminalSummary(shared, { width: stdout.columns ?? DEFAULT_WIDTH, color: wantsColor(options, process.env, stdout.isTTY === true) })}\n`;
      stdout.write(await showShared(path, model, options, summary));
    } else if (options['json'] === true) {
      stdout.write(escaped(json));
    } else {
      const color = wantsColor(options, process.env, stdout.isTTY === true);
      stdout.write(`${terminalSummary(model, { width: stdout.columns ?? DEFAULT_WIDTH, color })}\n`);
    }
    return 0;
  } catch (error) {
    if (error instanceof ResultError) throw new ResultError(`${path}: ${error.message}.`);
    throw error;
  }
}
