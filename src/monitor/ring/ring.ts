/**
 * The evidence ring: the last packets of a live capture in rotated pcapng files, the oldest of which gives way.
 * Frames are copied into buffers of a fixed number and written behind the capture's back; when the disk is too
 * slow or full, frames are left out of the ring and counted, and the capture goes on.
 */
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaptureInterface, FrameRun } from '../../capture/frames/frame.js';
import { enhancedPacketSize, PcapngWriter, putEnhancedPacket } from '../../capture/pcap/pcapng-writer.js';
import { outputError } from '../../report/write/write-file.js';

/** The ring is divided into so many files at least: the oldest is forgotten whole. */
const FILES_IN_RING = 8;
const MIN_FILE_BYTES = 256 << 10;
/** One buffer, and buffers in all: what the disk may lag behind. */
export const CHUNK_BYTES = 1 << 20;
/**
 * Buffers of 1 MiB that wait for the disk of the ring.
 * @reached frames are left out of the ring and counted
 */
export const MAX_CHUNKS = 16;
/** After a failure the disk is left alone for so long. */
const RETRY_MILLISECONDS = 10_000;
/** A section header without options: what is smaller holds nothing. */
const SMALLEST_FILE = 28;
const NAME = /^ring-(\d{6,})\.pcapng$/;

interface Chunk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  used: number;
  frames: number;
  /** Begins a new file with these blocks. */
  header: Uint8Array | null;
}

interface RingFile {
  readonly path: string;
  bytes: number;
}

export interface RingOptions {
  /** Made when it is missing. */
  readonly folder: string;
  /** Bytes of all files together. */
  readonly maxBytes: number;
  /** Milliseconds of a clock that never goes back; performance.now when not given. */
  readonly now?: () => number;
}

export class Ring {
  readonly folder: string;
  /** Frames that were not kept because the disk was too slow or refused. */
  framesLeftOut = 0;
  /** '' = all is well; else one sentence. */
  trouble = '';
  private readonly maxBytes: number;
  private readonly fileBytes: number;
  private readonly now: () => number;
  private readonly kept: RingFile[] = [];
  private readonly spare: Chunk[] = [];
  private made = 0;
  private filling: Chunk | null = null;
  /** Bytes handed over for the file that is written; infinite = the next frame begins a new one. */
  private begun = Infinity;
  private interfaces = 0;
  private next = 1;
  private handle: FileHandle | null = null;
  private writing: Promise<void> = Promise.resolve();
  private quietUntil = 0;

  private constructor(options: RingOptions) {
    this.folder = options.folder;
    this.maxBytes = options.maxBytes;
    this.fileBytes = Math.max(MIN_FILE_BYTES, Math.floor(options.maxBytes / FILES_IN_RING));
    this.now = options.now ?? ((): number => performance.now());
  }

  /**
   * Goes on with the ring that is in the folder.
   * @throws OutputError when the folder cannot be made or read
   */
  static async open(options: RingOptions): Promise<Ring> {
    const ring = new Ring(options);
    try {
      await mkdir(options.folder, { recursive: true });
      const numbers = (await readdir(options.folder)).flatMap((name) => NAME.exec(name)?.[1] ?? []);
      for (const number of numbers.sort((a, b) => Number(a) - Number(b))) {
        const path = join(options.folder, `ring-${number}.pcapng`);
        ring.kept.push({ path, bytes: (await stat(path)).size });
        ring.next = Number(number) + 1;
      }
    } catch (error) {
      throw outputError(options.folder, error);
    }
    return ring;
  }

  /** The files, oldest first. */
  get files(): readonly string[] {
    return this.kept.map(({ path }) => path);
  }

  /** Copies the frames of a run; nothing is waited for. `interfaces` are those of the run's capture so far. */
  add(run: FrameRun, interfaces: readonly CaptureInterface[]): void {
    const { batch } = run;
    for (let row = run.from; row < run.to; row++) {
      const len = batch.capLen[row]!;
      const chunk = this.room(enhancedPacketSize(len), interfaces);
      if (chunk === null) {
        this.framesLeftOut++;
        continue;
      }
      chunk.frames++;
      chunk.used = putEnhancedPacket(chunk.bytes, chunk.view, chunk.used, batch, row);
    }
  }

  /** Resolves when everything added so far is in the files. */
  flush(): Promise<void> {
    this.handOver();
    return this.writing;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.handle?.close();
    this.handle = null;
  }

  /** The buffer that takes the next frame, or null. */
  private room(size: number, interfaces: readonly CaptureInterface[]): Chunk | null {
    if (size > CHUNK_BYTES || size > this.fileBytes) return null;
    // A file is begun anew when it is full, or when an interface is new that its header does not name.
    const used = this.filling?.used ?? 0;
    if (interfaces.length > this.interfaces || this.begun + used + size > this.fileBytes) {
      this.handOver();
      this.begun = Infinity;
    } else if (used + size > CHUNK_BYTES) this.handOver();
    if (this.filling !== null) return this.filling;
    if (this.now() < this.quietUntil) return null;
    const chunk = this.spare.pop() ?? this.make();
    if (chunk === null) return null;
    chunk.used = 0;
    chunk.frames = 0;
    chunk.header = null;
    if (this.begun === Infinity) {
      chunk.header = headerOf(interfaces);
      this.interfaces = interfaces.length;
      this.begun = chunk.header.length;
    }
    this.filling = chunk;
    return chunk;
  }

  private make(): Chunk | null {
    if (this.made === MAX_CHUNKS) return null;
    this.made++;
    const bytes = new Uint8Array(CHUNK_BYTES);
    return { bytes, view: new DataView(bytes.buffer), used: 0, frames: 0, header: null };
  }

  private handOver(): void {
    const chunk = this.filling;
    if (chunk === null) return;
    this.filling = null;
    this.begun += chunk.used;
    this.writing = this.writing.then(() => this.write(chunk));
  }

  /** Never rejects. */
  private async write(chunk: Chunk): Promise<void> {
    try {
      if (chunk.header !== null) await this.begin(chunk.header);
      if (this.handle === null) {
        this.framesLeftOut += chunk.frames;
        return;
      }
      await this.append(chunk.bytes.subarray(0, chunk.used));
      this.trouble = '';
    } catch (error) {
      this.trouble = `The evidence ring is not written: ${outputError(this.folder, error).message}`;
      this.framesLeftOut += chunk.frames;
      this.quietUntil = this.now() + RETRY_MILLISECONDS;
      await this.abandon();
    } finally {
      this.spare.push(chunk);
    }
  }

  /** What is half written is left as it is: its whole blocks are read, the next frames go to a new file. */
  private async abandon(): Promise<void> {
    await this.handle?.close().catch(() => undefined);
    if (this.handle !== null) await this.weigh();
    this.handle = null;
    this.begun = Infinity;
  }

  /** A full disk takes files and no bytes: each try would leave an empty one. */
  private async weigh(): Promise<void> {
    const file = this.kept.at(-1);
    if (file === undefined) return;
    const written = await stat(file.path).catch(() => null);
    file.bytes = written?.size ?? 0;
    if (file.bytes >= SMALLEST_FILE) return;
    await rm(file.path, { force: true }).catch(() => undefined);
    this.kept.pop();
    this.next--;
  }

  private async append(bytes: Uint8Array): Promise<void> {
    await this.handle?.appendFile(bytes);
    const file = this.kept.at(-1);
    if (file !== undefined) file.bytes += bytes.length;
  }

  private async begin(header: Uint8Array): Promise<void> {
    await this.handle?.close();
    this.handle = null;
    await this.forgetOldest();
    const path = join(this.folder, `ring-${String(this.next).padStart(6, '0')}.pcapng`);
    this.next++;
    this.handle = await open(path, 'w');
    this.kept.push({ path, bytes: 0 });
    await this.append(header);
  }

  /** Makes room for one more file; one that somebody holds open is tried again the next time. */
  private async forgetOldest(): Promise<void> {
    let total = this.kept.reduce((sum, { bytes }) => sum + bytes, this.fileBytes);
    for (const file of [...this.kept]) {
      if (total <= this.maxBytes) return;
      try {
        await rm(file.path, { force: true });
      } catch {
        continue;
      }
      this.kept.splice(this.kept.indexOf(file), 1);
      total -= file.bytes;
    }
  }
}

function headerOf(interfaces: readonly CaptureInterface[]): Uint8Array {
  const writer = new PcapngWriter();
  const blocks = [writer.section({ application: 'portwitness' })];
  for (const { linkType, snapLength, name } of interfaces) {
    blocks.push(
      writer.interfaceDescription({ linkType, snapLength, ...(name === undefined ? {} : { name }) }),
    );
  }
  return Buffer.concat(blocks);
}
