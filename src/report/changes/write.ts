/**
 * Change requests as CSV (RFC 4180), one line for each source and destination, so that no list is ever cut: header, CRLF,
 * byte order mark, and no cell that a spreadsheet would run (as in `../csv/write.ts`).
 */
import { BYTE_ORDER_MARK, csvCell } from '../write/csv-cell.js';
import type { CauseModel } from '../model/cause-model.js';
import type { ChangeModel } from '../model/change-model.js';
import type { ReportModel } from '../model/model.js';
import type { Sink } from '../write/sink.js';

const COLUMNS = [
  'cause',
  'source',
  'destination',
  'protocol',
  'port',
  'first_seen',
  'last_seen',
  'failed_attempts',
  'reason',
  'required',
  'owner',
  'what_fails',
  'confidence',
] as const;

function* linesOf(change: ChangeModel, cause: CauseModel | undefined): Generator<string> {
  const { ports, reason, firstTime, lastTime, attempts } = change;
  const about = [cause?.required === true, cause?.who ?? '', cause?.title ?? '', cause?.confidence ?? ''];
  for (const source of change.sources) {
    for (const destination of change.destinations) {
      const cells = [
        change.cause,
        source,
        destination,
        change.protocol,
        ports,
        firstTime.iso,
        lastTime.iso,
        attempts,
        reason,
        ...about,
      ];
      yield `${cells.map(csvCell).join(',')}\r\n`;
    }
  }
}

/** Writes every change of the model; a result in which no firewall can be at fault has the header alone. */
export async function writeChanges(model: ReportModel, sink: Sink): Promise<void> {
  await sink.write(`${BYTE_ORDER_MARK}${COLUMNS.join(',')}\r\n`);
  const causes = new Map(model.causes.map((cause) => [cause.id, cause]));
  for (const change of model.changes) {
    for (const line of linesOf(change, causes.get(change.cause))) await sink.write(line);
  }
}
