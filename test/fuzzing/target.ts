/** What a kind of case is: files that are made by a seed, and a check that holds whatever they hold. */
import { CaptureError } from '../../src/capture/frames/frame.js';
import type { Choice } from './choice.js';
import type { Corpus } from './corpus.js';
import type { MemoryFiles } from './memory-files.js';

/** Where cases are made and run. */
export interface Stage {
  readonly corpus: Corpus;
  readonly files: MemoryFiles;
  /** An empty folder that belongs to the case. */
  readonly folder: string;
}

export interface Case {
  /** By file name; a capture first. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Rejects when something does not hold. It may be called again with other files of these names. */
  readonly check: (files: ReadonlyMap<string, Uint8Array>) => Promise<void>;
}

export interface Target {
  readonly name: string;
  /** How often it is taken. */
  readonly weight: number;
  make(choice: Choice, stage: Stage): Promise<Case>;
}

/** null when the input is refused, as it may be; any other error is a failure. */
export async function unlessRefused<T>(run: () => Promise<T>): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof CaptureError) return null;
    throw error;
  }
}
