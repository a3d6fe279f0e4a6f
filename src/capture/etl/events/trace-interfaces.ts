/** The interfaces of a trace as the capture's: an adapter each, known by where its packets were taken from. */
import type { CaptureInterface } from '../../frames/frame.js';
import type { FileFacts } from '../../frames/file-facts.js';
import { LimitName, MAX_INTERFACES } from '../../bytes/limits.js';
import type { AdapterPoint } from './capture-points.js';
import { linkTypeOf } from './pktmon-layout.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export class TraceInterfaces {
  /** Frames of which less was logged than was on the wire, and the longest of them in bytes. */
  cutFrames = 0;
  cutBytes = 0;
  readonly #facts: FileFacts;
  readonly #resolution: number;
  readonly #filter: string;
  readonly #entries: Writable<CaptureInterface>[] = [];
  readonly #byKey = new Map<string, number>();

  constructor(facts: FileFacts, resolution: number, filter: string) {
    this.#facts = facts;
    this.#resolution = resolution;
    this.#filter = filter;
  }

  /** Adds the adapter of a capture point; its index. */
  addPoint(point: AdapterPoint): number {
    const at = [point.mac, ...point.addresses].filter((text) => text !== '').join(', ');
    return this.of(`point ${point.component}`, linkTypeOf(point.type), point.name, at);
  }

  /** The index of an interface, which is added when it was not met before. */
  of(key: string, linkType: number, name: string, description = ''): number {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.#entries.length >= MAX_INTERFACES) {
      this.#facts.reached(LimitName.Interfaces);
      return MAX_INTERFACES - 1;
    }
    const index = this.#entries.length;
    const entry: Writable<CaptureInterface> = {
      linkType,
      snapLength: 0,
      name: description === '' ? name : `${name} (${description})`,
      resolution: this.#resolution,
      ...(this.#filter === '' ? {} : { filter: this.#filter }),
    };
    this.#entries.push(entry);
    this.#facts.interfaces.push(entry);
    this.#byKey.set(key, index);
    return index;
  }

  /** A frame of the interface was cut to so many bytes. */
  cut(index: number, bytes: number): void {
    this.cutFrames++;
    if (bytes > this.cutBytes) this.cutBytes = bytes;
    const entry = this.#entries[index];
    if (entry !== undefined && bytes > entry.snapLength) entry.snapLength = bytes;
  }
}
