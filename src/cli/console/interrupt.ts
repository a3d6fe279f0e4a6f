/**
 * Ctrl-C: the first ends reading, so that what was found until then is reported; the second ends the program.
 * SIGINT is what a console sends on Windows, too.
 */

/** Exit code of a program that was ended by Ctrl-C: 128 + SIGINT. */
const EXIT_INTERRUPTED = 130;

/** Signals that end a service: its manager's, Ctrl-Break and the closed console on Windows, the closed terminal. */
export const SERVICE_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'];

/** Calls `stop` at the first of the signals, silently when it is told to. Returns how to stop listening. */
export function onInterrupt(
  stop: () => void,
  signals: readonly NodeJS.Signals[] = ['SIGINT'],
  isSilent: () => boolean = () => false,
): () => void {
  let seen = false;
  const handler = (): void => {
    if (seen) process.exit(EXIT_INTERRUPTED);
    seen = true;
    stop();
    if (isSilent()) return;
    process.stderr.write(
      '\nStopping: the report of what was read so far is being written (Ctrl-C again: quit).\n',
    );
  };
  for (const signal of signals) process.on(signal, handler);
  return () => {
    for (const signal of signals) process.off(signal, handler);
  };
}
