/**
 * The times of a monitor. This machine's clock may be set by hours, forward and back, and packets bear its time: how long
 * something lasts is asked of a clock that nobody sets, and where packet times go back, they are followed.
 */
import type { Meter } from '../../flow/meter.js';

/** Packet times that go back by less are those of a frame that came late. Seconds. */
const LATE_SECONDS = 10;
/** The beginning is told anew when the clock was set by more than this; it may be slewed. Milliseconds. */
const SLEW = 2000;

export interface Clock {
  /** Milliseconds since 1970 as this machine shows them. */
  now(): number;
  /** Milliseconds since whenever, by a clock that is never set. */
  steady(): number;
}

export class MonitorTime {
  /** By the steady clock. */
  readonly began: number;
  private readonly clock: Clock;
  private shownStart: number;
  /** By the steady clock; null = no frame yet. */
  private lastFrame: number | null = null;
  private packets = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    this.began = clock.steady();
    this.shownStart = clock.now();
  }

  get now(): number {
    return this.clock.now();
  }

  get steady(): number {
    return this.clock.steady();
  }

  /** When monitoring began, by this machine's clock as it is now. */
  get startedAt(): number {
    const start = this.now - (this.steady - this.began);
    if (Math.abs(start - this.shownStart) > SLEW) this.shownStart = start;
    return this.shownStart;
  }

  /** When the last frame came, by this machine's clock as it is now; 0 = none yet. */
  get lastFrameAt(): number {
    return this.lastFrame === null ? 0 : this.now - (this.steady - this.lastFrame);
  }

  /** By the steady clock, since when nothing has arrived. */
  get quietSince(): number {
    return this.lastFrame ?? this.began;
  }

  frameCame(): void {
    this.lastFrame = this.steady;
  }

  /** End of what was captured, seconds of packet time: silence goes on although no packet says so. */
  packetNow({ span, latest }: Pick<Meter, 'span' | 'latest'>): number {
    if (span.frames === 0 || this.lastFrame === null) return this.now / 1000;
    this.packets = latest < this.packets - LATE_SECONDS ? latest : Math.max(latest, this.packets);
    return this.packets + (this.steady - this.lastFrame) / 1000;
  }
}
