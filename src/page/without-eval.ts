/**
 * Schemas compile their checks by `new Function`, which the page's policy forbids and reports. Told before the first
 * schema is made, zod goes without.
 */
import { config } from 'zod/v4/core';

export function schemasWithoutEval(): void {
  config({ jitless: true });
}
