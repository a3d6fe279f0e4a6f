/** `portwitness unshare`: the answer of a stranger with the originals in place of pseudonyms. */
import { existsSync, readFileSync } from 'node:fs';
import { errorCode } from '../../platform/error-code.js';
import { readMapping, unshared } from '../../share/mapping.js';
import type { Mapping } from '../../share/mapping.js';
import { UsageError } from '../../capture/bytes/usage-error.js';
import { single } from '../options/arguments.js';
import { UNSHARE } from '../options/command-help.js';
import { tryHelp } from '../options/options.js';
import type { Parsed } from '../options/options.js';

/** Resolves to the exit code. @throws UsageError, MappingError */
export async function unshareCommand({ words, options }: Parsed): Promise<number> {
  if (words[0] !== undefined)
    throw new UsageError(`unshare: "${words[0]}" is one word too many${tryHelp(UNSHARE)}`);
  const text = single('text', options['text']);
  const path = single('mapping', options['mapping']);
  if (text === undefined || path === undefined)
    throw new UsageError(`unshare needs --text and --mapping${tryHelp(UNSHARE)}`);
  const mapping = await givenMapping(path);
  const given = text === '-' ? readFileSync(0, 'utf8') : existsSync(text) ? fileText(text) : text;
  const answer = unshared(given, mapping);
  process.stdout.write(answer.endsWith('\n') ? answer : `${answer}\n`);
  return 0;
}

/** @throws UsageError when it cannot be read, MappingError when it is none */
export async function givenMapping(path: string): Promise<Mapping> {
  return readMapping(path).catch((error: unknown) => {
    if (error instanceof Error && errorCode(error) !== '')
      throw new UsageError(`--mapping: ${path} cannot be read (${error.message}).`);
    throw error;
  });
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--text: ${path} cannot be read (${error instanceof Error ? error.message : ''}).`);
  }
}
