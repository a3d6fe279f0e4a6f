/**
 * Frames in, flows out: the loop that runs once per frame. Nothing is allocated here per frame.
 */
import { dropClass } from '../capture/etl/events/drop-class.js';
import type { DropEvents, FrameBatch, FrameRun } from '../capture/frames/frame.js';
import { FrameMark, frameNumber, LinkType } from '../capture/frames/frame.js';
import { Decoder } from '../decode/decoder.js';
import { Layer, Packet, TcpFlag } from '../decode/packet/packet.js';
import { DUPLICATE_MILLISECONDS, Duplicates } from './vantage/duplicates.js';
import { ETHERNET_MTU, SenderSigns } from './vantage/sender-signs.js';
import { Neighbors } from './vantage/neighbors.js';
import { Origin } from './record/origin.js';
import { Unread } from './vantage/unread.js';
import { FlowTable } from './table.js';
import { TimeSpan } from './record/time-span.js';
import { LossTimes } from './vantage/loss-times.js';
import { MAX_GAPS, SHORTEST_GAP_SECONDS } from './vantage/capture-runs.js';
import type { Gap } from './vantage/capture-runs.js';
import type { FlowTableOptions } from './table.js';

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
  /** Of those, frames whose original length the file does not give. */
  lengthLost = 0;
  offloaded = 0;
  malformed = 0;
  /** Frames without a usable timestamp, frames that the capture marked as dropped. */
  noTime = 0;
  dropped = 0;
  /** Packets that Windows reports as dropped and that belong to no flow of the capture. */
  dropsElsewhere = 0;
  /** Frames whose time is a second or more before that of the frame before them, and the longest step back in seconds. */
  backwards = 0;
  longestBackwards = 0;
  /** The longest time without a frame, seconds, and the second since 1970 when it began. */
  longestGap = 0;
  longestGapAt = 0;
}

/** Who looks at payload; called for every packet with payload of a flow that is not settled yet. */
export interface PayloadReader {
  /** @param from the packet's; its flow is the one on which the packet was counted */
  read(side: 0 | 1, packet: Packet, from: Origin): void;
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

export interface MeterOptions extends FlowTableOptions {
  /** How far apart copies of one packet may be, milliseconds; 0 = copies count as packets of their own. */
  readonly duplicateMilliseconds?: number;
  /** IP packets longer than this are segments that an adapter has still to cut, bytes. */
  readonly oversizeBytes?: number;
}

export class Meter {
  readonly decoder = new Decoder();
  readonly flows: FlowTable;
  readonly neighbors = new Neighbors();
  readonly totals = new FrameTotals();
  readonly span = new TimeSpan();
  readonly files: TimeSpan[] = [];
  /** Times without any frame, the first `MAX_GAPS` of a minute or more. */
  readonly gaps: Gap[] = [];
  /** When the capture program says that it lost frames. */
  readonly lost = new LossTimes();
  /** Copies are left out of the flows and of `totals.packets`. */
  readonly duplicates: Duplicates;
  readonly senders: SenderSigns;
  /** By the number of the weird. */
  readonly firstWeirds = new Map<number, FirstWeird>();
  /** Set before the first frame; null = payload is not looked at. */
  payloadReader: PayloadReader | null = null;
  readonly unread = new Unread();
  private readonly packet = new Packet();
  private readonly from = new Origin();
  private linkType = 0;
  /** Time of the frame before, second 0 = none yet. */
  private before = 0;
  private beforeNsec = 0;

  constructor(options: MeterOptions) {
    this.duplicates = new Duplicates(options.duplicateMilliseconds ?? DUPLICATE_MILLISECONDS);
    this.senders = new SenderSigns(options.oversizeBytes ?? ETHERNET_MTU);
    this.flows = new FlowTable(options);
  }

  /** Time of the latest frame as it came, seconds since 1970; 0 = none yet. */
  get latest(): number {
    return this.before + this.beforeNsec / 1e9;
  }

  /** Takes the rows of a run. The run's batch must stay as it is until this returns. */
  feed(run: FrameRun): void {
    const { batch, fileIndex, to } = run;
    this.duplicates.begin(batch, fileIndex);
    let { from } = run;
    const { drops } = batch;
    for (let i = 0; drops !== null && i < drops.count; i++) {
      const until = drops.before[i]!;
      // Those behind the last row go with it.
      if (until < run.from || until > to || (until === to && to < batch.count)) continue;
      this.feedRows(batch, fileIndex, from, until);
      from = until;
      this.takeDrop(batch, drops, i);
    }
    this.feedRows(batch, fileIndex, from, to);
  }

  /** A packet that Windows reports as dropped, after the frames before it. */
  private takeDrop(batch: FrameBatch, drops: DropEvents, i: number): void {
    const reason = drops.reason[i]!;
    const location = drops.location[i]!;
    if (dropClass(reason, location) === 'harmless') return;
    const { packet } = this;
    const sec = drops.sec[i]!;
    const { at, capLen, origLen, linkType, sec: secs } = drops;
    const rows = { bytes: batch.bytes, view: batch.view, at, capLen, origLen, linkType, sec: secs };
    this.decoder.decode(rows, i, packet);
    const report = { reason, location, component: drops.component[i]!, direction: drops.direction[i]! };
    if (!this.flows.reportDrop(packet, sec, drops.nsec[i]!, report)) this.totals.dropsElsewhere++;
  }

  private feedRows(batch: FrameBatch, fileIndex: number, first: number, to: number): void {
    const { decoder, packet, totals, from } = this;
    const fileSpan = (this.files[fileIndex] ??= new TimeSpan());
    let { before, beforeNsec } = this;
    for (let i = first; i < to; i++) {
      const sec = batch.sec[i]!;
      const nsec = batch.nsec[i]!;
      const origLen = batch.origLen[i]!;
      totals.frames++;
      totals.bytes += origLen;
      const marks = batch.marks[i]!;
      if (marks & FrameMark.NoTime) totals.noTime++;
      else {
        this.span.include(sec, nsec);
        if (marks & FrameMark.LostBefore) this.lost.note(sec + nsec / 1e9);
        fileSpan.include(sec, nsec);
        if (sec !== before) this.step(before, beforeNsec, sec, nsec);
        before = sec;
        beforeNsec = nsec;
      }
      decoder.decode(batch, i, packet);
      this.linkType = batch.linkType[i]!;
      from.set(sec, nsec, fileIndex, frameNumber(batch, i));
      if (!this.duplicates.isCopy(packet, batch, i, fileIndex)) {
        if (this.senders.wants(packet, totals.packets)) this.senders.look(packet);
        this.count(from);
      }
      if (marks & FrameMark.Dropped) {
        totals.dropped++;
        this.flows.markDropped(packet, from);
      }
    }
    this.before = before;
    this.beforeNsec = beforeNsec;
  }

  /** The clock moves to another second. */
  private step(before: number, beforeNsec: number, sec: number, nsec: number): void {
    const { totals } = this;
    const by = sec - before + (nsec - beforeNsec) / 1e9;
    if (before === 0) return;
    if (by < 0) {
      if (by <= -1) totals.backwards++;
      totals.longestBackwards = Math.max(totals.longestBackwards, -by);
      return;
    }
    if (by >= SHORTEST_GAP_SECONDS && this.gaps.length < MAX_GAPS) {
      this.gaps.push({ from: before + beforeNsec / 1e9, to: sec + nsec / 1e9 });
    }
    if (by > totals.longestGap) {
      totals.longestGap = by;
      totals.longestGapAt = before;
    }
  }

  private count(from: Origin): void {
    const { packet, totals } = this;
    if (packet.weird !== 0) totals.malformed++;
    if (packet.snapped) totals.snapped++;
    if (packet.lengthLost) totals.lengthLost++;
    if (packet.offloaded) totals.offloaded++;
    for (let more = true; more; more = packet.innerAt >= 0 && this.decoder.inner(packet, from.sec)) {
      const id = (from.flow = this.flows.add(packet, from));
      if (packet.weird !== 0 && !this.firstWeirds.has(packet.weird)) {
        const { sec, nsec, fileIndex, frame } = from;
        this.firstWeirds.set(packet.weird, { flow: id, sec, nsec, fileIndex, frame });
      }
      if (id >= 0) {
        totals.packets++;
        if (packet.layers & Layer.Neighbor) this.neighbors.add(packet, from);
        if (this.payloadReader !== null && !this.flows.lastSettled) {
          const side = this.flows.lastSide;
          if (packet.payloadLen > 0) {
            this.payloadReader.read(side, packet, from);
          } else if (packet.layers & Layer.Tcp && packet.tcpFlags & (TcpFlag.Fin | TcpFlag.Rst)) {
            this.payloadReader.ended(id, side, packet);
          }
        }
      } else if (packet.layers & Layer.FragmentPending) totals.fragments++;
      else if (packet.layers & (Layer.Ipv4 | Layer.Ipv6)) {
        totals.otherIp++;
        this.unread.packet(packet);
      } else if (packet.layers & Layer.Arp) {
        totals.arp++;
        this.neighbors.add(packet, from);
      } else {
        totals.nonIp++;
        if (this.linkType !== LinkType.Ethernet) this.unread.frame(this.linkType);
      }
    }
  }
}
