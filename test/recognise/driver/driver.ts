/** Feeds segments and datagrams to a flow table and the recogniser behind it, as the meter does. */
import { Facts } from '../../../src/recognise/facts/facts.js';
import { Recogniser } from '../../../src/recognise/driver/recogniser.js';
import { TcpFlag } from '../../../src/decode/packet/packet.js';
import type { Packet } from '../../../src/decode/packet/packet.js';
import type { FlowTable } from '../../../src/flow/table.js';
import { CLIENT, newTable, SERVER, START, tcpPacket, udpPacket } from '../../flow/script.js';
import type { End } from '../../flow/script.js';
import { Origin } from '../../../src/flow/record/origin.js';

const NOTHING: Uint8Array = new Uint8Array();

export class Driver {
  readonly table: FlowTable;
  readonly facts = new Facts();
  readonly recogniser: Recogniser;
  /** How often payload was looked at. */
  reads = 0;
  frame = 0;

  constructor(maxFlows?: number) {
    this.table = newTable(maxFlows === undefined ? {} : { maxFlows });
    this.recogniser = new Recogniser(this.table, this.facts);
  }

  /** One segment at `at` seconds; returns its flow. */
  segment(
    from: End,
    to: End,
    flags: string,
    seq: number,
    ack: number,
    bytes: Uint8Array = NOTHING,
    at = 0,
  ): number {
    return this.count(withPayload(tcpPacket(from, to, flags, seq, ack, bytes.length), bytes), at);
  }

  datagram(from: End, to: End, bytes: Uint8Array, at = 0): number {
    return this.count(withPayload(udpPacket(from, to, bytes.length), bytes), at);
  }

  /** The service of a flow, 'name certainty', '' = none. */
  service(id: number): string {
    const service = this.facts.serviceOf(id);
    return service === undefined ? '' : `${service.name} ${service.certainty}`;
  }

  finish(): void {
    this.recogniser.finish(START + 1000);
  }

  private count(p: Packet, at: number): number {
    const sec = START + Math.floor(at);
    const nsec = Math.round((at % 1) * 1e9);
    const frame = ++this.frame;
    const from = new Origin().set(sec, nsec, 0, frame);
    const id = (from.flow = this.table.add(p, from));
    if (this.table.lastSettled) return id;
    if (p.payloadLen > 0) {
      this.reads++;
      this.recogniser.read(this.table.lastSide, p, from);
    } else if (p.tcpFlags & (TcpFlag.Fin | TcpFlag.Rst)) {
      this.recogniser.ended(id, this.table.lastSide, p);
    }
    return id;
  }
}

function withPayload(p: Packet, bytes: Uint8Array): Packet {
  p.bytes = bytes;
  p.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  p.payloadAt = 0;
  p.payloadEnd = bytes.length;
  return p;
}

/** One TCP connection on a driver. */
export class Line {
  flow = -1;
  readonly driver: Driver;
  readonly client: End;
  readonly server: End;
  /** Next sequence number of each side. */
  private readonly seq: [number, number];

  constructor(driver: Driver, client: End = CLIENT, server: End = SERVER, isn = 1000) {
    this.driver = driver;
    this.client = client;
    this.server = server;
    this.seq = [isn, isn + 50_000];
  }

  /** The handshake at `at` seconds. */
  open(at = 0): this {
    this.flow = this.sent(0, 'S', new Uint8Array(), at);
    this.sent(1, 'SA', new Uint8Array(), at);
    this.sent(0, 'A', new Uint8Array(), at);
    return this;
  }

  /** Data of a side in order. */
  data(side: 0 | 1, bytes: Uint8Array, at = 0): this {
    this.flow = this.sent(side, 'A', bytes, at);
    return this;
  }

  /** Data `ahead` bytes further on, while what is before it does not come. */
  early(side: 0 | 1, ahead: number, bytes: Uint8Array): this {
    const [from, to] = this.ends(side);
    const seq = this.seq[side] + ahead;
    this.flow = this.driver.segment(from, to, 'A', seq, this.seq[1 - side] ?? 0, bytes);
    return this;
  }

  /** `length` bytes of a side are not captured. */
  lose(side: 0 | 1, length: number): this {
    this.seq[side] += length;
    return this;
  }

  sent(side: 0 | 1, flags: string, bytes: Uint8Array, at = 0): number {
    const [from, to] = this.ends(side);
    const ack = flags.includes('A') ? (this.seq[1 - side] ?? 0) : 0;
    const id = this.driver.segment(from, to, flags, this.seq[side], ack, bytes, at);
    this.seq[side] += bytes.length + (/[SF]/.test(flags) ? 1 : 0);
    return id;
  }

  private ends(side: 0 | 1): [End, End] {
    return side === 0 ? [this.client, this.server] : [this.server, this.client];
  }
}
