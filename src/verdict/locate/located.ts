/** The place of a fault and what led there. */
import type { Confidence, Location } from '../words/words.js';

export interface Located {
  readonly location: Location;
  /** How sure the location is; says nothing of the verdict. */
  readonly confidence: Confidence;
  /** What led there, in order. */
  readonly steps: readonly string[];
  /** The computer is not there at all, so that no rule and no service of it is to be changed. */
  readonly hostDown?: true;
}

export const UNKNOWN: Located = {
  location: 'unknown',
  confidence: 'low',
  steps: ['The packets do not tell who stopped this traffic.'],
};
