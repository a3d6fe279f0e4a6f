/** The TCP payload of every connection of a capture, in order, fed to dissectors as the frames come. */
import { Timeline } from '../../../src/capture/merge.js';
import { Decoder } from '../../../src/decode/decoder.js';
import { Layer, Packet, TcpFlag } from '../../../src/decode/packet/packet.js';
import { ipv4Text, ipv6Text } from '../../../src/flow/record/address.js';
import { Origin } from '../../../src/flow/record/origin.js';
import type { Dissector, Side } from '../../../src/recognise/facts/dissector.js';
import { StreamBuffer } from '../../../src/recognise/stream/stream-buffer.js';

/** Payload held back because bytes before it are missing. */
interface Held {
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly frame: number;
}

/** One connection; `flow` numbers them in the order of their first packets. */
export interface Stream {
  readonly flow: number;
  readonly orig: string;
  readonly origPort: number;
  readonly resp: string;
  readonly respPort: number;
}

class Connection implements Stream {
  readonly feeders: readonly [StreamBuffer, StreamBuffer];
  readonly dissector: Dissector;
  private readonly next: [number | null, number | null] = [null, null];
  private readonly held: [Held[], Held[]] = [[], []];
  private readonly from = new Origin();
  readonly flow: number;
  readonly orig: string;
  readonly origPort: number;
  readonly resp: string;
  readonly respPort: number;

  constructor(
    flow: number,
    ends: readonly [string, number, string, number],
    make: (stream: Stream) => Dissector,
  ) {
    [this.orig, this.origPort, this.resp, this.respPort] = ends;
    this.flow = flow;
    this.dissector = make(this);
    this.feeders = [new StreamBuffer(this.dissector, 0), new StreamBuffer(this.dissector, 1)];
  }

  segment(side: Side, seq: number, syn: boolean, bytes: Uint8Array, length: number, frame: number): void {
    if (syn) {
      this.next[side] = (seq + 1) | 0;
      return;
    }
    if (length === 0) return;
    this.next[side] ??= seq;
    this.held[side].push({ seq, bytes: bytes.slice(), frame });
    this.drain(side);
  }

  end(): void {
    for (const side of [0, 1] as const) {
      for (;;) {
        const first = this.held[side].sort((a, b) => (a.seq - b.seq) | 0)[0];
        const next = this.next[side];
        if (first === undefined || next === null) break;
        this.from.frame = first.frame;
        this.feeders[side].gap((first.seq - next) | 0, this.from);
        this.next[side] = first.seq;
        this.drain(side);
      }
    }
    this.dissector.end();
  }

  private drain(side: Side): void {
    const held = this.held[side];
    for (let found = true; found;) {
      found = false;
      for (let i = 0; i < held.length && !found; i++) {
        const segment = held[i];
        const next = this.next[side];
        if (segment === undefined || next === null) continue;
        const skip = (next - segment.seq) | 0;
        if (skip < 0) continue;
        held.splice(i, 1);
        found = true;
        if (skip < segment.bytes.length) this.feed(side, segment, skip);
      }
    }
  }

  private feed(side: Side, segment: Held, skip: number): void {
    const { bytes, frame, seq } = segment;
    this.from.flow = this.flow;
    this.from.frame = frame;
    this.next[side] = (seq + bytes.length) | 0;
    this.feeders[side].feed(bytes, viewOf(bytes), skip, bytes.length, this.from);
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Feeds each connection of a capture to what `make` returns for it; null = not of interest. */
export async function dissectStreams(
  path: string,
  make: (stream: Stream) => Dissector | null,
): Promise<Stream[]> {
  const timeline = await Timeline.open([path]);
  const decoder = new Decoder();
  const packet = new Packet();
  const connections = new Map<string, Connection | null>();
  let count = 0;
  for (let run = await timeline.next(); run !== null; run = await timeline.next()) {
    const { batch } = run;
    for (let row = run.from; row < run.to; row++) {
      decoder.decode(batch, row, packet);
      if ((packet.layers & Layer.Tcp) === 0) continue;
      const src = addressOf(packet, true);
      const dst = addressOf(packet, false);
      const syn = (packet.tcpFlags & TcpFlag.Syn) !== 0;
      const first = syn && (packet.tcpFlags & TcpFlag.Ack) === 0;
      const forward = `${src} ${packet.srcPort} ${dst} ${packet.dstPort}`;
      const backward = `${dst} ${packet.dstPort} ${src} ${packet.srcPort}`;
      let key = connections.has(forward) ? forward : connections.has(backward) ? backward : null;
      if (key === null) {
        const turned = syn && !first;
        key = turned ? backward : forward;
        const ends = turned
          ? ([dst, packet.dstPort, src, packet.srcPort] as const)
          : ([src, packet.srcPort, dst, packet.dstPort] as const);
        const stream = { flow: count, orig: ends[0], origPort: ends[1], resp: ends[2], respPort: ends[3] };
        const wanted = make(stream);
        connections.set(key, wanted === null ? null : new Connection(count++, ends, () => wanted));
      }
      const bytes = packet.bytes.subarray(packet.payloadAt, packet.payloadEnd);
      const frame = batch.firstFrame + row;
      connections
        .get(key)
        ?.segment(key === forward ? 0 : 1, packet.seq, syn, bytes, packet.payloadLen, frame);
    }
  }
  await timeline.close();
  const all = [...connections.values()].filter((connection) => connection !== null);
  for (const connection of all) connection.end();
  return all;
}

function addressOf(p: Packet, source: boolean): string {
  if (p.ipVersion === 4) return ipv4Text(source ? p.src0 : p.dst0);
  return source ? ipv6Text(p.src0, p.src1, p.src2, p.src3) : ipv6Text(p.dst0, p.dst1, p.dst2, p.dst3);
}

/** Bytes of one side as they came, in order. */
export interface Chunk {
  readonly side: Side;
  readonly bytes: Uint8Array;
}

/** The bytes of each connection that uses one of these ports. */
export async function chunksOf(path: string, ports: ReadonlySet<number>): Promise<Chunk[][]> {
  const all: Chunk[][] = [];
  await dissectStreams(path, (stream) => {
    if (!ports.has(stream.origPort) && !ports.has(stream.respPort)) return null;
    const chunks: Chunk[] = [];
    all.push(chunks);
    return {
      done: false,
      data(side, bytes, _view, at, end) {
        chunks.push({ side, bytes: bytes.slice(at, end) });
        return end - at;
      },
      gap: () => undefined,
      end: () => undefined,
    };
  });
  return all;
}
