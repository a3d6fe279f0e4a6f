/**
 * A live capture as one `CaptureFile`: it is made of segments (the runs of a restarted child, the files of a
 * rotated set), each read by a reader of its own; frames and interfaces are numbered through.
 */
import { noDisorder } from '../../frames/frame.js';
import type {
  CaptureDamage,
  CaptureFile,
  CaptureInterface,
  DeclaredName,
  FrameBatch,
  ReadLimit,
} from '../../frames/frame.js';
import { LimitName, MAX_COMMENTS, MAX_INTERFACES, MAX_NAMES } from '../../bytes/limits.js';

/** What an interface counts of itself; summed over the segments. */
const STATISTICS = ['received', 'interfaceDropped', 'osDropped'] as const;

/** What has been taken over of one segment. */
interface Segment {
  /** Index of the segment's interface → index here. */
  readonly interfaces: number[];
  comments: number;
  names: number;
}

export class LiveFile implements CaptureFile {
  readonly path: string;
  format = '';
  readonly interfaces: CaptureInterface[] = [];
  readonly comments: string[] = [];
  readonly names: DeclaredName[] = [];
  application?: string;
  hardware?: string;
  os?: string;
  frames = 0;
  damage: CaptureDamage | null = null;
  readonly limits = new Map<ReadLimit, number>();
  readonly bytesTotal = 0;
  /** A stream that has not ended has no digest. */
  readonly sha256 = '';
  readonly #segments = new Map<CaptureFile, Segment>();
  /** Index of an interface by what it is: the same one in the next segment is not listed again. */
  readonly #known = new Map<string, number>();
  #dropCount = 0n;
  #skippedBlocks = 0;
  #bytesRead = 0;

  readonly disorder = noDisorder();

  constructor(path: string) {
    this.path = path;
  }

  get dropCount(): bigint {
    let sum = this.#dropCount;
    for (const segment of this.#segments.keys()) sum += segment.dropCount;
    return sum;
  }

  get skippedBlocks(): number {
    let sum = this.#skippedBlocks;
    for (const segment of this.#segments.keys()) sum += segment.skippedBlocks;
    return sum;
  }

  get bytesRead(): number {
    let sum = this.#bytesRead;
    for (const segment of this.#segments.keys()) sum += segment.bytesRead;
    return sum;
  }

  /** Numbers a batch of a segment through; called once for each batch, in the order of handing out. */
  take(file: CaptureFile, batch: FrameBatch): void {
    const segment = this.#segmentOf(file);
    this.#learn(file, segment);
    const { iface, count } = batch;
    if (file.interfaces.length === 1) {
      // A reader of classic pcap never writes this column.
      iface.fill(segment.interfaces[0] ?? 0, 0, count);
    } else {
      for (let i = 0; i < count; i++) iface[i] = segment.interfaces[iface[i] ?? 0] ?? 0;
    }
    batch.firstFrame = this.frames + 1;
    this.frames += count;
  }

  /** Takes over what a segment that has ended said at its end. */
  settle(file: CaptureFile): void {
    const segment = this.#segments.get(file);
    if (segment === undefined) return;
    this.#learn(file, segment);
    this.#segments.delete(file);
    this.#dropCount += file.dropCount;
    this.#skippedBlocks += file.skippedBlocks;
    this.#bytesRead += file.bytesRead;
    for (const [name, count] of file.limits) this.limits.set(name, (this.limits.get(name) ?? 0) + count);
    file.interfaces.forEach((one, index) => {
      const here = this.interfaces[segment.interfaces[index] ?? 0];
      if (here === undefined) return;
      for (const key of STATISTICS) {
        const said = one[key];
        if (said !== undefined) here[key] = (here[key] ?? 0n) + said;
      }
    });
  }

  #segmentOf(file: CaptureFile): Segment {
    let segment = this.#segments.get(file);
    if (segment === undefined) {
      segment = { interfaces: [], comments: 0, names: 0 };
      this.#segments.set(file, segment);
      if (this.format === '') this.format = file.format;
      if (file.application !== undefined) this.application = file.application;
      if (file.hardware !== undefined) this.hardware = file.hardware;
      if (file.os !== undefined) this.os = file.os;
    }
    return segment;
  }

  #learn(file: CaptureFile, segment: Segment): void {
    while (segment.interfaces.length < file.interfaces.length) {
      const next = file.interfaces[segment.interfaces.length];
      if (next === undefined) break;
      segment.interfaces.push(this.#indexOf(next));
    }
    for (; segment.comments < file.comments.length; segment.comments++) {
      if (this.comments.length < MAX_COMMENTS) this.comments.push(file.comments[segment.comments] ?? '');
      else this.#reached(LimitName.Comments);
    }
    for (; segment.names < file.names.length; segment.names++) {
      const name = file.names[segment.names];
      if (name === undefined) continue;
      if (this.names.length < MAX_NAMES) this.names.push(name);
      else this.#reached(LimitName.Names);
    }
  }

  #indexOf(one: CaptureInterface): number {
    const { linkType, snapLength, resolution, name, filter } = one;
    const key = JSON.stringify([linkType, snapLength, resolution, name, filter]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.interfaces.length >= MAX_INTERFACES) {
      this.#reached(LimitName.Interfaces);
      return MAX_INTERFACES - 1;
    }
    const described = { ...one };
    for (const key of STATISTICS) delete described[key];
    this.#known.set(key, this.interfaces.length);
    return this.interfaces.push(described) - 1;
  }

  #reached(limit: ReadLimit): void {
    this.limits.set(limit, (this.limits.get(limit) ?? 0) + 1);
  }
}
