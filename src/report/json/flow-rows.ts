/**
 * A flow as one row of the JSON output, in the order of `FLOW_COLUMNS`; docs/report.schema.json has the types. Rows
 * instead of objects leave out keys that would be two thirds of the file. What many flows share (hosts, and the words
 * for their kind) is remembered as bytes, with the commas that stand around it.
 */
import type { ByteWriter } from '../write/byte-writer.js';
import { NO_PLACE } from '../model/flow-model.js';
import type { EndpointModel, FlowKind, FlowModel, HostText } from '../model/flow-model.js';
import type { TimeStamp } from '../model/time-model.js';
import { utf8 } from '../write/utf8.js';
import { jsonText, writeJsonString } from './text.js';

/** What the values of a row are, in order. */
export const FLOW_COLUMNS: readonly string[] = [
  'id',
  'proto',
  'orig_ip',
  'orig_port',
  'orig_name',
  'resp_ip',
  'resp_port',
  'resp_name',
  'outcome',
  'class',
  'rule',
  'reason',
  'service',
  'service_certainty',
  'conn_state',
  'history',
  'first_time',
  'last_time',
  'duration',
  'orig_packets',
  'orig_bytes',
  'orig_payload_bytes',
  'orig_sequence_bytes',
  'orig_retransmissions',
  'resp_packets',
  'resp_bytes',
  'resp_payload_bytes',
  'resp_sequence_bytes',
  'resp_retransmissions',
  'syn_ack_delay',
  'handshake_time',
  'community_id',
  'capture',
  'first_frame',
  'last_frame',
  'vlan',
  'tunneled',
];

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN = 0x5b;

const NULL = utf8('null');
const TUNNELED = utf8(',true]');
const NOT_TUNNELED = utf8(',false]');
const PROTO: Readonly<Record<FlowModel['proto'], Uint8Array>> = {
  tcp: utf8(',"tcp",'),
  udp: utf8(',"udp",'),
  icmp: utf8(',"icmp",'),
  icmp6: utf8(',"icmp6",'),
};

interface HostBytes {
  readonly host: HostText;
  /** `"10.20.0.10",` */
  readonly ip: Uint8Array;
  /** `,"NAS01",` */
  readonly name: Uint8Array;
}

interface KindBytes {
  readonly kind: FlowKind;
  /** From the outcome up to the reason, `"established","expected","ua-9003",`; with it when it is not the flow's own. */
  readonly before: Uint8Array;
  /** From the service to the state, `,"dce_rpc","confirmed","SF",`. */
  readonly after: Uint8Array;
}

export class FlowRows {
  readonly #out: ByteWriter;
  readonly #longest: number;
  /** By the hosts' places and the kinds' numbers. */
  readonly #hosts: HostBytes[] = [];
  readonly #kinds: KindBytes[] = [];

  /** @param longest strings with more UTF-16 units are cut */
  constructor(out: ByteWriter, longest: number) {
    this.#out = out;
    this.#longest = longest;
  }

  /** Writes one row. */
  write(flow: FlowModel): void {
    const out = this.#out;
    const { orig, resp } = flow;
    out.byte(OPEN);
    out.integer(flow.id);
    out.bytes(PROTO[flow.proto]);
    this.#end(orig);
    this.#end(resp);
    this.#kind(flow);
    writeJsonString(out, flow.history, this.#longest);
    this.#time(flow.firstTime);
    this.#time(flow.lastTime);
    out.byte(COMMA);
    out.seconds(flow.duration);
    this.#counters(orig, flow.origSeqBytes);
    this.#counters(resp, flow.respSeqBytes);
    this.#seconds(flow.synAckDelay);
    this.#seconds(flow.handshakeTime);
    this.#communityId(flow.communityIdBytes);
    this.#integer(flow.fileIndex);
    this.#integer(flow.firstFrame);
    this.#integer(flow.lastFrame);
    this.#seen(flow.vlan);
    out.bytes(flow.tunneled ? TUNNELED : NOT_TUNNELED);
  }

  #end({ host, port }: EndpointModel): void {
    if (host.place === NO_PLACE) {
      this.#endOnce(host, port);
      return;
    }
    let bytes = this.#hosts[host.place];
    if (bytes === undefined || bytes.host !== host) bytes = this.#rememberHost(host);
    this.#out.bytes(bytes.ip);
    this.#out.integer(port);
    this.#out.bytes(bytes.name);
  }

  #endOnce(host: HostText, port: number): void {
    writeJsonString(this.#out, host.ip, this.#longest);
    this.#out.byte(COMMA);
    this.#out.integer(port);
    this.#out.byte(COMMA);
    if (host.name === '') this.#out.bytes(NULL);
    else writeJsonString(this.#out, host.name, this.#longest);
    this.#out.byte(COMMA);
  }

  #rememberHost(host: HostText): HostBytes {
    const bytes = {
      host,
      ip: utf8(`${this.#text(host.ip)},`),
      name: utf8(`,${this.#known(host.name)},`),
    };
    // Places begin with 0 and go up by one: the list has no holes unless rows are left out.
    this.#hosts[host.place] = bytes;
    return bytes;
  }

  #kind(flow: FlowModel): void {
    const { kind } = flow;
    let bytes = this.#kinds[kind.number];
    if (bytes === undefined || bytes.kind !== kind) bytes = this.#rememberKind(kind);
    this.#out.bytes(bytes.before);
    if (kind.reason === null) writeJsonString(this.#out, flow.reason, this.#longest);
    this.#out.bytes(bytes.after);
  }

  #rememberKind(kind: FlowKind): KindBytes {
    const before = `${this.#text(kind.outcome)},${this.#text(kind.class)},${this.#known(kind.rule)},`;
    const reason = kind.reason === null ? '' : this.#text(kind.reason);
    const service = `${this.#known(kind.service)},${this.#known(kind.serviceCertainty)}`;
    const bytes = {
      kind,
      before: utf8(`${before}${reason}`),
      after: utf8(`,${service},${this.#text(kind.connState)},`),
    };
    this.#kinds[kind.number] = bytes;
    return bytes;
  }

  #text(text: string): string {
    return jsonText(text, this.#longest);
  }

  /** null for ''. */
  #known(text: string): string {
    return text === '' ? 'null' : this.#text(text);
  }

  #time({ sec, nsec }: TimeStamp): void {
    this.#out.byte(COMMA);
    this.#out.quotedTime(sec, nsec);
  }

  #counters(end: EndpointModel, sequenceBytes: number): void {
    this.#integer(end.packets);
    this.#integer(end.bytes);
    this.#integer(end.payloadBytes);
    this.#seen(sequenceBytes);
    this.#integer(end.retransmissions);
  }

  #communityId(id: Uint8Array): void {
    const out = this.#out;
    out.byte(COMMA);
    out.byte(QUOTE);
    out.bytes(id);
    out.byte(QUOTE);
  }

  #integer(value: number): void {
    this.#out.byte(COMMA);
    this.#out.integer(value);
  }

  /** The model marks what was not seen with a negative number. */
  #seen(value: number): void {
    this.#out.byte(COMMA);
    if (value < 0) this.#out.bytes(NULL);
    else this.#out.integer(value);
  }

  #seconds(value: number): void {
    this.#out.byte(COMMA);
    if (value < 0) this.#out.bytes(NULL);
    else this.#out.seconds(value);
  }
}
