/**
 * Raw IPv4 frames made on the fly, and a live reader that hands them out under a clock that follows them: a day
 * passes in seconds.
 */
import { noDisorder } from '../../src/capture/frames/frame.js';
import { BATCH_FRAMES, FrameBatch, LinkType } from '../../src/capture/frames/frame.js';
import type { CaptureFile } from '../../src/capture/frames/frame.js';
import type { LiveCounters, LiveIncident, LiveReader } from '../../src/capture/source/feed/source.js';

/** Second at which traffic begins. */
export const START = 1_700_000_000;

const IP = 20;
const TCP = 20;
const MOST = BATCH_FRAMES * 80;

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

export function ip(text: string): number {
  return text.split('.').reduce((sum, part) => (sum << 8) | Number(part), 0);
}

/** One batch of frames; `clear` before the next. */
export class Frames {
  readonly batch = new FrameBatch();
  private used = 0;

  constructor() {
    this.batch.bytes = new Uint8Array(MOST);
    this.batch.view = new DataView(this.batch.bytes.buffer);
    this.batch.linkType.fill(LinkType.Raw);
  }

  get isFull(): boolean {
    return this.batch.count === BATCH_FRAMES;
  }

  clear(): void {
    this.batch.firstFrame += this.batch.count;
    this.batch.count = 0;
    this.used = 0;
  }

  /** @param at seconds after START; payload bytes are zeros */
  tcp(
    at: number,
    src: number,
    srcPort: number,
    dst: number,
    dstPort: number,
    flags: number,
    seq = 0,
    ack = 0,
    len = 0,
  ): void {
    const { batch } = this;
    const { view } = batch;
    const size = IP + TCP + len;
    const b = this.used;
    batch.bytes.fill(0, b, b + size);
    view.setUint16(b, 0x4500);
    view.setUint16(b + 2, size);
    view.setUint8(b + 8, 128);
    view.setUint8(b + 9, 6);
    view.setUint32(b + 12, src);
    view.setUint32(b + 16, dst);
    view.setUint16(b + IP, srcPort);
    view.setUint16(b + IP + 2, dstPort);
    view.setUint32(b + IP + 4, seq);
    view.setUint32(b + IP + 8, ack);
    view.setUint16(b + IP + 12, (5 << 12) | flags);
    view.setUint16(b + IP + 14, 64_000);
    const i = batch.count++;
    const sec = Math.floor(at);
    batch.at[i] = b;
    batch.capLen[i] = batch.origLen[i] = size;
    batch.sec[i] = START + sec;
    batch.nsec[i] = Math.floor((at - sec) * 1e9);
    this.used += size;
  }
}

/** What happens on one connection attempt. */
export type Course = 'works' | 'silent' | 'refused' | 'syn';

export interface Attempt {
  /** Seconds after START. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly course: Course;
}

interface Timed {
  readonly at: number;
  readonly put: (frames: Frames) => void;
}

/** The frames of an attempt: a silent SYN is repeated after 1 and 3 s, a refused one after 0.5 and 1 s, as Windows does. */
export function framesOf({ at, from, to, port, course }: Attempt, srcPort: number): Timed[] {
  const [a, b] = [ip(from), ip(to)];
  const put = (after: number, way: '>' | '<', flags: number, seq: number, ack = 0, len = 0): Timed => ({
    at: at + after,
    put: (frames) => {
      if (way === '>') frames.tcp(at + after, a, srcPort, b, port, flags, seq, ack, len);
      else frames.tcp(at + after, b, port, a, srcPort, flags, seq, ack, len);
    },
  });
  switch (course) {
    case 'works':
      return [
        put(0, '>', SYN, 100),
        put(0.01, '<', SYN | ACK, 300, 101),
        put(0.02, '>', ACK, 101, 301),
        put(0.03, '>', ACK, 101, 301, 20),
        put(0.04, '<', ACK, 301, 121, 20),
        put(0.05, '>', FIN | ACK, 121, 321),
        put(0.06, '<', FIN | ACK, 321, 122),
        put(0.07, '>', ACK, 122, 322),
      ];
    case 'silent':
      return [0, 1, 3].map((after) => put(after, '>', SYN, 100));
    case 'refused':
      return [0, 0.5, 1].flatMap((after) => [
        put(after, '>', SYN, 100),
        put(after + 0.01, '<', RST | ACK, 0, 101),
      ]);
    case 'syn':
      return [put(0, '>', SYN, 100)];
  }
}

const NO_FILE: CaptureFile = {
  path: 'eth0',
  format: 'pcap',
  interfaces: [],
  comments: [],
  names: [],
  frames: 0,
  dropCount: 0n,
  skippedBlocks: 0,
  damage: null,
  disorder: noDisorder(),
  limits: new Map(),
  bytesRead: 0,
  bytesTotal: 0,
  sha256: '',
};

/** Hands out attempts second by second; its `now` is the clock. */
export class Replay implements LiveReader {
  readonly kind = 'tcpdump';
  readonly description = 'a replay';
  readonly file = NO_FILE;
  closed = false;
  dropped = 0;
  readonly incidents: LiveIncident[] = [];
  private readonly frames = new Frames();
  private readonly timed: Timed[];
  private readonly seconds: number;
  private second = -1;
  private next = 0;
  /** Called before each second. */
  meanwhile: ((second: number) => void) | null = null;

  constructor(attempts: readonly Attempt[], seconds: number, firstPort = 49_200) {
    this.timed = attempts.flatMap((attempt, i) => framesOf(attempt, firstPort + i));
    this.timed.sort((a, b) => a.at - b.at);
    this.seconds = seconds;
  }

  readonly now = (): number => (START + this.second + 1) * 1000;
  readonly steady = this.now;

  nextBatch(): Promise<FrameBatch | null> {
    this.frames.clear();
    const more = this.timed[this.next];
    if (more === undefined || more.at >= this.second + 1) {
      this.second++;
      if (this.second >= this.seconds) return Promise.resolve(null);
      this.meanwhile?.(this.second);
    }
    for (let one = this.timed[this.next]; one !== undefined; one = this.timed[++this.next]) {
      if (one.at >= this.second + 1 || this.frames.isFull) break;
      one.put(this.frames);
    }
    return Promise.resolve(this.frames.batch);
  }

  counters(): LiveCounters {
    return { received: null, droppedByKernel: this.dropped, droppedByInterface: 0, timestamps: 'kernel' };
  }

  takeIncidents(): readonly LiveIncident[] {
    return this.incidents.splice(0);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}
