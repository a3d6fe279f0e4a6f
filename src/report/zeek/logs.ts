/** Zeek's logs that this program writes: the names that Zeek's readers look for, and their writers. */
import type { ReportModel } from '../model/model.js';
import type { Sink } from '../write/sink.js';
import { writeConn } from './conn.js';
import { dceRpcRows, writeDceRpc } from './dce-rpc.js';
import { writeNtlm } from './ntlm.js';
import { smbFileRows, writeSmbFiles } from './smb-files.js';
import { smbMappingRows, writeSmbMapping } from './smb-mapping.js';
import { writeWeird } from './weird.js';

export interface ZeekLog {
  readonly file: string;
  readonly write: (model: ReportModel, sink: Sink) => Promise<void>;
  /** Whether there is a row; conn.log is written in any case. */
  readonly hasRows: (model: ReportModel) => boolean;
}

function some(rows: Iterable<object>): boolean {
  for (const row of rows) return row !== null;
  return false;
}

export const ZEEK_LOGS: readonly ZeekLog[] = [
  { file: 'conn.log', write: writeConn, hasRows: () => true },
  { file: 'dce_rpc.log', write: writeDceRpc, hasRows: (model) => some(dceRpcRows(model)) },
  { file: 'smb_mapping.log', write: writeSmbMapping, hasRows: (model) => some(smbMappingRows(model)) },
  { file: 'smb_files.log', write: writeSmbFiles, hasRows: (model) => some(smbFileRows(model)) },
  { file: 'ntlm.log', write: writeNtlm, hasRows: (model) => some(model.payload.ntlm) },
  { file: 'weird.log', write: writeWeird, hasRows: (model) => some(model.payload.weirds) },
];
