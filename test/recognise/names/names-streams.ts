/** The TCP payload of each connection of a capture in order, and its datagrams, without the flow table. */
import { frameNumber } from '../../../src/capture/frames/frame.js';
import { Timeline } from '../../../src/capture/merge.js';
import { Decoder } from '../../../src/decode/decoder.js';
import { Layer, Packet, TcpFlag } from '../../../src/decode/packet/packet.js';
import { ipv4Text, ipv6Text } from '../../../src/flow/record/address.js';
import { Origin } from '../../../src/flow/record/origin.js';
import type { Dissector, Side } from '../../../src/recognise/facts/dissector.js';
import { StreamBuffer } from '../../../src/recognise/stream/stream-buffer.js';

interface Segment {
  readonly side: Side;
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly frame: number;
  readonly sec: number;
}

/** A connection; side 0 sent the SYN; where none was captured, it has the higher port. */
export interface Stream {
  readonly id: number;
  readonly addresses: readonly [string, string];
  readonly ports: readonly [number, number];
  /** In capture order. */
  readonly segments: Segment[];
  readonly frames: Set<number>;
}

export interface Datagram {
  readonly flow: number;
  readonly src: string;
  readonly dst: string;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly bytes: Uint8Array;
  readonly frame: number;
  readonly sec: number;
}

export interface Capture {
  readonly streams: readonly Stream[];
  readonly datagrams: readonly Datagram[];
  readonly lastSec: number;
}

const addressText = (p: Packet, src: boolean): string => {
  if (p.ipVersion === 4) return ipv4Text(src ? p.src0 : p.dst0);
  return src ? ipv6Text(p.src0, p.src1, p.src2, p.src3) : ipv6Text(p.dst0, p.dst1, p.dst2, p.dst3);
};

export async function readStreams(path: string): Promise<Capture> {
  const timeline = await Timeline.open([path]);
  const decoder = new Decoder();
  const packet = new Packet();
  const streams = new Map<string, Stream>();
  const flows = new Map<string, number>();
  const datagrams: Datagram[] = [];
  let id = 0;
  let lastSec = 0;

  const take = (frame: number, sec: number): void => {
    const bytes = packet.bytes.slice(packet.payloadAt, packet.payloadEnd);
    const ends = [
      `${addressText(packet, true)} ${packet.srcPort}`,
      `${addressText(packet, false)} ${packet.dstPort}`,
    ];
    const key = [...ends].sort().join(' ');
    const src = addressText(packet, true);
    const dst = addressText(packet, false);
    if (packet.layers & Layer.Udp) {
      const flow = flows.get(key) ?? id++;
      flows.set(key, flow);
      datagrams.push({ flow, src, dst, srcPort: packet.srcPort, dstPort: packet.dstPort, bytes, frame, sec });
    } else if (packet.layers & Layer.Tcp) {
      const syn = (packet.tcpFlags & TcpFlag.Syn) !== 0;
      const synAck = syn && (packet.tcpFlags & TcpFlag.Ack) !== 0;
      let stream = streams.get(key);
      if (stream === undefined || (syn && !synAck && stream.segments.length > 0)) {
        const turned = synAck || (!syn && packet.srcPort < packet.dstPort);
        stream = {
          id: id++,
          addresses: turned ? [dst, src] : [src, dst],
          ports: turned ? [packet.dstPort, packet.srcPort] : [packet.srcPort, packet.dstPort],
          segments: [],
          frames: new Set(),
        };
        streams.set(key, stream);
        streams.set(`${key} ${stream.id}`, stream);
      }
      stream.frames.add(frame);
      if (bytes.length === 0 || syn) return;
      const side = src === stream.addresses[0] && packet.srcPort === stream.ports[0] ? 0 : 1;
      stream.segments.push({ side, seq: packet.seq, bytes, frame, sec });
    }
  };

  for (let run = await timeline.next(); run !== null; run = await timeline.next()) {
    const { batch } = run;
    for (let i = run.from; i < run.to; i++) {
      const sec = batch.sec[i] ?? 0;
      lastSec = Math.max(lastSec, sec);
      const frame = frameNumber(batch, i);
      decoder.decode(batch, i, packet);
      do take(frame, sec);
      while (decoder.inner(packet, sec));
    }
  }
  await timeline.close();
  return { streams: [...new Set(streams.values())], datagrams, lastSec };
}

/** A piece of one side's bytes in the order of delivery, or a gap before it. */
export interface Piece extends Segment {
  readonly gap: number;
}

/** Segments of both sides in capture order, each side ordered by sequence number and without repeats. */
export function inOrder(stream: Stream): Piece[] {
  const pieces: Piece[] = [];
  const next: [number | null, number | null] = [null, null];
  const waiting: [Segment[], Segment[]] = [[], []];
  const deliver = (segment: Segment, gap: number): void => {
    const { side, seq, bytes } = segment;
    const skip = next[side] === null ? 0 : Math.max(0, (next[side] - seq) | 0);
    if (skip >= bytes.length) return;
    pieces.push({ ...segment, bytes: bytes.slice(skip), gap });
    next[side] = (seq + bytes.length) | 0;
  };
  const drain = (side: Side, force: boolean): void => {
    for (;;) {
      const list = waiting[side];
      const expected = next[side];
      if (list.length === 0 || expected === null) return;
      list.sort((a, b) => (a.seq - b.seq) | 0);
      const first = list[0]!;
      const ahead = (first.seq - expected) | 0;
      if (ahead > 0 && !force) return;
      list.shift();
      deliver(first, Math.max(0, ahead));
    }
  };
  for (const segment of stream.segments) {
    const { side } = segment;
    next[side] ??= segment.seq;
    waiting[side].push(segment);
    drain(side, waiting[side].length > 64);
  }
  drain(0, true);
  drain(1, true);
  return pieces;
}

/** The first bytes of a side, up to `limit`. */
export function firstOf(stream: Stream, side: Side, limit: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const piece of inOrder(stream)) {
    if (piece.side !== side) continue;
    if (piece.gap > 0) break;
    parts.push(piece.bytes);
    length += piece.bytes.length;
    if (length >= limit) break;
  }
  return Uint8Array.from(Buffer.concat(parts));
}

/** Feeds a connection to a dissector. */
export function replay(stream: Stream, dissector: Dissector): void {
  const feeders = [new StreamBuffer(dissector, 0), new StreamBuffer(dissector, 1)] as const;
  const from = new Origin();
  from.flow = stream.id;
  for (const piece of inOrder(stream)) {
    if (dissector.done) break;
    from.frame = piece.frame;
    from.sec = piece.sec;
    const { bytes } = piece;
    const feeder = feeders[piece.side];
    if (piece.gap > 0) feeder.gap(piece.gap, from);
    feeder.feed(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, from);
  }
  dissector.end();
}
