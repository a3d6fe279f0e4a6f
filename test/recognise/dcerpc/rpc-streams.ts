/** TCP connections of a capture as ordered pieces of payload, and their replay through a dissector. */
import { Timeline } from '../../../src/capture/merge.js';
import { Decoder } from '../../../src/decode/decoder.js';
import { Layer, Packet, TcpFlag } from '../../../src/decode/packet/packet.js';
import { Origin } from '../../../src/flow/record/origin.js';
import type { Dissector, Side } from '../../../src/recognise/facts/dissector.js';
import { StreamBuffer } from '../../../src/recognise/stream/stream-buffer.js';

/** Payload of one side in order; before it `gap` bytes are missing. */
export interface Piece {
  readonly side: Side;
  readonly gap: number;
  readonly bytes: Uint8Array;
  readonly sec: number;
  readonly nsec: number;
  readonly frame: number;
}

export interface TcpStream {
  /** Dotted IPv4 addresses, or hexadecimal words of IPv6. */
  readonly orig: string;
  readonly origPort: number;
  readonly resp: string;
  readonly respPort: number;
  readonly pieces: Piece[];
}

interface Held {
  readonly seq: number;
  readonly piece: Piece;
}

interface Direction {
  next: number | null;
  held: Held[];
}

class Connection implements TcpStream {
  readonly orig: string;
  readonly origPort: number;
  readonly resp: string;
  readonly respPort: number;
  readonly pieces: Piece[] = [];
  private readonly sides: readonly [Direction, Direction] = [
    { next: null, held: [] },
    { next: null, held: [] },
  ];

  constructor(orig: string, origPort: number, resp: string, respPort: number) {
    this.orig = orig;
    this.origPort = origPort;
    this.resp = resp;
    this.respPort = respPort;
  }

  begin(side: Side, seq: number): void {
    this.sides[side].next ??= (seq + 1) | 0;
  }

  add(seq: number, piece: Piece): void {
    const direction = this.sides[piece.side];
    direction.next ??= seq;
    direction.held.push({ seq, piece });
    this.deliver(direction, false);
  }

  finish(): void {
    for (const direction of this.sides) this.deliver(direction, true);
  }

  private deliver(direction: Direction, force: boolean): void {
    direction.held.sort((a, b) => (a.seq - b.seq) | 0);
    for (let first = direction.held[0]; first !== undefined; first = direction.held[0]) {
      const next = direction.next ?? first.seq;
      const ahead = (first.seq - next) | 0;
      if (ahead > 0 && !force) return;
      direction.held.shift();
      const { piece } = first;
      const skip = ahead < 0 ? -ahead : 0;
      if (skip >= piece.bytes.length) continue;
      direction.next = (first.seq + piece.bytes.length) | 0;
      this.pieces.push({ ...piece, gap: Math.max(0, ahead), bytes: piece.bytes.subarray(skip) });
    }
  }
}

function addressText(version: number, words: readonly number[]): string {
  const [word = 0] = words;
  if (version === 4) return [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.');
  return words.map((w) => (w >>> 0).toString(16).padStart(8, '0')).join(':');
}

/** Every TCP connection of a capture that has payload; what lies behind a hole comes when the capture ends. */
export async function tcpStreams(path: string): Promise<readonly TcpStream[]> {
  const timeline = await Timeline.open([path], { digest: false });
  const decoder = new Decoder();
  const packet = new Packet();
  const connections = new Map<string, Connection>();
  const all: Connection[] = [];
  for (let run = await timeline.next(); run !== null; run = await timeline.next()) {
    const { batch } = run;
    for (let row = run.from; row < run.to; row++) {
      const sec = batch.sec[row] ?? 0;
      decoder.decode(batch, row, packet);
      if ((packet.layers & Layer.Tcp) === 0) continue;
      const src = addressText(packet.ipVersion, [packet.src0, packet.src1, packet.src2, packet.src3]);
      const dst = addressText(packet.ipVersion, [packet.dst0, packet.dst1, packet.dst2, packet.dst3]);
      const there = `${src} ${packet.srcPort} ${dst} ${packet.dstPort}`;
      const back = `${dst} ${packet.dstPort} ${src} ${packet.srcPort}`;
      let side: Side = connections.has(back) ? 1 : 0;
      let connection = connections.get(side === 0 ? there : back);
      const isSyn = (packet.tcpFlags & (TcpFlag.Syn | TcpFlag.Ack)) === TcpFlag.Syn;
      if (connection === undefined || (isSyn && connection.pieces.length > 0)) {
        side = 0;
        connections.delete(back);
        connection = new Connection(src, packet.srcPort, dst, packet.dstPort);
        connections.set(there, connection);
        all.push(connection);
      }
      if ((packet.tcpFlags & TcpFlag.Syn) !== 0) connection.begin(side, packet.seq);
      if (packet.payloadEnd <= packet.payloadAt) continue;
      connection.add(packet.seq, {
        side,
        gap: 0,
        bytes: packet.bytes.slice(packet.payloadAt, packet.payloadEnd),
        sec,
        nsec: batch.nsec[row] ?? 0,
        frame: batch.firstFrame + row,
      });
    }
  }
  await timeline.close();
  for (const connection of all) connection.finish();
  return all.filter((connection) => connection.pieces.length > 0);
}

/** Feeds the pieces in order and says that it is over. */
export function replay(dissector: Dissector, pieces: readonly Piece[], flow = 0): void {
  const feeders = [new StreamBuffer(dissector, 0), new StreamBuffer(dissector, 1)] as const;
  const from = new Origin();
  from.flow = flow;
  for (const piece of pieces) {
    from.sec = piece.sec;
    from.nsec = piece.nsec;
    from.frame = piece.frame;
    const feeder = feeders[piece.side];
    if (piece.gap > 0) feeder.gap(piece.gap, from);
    const { bytes } = piece;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    feeder.feed(bytes, view, 0, bytes.length, from);
  }
  dissector.end();
}
