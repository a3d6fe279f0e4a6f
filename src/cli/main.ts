#!/usr/bin/env node
/** The command: reads its arguments, hands over to one file a command, turns errors into a line and a code. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

/** Exit codes that are not a result: wrong usage, or an input or output that cannot be used. */
export const EXIT_USAGE = 2;

/** Errors whose message is written for the user. */
const KNOWN_ERRORS: ReadonlySet<string> = new Set([
  'CaptureError',
  'RulePackError',
  'OutputError',
  'UsageError',
]);

/** Root of the installed package: build/src/cli/main.js is three folders down. */
const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

function version(): string {
  const text = readFileSync(join(ROOT, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** `npm start` runs in the package's folder; paths belong to the folder that the user stands in. */
function returnToCallersFolder(): void {
  const { npm_lifecycle_event: event, INIT_CWD: cwd } = process.env;
  if (event === 'start' && cwd !== undefined && cwd !== '') process.chdir(cwd);
}

async function main(): Promise<number> {
  // Short-lived objects of the report would let the young generation grow to 48 MB; 35 to 40 MB of the peak
  // go with it at the same speed. Set at run time, because an installed command takes no flags of Node.
  setFlagsFromString('--semi-space-growth-factor=1');
  const args = process.argv.slice(2);
  returnToCallersFolder();
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-v')) {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const { runCommand } = await import('./commands.js');
  return runCommand(args, { root: ROOT, version: version() });
}

/** A pipe that was closed by its reader (`| head`) ends the output, not the program with a stack trace. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
});

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const known = error instanceof Error && KNOWN_ERRORS.has(error.name);
    const text = known ? error.message : `this is a bug in portwitness: ${stackOf(error)}`;
    process.stderr.write(`portwitness: ${text}\n`);
    process.exitCode = EXIT_USAGE;
  },
);

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
