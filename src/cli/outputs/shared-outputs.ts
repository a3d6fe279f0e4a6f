/** The outputs of a shared analysis: written through the gate, and shown all together or not at all. */
import type { Met } from '../../share/met.js';
import { draw } from '../../share/draw.js';
import { Gate, GateError } from '../../share/gate/gate.js';
import type { Leak } from '../../share/gate/gate.js';
import { GatedCapture } from '../../share/frames/gated-capture.js';
import { SharedFrames } from '../../share/frames/shared-frames.js';
import { GatedSink } from '../../share/gate/gated-sink.js';
import { sharedModel } from '../../share/model/shared-model.js';
import type { ReportModel } from '../../report/model/model.js';
import type { Sink } from '../../report/write/sink.js';
import { prepareWhole, writeWhole } from '../../report/write/write-file.js';
import type { WrittenFile } from '../../report/write/write-file.js';
import { say } from '../console/messages.js';
import { isDevice, isThere } from './outputs.js';
import type { Output } from './outputs.js';
import { saveMapping } from '../options/share-options.js';
import type { ShareOptions } from '../options/share-options.js';

export interface SharedRun {
  readonly written: readonly string[];
  readonly errors: readonly Error[];
  /** What stands on standard output. */
  readonly summary: string;
}

/** The mapping, which must be none of the inputs or other outputs. */
export function mappingOutput({ mapping }: ShareOptions): Output {
  return { option: 'mapping', path: mapping, write: () => Promise.resolve() };
}

/**
 * Shares a model. @param met the names and addresses that it holds
 * @param summarise what stands on standard output, of the shared model
 * @throws GateError when an output would hold what was replaced; then nothing is written. OutputError
 */
export async function writeShared(
  { met, model }: { readonly met: Met; readonly model: ReportModel },
  share: ShareOptions,
  outputs: readonly Output[],
  summarise: (model: ReportModel) => string | Promise<string>,
): Promise<SharedRun> {
  const { pseudonyms, secret, ambiguous } = draw(met, share.secret);
  const shared = sharedModel(model, pseudonyms);
  const gate = new Gate(pseudonyms);
  const frames = new SharedFrames(pseudonyms);
  const held = await holdOutputs(outputs, { model: shared, gate, frames });
  let summary: string;
  try {
    summary = await summarise(shared);
    const leaks = gate.scan(summary, 'standard output');
    if (leaks.length > 0) throw new GateError(leaks);
    await saveMapping(share, pseudonyms, secret);
  } catch (error) {
    await held.discard();
    throw error;
  }
  const { written, errors } = await held.commit();
  for (const text of notes(gate.notScanned, ambiguous)) say(text);
  return { written, errors, summary };
}

function* notes(notScanned: number, ambiguous: number): Generator<string> {
  if (notScanned > 0)
    yield `shared: ${notScanned} names were replaced and are too short, or nothing but digits, to be looked for in what was written; the mapping lists them.`;
  if (ambiguous > 0)
    yield `shared: ${ambiguous} addresses of the capture are pseudonyms of others as well, for their networks are full.`;
}

interface HeldOutputs {
  commit(): Promise<{ readonly written: readonly string[]; readonly errors: readonly Error[] }>;
  discard(): Promise<void>;
}

/** What takes bytes at once (a device, a pipe) is written when all are shown. */
async function holdOutputs(
  outputs: readonly Output[],
  {
    model,
    gate,
    frames,
  }: { readonly model: ReportModel; readonly gate: Gate; readonly frames: SharedFrames },
): Promise<HeldOutputs> {
  const held: { readonly path: string; readonly file: WrittenFile }[] = [];
  const leaks: Leak[] = [];
  const discard = async (): Promise<void> => {
    for (const { file } of held) await file.discard();
  };
  try {
    for (const { path, write, applies, isCapture = false } of outputs) {
      if (applies?.(model) === false && !(await isThere(path))) continue;
      const gated = async (sink: Sink | null): Promise<void> => {
        const through = isCapture ? new GatedCapture(gate, path, sink) : new GatedSink(gate, path, sink);
        await write(model, through, frames);
        leaks.push(...through.end());
      };
      if (await isDevice(path)) {
        await gated(null);
        const commit = (): Promise<void> => writeWhole(path, (sink) => write(model, sink, frames));
        held.push({ path, file: { commit, discard: () => Promise.resolve() } });
      } else held.push({ path, file: await prepareWhole(path, gated) });
    }
    if (leaks.length > 0) throw new GateError(leaks);
  } catch (error) {
    await discard();
    throw error;
  }
  return { commit: () => shown(held), discard };
}

async function shown(held: readonly { readonly path: string; readonly file: WrittenFile }[]): Promise<{
  written: string[];
  errors: Error[];
}> {
  const written: string[] = [];
  const errors: Error[] = [];
  for (const { path, file } of held) {
    try {
      await file.commit();
      written.push(path);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'OutputError') throw error;
      errors.push(error);
    }
  }
  return { written, errors };
}
