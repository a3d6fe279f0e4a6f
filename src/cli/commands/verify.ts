/** `portwitness verify`: do the captures still say what a report says? */
import { basename } from 'node:path';
import { directoryMessage } from '../../capture/open.js';
import { CaptureError } from '../../capture/frames/frame.js';
import { UsageError } from '../../capture/bytes/usage-error.js';
import { errorCode } from '../../platform/error-code.js';
import { platform } from '../../platform/platform.js';
import type { CaptureModel, ReportModel } from '../../report/model/model.js';
import { counted } from '../../report/text/quantities.js';
import { resultText } from '../../report/saved/open.js';
import { ResultError } from '../../report/saved/result-error.js';
import { resultOf } from '../../report/saved/result.js';
import { checkCapture } from '../../report/verify/check.js';
import { claimsOf } from '../../report/verify/claims.js';
import type { Claims } from '../../report/verify/claims.js';
import { visible } from '../../report/text/visible.js';
import { MappingError } from '../../share/mapping.js';
import type { Mapping } from '../../share/mapping.js';
import { VERIFY } from '../options/command-help.js';
import { count, single } from '../options/arguments.js';
import { tryHelp } from '../options/options.js';
import type { Parsed } from '../options/options.js';
import { givenMapping } from './unshare.js';

const EXIT_SAME = 0;
const EXIT_DIFFERS = 1;
const EXIT_UNUSABLE = 2;

/** A capture that was given, and the one of the report that it is; null = the report knows none such. */
interface Matched {
  readonly path: string;
  readonly sha256: string;
  readonly capture: CaptureModel | null;
}

/**
 * Runs the command; resolves to the exit code.
 * @throws UsageError; ResultError and CaptureError that name the file
 */
export async function verifyCommand({ words, options }: Parsed): Promise<number> {
  const [report, ...paths] = words;
  if (report === undefined || paths.length === 0) {
    throw new UsageError(`verify needs a report and its captures${tryHelp(VERIFY)}`);
  }
  const etlComponent = count('etl-component', options['etl-component'], 0);
  const model = await savedModel(report);
  const originals = await originalsFor(report, model, single('mapping', options['mapping']));
  const claims = claimsOf(model, (address) => originals.address(address));
  originals.check();
  const matched = await match(model, paths, originals);
  let code = EXIT_SAME;
  for (const one of matched) {
    const isSame = await verifyOne(one, claims, etlComponent === undefined ? {} : { etlComponent });
    if (!isSame) code = EXIT_DIFFERS;
  }
  const given = new Set(matched.map(({ capture }) => capture));
  const absent = model.captures.filter((one) => !given.has(one));
  for (const { path } of absent) tell(originals.file(path), 'of the report, not given and not verified.');
  if (code === EXIT_SAME && absent.length > 0) return EXIT_UNUSABLE;
  return code;
}

/** What stands for what in a shared report; of another everything stands for itself. */
class Originals {
  readonly #path: string;
  readonly #addresses: ReadonlyMap<string, string>;
  readonly #files: ReadonlyMap<string, string>;
  #unknown = 0;

  constructor(path: string, { addresses, names }: Pick<Mapping, 'addresses' | 'names'>) {
    this.#path = path;
    this.#addresses = new Map(addresses.map(({ pseudonym, original }) => [pseudonym, original]));
    const files = names.filter(({ kind }) => kind === 'file');
    this.#files = new Map(files.map(({ pseudonym, original }) => [pseudonym, original]));
  }

  address(text: string): string {
    const original = this.#addresses.get(text);
    if (original === undefined) this.#unknown++;
    return original ?? text;
  }

  file(text: string): string {
    return this.#files.get(text) ?? text;
  }

  /** @throws MappingError when the mapping lacks addresses that were asked for */
  check(): void {
    if (this.#path !== '' && this.#unknown > 0)
      throw new MappingError(`${this.#path} is not the mapping of this report: it lacks addresses of it.`);
  }
}

/** @throws UsageError when a mapping is missing or has nothing to say; MappingError when it is none */
async function originalsFor(
  report: string,
  { shared }: ReportModel,
  mapping: string | undefined,
): Promise<Originals> {
  if (shared === undefined && mapping !== undefined)
    throw new UsageError(`${report} is not shared: leave --mapping out.`);
  if (shared !== undefined && mapping === undefined)
    throw new UsageError(`${report} is shared: give the mapping that was written with it (--mapping FILE).`);
  if (mapping === undefined) return new Originals('', { addresses: [], names: [] });
  return new Originals(mapping, await givenMapping(mapping));
}

async function savedModel(path: string): Promise<ReportModel> {
  try {
    return resultOf(await resultText(path));
  } catch (error) {
    if (error instanceof ResultError) throw new ResultError(`${path}: ${error.message}.`);
    throw error;
  }
}

/** By what they hold; of those that hold something else by their names, then in the order of the report. */
async function match(
  { captures }: ReportModel,
  paths: readonly string[],
  originals: Originals,
): Promise<Matched[]> {
  const left = [...captures];
  const take = (isIt: (one: CaptureModel) => boolean): CaptureModel | null => {
    const at = left.findIndex(isIt);
    return at < 0 ? null : (left.splice(at, 1)[0] ?? null);
  };
  const hashed: { path: string; sha256: string; capture: CaptureModel | null }[] = [];
  for (const path of paths) {
    const sha256 = await digestOf(path);
    hashed.push({ path, sha256, capture: take((one) => one.sha256 === sha256) });
  }
  for (const one of hashed)
    one.capture ??= take(({ path }) => basename(originals.file(path)) === basename(one.path));
  for (const one of hashed) if (left.length === 1) one.capture ??= take(() => true);
  return hashed;
}

async function digestOf(path: string): Promise<string> {
  try {
    const input = await platform.openInput(path);
    if (input.kind === 'stream') throw new UsageError(`verify reads files: ${path} is none.`);
    const sha256 = await input.startDigest().wait();
    await input.close();
    return sha256;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EISDIR') throw new CaptureError(path, 0, directoryMessage(path));
    if (code === '') throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw new CaptureError(
      path,
      0,
      code === 'ENOENT' ? `${path}: there is no such file; check the path` : `${path}: ${text}`,
    );
  }
}

/** True: nothing differs. */
async function verifyOne(
  { path, sha256, capture }: Matched,
  claims: Claims,
  options: { readonly etlComponent?: number },
): Promise<boolean> {
  if (capture === null) {
    tell(path, 'the report is not about this file.');
    return false;
  }
  const isSame = capture.sha256 === sha256;
  if (isSame) tell(path, 'SHA-256 as in the report.');
  else
    tell(path, `SHA-256 differs: ${sha256 || 'not known'}, in the report ${capture.sha256 || 'not known'}.`);
  const checked = await checkCapture(path, claims.get(capture.path) ?? new Map(), options);
  const { agreeing, differing, unchecked, differences } = checked;
  for (const { frame, text } of differences) tell(path, `frame ${frame} differs: ${text}.`);
  if (differing > differences.length)
    tell(path, `${counted(differing - differences.length, 'more frame')} differ.`);
  tell(path, `${counted(agreeing, 'cited frame')} ${agreeing === 1 ? 'says' : 'say'} what the report says.`);
  if (unchecked > 0) tell(path, `${counted(unchecked, 'statement')} cannot be checked.`);
  return isSame && differing === 0;
}

function tell(path: string, text: string): void {
  process.stdout.write(`${visible(`${path}: ${text}`, 2_000)}\n`);
}
