/**
 * Captures whose judgement is known to be false and is not asserted until it is mended; each is named in the log of
 * the test run. `npm run lab` shows all of them.
 */

/** Whole captures. */
export const LEFT_OUT: Readonly<Record<string, string>> = {};

/** Halves of captures. */
export const HALVES_LEFT_OUT: Readonly<Record<string, string>> = {};

/** One clear line for each. */
export function logLeftOut(what: string, list: Readonly<Record<string, string>>): void {
  for (const [name, reason] of Object.entries(list)) console.log(`left out: ${what} ${name}: ${reason}`);
}
