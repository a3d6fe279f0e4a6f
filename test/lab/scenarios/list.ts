/** All scenarios; one that edits another's capture comes after it. */
import type { Scenario } from '../scenario.js';
import { ACCEPTED } from './accepted.js';
import { EDITED } from './edited.js';
import { HEALTH } from './health.js';
import { IDENTITY } from './identity.js';
import { INBOUND } from './inbound.js';
import { PARTIAL } from './partial.js';
import { REFUSED } from './refused.js';
import { ROUTING } from './routing.js';
import { SILENT } from './silent.js';
import { WHOLE } from './whole.js';

export const SCENARIOS: readonly Scenario[] = [
  ...WHOLE,
  ...SILENT,
  ...REFUSED,
  ...INBOUND,
  ...PARTIAL,
  ...HEALTH,
  ...ACCEPTED,
  ...ROUTING,
  ...IDENTITY,
  ...EDITED,
];
