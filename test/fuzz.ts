/**
 * How long the tests on changed and random input go on. A run on every change takes a few rounds with fixed seeds;
 * PORTWITNESS_FUZZ=full takes many.
 */
export const FULL_FUZZ = process.env['PORTWITNESS_FUZZ'] === 'full';

export function rounds(few: number, many: number): number {
  return FULL_FUZZ ? many : few;
}
