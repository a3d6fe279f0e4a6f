/** All flows as CSV (RFC 4180): a header and a line for each flow. Empty = not seen. */
import type { FlowModel } from '../model/flow-model.js';
import type { ReportModel } from '../model/model.js';
import type { Sink } from '../write/sink.js';
import { BYTE_ORDER_MARK, csvCell } from '../write/csv-cell.js';
import type { CsvValue } from '../write/csv-cell.js';

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
