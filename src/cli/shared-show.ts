/** `portwitness show --share`: a saved result with pseudonyms. */
import { dirname } from 'node:path';
import { UsageError } from '../capture/usage-error.js';
import { writeSelection } from '../report/json/write-2.js';
import type { ReportModel } from '../report/model.js';
import { draw } from '../share/draw.js';
import { Gate, GateError } from '../share/gate.js';
import { metInResult } from '../share/met.js';
import { sharedModel } from '../share/shared-model.js';
import type { Parsed } from './options.js';
import { saveMapping, shareOptions } from './share-options.js';

/**
 * What is printed: the summary or, with --json, the result (portwitness/2). The mapping is written.
 * @throws UsageError, MappingError, OutputError; GateError when it would hold what was replaced
 */
export async function showShared(
  path: string,
  model: ReportModel,
  options: Parsed['options'],
  summarise: (model: ReportModel) => string,
): Promise<string> {
  const share = await shareOptions(options, dirname(path));
  if (share === null) return '';
  if (model.shared !== undefined)
    throw new UsageError(`${path} is shared already: names and addresses in it are pseudonyms.`);
  const { pseudonyms, secret } = draw(metInResult(model), share.secret);
  const shared = sharedModel(model, pseudonyms);
  const text = options['json'] === true ? await jsonOf(shared) : summarise(shared);
  const leaks = new Gate(pseudonyms).scan(text, 'standard output');
  if (leaks.length > 0) throw new GateError(leaks);
  await saveMapping(share, pseudonyms, secret);
  return text;
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
