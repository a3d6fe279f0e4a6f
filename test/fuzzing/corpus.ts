/** The captures that cases begin with: what is committed here, and folders that the user names. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packetsOf } from '../../captures/recipes/etl/convert.js';
import type { LoggedPacket } from '../../captures/recipes/etl/events.js';
import { CaptureError } from '../../src/capture/frames/frame.js';
import type { Choice } from './choice.js';

/** A frame that belongs to a case: it may be changed. */
export type Frame = { -readonly [K in keyof LoggedPacket]: LoggedPacket[K] };

const CAPTURE = /\.(pcap|pcapng|cap|etl)(\.gz|\.zst)?$/;
const FOLDERS = ['captures', join('captures', 'lab')];
const MAX_BYTES = 1_500_000;
/** Frames of a case at the most: more make cases slow and no stranger. */
const MAX_FRAMES = 400;

export class Corpus {
  readonly names: readonly string[];
  readonly #read = new Map<string, readonly Frame[]>();

  constructor(more: readonly string[] = []) {
    this.names = [...FOLDERS, ...more]
      .filter((folder) => existsSync(folder))
      .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
      .filter((path) => CAPTURE.test(path) && statSync(path).size <= MAX_BYTES)
      .sort();
  }

  /** A part of some capture, the whole of a small one: its frames may be changed. */
  async some(choice: Choice, most = MAX_FRAMES): Promise<Frame[]> {
    const all = await this.framesOf(choice.one(this.names));
    const count = Math.min(most, all.length, choice.oneIn(3) ? MAX_FRAMES : choice.between(20, 200));
    const from = choice.oneIn(2) ? 0 : choice.below(all.length - count + 1);
    return all.slice(from, from + count).map((frame) => ({ ...frame, bytes: frame.bytes.slice() }));
  }

  async framesOf(path: string): Promise<readonly Frame[]> {
    let frames = this.#read.get(path);
    if (frames === undefined) {
      frames = await packetsOf(path).catch(noneIfDamaged);
      this.#read.set(path, frames);
    }
    return frames;
  }
}

/** Some public captures are no captures, on purpose. */
function noneIfDamaged(error: unknown): readonly Frame[] {
  if (error instanceof CaptureError) return [];
  throw error;
}
