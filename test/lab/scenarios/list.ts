/** All scenarios; one that edits another's capture comes after it. */
import type { Scenario } from '../scenario.js';
import { EDITED } from './edited.js';
import { HEALTH } from './health.js';
import { INBOUND } from './inbound.js';
import { PARTIAL } from './partial.js';
import { REFUSED } from './refused.js';
import { SILENT } from './silent.js';
import { WHOLE } from './whole.js';

export const SCENARIOS: readonly Scenario[] = [
  ...WHOLE,
  ...SILENT,
  ...REFUSED,
  ...INBOUND,
  ...PARTIAL,
  ...HEALTH,
  ...EDITED,
];
