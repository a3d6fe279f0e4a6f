/** Results of the page beside those of the command line: the same, but for where and when they were made. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { portwitness } from '../cli/spawned.js';

const Result = z.looseObject({ generator: z.looseObject({ name: z.string(), version: z.string() }) });

/** A result without platform, time and zone. */
export function comparable(json: string): Record<string, unknown> {
  const { generator, generated_at, time_zone, ...rest } = Result.parse(JSON.parse(json));
  void [generated_at, time_zone];
  return { name: generator.name, version: generator.version, ...rest };
}

/** What the command line writes as JSON and as a report, and says, for captures of one folder. @param cwd for its outputs */
export async function byCommandLine(
  cwd: string,
  captures: readonly string[],
  options: readonly string[] = [],
): Promise<{ readonly json: string; readonly html: string; readonly err: string }> {
  const names = captures.map((path) => basename(path));
  const run = await portwitness([...names, ...options, '--quiet', '--report', join(cwd, 'r.html')], {
    cwd: dirname(captures[0] ?? cwd),
  });
  if (run.code === 2)
    return { json: '', html: '', err: run.err.replaceAll(/^portwitness: /gm, '').trimEnd() };
  const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
  return { json: read('r.json'), html: read('r.html'), err: '' };
}
