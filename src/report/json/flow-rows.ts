/**
 * A flow as one row of the JSON output, in the order of `FLOW_COLUMNS`; docs/report.schema.json has the types. Rows
 * instead of objects leave out keys that would be two thirds of the file.
 */
import type { ByteWriter } from '../byte-writer.js';
import type { FlowModel } from '../model.js';
import { writeJsonString } from './text.js';

type WriteValue = (out: ByteWriter, flow: FlowModel, longest: number) => void;

const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

const text = (read: (flow: FlowModel) => string): WriteValue => {
  return (out, flow, longest) => writeJsonString(out, read(flow), longest);
};

/** null for ''. */
const known = (read: (flow: FlowModel) => string): WriteValue => {
  return (out, flow, longest) => {
    const value = read(flow);
    if (value === '') out.ascii('null');
    else writeJsonString(out, value, longest);
  };
};

const integer = (read: (flow: FlowModel) => number): WriteValue => {
  return (out, flow) => out.integer(read(flow));
};

/** The model marks what was not seen with a negative number. */
const seen = (
  read: (flow: FlowModel) => number,
  write: (out: ByteWriter, value: number) => void,
): WriteValue => {
  return (out, flow) => {
    const value = read(flow);
    if (value < 0) out.ascii('null');
    else write(out, value);
  };
};
const whole = (out: ByteWriter, value: number): void => out.integer(value);
const seconds = (out: ByteWriter, value: number): void => out.seconds(value);

const COLUMNS: readonly (readonly [name: string, write: WriteValue])[] = [
  ['id', integer((f) => f.id)],
  ['proto', text((f) => f.proto)],
  ['orig_ip', text((f) => f.orig.ip)],
  ['orig_port', integer((f) => f.orig.port)],
  ['orig_name', known((f) => f.orig.name)],
  ['resp_ip', text((f) => f.resp.ip)],
  ['resp_port', integer((f) => f.resp.port)],
  ['resp_name', known((f) => f.resp.name)],
  ['outcome', text((f) => f.outcome)],
  ['class', text((f) => f.class)],
  ['rule', known((f) => f.rule)],
  ['reason', text((f) => f.reason)],
  ['service', known((f) => f.service)],
  ['service_certainty', known((f) => f.serviceCertainty)],
  ['conn_state', text((f) => f.connState)],
  ['history', text((f) => f.history)],
  ['first_time', (out, f) => writeTime(out, f.firstTime)],
  ['last_time', (out, f) => writeTime(out, f.lastTime)],
  ['duration', (out, f) => out.seconds(f.duration)],
  ['orig_packets', integer((f) => f.orig.packets)],
  ['orig_bytes', integer((f) => f.orig.bytes)],
  ['orig_payload_bytes', integer((f) => f.orig.payloadBytes)],
  ['orig_sequence_bytes', seen((f) => f.origSeqBytes, whole)],
  ['orig_retransmissions', integer((f) => f.orig.retransmissions)],
  ['resp_packets', integer((f) => f.resp.packets)],
  ['resp_bytes', integer((f) => f.resp.bytes)],
  ['resp_payload_bytes', integer((f) => f.resp.payloadBytes)],
  ['resp_sequence_bytes', seen((f) => f.respSeqBytes, whole)],
  ['resp_retransmissions', integer((f) => f.resp.retransmissions)],
  ['syn_ack_delay', seen((f) => f.synAckDelay, seconds)],
  ['handshake_time', seen((f) => f.handshakeTime, seconds)],
  ['community_id', known((f) => f.communityId)],
  ['capture', integer((f) => f.fileIndex)],
  ['first_frame', integer((f) => f.firstFrame)],
  ['last_frame', integer((f) => f.lastFrame)],
  ['vlan', seen((f) => f.vlan, whole)],
  ['tunneled', (out, f) => out.ascii(f.tunneled ? 'true' : 'false')],
];

/** What the values of a row are, in order. */
export const FLOW_COLUMNS: readonly string[] = COLUMNS.map(([name]) => name);
const WRITERS: readonly WriteValue[] = COLUMNS.map(([, write]) => write);

function writeTime(out: ByteWriter, { sec, nsec }: FlowModel['firstTime']): void {
  out.byte(0x22);
  out.time(sec, nsec);
  out.byte(0x22);
}

/** Writes one row; strings longer than `longest` UTF-16 units are cut. */
export function writeFlowRow(out: ByteWriter, flow: FlowModel, longest: number): void {
  let before = OPEN;
  for (const write of WRITERS) {
    out.byte(before);
    write(out, flow, longest);
    before = COMMA;
  }
  out.byte(CLOSE);
}
