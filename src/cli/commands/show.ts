/** `portwitness show`: what a saved report or JSON result holds, as a summary, as JSON, or as files for those who act. */
import { UsageError } from '../../capture/bytes/usage-error.js';
import { escaped } from '../../report/json/text.js';
import type { ReportModel } from '../../report/model/model.js';
import { resultText } from '../../report/saved/open.js';
import { ResultError } from '../../report/saved/result-error.js';
import { resultOf } from '../../report/saved/result.js';
import { terminalSummary } from '../../report/terminal/write.js';
import { asksToShare, wantsColor } from '../options/arguments.js';
import { SHOW } from '../options/command-help.js';
import { checkOutputs, savedOutputs, writeOutputs } from '../outputs/outputs.js';
import { tryHelp } from '../options/options.js';
import type { Parsed } from '../options/options.js';

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
    const outputs = await savedOutputs(options);
    await checkOutputs(outputs, [path]);
    const json = await resultText(path);
    const model = resultOf(json);
    if (options['changes'] !== undefined) refuseWithoutChanges(model);
    const color = wantsColor(options, process.env, stdout.isTTY === true);
    const summarise = (shown: ReportModel): string =>
      `${terminalSummary(shown, { width: stdout.columns ?? DEFAULT_WIDTH, color })}\n`;
    const { summary, written, errors } = asksToShare(options)
      ? await (await import('./shared-show.js')).showShared(path, model, { options, outputs, summarise })
      : {
          ...(await writeOutputs(outputs, model)),
          summary: options['json'] === true ? escaped(json) : summarise(model),
        };
    stdout.write(summary);
    if (written.length > 0 && options['json'] !== true) stdout.write(`\nWritten: ${written.join(', ')}\n`);
    const [error] = errors;
    if (error !== undefined) throw error;
    return 0;
  } catch (error) {
    if (error instanceof ResultError) throw new ResultError(`${path}: ${error.message}.`);
    throw error;
  }
}

/** Results were written without the rows of `--changes` before they had them. */
function refuseWithoutChanges({ changes, remedies }: ReportModel): void {
  const asks = remedies.some((group) => group.remedies.some(({ kind }) => kind === 'change_request'));
  if (asks && changes.length === 0) {
    throw new ResultError(
      'it holds no rows for --changes: it was written before version 2 had them, or as version 1',
    );
  }
}
