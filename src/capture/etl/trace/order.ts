/**
 * Records of all processors in the order of time: a heap of streams, the one with the earliest record first. Of
 * records of the same time the one whose buffer comes first in the file goes first, as Windows' own tools have it.
 */
import type { CpuStream } from './cpu-stream.js';
import { StreamState } from './cpu-stream.js';

/** `start`, then `top` and `advance` (or `refill`, where that says so) in turns. */
export class EventOrder {
  readonly #heap: CpuStream[] = [];
  readonly #streams: readonly CpuStream[];

  constructor(streams: readonly CpuStream[]) {
    this.#streams = streams;
  }

  /** Brings every stream to its first record. */
  async start(): Promise<void> {
    for (const stream of this.#streams) {
      if (!(await toRecord(stream, stream.advance()))) continue;
      this.#heap.push(stream);
      this.#rise();
    }
  }

  /** The stream at whose record the trace stands; undefined at the end. */
  get top(): CpuStream | undefined {
    return this.#heap[0];
  }

  /** Moves on from the top's record; `false` = `refill` must be called and awaited now. */
  advance(): boolean {
    const stream = this.#heap[0];
    if (stream === undefined) return true;
    const standing = stream.advance();
    if (standing === StreamState.Starved) return false;
    if (standing === StreamState.Record) this.#sink();
    else this.#drop();
    return true;
  }

  async refill(): Promise<void> {
    const stream = this.#heap[0];
    if (stream === undefined) return;
    if (await toRecord(stream, StreamState.Starved)) this.#sink();
    else this.#drop();
  }

  /** The top has ended. */
  #drop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  /** Moves the top down to its place. */
  #sink(): void {
    const heap = this.#heap;
    const count = heap.length;
    for (let at = 0; ;) {
      let childAt = 2 * at + 1;
      if (childAt >= count) return;
      if (childAt + 1 < count && before(heap[childAt + 1]!, heap[childAt]!)) childAt++;
      const child = heap[childAt]!;
      const stream = heap[at]!;
      if (!before(child, stream)) return;
      heap[at] = child;
      heap[childAt] = stream;
      at = childAt;
    }
  }

  /** Moves the last stream up to its place. */
  #rise(): void {
    const heap = this.#heap;
    for (let at = heap.length - 1; at > 0;) {
      const parentAt = (at - 1) >> 1;
      const stream = heap[at]!;
      const parent = heap[parentAt]!;
      if (!before(stream, parent)) return;
      heap[at] = parent;
      heap[parentAt] = stream;
      at = parentAt;
    }
  }
}

function before(a: CpuStream, b: CpuStream): boolean {
  return a.since < b.since || (a.since === b.since && a.buffer < b.buffer);
}

async function toRecord(stream: CpuStream, standing: number): Promise<boolean> {
  while (standing === StreamState.Starved) {
    await stream.fill();
    standing = stream.advance();
  }
  return standing === StreamState.Record;
}
