/**
 * Declares tests that need something of the machine. It is looked for when the test file loads; what is not there makes
 * a skip whose title says why, and which the runner counts as skipped.
 *
 *   const withTshark = testWith('tshark');
 *   withTshark('tshark reads it back', (t) => { ... });
 */
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { whyNot } from './programs.js';
import type { Need } from './programs.js';

type Run = (t: ExecutionContext) => void | Promise<void>;

export interface TestWith {
  (title: string, run: Run): void;
  readonly serial: (title: string, run: Run) => void;
  /** Why tests are left out, '' when they are not. */
  readonly missing: string;
}

/** Between a test's title and the reason why it is left out; .ci/run looks for it. */
const LEFT_OUT = ' - left out: ';

export function testWith(...needs: readonly Need[]): TestWith {
  const missing = whyNot(...needs);
  if (missing === '') {
    const declare = (title: string, run: Run): void => test(title, run);
    return Object.assign(declare, { serial: (title: string, run: Run) => test.serial(title, run), missing });
  }
  const skip = (title: string, run: Run): void => test.skip(title + LEFT_OUT + missing, run);
  return Object.assign(skip, { serial: skip, missing });
}

/** One line for tests that cannot even be named where `missing` is missing. */
export function leftOut(title: string, missing: string): void {
  test.skip(title + LEFT_OUT + missing, () => undefined);
}
