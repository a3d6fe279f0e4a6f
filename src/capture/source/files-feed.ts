/** Files that another program is writing as a feed: each is read to its end, then the next one of the set. */
import { errorText } from '../bytes/byte-source.js';
import { CaptureError } from '../frames/frame.js';
import type { CaptureFile, CaptureReader, FrameBatch } from '../frames/frame.js';
import { WINDOW_BYTES } from '../bytes/limits.js';
import { readHead } from '../open.js';
import type { FeedSurroundings } from './child-feed.js';
import { statisticsOf } from './feed/feed.js';
import type { FeedCounters, LiveFeed } from './feed/feed.js';
import { FileSet, look, MAX_SET_FILES, missingBetween } from './file-set.js';
import type { SetFile } from './file-set.js';
import { GrowingFile } from './growing-file.js';
import { Pause, within } from './feed/pause.js';

/** How often the set is looked at for its next file, in milliseconds. */
export const SET_MILLISECONDS = 500;
/** A file that is no capture is refused at once when it is seen within so long. In milliseconds. */
const HEAD_MILLISECONDS = 300;

interface OpenFile {
  readonly file: SetFile;
  readonly source: GrowingFile;
  readonly reader: Promise<CaptureReader | Error>;
}

export class FilesFeed implements LiveFeed {
  readonly #set: FileSet;
  readonly #around: FeedSurroundings;
  #open: OpenFile | null = null;
  #reader: CaptureReader | null = null;
  #stopped = false;
  readonly #pause = new Pause();
  #lookedAt = -Infinity;
  /** The file that is read next; known when the present one has a successor. */
  #next: SetFile | null = null;

  private constructor(set: FileSet, around: FeedSurroundings) {
    this.#set = set;
    this.#around = around;
  }

  /** @throws CaptureError for a file that is not there, cannot be read, or is seen at once to be no capture. */
  static async open(inputs: readonly string[], around: FeedSurroundings): Promise<FilesFeed> {
    const feed = new FilesFeed(await FileSet.of(inputs), around);
    if (!(await feed.#hasNext())) return feed;
    const opened = await feed.#openNext();
    const head = opened instanceof Error ? opened : await within(HEAD_MILLISECONDS, opened.reader);
    if (head instanceof Error) {
      await feed.close();
      throw head;
    }
    return feed;
  }

  get segment(): CaptureFile | null {
    return this.#reader?.file ?? null;
  }

  async nextBatch(): Promise<FrameBatch | null> {
    while (!this.#stopped) {
      if (this.#reader === null) {
        this.#reader = await this.#begin();
        continue;
      }
      const batch = await this.#reader.nextBatch();
      if (batch !== null) return batch;
      await this.#ended();
    }
    return null;
  }

  counters(): FeedCounters {
    return statisticsOf(this.#around.file.interfaces);
  }

  poll(): void {
    // There is nothing to ask.
  }

  stop(): void {
    this.#stopped = true;
    this.#open?.source.stop();
    this.#pause.wake();
  }

  async close(): Promise<void> {
    this.stop();
    await this.#reader?.close();
    await this.#open?.source.close().catch(() => undefined);
  }

  /** The reader of the file that is open, or of the next one when there is one; null = try again. */
  async #begin(): Promise<CaptureReader | null> {
    if (this.#open === null) {
      if (!(await this.#hasNext())) {
        await this.#pause.wait(SET_MILLISECONDS);
        return null;
      }
      const opened = await this.#openNext();
      if (opened instanceof Error) this.#around.incidents.add('damaged_stream', opened.message);
      return null;
    }
    const reader = await this.#open.reader;
    if (!(reader instanceof Error)) return reader;
    if (!this.#stopped) this.#around.incidents.add('damaged_stream', `${reader.message}; it is passed over`);
    await this.#leave(this.#open);
    return null;
  }

  async #openNext(): Promise<OpenFile | Error> {
    const file = this.#next;
    this.#next = null;
    if (file === null) return new Error('no file');
    this.#set.taken(file);
    let source: GrowingFile;
    try {
      source = await GrowingFile.open(file, () => this.#hasNext());
    } catch (error) {
      return new CaptureError(file.path, 0, `${file.path}: it cannot be opened (${errorText(error)})`);
    }
    const reader = readHead(file.path, source, 0, {
      window: WINDOW_BYTES,
      settle: () => source.close(),
    }).catch((error: unknown) => (error instanceof Error ? error : new Error(errorText(error))));
    this.#open = { file, source, reader };
    if (this.#stopped) source.stop();
    return this.#open;
  }

  /** Whether another file waits to be read. */
  async #hasNext(): Promise<boolean> {
    if (this.#next !== null) return true;
    if (performance.now() - this.#lookedAt < SET_MILLISECONDS) return false;
    this.#next = await this.#set.next();
    this.#lookedAt = performance.now();
    const passed = this.#set.takePassedOver();
    if (passed > 0) {
      const text = `of the set the ${MAX_SET_FILES} files with the latest names are looked at; ${passed} others are not read`;
      this.#around.incidents.add('rotated', text);
    }
    return this.#next !== null;
  }

  async #ended(): Promise<void> {
    const open = this.#open;
    const reader = this.#reader;
    this.#reader = null;
    if (open === null || reader === null) return;
    const { damage } = reader.file;
    await reader.close();
    this.#around.file.settle(reader.file);
    if (!this.#stopped) {
      if (damage !== null)
        this.#around.incidents.add('damaged_stream', `${open.file.path}: ${damage.message}`);
      this.#tellEnd(open, damage !== null);
    }
    await this.#leave(open);
  }

  #tellEnd({ file, source }: OpenFile, damaged: boolean): void {
    const { incidents } = this.#around;
    switch (source.ending) {
      case 'shortened':
        incidents.add('rotated', `${file.path} was cut and begins anew; it is read from its beginning`);
        return;
      case 'replaced':
        incidents.add('rotated', `${file.path} was replaced by another file, which is read now`);
        return;
      case 'followed': {
        const after = this.#next?.path ?? '';
        const missing = missingBetween(file.path, after);
        const lost =
          missing === 0 ? '' : `; ${missing} files between them are gone: their packets are missed`;
        incidents.add('rotated', `${file.path} is read to its end; reading goes on in ${after}${lost}`);
        return;
      }
      default:
        // What is written after the damage would make no more sense.
        if (damaged) {
          const text = `${file.path} is not read on; the next file of the set is waited for`;
          incidents.add('damaged_stream', text);
        }
    }
  }

  /** Notes what the file was like, so that it is read again only when it was written anew. */
  async #leave({ file, source }: OpenFile): Promise<void> {
    this.#open = null;
    await source.close().catch(() => undefined);
    const now = await look(file.path);
    const rewritten = source.ending === 'shortened' || source.ending === 'replaced';
    this.#set.taken({ ...file, size: rewritten ? Infinity : (now?.size ?? 0) });
    if (rewritten) this.#lookedAt = -Infinity;
  }
}
