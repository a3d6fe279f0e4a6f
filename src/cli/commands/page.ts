/** `portwitness page`: writes the analyzer as one web page, which the build has put together. */
import { UsageError } from '../../capture/bytes/usage-error.js';
import { PAGE_ASSET } from '../../page/write.js';
import { platform } from '../../platform/platform.js';
import { writeWhole } from '../../report/write/write-file.js';
import { PAGE } from '../options/command-help.js';
import { tryHelp } from '../options/options.js';
import type { Parsed } from '../options/options.js';

/**
 * Runs the command; resolves to the exit code.
 * @throws UsageError, OutputError with a message for the user
 */
export async function pageCommand({ words }: Parsed): Promise<number> {
  const [path = '', surplus] = words;
  if (path === '') throw new UsageError(`page needs the name of the file to write${tryHelp(PAGE)}`);
  if (surplus !== undefined) throw new UsageError(`page: "${surplus}" is one word too many${tryHelp(PAGE)}`);
  const text = new TextDecoder().decode(platform.readAsset(PAGE_ASSET));
  await writeWhole(path, (sink) => Promise.resolve(sink.write(text)));
  process.stdout.write(`Written: ${path}\n`);
  return 0;
}
