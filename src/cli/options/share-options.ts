/** `--share` and what belongs to it: which key, and where the mapping goes. */
import { existsSync, renameSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';
import { errorCode } from '../../platform/error-code.js';
import { PRIVATE, writeWhole } from '../../report/write/write-file.js';
import { newSecret } from '../../share/draw.js';
import type { Secret } from '../../share/draw.js';
import { readMapping } from '../../share/mapping.js';
import type { SharedReport } from '../../share/shared-report.js';
import { UsageError } from '../../capture/bytes/usage-error.js';
import { single } from './arguments.js';
import { say } from '../console/messages.js';
import type { Parsed } from './options.js';

export interface ShareOptions {
  readonly secret: Secret;
  /** The mapping of an earlier report, '' = none was given: it is written again. */
  readonly key: string;
  /** Where the mapping of this report goes. */
  readonly mapping: string;
}

/**
 * Null without --share. @param beside folder of the report, for the mapping
 * @throws UsageError, MappingError
 */
export async function shareOptions(options: Parsed['options'], beside: string): Promise<ShareOptions | null> {
  const mapping = single('mapping', options['mapping']);
  const key = single('share-key', options['share-key']);
  if (options['share'] !== true) {
    const surplus = mapping === undefined ? 'share-key' : 'mapping';
    if (mapping !== undefined || key !== undefined) throw new UsageError(`--${surplus} needs --share.`);
    return null;
  }
  for (const [name, path] of [
    ['mapping', mapping],
    ['share-key', key],
  ] as const)
    if (path === '-') throw new UsageError(`--${name}: give a file name.`);
  const secret = key === undefined ? newSecret() : await secretOf(key);
  // Who keeps one list for all reports needs no second one.
  return { secret, key: key ?? '', mapping: mapping ?? key ?? join(beside, 'mapping.csv') };
}

async function secretOf(path: string): Promise<Secret> {
  try {
    return await readMapping(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return newSecret();
    if (error instanceof Error && errorCode(error) !== '')
      throw new UsageError(`--share-key: ${path} cannot be read (${error.message}).`);
    throw error;
  }
}

/** Writes the mapping, readable by the user alone; the one of another report is kept under another name. */
export async function saveMapping(
  { mapping, key, secret: given }: ShareOptions,
  shared: SharedReport,
): Promise<void> {
  const { secret } = shared;
  if (key !== '' && secret.counter !== given.counter && given.names.length > 0)
    say('addresses have other pseudonyms than before: one of the former was an address of this capture.');
  const isKey = key !== '' && resolve(key) === resolve(mapping);
  if (!isKey) keepFormer(mapping);
  for (const path of isKey || key === '' ? [mapping] : [key, mapping])
    await writeWhole(path, (sink) => shared.writeMapping(sink), PRIVATE);
}

/** 'mapping.csv' becomes 'mapping-1.csv'. */
function keepFormer(path: string): void {
  if (!existsSync(path)) return;
  const { dir, name, ext } = parse(path);
  let number = 1;
  while (existsSync(join(dir, `${name}-${number}${ext}`))) number++;
  renameSync(path, join(dir, `${name}-${number}${ext}`));
}
