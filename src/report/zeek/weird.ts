/**
 * What was malformed as Zeek's weird.log (Zeek scripts/base/frameworks/notice/weird.zeek): one row for each name and
 * flow, and for what is wrong below the flows one row for each name; `addl` tells how often it was seen in all.
 */
import type { ReportModel } from '../model/model.js';
import type { WeirdModel } from '../model/payload-model.js';
import type { Sink } from '../write/sink.js';
import { withConnection } from './connection.js';
import { UNSET, writeLog, zeekText } from './tsv.js';

export async function writeWeird(model: ReportModel, sink: Sink): Promise<void> {
  await writeLog<WeirdModel>(
    model,
    sink,
    'weird',
    withConnection(model, [
      ['name', 'string', (row) => zeekText(row.name)],
      ['addl', 'string', (row) => (row.count > 1 ? `seen ${row.count} times in all` : UNSET)],
      ['notice', 'bool', () => 'F'],
      ['peer', 'string', () => UNSET],
      ['source', 'string', () => UNSET],
    ]),
    model.payload.weirds,
  );
}
