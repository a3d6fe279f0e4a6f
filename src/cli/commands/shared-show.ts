/** `portwitness show --share`: a saved result with pseudonyms. */
import { dirname } from 'node:path';
import { UsageError } from '../../capture/bytes/usage-error.js';
import { writeSelection } from '../../report/json/write-2.js';
import type { ReportModel } from '../../report/model/model.js';
import { metInResult } from '../../share/met.js';
import type { Parsed } from '../options/options.js';
import { checkOutputs } from '../outputs/outputs.js';
import type { Output } from '../outputs/outputs.js';
import { shareOptions } from '../options/share-options.js';
import { mappingOutput, writeShared } from '../outputs/shared-outputs.js';
import type { SharedRun } from '../outputs/shared-outputs.js';

/** What `show` was asked for. */
interface Shown {
  readonly options: Parsed['options'];
  readonly outputs: readonly Output[];
  readonly summarise: (model: ReportModel) => string;
}

/**
 * Writes the outputs with pseudonyms, and the mapping; what is printed is the summary or, with --json, the result
 * (portwitness/2). Nothing is written when anything would hold what was replaced.
 * @throws UsageError, MappingError, OutputError, GateError
 */
export async function showShared(
  path: string,
  model: ReportModel,
  { options, outputs, summarise }: Shown,
): Promise<SharedRun> {
  const share = await shareOptions(options, dirname(path));
  if (share === null) return { summary: '', written: [], errors: [] };
  await checkOutputs([...outputs, mappingOutput(share)], [path]);
  if (model.shared !== undefined)
    throw new UsageError(`${path} is shared already: names and addresses in it are pseudonyms.`);
  return writeShared(
    { met: metInResult(model), model },
    share,
    outputs,
    options['json'] === true ? jsonOf : summarise,
  );
}

/** A saved result may hold fewer flows than it counts. */
async function jsonOf(model: ReportModel): Promise<string> {
  const pieces: string[] = [];
  const decoder = new TextDecoder();
  const sink = {
    write: (text: string): undefined => void pieces.push(text),
    writeBytes: (bytes: Uint8Array): undefined => void pieces.push(decoder.decode(bytes, { stream: true })),
  };
  const { verdicts, findings, flows } = model;
  const held = flows.worst(Infinity);
  const omitted = { hosts: 0, verdicts: 0, flows: flows.count - held.length };
  await writeSelection(model, sink, { verdicts, findings, flows: held, omitted });
  return pieces.join('');
}
