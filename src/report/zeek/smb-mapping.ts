/**
 * Shares that were connected as Zeek's smb_mapping.log (Zeek scripts/base/protocols/smb/main.zeek). As there, a refused
 * or unanswered tree connect has no row. native_file_system is not read and stays unset.
 */
import { isError } from '../../recognise/smb/nt-status.js';
import type { ReportModel } from '../model/model.js';
import type { SmbMappingModel } from '../model/payload-model.js';
import type { Sink } from '../write/sink.js';
import { withConnection } from './connection.js';
import { UNSET, writeLog, zeekText } from './tsv.js';

/** SMB1 names the kind of a share by a service string, [MS-CIFS] §2.2.4.55.1. */
const SMB1_SERVICES: ReadonlyMap<string, string> = new Map([
  ['DISK', 'A:'],
  ['PIPE', 'IPC'],
  ['PRINT', 'LPT1:'],
]);

function serviceOf({ dialect, shareType }: SmbMappingModel): string {
  // SMB2 and SMB3 dialects are numbers.
  if (dialect === '' || /^\d/.test(dialect)) return '';
  return SMB1_SERVICES.get(shareType) ?? '';
}

export function* smbMappingRows(model: ReportModel): Generator<SmbMappingModel> {
  for (const row of model.payload.smbMappings) if (row.status >= 0 && !isError(row.status)) yield row;
}

export async function writeSmbMapping(model: ReportModel, sink: Sink): Promise<void> {
  await writeLog<SmbMappingModel>(
    model,
    sink,
    'smb_mapping',
    withConnection(model, [
      ['path', 'string', (row) => zeekText(row.path)],
      ['service', 'string', (row) => zeekText(serviceOf(row))],
      ['native_file_system', 'string', () => UNSET],
      ['share_type', 'string', (row) => zeekText(row.shareType)],
    ]),
    smbMappingRows(model),
  );
}
