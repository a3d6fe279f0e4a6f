/**
 * Several files as one timeline: a k-way merge by the time of each file's next frame (a binary heap, its order
 * is time, then the order in which the files were given). Frames are not copied; what is handed out are runs of
 * rows of one file's batch. Inside a file `FrameOrder` puts frames in order that lie a little out of it; where its
 * clock goes back, the order of the file is kept.
 */
import { CaptureError, FrameBatch } from './frames/frame.js';
import type { CaptureFile, CaptureReader, FrameRun } from './frames/frame.js';
import { errorText } from './bytes/byte-source.js';
import { FileFacts } from './frames/file-facts.js';
import { inOrder } from './frames/frame-order.js';
import {
  HELD_BYTES,
  MAX_FILES,
  MIN_WINDOW_BYTES,
  WINDOW_BUDGET_BYTES,
  WINDOW_BYTES,
} from './bytes/limits.js';
import { openCapture } from './open.js';
import type { OpenOptions } from './open.js';

/** Up to so many files are held open from the beginning; of more, each is opened when its time has come. */
const HELD_FILES = 16;

/** One file of the timeline. Its key is the time of its next frame, or of its first while it is not open. */
interface Lane {
  readonly index: number;
  file: CaptureFile;
  reader: CaptureReader | null;
  batch: FrameBatch | null;
  row: number;
  sec: number;
  nsec: number;
}

type OpenReader = (path: string, options: OpenOptions) => Promise<CaptureReader>;

/** Frames of several files in time order; made by `open` or `of`. Not re-entrant: await each call before the next. */
export class Timeline {
  readonly #lanes: readonly Lane[];
  /** Lanes that have frames left: a binary heap, the earliest first. */
  readonly #heap: Lane[] = [];
  readonly #reopen: (index: number) => Promise<CaptureReader>;
  readonly #closing: Promise<void>[] = [];
  readonly #run: FrameRun = { batch: new FrameBatch(), from: 0, to: 0, fileIndex: 0 };
  #started = false;
  #closed = false;

  private constructor(lanes: readonly Lane[], reopen: (index: number) => Promise<CaptureReader>) {
    this.#lanes = lanes;
    this.#reopen = reopen;
  }

  /** A timeline of readers from which nothing was read yet; it closes them. */
  static of(readers: readonly CaptureReader[]): Timeline {
    const lanes = readers.map((reader, index) => newLane(index, reader.file, inOrder(reader)));
    return new Timeline(lanes, () => Promise.reject(new Error('every reader is open')));
  }

  /**
   * Opens captures as one timeline. Many files share a budget of window memory, and are looked at first, then
   * opened one after another, so that a rotated set costs about as much as one file.
   * @throws CaptureError for the first file that is no capture, before any frame is handed out.
   */
  static async open(
    paths: readonly string[],
    options: OpenOptions = {},
    open: OpenReader = openCapture,
  ): Promise<Timeline> {
    if (paths.length > MAX_FILES) {
      const path = paths[MAX_FILES] ?? '';
      throw new CaptureError(
        path,
        0,
        `${path}: ${paths.length} files are given, ${MAX_FILES} at once can be read`,
      );
    }
    const share = Math.floor(WINDOW_BUDGET_BYTES / Math.max(1, paths.length));
    const window = options.window ?? Math.min(WINDOW_BYTES, Math.max(MIN_WINDOW_BYTES, share));
    const full = { ...options, window };
    const held = Math.floor(HELD_BYTES / Math.min(HELD_FILES, Math.max(1, paths.length)));
    const lanes: Lane[] = [];
    try {
      for (const [index, path] of paths.entries()) {
        const hold = paths.length <= HELD_FILES || path === '-';
        const reader = await open(path, hold ? full : { ...full, digest: false });
        const lane = newLane(index, reader.file, hold ? inOrder(reader, held) : reader);
        lanes.push(lane);
        if (!hold) await look(lane);
      }
    } catch (error) {
      for (const lane of lanes) await lane.reader?.close();
      throw error;
    }
    return new Timeline(lanes, async (index) => inOrder(await open(paths[index]!, full), held));
  }

  /** The files in the order given; each grows while it is read. Ask anew after `next`. */
  get files(): readonly CaptureFile[] {
    return this.#lanes.map((lane) => lane.file);
  }

  /** The next run of frames in time order, or null at the end. The run and its batch are reused by the next call. */
  async next(): Promise<FrameRun | null> {
    if (!this.#started) await this.#start();
    for (;;) {
      if (this.#closed) return null;
      const lane = this.#heap[0];
      if (lane === undefined) return null;
      if (lane.batch !== null && lane.row < lane.batch.count) return this.#take(lane, lane.batch);
      if (await this.#fetch(lane)) {
        this.#sink();
      } else {
        this.#drop();
      }
    }
  }

  /** Releases all files; settles their digests. Safe to call twice. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const lane of this.#lanes) this.#release(lane);
    await Promise.all(this.#closing);
  }

  async #start(): Promise<void> {
    this.#started = true;
    for (const lane of this.#lanes) {
      // A lane that was only looked at keeps its place by its first time.
      if (lane.reader !== null && lane.batch === null && !(await this.#fetch(lane))) continue;
      this.#heap.push(lane);
      this.#rise();
    }
  }

  /** Hands out rows of the earliest lane, as far as no other lane is earlier. */
  #take(lane: Lane, batch: FrameBatch): FrameRun {
    const heap = this.#heap;
    let other = heap[1];
    const third = heap[2];
    if (other !== undefined && third !== undefined && before(third, other)) other = third;
    const from = lane.row;
    const to = other === undefined ? batch.count : endOfRun(lane, batch, other);
    lane.row = to;
    if (to < batch.count) {
      lane.sec = batch.sec[to]!;
      lane.nsec = batch.nsec[to]!;
      this.#sink();
    }
    const run = this.#run;
    run.batch = batch;
    run.from = from;
    run.to = to;
    run.fileIndex = lane.index;
    return run;
  }

  /** Gets the lane's next batch, opening it first when it is not; `false` at its end. */
  async #fetch(lane: Lane): Promise<boolean> {
    try {
      lane.reader ??= await this.#reopen(lane.index);
    } catch (error) {
      // It could be read a moment ago: the file is damaged, the others go on.
      if (lane.file instanceof FileFacts) {
        const message = `it could not be opened again (${errorText(error)})`;
        lane.file.damage = { offset: 0, kind: 'cut', message };
      }
      return false;
    }
    lane.file = lane.reader.file;
    lane.batch = await lane.reader.nextBatch();
    if (lane.batch === null) return false;
    lane.row = 0;
    takeKey(lane, lane.batch);
    return true;
  }

  /** The earliest lane has ended. */
  #drop(): void {
    const heap = this.#heap;
    const lane = heap[0];
    const last = heap.pop();
    if (lane === undefined || last === undefined) return;
    if (heap.length > 0) {
      heap[0] = last;
      this.#sink();
    }
    this.#release(lane);
  }

  /** Closes a lane's file; nobody waits for its digest before the end. */
  #release(lane: Lane): void {
    if (lane.reader !== null) this.#closing.push(lane.reader.close());
  }

  /** Moves the root down to its place. */
  #sink(): void {
    const heap = this.#heap;
    for (let at = 0; ;) {
      const lane = heap[at];
      let childAt = 2 * at + 1;
      let child = heap[childAt];
      const right = heap[childAt + 1];
      if (child !== undefined && right !== undefined && before(right, child)) {
        child = right;
        childAt++;
      }
      if (lane === undefined || child === undefined || !before(child, lane)) return;
      heap[at] = child;
      heap[childAt] = lane;
      at = childAt;
    }
  }

  /** Moves the last lane up to its place. */
  #rise(): void {
    const heap = this.#heap;
    for (let at = heap.length - 1; at > 0;) {
      const parentAt = (at - 1) >> 1;
      const lane = heap[at];
      const parent = heap[parentAt];
      if (lane === undefined || parent === undefined || !before(lane, parent)) return;
      heap[at] = parent;
      heap[parentAt] = lane;
      at = parentAt;
    }
  }
}

function newLane(index: number, file: CaptureFile, reader: CaptureReader): Lane {
  return { index, file, reader, batch: null, row: 0, sec: 0, nsec: 0 };
}

/** Learns a file's first time and closes it; one that passes only once (a pipe) stays open. */
async function look(lane: Lane): Promise<void> {
  const { reader } = lane;
  if (reader === null || reader.file.bytesTotal === 0) return;
  const batch = await reader.nextBatch();
  if (batch !== null) takeKey(lane, batch);
  await reader.close();
  lane.reader = null;
}

function takeKey(lane: Lane, batch: FrameBatch): void {
  lane.sec = batch.sec[0]!;
  lane.nsec = batch.nsec[0]!;
}

/** Whether lane `a` goes before lane `b`. */
function before(a: Lane, b: Lane): boolean {
  if (a.sec !== b.sec) return a.sec < b.sec;
  if (a.nsec !== b.nsec) return a.nsec < b.nsec;
  return a.index < b.index;
}

/** The first row of the lane that `other` goes before. */
function endOfRun(lane: Lane, batch: FrameBatch, other: Lane): number {
  const { sec, nsec } = batch;
  const limitNsec = lane.index < other.index ? other.nsec : other.nsec - 1;
  let row = lane.row + 1;
  while (row < batch.count) {
    const second = sec[row]!;
    if (second > other.sec || (second === other.sec && nsec[row]! > limitNsec)) break;
    row++;
  }
  return row;
}
