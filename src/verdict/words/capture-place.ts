/** Where the capture was taken, seen from this server. */
import type { HostKey } from './host-key.js';

/** `this_server`: on its own network card; `its_segment`: no router between; `elsewhere`: routers between. */
export type CapturePoint = 'this_server' | 'its_segment' | 'elsewhere' | 'unknown';

export interface CapturePlace {
  readonly point: CapturePoint;
  /** One sentence: what shows it. */
  readonly reason: string;
  /** The host that captured, when its own packets show it; absent = not known, or this server. */
  readonly host?: HostKey;
}
