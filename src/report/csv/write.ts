/**
 * All flows as CSV (RFC 4180): header, CRLF, every text cell quoted. A UTF-8 byte order mark comes first, since
 * Excel reads the file in the system's code page without it. Cells that a spreadsheet would run as a formula
 * get a leading apostrophe (OWASP "CSV injection"). Empty = not seen.
 */
import type { FlowModel } from '../flow-model.js';
import type { ReportModel } from '../model.js';
import type { Sink } from '../sink.js';
import { MAX_SHOWN, visible } from '../visible.js';

/** Stands first in a file for Excel. */
export const BYTE_ORDER_MARK = '\uFEFF';
const FORMULA = /^[\s'"]*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** Printable ASCII without quotes that begins with a letter or digit: nothing to make safe. */
const PLAIN = /^[0-9A-Za-z][ !#-~]*$/;

type CsvValue = string | number | boolean;

const COLUMNS: readonly (readonly [string, (flow: FlowModel) => CsvValue])[] = [
  ['id', (f) => f.id],
  ['first_time', (f) => f.firstTime.iso],
  ['last_time', (f) => f.lastTime.iso],
  ['duration', (f) => f.duration.toFixed(6)],
  ['proto', (f) => f.proto],
  ['orig_ip', (f) => f.orig.ip],
  ['orig_port', (f) => f.orig.port],
  ['orig_name', (f) => f.orig.name],
  ['resp_ip', (f) => f.resp.ip],
  ['resp_port', (f) => f.resp.port],
  ['resp_name', (f) => f.resp.name],
  ['service', (f) => f.service],
  ['outcome', (f) => f.outcome],
  ['class', (f) => f.class],
  ['rule', (f) => f.rule],
  ['reason', (f) => f.reason],
  ['conn_state', (f) => f.connState],
  ['history', (f) => f.history],
  ['orig_packets', (f) => f.orig.packets],
  ['orig_bytes', (f) => f.orig.bytes],
  ['orig_payload_bytes', (f) => f.orig.payloadBytes],
  ['orig_retransmissions', (f) => f.orig.retransmissions],
  ['resp_packets', (f) => f.resp.packets],
  ['resp_bytes', (f) => f.resp.bytes],
  ['resp_payload_bytes', (f) => f.resp.payloadBytes],
  ['resp_retransmissions', (f) => f.resp.retransmissions],
  ['syn_ack_delay', (f) => seconds(f.synAckDelay)],
  ['handshake_time', (f) => seconds(f.handshakeTime)],
  ['community_id', (f) => f.communityId],
  ['file', (f) => f.file],
  ['first_frame', (f) => f.firstFrame],
  ['last_frame', (f) => f.lastFrame],
  ['vlan', (f) => (f.vlan >= 0 ? f.vlan : '')],
  ['tunneled', (f) => f.tunneled],
  ['service_certainty', (f) => f.serviceCertainty],
];

function seconds(value: number): string {
  return value >= 0 ? value.toFixed(6) : '';
}

/** One cell: numbers and true/false bare, text quoted and without formulas or acting characters. */
export function csvCell(value: CsvValue): string {
  if (typeof value !== 'string') return String(value);
  if (value === '') return '';
  if (PLAIN.test(value) && value.length <= MAX_SHOWN) return `"${value}"`;
  const safe = visible(value);
  return `"${(FORMULA.test(value) || FORMULA.test(safe) ? `'${safe}` : safe).replaceAll('"', '""')}"`;
}

/** Writes every flow of the model, one line each; the last cell is the group of its computer in the list. */
export async function writeCsv(model: ReportModel, sink: Sink): Promise<void> {
  await sink.write(`${BYTE_ORDER_MARK}${COLUMNS.map(([name]) => name).join(',')},group\r\n`);
  const groups = new Map(model.hosts.map(({ address, group }) => [address, group]));
  for (const flow of model.flows) {
    const group = groups.get(flow.orig.ip) || groups.get(flow.resp.ip) || '';
    const cells = [...COLUMNS.map(([, read]) => read(flow)), group];
    await sink.write(`${cells.map(csvCell).join(',')}\r\n`);
  }
}
