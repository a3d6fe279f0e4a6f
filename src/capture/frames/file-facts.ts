/** The growing record of what is known of one input file: the writable side of `CaptureFile`. */
import { noDisorder } from './frame.js';
import type { CaptureDamage, CaptureFile, CaptureInterface, DeclaredName, ReadLimit } from './frame.js';
import type { TraceFacts } from './trace-facts.js';
import { LimitName, MAX_COMMENTS, MAX_NAMES } from '../bytes/limits.js';

/** Filled by the readers, read through `CaptureFile` by everybody else. */
export class FileFacts implements CaptureFile {
  readonly path: string;
  format = '';
  readonly interfaces: CaptureInterface[] = [];
  readonly comments: string[] = [];
  readonly names: DeclaredName[] = [];
  application?: string;
  hardware?: string;
  os?: string;
  trace?: TraceFacts;
  frames = 0;
  dropCount = 0n;
  skippedBlocks = 0;
  damage: CaptureDamage | null = null;
  readonly disorder = noDisorder();
  readonly limits = new Map<ReadLimit, number>();
  readonly bytesTotal: number;
  sha256 = '';
  #position: { readonly position: number };

  /** `position.position` is asked for the bytes consumed. */
  constructor(path: string, bytesTotal: number, position: { readonly position: number }) {
    this.path = path;
    this.bytesTotal = bytesTotal;
    this.#position = position;
  }

  get bytesRead(): number {
    return this.#position.position;
  }

  /** From now on `position.position` is asked instead. */
  countFrom(position: { readonly position: number }): void {
    this.#position = position;
  }

  /** Counts a reached limit. */
  reached(limit: ReadLimit): void {
    this.limits.set(limit, (this.limits.get(limit) ?? 0) + 1);
  }

  /** Whether another comment is kept; counts it when not. Asked before the text is decoded. */
  takesComment(): boolean {
    if (this.comments.length < MAX_COMMENTS) return true;
    this.reached(LimitName.Comments);
    return false;
  }

  /** Keeps a declared name within the limit. */
  addName(address: string, name: string): void {
    if (this.names.length < MAX_NAMES) this.names.push({ address, name });
    else this.reached(LimitName.Names);
  }
}
