/**
 * portwitness.exe as Windows Explorer starts it: by a double click, or with files that were dropped on it. Its window closes with
 * the program, so an answer that stands only there is held until a key is pressed.
 */
import { spawn } from 'node:child_process';
import { win32 } from 'node:path';
import { captureStem } from './outputs/capture-stem.js';
import { runCommand } from './commands/commands.js';
import type { Installed } from './console/installed.js';
import { say } from './console/messages.js';

const EXIT_USAGE = 2;
const HOW = `Drag one or several captures (.etl, .pcapng, .pcap) onto portwitness.exe: the report is written beside the
first and opens in the browser. Or open a command prompt here:

`;
/** Files that are dropped along with captures, as on the page (docs/page.md). */
const OPTION_OF: readonly (readonly [RegExp, string])[] = [
  [/\.(csv|tsv|txt)$/i, '--hosts'],
  [/\.ya?ml$/i, '--rules'],
];

export interface Dropped {
  readonly args: readonly string[];
  readonly report: string;
}

/** The command line for dropped files, which come as full paths and nothing else; null = somebody typed a command. */
export function dropped(args: readonly string[]): Dropped | null {
  if (args.length === 0 || !args.every((word) => /^([a-z]:[\\/]|[\\/]{2})/i.test(word))) return null;
  const optionOf = (path: string): string | undefined =>
    OPTION_OF.find(([pattern]) => pattern.test(path))?.[1];
  const captures = args.filter((path) => optionOf(path) === undefined);
  const [first] = captures;
  if (first === undefined) return null;
  const report = win32.join(win32.dirname(first), `${captureStem(first)}.html`);
  const options = args.flatMap((path) => {
    const option = optionOf(path);
    return option === undefined ? [] : [option, path];
  });
  return { args: ['analyze', ...captures, ...options, '--report', report], report };
}

/** The Explorer gives a console of its own; cmd.exe, which stays, sets PROMPT for what it starts. */
function ownsWindow(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && process.env['PROMPT'] === undefined;
}

function keyPressed(): Promise<void> {
  process.stderr.write('\nPress any key to close this window.\n');
  return new Promise((resolve) => {
    process.stdin.setRawMode(true).once('data', () => {
      process.stdin.setRawMode(false).pause();
      resolve();
    });
  });
}

/**
 * A full path as an address that needs no quotes. Windows reads escaped bytes in its code page and not as UTF-8, so what is
 * beyond ASCII stands as it is ("File URIs in Windows", IEBlog, 2006).
 */
export function addressOf(path: string): string {
  const slashes = path.replaceAll('\\', '/').replaceAll(/[ "#%&',;?^`{}]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return slashes.startsWith('//') ? `file:${slashes}` : `file:///${slashes}`;
}

/** By the program that is meant for files of its kind. */
function openInBrowser(path: string): void {
  spawn('rundll32.exe', ['url.dll,FileProtocolHandler', addressOf(path)], { detached: true, stdio: 'ignore' })
    .on('error', () => say(`${path} could not be opened in the browser`))
    .unref();
}

/**
 * Runs a command, or what the Explorer asks for; resolves to the exit code.
 * @param tell says what an error means
 */
export async function runFromExplorer(
  args: readonly string[],
  installed: Installed,
  tell: (error: unknown) => void,
): Promise<number> {
  const drop = dropped(args);
  if (drop === null && (args.length > 0 || !ownsWindow())) return runCommand(args, installed);
  if (drop === null) process.stderr.write(HOW);
  let code = EXIT_USAGE;
  try {
    code = await runCommand(drop?.args ?? [], installed);
  } catch (error) {
    tell(error);
  }
  if (drop !== null && code !== EXIT_USAGE && process.stdout.isTTY) openInBrowser(drop.report);
  if (code === EXIT_USAGE && ownsWindow()) await keyPressed();
  return code;
}
