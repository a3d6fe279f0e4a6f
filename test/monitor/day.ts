/**
 * A day's traffic of many computers, made on the fly: nothing of it is ever held. The clock goes in steps, so that
 * a day is judged a few thousand times.
 */
import type { CaptureFile, FrameBatch } from '../../src/capture/frames/frame.js';
import type { LiveCounters, LiveIncident, LiveReader } from '../../src/capture/source/feed/source.js';
import { ACK, FIN, Frames, ip, Replay, START, SYN } from './traffic.js';

export interface DayOptions {
  readonly computers: number;
  readonly hours: number;
  /** Seconds that the clock goes on at once. */
  readonly step: number;
  /** Addresses that are scanned from a third on, over a 48th of the time. */
  readonly scanned: number;
}

const NAS = ip('10.0.0.10');
const FIRST_COMPUTER = ip('10.1.0.1');
const FIRST_SCANNED = ip('100.64.0.0');
/** Seconds between an agent's rounds. */
const ROUND = 900;
/** Ports of one round; true: the computer calls. */
const CALLS: readonly (readonly [number, boolean])[] = [
  [9004, true],
  [9003, false],
  [445, false],
  [135, false],
];

export class Day implements LiveReader {
  readonly kind = 'tcpdump';
  readonly description = 'a day';
  readonly file: CaptureFile = new Replay([], 0).file;
  /** Called at each step of the clock with the share of the day that is over. */
  onStep: ((share: number) => void) | null = null;
  private readonly frames = new Frames();
  private readonly source: Generator<number, undefined>;
  private readonly options: DayOptions;
  private time = 0;
  private step = -1;

  constructor(options: DayOptions) {
    this.options = options;
    this.source = this.traffic();
  }

  readonly now = (): number => {
    const { step } = this.options;
    return (START + Math.floor(this.time / step) * step) * 1000;
  };
  readonly steady = this.now;

  nextBatch(): Promise<FrameBatch | null> {
    const { frames, options } = this;
    const end = options.hours * 3600;
    frames.clear();
    while (frames.batch.count < 1000) {
      const next = this.source.next();
      if (next.done === true) return Promise.resolve(frames.batch.count > 0 ? frames.batch : null);
      this.time = next.value;
      const step = Math.floor(this.time / options.step);
      if (step === this.step) continue;
      this.step = step;
      this.onStep?.(this.time / end);
      break;
    }
    return Promise.resolve(frames.batch);
  }

  /** Writes connections in the order of time; yields the time of each, seconds after the start. */
  private *traffic(): Generator<number, undefined> {
    const { computers, hours, scanned } = this.options;
    const end = hours * 3600;
    const gap = ROUND / computers;
    const [scanFrom, scanTime] = [end / 3, end / 48];
    let scan = 0;
    for (let n = 0; n * gap < end; n++) {
      const at = n * gap;
      const computer = FIRST_COMPUTER + (n % computers);
      const round = Math.floor(n / computers);
      for (const [i, [port, calls]] of CALLS.entries()) {
        const source = 49_152 + ((round * CALLS.length + i) % 16_000);
        if (calls) this.connection(at, computer, source, NAS, port);
        else this.connection(at, NAS, 1024 + ((n * CALLS.length + i) % 60_000), computer, port);
        yield at;
      }
      const due = Math.min(scanned, Math.floor(((at - scanFrom) / scanTime) * scanned));
      for (; scan < due; scan++) {
        this.frames.tcp(at, FIRST_SCANNED + scan, 40_000, NAS, 9004, SYN, scan);
        yield at;
      }
    }
  }

  private connection(at: number, a: number, from: number, b: number, to: number): void {
    const { frames } = this;
    frames.tcp(at, a, from, b, to, SYN, 100);
    frames.tcp(at, b, to, a, from, SYN | ACK, 300, 101);
    frames.tcp(at, a, from, b, to, ACK, 101, 301);
    frames.tcp(at, a, from, b, to, ACK, 101, 301, 20);
    frames.tcp(at, b, to, a, from, ACK, 301, 121, 20);
    frames.tcp(at, a, from, b, to, FIN | ACK, 121, 321);
    frames.tcp(at, b, to, a, from, FIN | ACK, 321, 122);
    frames.tcp(at, a, from, b, to, ACK, 122, 322);
  }

  counters(): LiveCounters {
    return { received: null, droppedByKernel: 0, droppedByInterface: 0, timestamps: 'kernel' };
  }

  takeIncidents(): readonly LiveIncident[] {
    return [];
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
