/** What a format needs to read frames of the analysed captures again. */
import type { StreamCopies } from '../../capture/stream-copy.js';

/** Where the frames of a report come from, and how much of them is kept. */
export interface EvidenceSource {
  /** The inputs as they were opened, in the order of the report's captures. */
  readonly inputs: readonly string[];
  /** True: whole frames instead of their headers. */
  readonly payload: boolean;
  readonly copies?: StreamCopies;
  readonly etlComponent?: number;
}
