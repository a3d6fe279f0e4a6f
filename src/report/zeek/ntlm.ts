/**
 * NTLM authentications as Zeek's ntlm.log (Zeek scripts/base/protocols/ntlm/main.zeek). server_tree_name is not read
 * and stays unset.
 */
import type { ReportModel } from '../model/model.js';
import type { NtlmModel } from '../model/payload-model.js';
import type { Sink } from '../write/sink.js';
import { withConnection } from './connection.js';
import { UNSET, writeLog, zeekText } from './tsv.js';

function successText(success: boolean | null): string {
  if (success === null) return UNSET;
  return success ? 'T' : 'F';
}

export async function writeNtlm(model: ReportModel, sink: Sink): Promise<void> {
  await writeLog<NtlmModel>(
    model,
    sink,
    'ntlm',
    withConnection(model, [
      ['username', 'string', (row) => zeekText(row.user)],
      ['hostname', 'string', (row) => zeekText(row.workstation)],
      ['domainname', 'string', (row) => zeekText(row.domain)],
      ['server_nb_computer_name', 'string', (row) => zeekText(row.serverNetbios)],
      ['server_dns_computer_name', 'string', (row) => zeekText(row.serverDns)],
      ['server_tree_name', 'string', () => UNSET],
      ['success', 'bool', (row) => successText(row.success)],
    ]),
    model.payload.ntlm,
  );
}
