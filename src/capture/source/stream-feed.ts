/**
 * Standard input as a feed, such as `ssh server tcpdump -U -w - | portwitness live -`. What feeds it may take its
 * time (a password, a buffer that fills slowly), so it is read before anything has come.
 */
import type { CaptureFile, CaptureReader, FrameBatch } from '../frames/frame.js';
import { errorText } from '../bytes/byte-source.js';
import { WINDOW_BYTES } from '../bytes/limits.js';
import { readHead } from '../open.js';
import type { FeedSurroundings } from './child-feed.js';
import { statisticsOf } from './feed/feed.js';
import type { FeedCounters, LiveFeed } from './feed/feed.js';
import { within } from './feed/pause.js';
import { PipeSource } from './feed/pipe-source.js';

/** What is no capture is refused when it comes within so long. In milliseconds. */
export const HEAD_MILLISECONDS = 300;

export class StreamFeed implements LiveFeed {
  readonly #source: PipeSource;
  readonly #around: FeedSurroundings;
  readonly #opening: Promise<CaptureReader | Error>;
  #reader: CaptureReader | null = null;
  #ended = false;
  #stopped = false;

  private constructor(stream: NodeJS.ReadableStream, around: FeedSurroundings) {
    const source = new PipeSource(stream);
    this.#source = source;
    this.#around = around;
    this.#opening = readHead('-', source, 0, { window: WINDOW_BYTES, settle: () => source.close() }).catch(
      (error: unknown) => (error instanceof Error ? error : new Error(errorText(error))),
    );
  }

  /** @throws CaptureError when it is seen at once that this is no capture. */
  static async open(stream: NodeJS.ReadableStream, around: FeedSurroundings): Promise<StreamFeed> {
    const feed = new StreamFeed(stream, around);
    const opened = await within(HEAD_MILLISECONDS, feed.#opening);
    if (opened instanceof Error) {
      await feed.close();
      throw opened;
    }
    return feed;
  }

  get segment(): CaptureFile | null {
    return this.#reader?.file ?? null;
  }

  async nextBatch(): Promise<FrameBatch | null> {
    if (this.#ended) return null;
    if (this.#reader === null) {
      const opened = await this.#opening;
      if (opened instanceof Error) {
        this.#end('damaged_stream', `standard input is not a capture: ${opened.message}`);
        return null;
      }
      this.#reader = opened;
    }
    const batch = await this.#reader.nextBatch();
    if (batch === null) {
      const { damage } = this.#reader.file;
      this.#around.file.settle(this.#reader.file);
      this.#around.file.damage = damage;
      if (damage !== null) this.#around.incidents.add('damaged_stream', damage.message);
      this.#end('input_ended', 'standard input has ended: nothing more can come');
    }
    return batch;
  }

  counters(): FeedCounters {
    return statisticsOf(this.#around.file.interfaces);
  }

  poll(): void {
    // There is nothing to ask.
  }

  stop(): void {
    this.#stopped = true;
    this.#source.stop();
  }

  async close(): Promise<void> {
    this.stop();
    await this.#reader?.close();
  }

  #end(code: 'input_ended' | 'damaged_stream', text: string): void {
    this.#ended = true;
    if (!this.#stopped) this.#around.incidents.add(code, text);
  }
}
