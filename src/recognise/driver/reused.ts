/** The segment and the datagram that recognition is handed: one object of each, filled anew for every packet. */
import type { Packet } from '../../decode/packet/packet.js';
import type { Origin } from '../../flow/record/origin.js';
import type { Datagram } from '../facts/datagram.js';
import type { Side } from '../facts/dissector.js';
import type { FlowEnds } from '../facts/flow-ends.js';
import type { Segment } from '../stream/stream-order.js';

const NO_BYTES = new Uint8Array();
const NO_VIEW = new DataView(NO_BYTES.buffer);

export class ReusedSegment implements Segment {
  seq = 0;
  bytes: Uint8Array = NO_BYTES;
  view: DataView = NO_VIEW;
  at = 0;
  end = 0;
  length = 0;

  /** The payload of a TCP packet, which begins at `seq`. */
  of(p: Packet, seq: number): this {
    this.seq = seq;
    this.bytes = p.bytes;
    this.view = p.view;
    this.at = p.payloadAt;
    this.end = p.payloadEnd;
    this.length = p.payloadLen;
    return this;
  }
}

export class ReusedDatagram implements Datagram {
  srcPort = 0;
  dstPort = 0;
  isWhole = false;
  bytes: Uint8Array = NO_BYTES;
  view: DataView = NO_VIEW;
  at = 0;
  end = 0;
  readonly srcText: () => string;
  readonly dstText: () => string;
  private sender: Side = 0;

  /** `from` tells the flow of the datagram at hand. */
  constructor(ends: FlowEnds, from: Origin) {
    this.srcText = () => ends.text(this.sender, from.flow);
    this.dstText = () => ends.text(this.sender === 0 ? 1 : 0, from.flow);
  }

  /** The payload of a UDP packet that `side` sent. */
  of(p: Packet, side: Side): this {
    this.sender = side;
    this.srcPort = p.srcPort;
    this.dstPort = p.dstPort;
    this.isWhole = p.payloadEnd - p.payloadAt === p.payloadLen;
    this.bytes = p.bytes;
    this.view = p.view;
    this.at = p.payloadAt;
    this.end = p.payloadEnd;
    return this;
  }
}
