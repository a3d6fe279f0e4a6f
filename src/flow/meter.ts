/**
 * Frames in, flows out: the loop that runs once per frame. Nothing is allocated here per frame.
 */
import type { FrameRun } from '../capture/frame.js';
import { FrameMark } from '../capture/frame.js';
import { Decoder } from '../decode/decoder.js';
import { Layer, Packet, TcpFlag } from '../decode/packet.js';
import { Neighbors } from './neighbors.js';
import { FlowTable } from './table.js';
import type { FlowTableOptions } from './table.js';

/** First and last frame time of one file or of all, as seconds and nanoseconds; `frames` 0 = none yet. */
export class TimeSpan {
  frames = 0;
  firstSec = 0;
  firstNsec = 0;
  lastSec = 0;
  lastNsec = 0;

  include(sec: number, nsec: number): void {
    if (this.frames++ === 0) {
      this.firstSec = this.lastSec = sec;
      this.firstNsec = this.lastNsec = nsec;
    } else if (sec > this.lastSec || (sec === this.lastSec && nsec > this.lastNsec)) {
      this.lastSec = sec;
      this.lastNsec = nsec;
    } else if (sec < this.firstSec || (sec === this.firstSec && nsec < this.firstNsec)) {
      this.firstSec = sec;
      this.firstNsec = nsec;
    }
  }
}

/** Counters over all frames. */
export class FrameTotals {
  frames = 0;
  /** Bytes on the wire. */
  bytes = 0;
  /** Packets counted on flows (a tunnel counts outer and inner). */
  packets = 0;
  nonIp = 0;
  arp = 0;
  /** IP packets of other protocols than TCP, UDP and ICMP. */
  otherIp = 0;
  fragments = 0;
  snapped = 0;
  offloaded = 0;
  malformed = 0;
  /** Frames without a usable timestamp, frames that the capture marked as dropped. */
  noTime = 0;
  dropped = 0;
  /** Frames whose time is before that of the frame before them in the same run. */
  backwards = 0;
}

/** Who looks at payload; called for every packet with payload of a flow that is not settled yet. */
export interface PayloadReader {
  read(
    flow: number,
    side: 0 | 1,
    packet: Packet,
    sec: number,
    nsec: number,
    fileIndex: number,
    frame: number,
  ): void;
  /** A segment without payload ends its side (FIN) or the connection (RST) of a flow that is not settled yet. */
  ended(flow: number, side: 0 | 1, packet: Packet): void;
}

/** Where something malformed was seen first. */
export interface FirstWeird {
  /** -1 = it belongs to no flow. */
  readonly flow: number;
  readonly sec: number;
  readonly nsec: number;
  readonly fileIndex: number;
  readonly frame: number;
}

export class Meter {
  readonly decoder = new Decoder();
  readonly flows: FlowTable;
  readonly neighbors = new Neighbors();
  readonly totals = new FrameTotals();
  readonly span = new TimeSpan();
  readonly files: TimeSpan[] = [];
  /** By the number of the weird. */
  readonly firstWeirds = new Map<number, FirstWeird>();
  /** Set before the first frame; null = payload is not looked at. */
  payloadReader: PayloadReader | null = null;
  private readonly packet = new Packet();

  constructor(options: FlowTableOptions) {
    this.flows = new FlowTable(options);
  }

  /** Takes the rows of a run. The run's batch must stay as it is until this returns. */
  feed(run: FrameRun): void {
    const { batch, fileIndex } = run;
    const { decoder, packet, totals } = this;
    const fileSpan = (this.files[fileIndex] ??= new TimeSpan());
    let before = 0;
    for (let i = run.from; i < run.to; i++) {
      const sec = batch.sec[i]!;
      const nsec = batch.nsec[i]!;
      const origLen = batch.origLen[i]!;
      totals.frames++;
      totals.bytes += origLen;
      const marks = batch.marks[i]!;
      if (marks & FrameMark.NoTime) totals.noTime++;
      else {
        this.span.include(sec, nsec);
        fileSpan.include(sec, nsec);
        if (sec < before) totals.backwards++;
        before = sec;
      }
      if (marks & FrameMark.Dropped) totals.dropped++;
      decoder.decode(
        batch.bytes,
        batch.view,
        batch.at[i]!,
        batch.capLen[i]!,
        origLen,
        batch.linkType[i]!,
        packet,
        sec,
      );
      this.count(sec, nsec, fileIndex, batch.firstFrame + i);
    }
  }

  private count(sec: number, nsec: number, fileIndex: number, frame: number): void {
    const { packet, totals } = this;
    if (packet.weird !== 0) totals.malformed++;
    if (packet.snapped) totals.snapped++;
    if (packet.offloaded) totals.offloaded++;
    for (let more = true; more; more = packet.innerAt >= 0 && this.decoder.inner(packet, sec)) {
      const id = this.flows.add(packet, sec, nsec, fileIndex, frame);
      if (packet.weird !== 0 && !this.firstWeirds.has(packet.weird)) {
        this.firstWeirds.set(packet.weird, { flow: id, sec, nsec, fileIndex, frame });
      }
      if (id >= 0) {
        totals.packets++;
        if (packet.layers & Layer.Neighbor) this.neighbors.add(packet, sec, nsec, fileIndex, frame);
        if (this.payloadReader !== null && !this.flows.lastSettled) {
          const side = this.flows.lastSide;
          if (packet.payloadLen > 0) {
            this.payloadReader.read(id, side, packet, sec, nsec, fileIndex, frame);
          } else if (packet.layers & Layer.Tcp && packet.tcpFlags & (TcpFlag.Fin | TcpFlag.Rst)) {
            this.payloadReader.ended(id, side, packet);
          }
        }
      } else if (packet.layers & Layer.FragmentPending) totals.fragments++;
      else if (packet.layers & (Layer.Ipv4 | Layer.Ipv6)) totals.otherIp++;
      else if (packet.layers & Layer.Arp) {
        totals.arp++;
        this.neighbors.add(packet, sec, nsec, fileIndex, frame);
      } else totals.nonIp++;
    }
  }
}
