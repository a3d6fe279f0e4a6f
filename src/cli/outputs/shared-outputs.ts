/** The outputs of a shared analysis: written through the gate, and shown all together or not at all. */
import type { Met } from '../../share/met.js';
import { GateError } from '../../share/gate/gate.js';
import type { Leak } from '../../share/gate/gate.js';
import { SharedReport } from '../../share/shared-report.js';
import type { ReportModel } from '../../report/model/model.js';
import type { Sink } from '../../report/write/sink.js';
import { prepareWhole, writeWhole } from '../../report/write/write-file.js';
import type { WrittenFile } from '../../report/write/write-file.js';
import { say } from '../console/messages.js';
import { shareNotes } from './share-notes.js';
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
  const shared = new SharedReport(model, met, share.secret);
  const held = await holdOutputs(outputs, shared);
  let summary: string;
  try {
    summary = await summarise(shared.model);
    const leaks = shared.scan(summary, 'standard output');
    if (leaks.length > 0) throw new GateError(leaks);
    await saveMapping(share, shared);
  } catch (error) {
    await held.discard();
    throw error;
  }
  const { written, errors } = await held.commit();
  for (const text of shareNotes(shared)) say(text);
  return { written, errors, summary };
}

interface HeldOutputs {
  commit(): Promise<{ readonly written: readonly string[]; readonly errors: readonly Error[] }>;
  discard(): Promise<void>;
}

/** What takes bytes at once (a device, a pipe) is written when all are shown. */
async function holdOutputs(outputs: readonly Output[], shared: SharedReport): Promise<HeldOutputs> {
  const held: { readonly path: string; readonly file: WrittenFile }[] = [];
  const leaks: Leak[] = [];
  const discard = async (): Promise<void> => {
    for (const { file } of held) await file.discard();
  };
  try {
    for (const output of outputs) {
      const { path, applies } = output;
      if (applies?.(shared.model) === false && !(await isThere(path))) continue;
      const gated = async (sink: Sink | null): Promise<void> => {
        leaks.push(...(await shared.write(output, sink)));
      };
      if (await isDevice(path)) {
        await gated(null);
        const commit = (): Promise<void> => writeWhole(path, (sink) => shared.writeUngated(output, sink));
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
