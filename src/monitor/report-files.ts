/** The reports of the moment, written whole again and again. A disk that is full is told once and tried again. */
import type { FormatFile } from '../report/format.js';
import type { ReportModel } from '../report/model.js';
import { OutputError, writeWhole } from '../report/write-file.js';

/** A file and what writes it. */
export interface ReportFile {
  readonly path: string;
  readonly write: FormatFile['write'];
}

export class ReportFiles {
  /** '' = all was written the last time. */
  trouble = '';
  /** Times that a file could not be written. */
  failures = 0;
  private readonly files: readonly ReportFile[];

  constructor(files: readonly ReportFile[]) {
    this.files = files;
  }

  async write(model: ReportModel): Promise<void> {
    const problems: string[] = [];
    for (const { path, write } of this.files) {
      try {
        await writeWhole(path, (sink) => write(model, sink));
      } catch (error) {
        if (!(error instanceof OutputError)) throw error;
        problems.push(`${error.message}.`);
      }
    }
    this.failures += problems.length;
    this.trouble = problems.join(' ');
  }
}
