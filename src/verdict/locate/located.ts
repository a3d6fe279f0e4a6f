/** The place of a fault and what led there. */
import type { LocationStep } from '../words/location-step.js';
import type { Confidence, Location } from '../words/words.js';

export interface Located {
  readonly location: Location;
  /** How sure the location is; says nothing of the verdict. */
  readonly confidence: Confidence;
  /** What led there, in order. */
  readonly steps: readonly LocationStep[];
  /** The computer is not there at all, so that no rule and no service of it is to be changed. */
  readonly hostDown?: true;
}

export const UNKNOWN: Located = {
  location: 'unknown',
  confidence: 'low',
  steps: [{ code: 'not_told' }],
};

/** What is said where the packets tell no place. */
export function placeUnknown(...steps: readonly LocationStep[]): Located {
  return { location: 'unknown', confidence: 'low', steps };
}
