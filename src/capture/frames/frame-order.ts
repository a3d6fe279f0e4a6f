/**
 * Puts frames in order of time that lie in a file (or come from a live source) in another one, as programs write
 * them that read several cards or receive queues one after the other. A frame may be so late as `WINDOW_SECONDS`
 * and `WINDOW_FRAMES`; a longer step back is a clock that was set, and nothing is moved across it. Frames keep
 * their numbers. A lone frame whose time is
 * hours from its neighbours' gets theirs.
 *
 *   position  | handed out | settled: in order | held: may still be overtaken |
 *             0            head                settled                        count
 *
 * Frames are copied while they are held. A source that was in order for `PROOF_FRAMES` or `PROOF_BYTES` is believed,
 * and its batches pass as they are until the first one that is not.
 */
import { BATCH_FRAMES, FrameBatch, FrameMark } from './frame.js';
import type { CaptureFile, CaptureReader, Disorder } from './frame.js';
import { HeldFrames } from './held-frames.js';
import { HELD_BYTES } from '../bytes/limits.js';

/** How late a frame may be, in seconds and in frames. */
export const WINDOW_SECONDS = 1;
export const WINDOW_FRAMES = 65_536;
/** A frame this far from the one before and the one after it, which are not far apart, has a wrong time. Seconds. */
const OUTLIER_SECONDS = 3600;
/** The same of a first or last frame, which has one neighbour only. */
const OUTLIER_AT_END_SECONDS = 86_400;
/** 1980: nobody captured before, and a clock without a battery begins in 1970. */
const EARLIEST_SECONDS = 315_532_800;
/** Frames with a wrong time that are remembered. */
const MAX_OUTLIERS = 16;
/** In order for so long, a source is believed; more would only cost memory that every analysis pays for. */
const PROOF_FRAMES = 8_192;
const PROOF_BYTES = 1 << 20;

const WINDOW_NANOS = WINDOW_SECONDS * 1e9;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Batches in, batches in order out: `take` one, then ask `next` until it has none. */
export class FrameOrder {
  readonly #held = new HeldFrames();
  readonly #out = new FrameBatch();
  readonly #disorder: Writable<Disorder>;
  readonly #maxBytes: number;
  /** Positions of the held frames, see above. */
  #head = 0;
  #settled = 0;
  /** The latest time since the clock was set last, seconds and nanoseconds; and whether there is any. */
  #sec = 0;
  #nsec = 0;
  #began = false;
  /** A frame among those not settled is earlier than one before it. */
  #mixed = false;
  #passes = false;
  #proofFrames = 0;
  #proofBytes = 0;
  /** The row placed last, when it lies far from the one before it (-1 = it does not), and the time before it. */
  #suspect = -1;
  #beforeSec = 0;
  #beforeNsec = 0;
  /** Handed out as it is, after all that is held. */
  #passing: FrameBatch | null = null;

  /** What is found is counted in `disorder`. */
  constructor(disorder: Writable<Disorder>, maxBytes = HELD_BYTES) {
    this.#disorder = disorder;
    this.#maxBytes = maxBytes;
    this.#out.numbers = new Uint32Array(BATCH_FRAMES);
  }

  /** Takes a batch; only when `next` has returned null. It must stay as it is until `next` returns null again. */
  take(batch: FrameBatch): void {
    if (this.#head > 0) {
      this.#held.dropFirst(this.#head);
      this.#settled -= this.#head;
      this.#head = 0;
      if (this.#suspect >= 0) this.#suspect = this.#held.count - 1;
    }
    if (this.#passes && this.#isInOrder(batch)) {
      this.#held.release();
      this.#passing = batch;
      return;
    }
    const held = this.#held;
    const disorder = this.#disorder;
    const before = disorder.frames;
    held.add(batch);
    for (let row = held.count - batch.count; row < held.count; row++) this.#place(row);
    this.#settle();
    this.#prove(disorder.frames > before, batch);
  }

  /** No frame follows (`isEnd`), or none has come for a while: all that is held is ready. */
  flush(isEnd = false): void {
    const isFar = Math.abs(this.#sec - this.#beforeSec) >= OUTLIER_AT_END_SECONDS;
    if (isEnd && isFar && this.#suspect >= 0) this.#disbelieve();
    this.#suspect = -1;
    this.#sort();
    this.#settled = this.#held.count;
  }

  /** The next batch that is ready, or null. It holds until the next call of `next` or `take`. */
  next(): FrameBatch | null {
    const rows = Math.min(BATCH_FRAMES, this.#settled - this.#head);
    if (rows > 0) {
      this.#held.copyTo(this.#out, this.#head, rows);
      this.#head += rows;
      return this.#out;
    }
    const batch = this.#passing;
    this.#passing = null;
    return batch;
  }

  /** A batch that follows without a step back within the window. Moves the latest time on when it does. */
  #isInOrder(batch: FrameBatch): boolean {
    const { sec, nsec, marks, count } = batch;
    let lastSec = this.#sec;
    let lastNsec = this.#nsec;
    for (let row = 0; row < count; row++) {
      const second = sec[row]!;
      const nano = nsec[row]!;
      if (Math.abs(second - lastSec) >= OUTLIER_SECONDS) {
        this.#passes = false;
        return false;
      }
      if (second < lastSec || (second === lastSec && nano < lastNsec)) {
        if (marks[row]! & FrameMark.NoTime) continue;
        if ((lastSec - second) * 1e9 + lastNsec - nano <= WINDOW_NANOS) {
          this.#passes = false;
          return false;
        }
      }
      lastSec = second;
      lastNsec = nano;
    }
    this.#sec = lastSec;
    this.#nsec = lastNsec;
    return true;
  }

  /** Gives a held row its place in time, or seals what is before it when the clock was set back. */
  #place(row: number): void {
    const held = this.#held;
    const sec = held.sec(row);
    const nsec = held.nsec(row);
    if (held.hasNoTime(row)) {
      held.setKey(row, this.#sec, this.#nsec);
      return;
    }
    if (this.#began) this.#doubt(row, sec);
    const late = (this.#sec - sec) * 1e9 + this.#nsec - nsec;
    if (!this.#began || late <= 0) {
      this.#sec = sec;
      this.#nsec = nsec;
      this.#began = true;
    } else if (late <= WINDOW_NANOS) {
      this.#mixed = true;
      const { frames, seconds } = this.#disorder;
      this.#disorder.frames = frames + 1;
      this.#disorder.seconds = Math.max(seconds, late / 1e9);
    } else {
      this.#sort(row);
      this.#settled = row;
      this.#sec = sec;
      this.#nsec = nsec;
    }
    held.setKey(row, sec, nsec);
  }

  /** Looks for a lone frame whose clock was wrong: the one before `row`, once this one is back where that one came from. */
  #doubt(row: number, sec: number): void {
    const isFirst = this.#suspect < 0 && row === 1 && this.#held.number(0) === 1;
    if (Math.abs(sec - this.#sec) < OUTLIER_SECONDS) {
      this.#suspect = -1;
      return;
    }
    if (this.#suspect >= 0 && Math.abs(sec - this.#beforeSec) < OUTLIER_SECONDS) {
      this.#disbelieve();
    } else if (isFirst && isFarFrom(this.#sec, sec)) {
      this.#suspect = 0;
      this.#beforeSec = sec;
      this.#beforeNsec = this.#held.nsec(row);
      this.#disbelieve();
    } else {
      this.#suspect = row;
      this.#beforeSec = this.#sec;
      this.#beforeNsec = this.#nsec;
    }
  }

  /** Gives the suspect the time of its neighbour. */
  #disbelieve(): void {
    const { outliers } = this.#disorder;
    const row = this.#suspect;
    if (outliers.length < MAX_OUTLIERS)
      outliers.push({ frame: this.#held.number(row), sec: this.#held.sec(row) });
    this.#disorder.outlierFrames++;
    this.#held.setTime(row, this.#beforeSec, this.#beforeNsec);
    this.#sec = this.#beforeSec;
    this.#nsec = this.#beforeNsec;
    this.#suspect = -1;
  }

  /** When twice the window is held, its older half is ready. */
  #settle(): void {
    const held = this.#held;
    const rows = held.count - this.#settled;
    if (rows === 0) return;
    // A time that the next frame may show to be wrong makes nothing old, and its frame waits for that.
    const isDoubted = this.#suspect >= 0;
    const end = isDoubted ? held.count - 1 : held.count;
    const sec = isDoubted ? this.#beforeSec : this.#sec;
    const nsec = isDoubted ? this.#beforeNsec : this.#nsec;
    const heavy = held.bytesUsed > this.#maxBytes;
    const many = rows >= 2 * WINDOW_FRAMES;
    if (!heavy && !many && held.age(this.#settled, sec, nsec) < 2 * WINDOW_NANOS) return;
    this.#sort();
    let to = this.#settled;
    if (heavy) to += rows >> 1;
    if (many) to = Math.max(to, held.count - WINDOW_FRAMES);
    while (to < end && held.age(to, sec, nsec) > WINDOW_NANOS) to++;
    this.#settled = to;
  }

  /** Puts the positions from the settled ones up to `to` in order. */
  #sort(to = this.#held.count): void {
    if (this.#mixed) this.#held.sort(this.#settled, to);
    this.#mixed = false;
  }

  /** Counts what speaks for the source; once it is believed, what is held is ready and the next batch passes. */
  #prove(isDisordered: boolean, batch: FrameBatch): void {
    if (isDisordered) {
      this.#proofFrames = this.#proofBytes = 0;
      return;
    }
    this.#proofFrames += batch.count;
    const last = batch.count - 1;
    if (last >= 0) this.#proofBytes += batch.at[last]! + batch.capLen[last]! - batch.at[0]!;
    if (this.#disorder.frames > 0 || this.#mixed) return;
    if (this.#proofFrames < PROOF_FRAMES && this.#proofBytes < PROOF_BYTES) return;
    this.#passes = true;
    this.flush();
  }
}

/** Can the first frame of a file not be of the time of the second one? */
function isFarFrom(first: number, second: number): boolean {
  return second < first - OUTLIER_AT_END_SECONDS || (first < EARLIEST_SECONDS && second >= EARLIEST_SECONDS);
}

/** A reader's batches in order of time. */
export class OrderedReader implements CaptureReader {
  readonly #reader: CaptureReader;
  readonly #order: FrameOrder;
  #ended = false;

  /** @param maxBytes of frames that are held back */
  constructor(reader: CaptureReader, maxBytes?: number) {
    this.#reader = reader;
    this.#order = new FrameOrder(reader.file.disorder, maxBytes);
  }

  get file(): CaptureFile {
    return this.#reader.file;
  }

  async nextBatch(): Promise<FrameBatch | null> {
    for (;;) {
      const ready = this.#order.next();
      if (ready !== null || this.#ended) return ready;
      const batch = await this.#reader.nextBatch();
      this.#ended = batch === null;
      if (batch === null) this.#order.flush(true);
      else this.#order.take(batch);
    }
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}

/** The reader with its frames in order of time; itself when they are. */
export function inOrder(reader: CaptureReader, maxBytes?: number): CaptureReader {
  return reader.isOrdered === true ? reader : new OrderedReader(reader, maxBytes);
}
