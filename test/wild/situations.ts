/** All situations of this folder, by family. */
import { ACCEPTED } from './accepted.js';
import { ADVICE } from './advice.js';
import { REFUSED } from './refused.js';
import type { Situation } from './situation.js';
import { STRAYS } from './strays.js';
import { CAPTURED } from './captured.js';
import { WHO } from './who.js';

export const SITUATIONS: readonly Situation[] = [
  ...ACCEPTED,
  ...REFUSED,
  ...STRAYS,
  ...WHO,
  ...CAPTURED,
  ...ADVICE,
];
