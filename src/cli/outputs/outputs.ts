/**
 * The files that an analysis writes: which, whether they can be written (asked before the first packet is read),
 * and the writing itself. An input is never overwritten, and no two outputs share a file.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { EvidenceSource } from '../../report/write/evidence-source.js';
import { DEFAULT_JSON_SCHEMA } from '../../report/write/format.js';
import type { Format, FormatChoice, FormatFile } from '../../report/write/format.js';
import { FORMATS } from '../../report/formats.js';
import type { ReportModel } from '../../report/model/model.js';
import { outputError, writeWhole } from '../../report/write/write-file.js';
import { jsonSchema, single } from '../options/arguments.js';
import { captureStem } from './capture-stem.js';
import { fileIdentity } from '../inputs/file-identity.js';
import { UsageError } from '../../capture/bytes/usage-error.js';

const DEFAULT_FOLDER = 'portwitness-report';

export interface Output {
  /** The option that names it, without dashes. */
  readonly option: string;
  readonly path: string;
  readonly write: FormatFile['write'];
  readonly applies?: FormatFile['applies'];
  readonly isCapture?: boolean;
}

/**
 * What the options ask for, and what is always written: the report and what belongs beside it.
 * @param source the inputs as they are opened, where frames are read again
 */
export async function plannedOutputs(
  options: Readonly<Record<string, unknown>>,
  source: EvidenceSource,
): Promise<readonly Output[]> {
  // What the capture is called would tell a stranger more than he should know.
  const name = options['share'] === true ? 'shared' : captureStem(source.inputs[0] ?? '-');
  const report = fileOption(options, 'report') ?? join(DEFAULT_FOLDER, `${name}.html`);
  // A device or pipe has nothing beside it.
  const beside = (await isDevice(report)) ? null : report;
  const choice = { jsonSchema: jsonSchema(options['json-schema']), source };
  const outputs: Output[] = [];
  for (const format of FORMATS) {
    const path =
      format.option === 'report' ? report : pathOf(format, fileOption(options, format.option), beside);
    if (path !== null) outputs.push(...(await outputsOf(format, path, choice)));
  }
  return outputs;
}

/** The files that monitoring keeps current. @param paths by option; of one that is missing, beside the report */
export async function liveFiles(
  report: string,
  paths: ReadonlyMap<string, string>,
  choice: FormatChoice,
): Promise<readonly Output[]> {
  const outputs: Output[] = [];
  for (const format of FORMATS) {
    if (format.live !== true) continue;
    const path = format.option === 'report' ? report : pathOf(format, paths.get(format.option), report);
    if (path !== null) outputs.push(...(await outputsOf(format, path, choice)));
  }
  return outputs;
}

/** The files that `show` writes of a saved result. */
export async function savedOutputs(options: Readonly<Record<string, unknown>>): Promise<readonly Output[]> {
  const choice = { jsonSchema: DEFAULT_JSON_SCHEMA };
  const outputs: Output[] = [];
  for (const format of FORMATS) {
    const path = format.saved === true ? fileOption(options, format.option) : undefined;
    if (path !== undefined) outputs.push(...(await outputsOf(format, path, choice)));
  }
  return outputs;
}

/** Where a format goes: as given, else beside the report if it belongs there; null = nowhere. */
function pathOf({ beside }: Format, given: string | undefined, report: string | null): string | null {
  if (given !== undefined) return given;
  return beside === undefined || report === null ? null : report.replace(/(\.html?)?$/i, beside);
}

async function outputsOf(format: Format, path: string, choice: FormatChoice): Promise<Output[]> {
  const { option } = format;
  return (await format.load({ ...choice, path })).map(({ name, ...file }) => ({
    option,
    path: name === '' ? path : join(path, name),
    ...file,
  }));
}

function fileOption(options: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const path = single(name, options[name]);
  if (path === '-') throw new UsageError(`--${name}: standard output holds the summary; give a file name.`);
  return path;
}

export async function isDevice(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && !found.isFile() && !found.isDirectory();
}

export async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/**
 * Proves before the analysis that every output can be written, and leaves the disk as it was.
 * @throws UsageError when an output is an input or another output; OutputError when it cannot be written.
 */
export async function checkOutputs(outputs: readonly Output[], inputs: readonly string[]): Promise<void> {
  const taken = new Map<string, string>();
  for (const path of inputs) {
    if (path !== '-') for (const key of await keysOf(path)) taken.set(key, `the input ${path}`);
  }
  for (const { option, path } of outputs) {
    const keys = await keysOf(path);
    for (const key of keys) {
      const other = taken.get(key);
      if (other !== undefined) {
        throw new UsageError(`--${option} would write over ${other} (${path}); give another file name.`);
      }
    }
    for (const key of keys) taken.set(key, `the file of --${option}`);
  }
  for (const { path } of outputs) await proveWritable(path);
}

/** What two paths have in common when they lead to one file, existing or not. */
async function keysOf(path: string): Promise<string[]> {
  const full = resolve(path);
  const ignoresCase = process.platform === 'win32' || process.platform === 'darwin';
  const identity = await fileIdentity(path);
  return [ignoresCase ? full.toLowerCase() : full, ...(identity === null ? [] : [identity])];
}

async function proveWritable(path: string): Promise<void> {
  try {
    const found = await stat(path).catch(ignoreMissing);
    if (found?.isDirectory() === true) throw Object.assign(new Error('a directory'), { code: 'EISDIR' });
    if (found !== null) await access(path, constants.W_OK);
    // Whether a device takes anything is known only when it is written.
    if (found === null || found.isFile()) await proveFolder(dirname(resolve(path)));
  } catch (error) {
    throw outputError(path, error);
  }
}

function ignoreMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}

/** Creates the folder and a file in it and removes both again: permissions alone do not tell on every system. */
async function proveFolder(folder: string): Promise<void> {
  const created = await mkdir(folder, { recursive: true });
  try {
    const probe = join(folder, `.portwitness-${randomBytes(6).toString('hex')}.tmp`);
    await (await open(probe, 'wx')).close();
    await rm(probe);
  } finally {
    if (created !== undefined) await removeEmpty(folder, created);
  }
}

/** Removes `folder` and the folders above it up to `top`, as far as they are empty. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  const last = resolve(top);
  for (let at = resolve(folder); ; at = dirname(at)) {
    try {
      await rmdir(at);
    } catch {
      return;
    }
    if (at === last) return;
  }
}

/**
 * Writes every output, each whole or not at all. One that fails does not keep the others from being written.
 * Returns what was written and the errors of the rest.
 */
export async function writeOutputs(
  outputs: readonly Output[],
  model: ReportModel,
): Promise<{ readonly written: readonly string[]; readonly errors: readonly Error[] }> {
  const written: string[] = [];
  const errors: Error[] = [];
  for (const { path, write, applies } of outputs) {
    // What an earlier run left would be taken for a part of this one's result.
    if (applies?.(model) === false && !(await isThere(path))) continue;
    try {
      await writeWhole(path, (sink) => write(model, sink));
      written.push(path);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'OutputError') throw error;
      errors.push(error);
    }
  }
  return { written, errors };
}
