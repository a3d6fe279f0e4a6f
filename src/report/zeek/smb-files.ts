/**
 * Files that were opened, renamed or deleted as Zeek's smb_files.log (Zeek scripts/base/protocols/smb/main.zeek). As
 * there, pipes and what failed have no row. Times and previous names are not read and stay unset; Zeek leaves out an
 * open whose times equal those of an earlier one on the connection, so this log can have more rows.
 */
import { isError } from '../../recognise/smb/nt-status.js';
import type { ReportModel } from '../model/model.js';
import type { SmbFileModel } from '../model/payload-model.js';
import type { Sink } from '../write/sink.js';
import { withConnection } from './connection.js';
import { UNSET, writeLog, zeekCount, zeekText } from './tsv.js';

export function* smbFileRows(model: ReportModel): Generator<SmbFileModel> {
  for (const row of model.payload.smbFiles) {
    if (!row.pipe && row.status >= 0 && !isError(row.status)) yield row;
  }
}

export async function writeSmbFiles(model: ReportModel, sink: Sink): Promise<void> {
  await writeLog<SmbFileModel>(
    model,
    sink,
    'smb_files',
    withConnection(model, [
      ['fuid', 'string', () => UNSET],
      ['action', 'enum', (row) => row.action],
      ['path', 'string', (row) => zeekText(row.tree)],
      ['name', 'string', (row) => zeekText(row.name)],
      ['size', 'count', (row) => zeekCount(row.size)],
      ['prev_name', 'string', () => UNSET],
      ['times.modified', 'time', () => UNSET],
      ['times.accessed', 'time', () => UNSET],
      ['times.created', 'time', () => UNSET],
      ['times.changed', 'time', () => UNSET],
    ]),
    smbFileRows(model),
  );
}
