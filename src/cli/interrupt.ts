/**
 * Ctrl-C: the first ends reading, so that what was found until then is reported; the second ends the program.
 * SIGINT is what a console sends on Windows, too.
 */

/** Exit code of a program that was ended by Ctrl-C: 128 + SIGINT. */
const EXIT_INTERRUPTED = 130;

/** Calls `stop` at the first Ctrl-C. Returns how to stop listening. */
export function onInterrupt(stop: () => void): () => void {
  let seen = false;
  const handler = (): void => {
    if (seen) process.exit(EXIT_INTERRUPTED);
    seen = true;
    stop();
    process.stderr.write(
      '\nStopping: the report of what was read so far is being written (Ctrl-C again: quit).\n',
    );
  };
  process.on('SIGINT', handler);
  return () => process.off('SIGINT', handler);
}
