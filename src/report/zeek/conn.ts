/**
 * All flows as Zeek's conn.log (Zeek scripts/base/protocols/conn/main.zeek for the fields), with `community_id`
 * last, as the corelight policy adds it. What this program does not measure stays unset: local_orig, local_resp,
 * missed_bytes and tunnel_parents.
 */
import type { FlowModel } from '../model/flow-model.js';
import type { ReportModel } from '../model/model.js';
import type { Sink } from '../write/sink.js';
import { zeekServices } from './service.js';
import { UNSET, writeLog, zeekCount, zeekText, zeekTime } from './tsv.js';
import type { Column } from './tsv.js';
import { uid } from './uid.js';

const IP_PROTO = { tcp: 6, udp: 17, icmp: 1, icmp6: 58 } as const;

function columns(model: ReportModel): readonly Column<FlowModel>[] {
  return [
    ['ts', 'time', (f) => zeekTime(f.firstTime)],
    ['uid', 'string', uid],
    ['id.orig_h', 'addr', (f) => f.orig.ip],
    ['id.orig_p', 'port', (f) => String(f.orig.port)],
    ['id.resp_h', 'addr', (f) => f.resp.ip],
    ['id.resp_p', 'port', (f) => String(f.resp.port)],
    ['proto', 'enum', (f) => (f.proto === 'icmp6' ? 'icmp' : f.proto)],
    ['service', 'string', (f) => zeekText(zeekServices(f, model.payload.servicesBeside(f.id)).join(','))],
    ['duration', 'interval', (f) => (f.orig.packets + f.resp.packets < 2 ? UNSET : f.duration.toFixed(6))],
    ['orig_bytes', 'count', (f) => zeekCount(f.origSeqBytes)],
    ['resp_bytes', 'count', (f) => zeekCount(f.respSeqBytes)],
    ['conn_state', 'string', (f) => zeekText(f.connState)],
    ['local_orig', 'bool', () => UNSET],
    ['local_resp', 'bool', () => UNSET],
    ['missed_bytes', 'count', () => UNSET],
    ['history', 'string', (f) => zeekText(f.history)],
    ['orig_pkts', 'count', (f) => zeekCount(f.orig.packets)],
    ['orig_ip_bytes', 'count', (f) => zeekCount(f.orig.bytes)],
    ['resp_pkts', 'count', (f) => zeekCount(f.resp.packets)],
    ['resp_ip_bytes', 'count', (f) => zeekCount(f.resp.bytes)],
    ['tunnel_parents', 'set[string]', () => UNSET],
    ['ip_proto', 'count', (f) => String(IP_PROTO[f.proto])],
    ['community_id', 'string', (f) => zeekText(f.communityId)],
  ];
}

/** Writes every flow of the model. */
export async function writeConn(model: ReportModel, sink: Sink): Promise<void> {
  await writeLog(model, sink, 'conn', columns(model), model.flows);
}
