#!/usr/bin/env node
/** The command: reads its arguments, hands over to one file a command, turns errors into a line and a code. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { getAsset, isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';
import type { Installed } from './console/installed.js';
import { KNOWN_ERRORS } from './console/known-errors.js';
import { say } from './console/messages.js';

/** Exit code that is not a result: wrong usage, or an input or output that cannot be used. */
const EXIT_USAGE = 2;

/** The installed package: the next folder above that has its description, bundled (build/bundle) or not. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

const DEBUG = process.env['PORTWITNESS_DEBUG'] === '1';

/** What `npm start` without a capture shows, in the package: a capture with findings. */
const SAMPLE = join('captures', 'several-computers.pcapng');

/** The description of the package; the one executable file holds it. */
function version(): string {
  const name = 'package.json';
  const text = isSea() ? getAsset(name, 'utf8') : readFileSync(join(packageRoot(), name), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** `npm start` runs in the package's folder; paths belong to the folder that the user stands in. */
function returnToCallersFolder(): void {
  const { INIT_CWD: folder } = process.env;
  if (folder === undefined || folder === '') return;
  try {
    process.chdir(folder);
  } catch {
    // The folder is gone: the package's own serves as well.
  }
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const underNpm = process.env['npm_lifecycle_event'] === 'start';
  if (underNpm) returnToCallersFolder();
  const installed: Installed = {
    version: version(),
    ...(underNpm ? { sample: relative(process.cwd(), join(packageRoot(), SAMPLE)) } : {}),
  };
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-v')) {
    process.stdout.write(`${installed.version}\n`);
    return 0;
  }
  // Traces then name files and lines of the sources; without need, reading the maps would cost time and memory.
  if (DEBUG) process.setSourceMapsEnabled(true);
  // The parser takes longer to load than all the above.
  const { runCommand } = await import('./commands/commands.js');
  if (!isSea() || process.platform !== 'win32') return runCommand(args, installed);
  const { runFromExplorer } = await import('./explorer.js');
  return runFromExplorer(args, installed, fail);
}

function fail(error: unknown): void {
  process.exitCode = EXIT_USAGE;
  if (error instanceof Error && KNOWN_ERRORS.has(error.name)) {
    say(error.message);
    return;
  }
  say(`internal error: ${error instanceof Error ? error.message : String(error)}`);
  process.stderr.write(
    DEBUG && error instanceof Error
      ? `${error.stack ?? ''}\n`
      : 'This is a bug in portwitness. Please report it with the command line and, if you may, the capture;\n' +
          'with the variable PORTWITNESS_DEBUG=1 the program tells where it happened.\n',
  );
}

let isOutputTold = false;

/**
 * A reader that closes its pipe early (`| head`) has seen enough: the program goes on and ends with its own code.
 * Monitoring goes on whatever becomes of standard output, for its report and history are elsewhere.
 */
function tolerateClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE' || error.code === 'EOF') return;
  if (!isOutputTold) say(`standard output cannot be written (${error.message})`);
  isOutputTold = true;
  if (process.argv[2] === 'live') return;
  process.exitCode = EXIT_USAGE;
  process.exit();
}

process.stdout.on('error', tolerateClosedPipe);
process.stderr.on('error', () => undefined);
process.on('uncaughtException', (error) => {
  fail(error);
  process.exit();
});

main().then((code) => {
  process.exitCode = code;
}, fail);
