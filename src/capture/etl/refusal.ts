/** A trace that cannot be read, or that holds nothing to read. */
import type { FileFacts } from '../file-facts.js';
import { CaptureError } from '../frame.js';

/** @throws CaptureError always; the message names the path */
export function refuse(facts: FileFacts, why: string): never {
  throw new CaptureError(facts.path, 0, `${facts.path}: ${why}`);
}
