/** The report of the moment, written whole again and again. A disk that is full is told once and tried again. */
import { writeHtml } from '../report/html/write.js';
import { writeJson } from '../report/json/write.js';
import type { ReportModel } from '../report/model.js';
import { OutputError, writeWhole } from '../report/write-file.js';

export class ReportFiles {
  /** '' = all was written the last time. */
  trouble = '';
  /** Times that a file could not be written. */
  failures = 0;
  private readonly report: string;
  private readonly json: string;

  /** @param json '' = none */
  constructor(report: string, json: string) {
    this.report = report;
    this.json = json;
  }

  async write(model: ReportModel): Promise<void> {
    const problems: string[] = [];
    await this.one(this.report, problems, (sink) => writeHtml(model, sink));
    if (this.json !== '') await this.one(this.json, problems, (sink) => writeJson(model, sink));
    this.failures += problems.length;
    this.trouble = problems.join(' ');
  }

  private async one(
    path: string,
    problems: string[],
    write: Parameters<typeof writeWhole>[1],
  ): Promise<void> {
    try {
      await writeWhole(path, write);
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      problems.push(`${error.message}.`);
    }
  }
}
