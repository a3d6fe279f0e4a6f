/** The reports of the moment, written whole again and again. A disk that is full is told once and tried again. */
import type { FormatFile } from '../../report/write/format.js';
import type { ReportModel } from '../../report/model/model.js';
import type { Sink } from '../../report/write/sink.js';
import { OutputError, prepareWhole, REWRITTEN, writeWhole } from '../../report/write/write-file.js';
import type { Leak } from '../../share/gate/gate.js';
import type { LiveShare } from './shared.js';

/** A file and what writes it. */
export interface ReportFile {
  readonly path: string;
  readonly write: FormatFile['write'];
}

/** What makes the reports ones for strangers. */
export interface SharedReports {
  readonly live: LiveShare;
  readonly saveMapping: () => Promise<void>;
}

/** What does not pass the gate leaves the former report as it is. @throws OutputError */
async function writeShared(
  path: string,
  write: (sink: Sink) => Promise<void>,
  { live }: SharedReports,
): Promise<void> {
  const { GatedSink } = await import('../../share/gate/gated-sink.js');
  const leaks: Leak[] = [];
  const gated = async (sink: Sink): Promise<void> => {
    const gate = new GatedSink(live.gate, path, sink);
    await write(gate);
    leaks.push(...gate.end());
  };
  const file = await prepareWhole(path, gated, REWRITTEN);
  if (leaks.length === 0) return file.commit();
  await file.discard();
  live.refuse(leaks);
  throw new OutputError(path, '', 'what had to be replaced would still stand in it');
}

export class ReportFiles {
  /** '' = all was written the last time. */
  trouble = '';
  /** Times that a file could not be written. */
  failures = 0;
  private readonly files: readonly ReportFile[];
  private readonly share: SharedReports | null;

  /** @param share absent = what is written is what was captured */
  constructor(files: readonly ReportFile[], share: SharedReports | null = null) {
    this.files = files;
    this.share = share;
  }

  async write(original: ReportModel): Promise<void> {
    const problems: string[] = [];
    const model = this.share === null ? original : this.share.live.model(original);
    for (const { path, write } of this.files) {
      try {
        if (this.share === null) await writeWhole(path, (sink) => write(model, sink), REWRITTEN);
        else await writeShared(path, (sink) => write(model, sink), this.share);
      } catch (error) {
        if (!(error instanceof OutputError)) throw error;
        problems.push(`${error.message}.`);
      }
    }
    await this.share?.saveMapping().catch((error: unknown) => {
      if (!(error instanceof OutputError)) throw error;
      problems.push(`${error.message}.`);
    });
    this.failures += problems.length;
    this.trouble = problems.join(' ');
  }
}
