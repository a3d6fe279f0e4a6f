/** Addresses of a connection's two ends as text; made only when a name is learned for one of them. */
import type { Side } from './dissector.js';

export interface Ends {
  text(side: Side): string;
}
