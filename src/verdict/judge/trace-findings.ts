/** What Windows event traces say of themselves that a reader of the verdicts must know. They change no verdict. */
import type { CaptureFile } from '../../capture/frames/frame.js';
import { said } from '../quality/finding.js';
import type { QualityFinding } from '../quality/quality.js';

export function traceFindings(files: readonly CaptureFile[]): QualityFinding[] {
  return files.flatMap(({ path, trace }): QualityFinding[] => {
    if (trace === undefined) return [];
    return [
      ...(trace.stopped ? [] : [said({ code: 'trace_not_stopped', level: 'warning', values: { path } })]),
      ...(trace.circular ? [said({ code: 'trace_circular', level: 'note', values: { path } })] : []),
    ];
  });
}
