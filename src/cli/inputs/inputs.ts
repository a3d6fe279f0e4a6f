/** The captures that a command line names, each once. */
import { resolve } from 'node:path';
import { expandInputs } from './expand.js';
import { fileIdentity } from './file-identity.js';
import { UsageError } from '../../capture/bytes/usage-error.js';

export interface Inputs {
  /** In the order given, patterns expanded; '-' = standard input. */
  readonly paths: readonly string[];
  /** Sentences about files that were named more than once. */
  readonly warnings: readonly string[];
}

/**
 * Expands patterns and leaves out what was already named, also by another name (a link): frames that count twice
 * would look like retransmissions.
 * @throws CaptureError for a directory and for a pattern without a match; UsageError for standard input that
 * is a terminal.
 */
export async function resolveInputs(given: readonly string[], stdinIsTerminal: boolean): Promise<Inputs> {
  const paths: string[] = [];
  const warnings: string[] = [];
  const seen = new Map<string, string>();
  for (const word of given) {
    for (const path of await expandInputs([word])) {
      const key = path === '-' ? path : ((await fileIdentity(path)) ?? resolve(path));
      const first = seen.get(key);
      if (first === undefined) {
        seen.set(key, path);
        paths.push(path);
      } else {
        const name = path === '-' ? 'standard input' : path;
        warnings.push(
          first === path
            ? `${name} is given twice and read once.`
            : `${name} is the same file as ${first} and is read once.`,
        );
      }
    }
  }
  if (seen.has('-') && stdinIsTerminal) {
    throw new UsageError(
      '"-" reads a capture from standard input, but that is a terminal; pipe one into it.',
    );
  }
  return { paths, warnings };
}
