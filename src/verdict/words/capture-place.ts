/** Where the capture was taken, seen from this server, and what shows it: a code with its values. */
import type { HostKey } from './host-key.js';

/** `this_server`: on its own network card; `its_segment`: no router between; `elsewhere`: routers between. */
export type CapturePoint = 'this_server' | 'its_segment' | 'elsewhere' | 'unknown';

/** What shows the place, by code: the values that its sentence needs. Addresses are texts. */
export interface PlaceSigns {
  /** Transport checksums of what this server sends are not filled in yet, those of others are right. */
  own_checksums_not_filled_in: NoValues;
  /** The same of another host, which captured. */
  other_checksums_not_filled_in: { readonly address: string };
  /** Frames of this server carry no IP length yet (segmentation offload). */
  own_ip_length_not_filled_in: NoValues;
  /** This server sends segments longer than the link carries, to a computer behind a router. */
  own_segments_oversize: NoValues;
  own_ttl_untouched: { readonly ttl: number };
  own_ttl_lowered: NoValues;
  server_not_in_capture: NoValues;
  /** This server came behind more hosts than are looked at. */
  server_not_looked_at: NoValues;
}

type NoValues = Readonly<Record<never, never>>;

export type PlaceSignCode = keyof PlaceSigns;

export type PlaceSign<C extends PlaceSignCode = PlaceSignCode> = {
  readonly [K in C]: { readonly code: K } & PlaceSigns[K];
}[C];

export interface CapturePlace {
  readonly point: CapturePoint;
  readonly shownBy: PlaceSign;
  /** The host that captured, when its own packets show it; absent = not known, or this server. */
  readonly host?: HostKey;
}
