/** What a TTL (IPv6: hop limit) tells of the way from the sender, by the values that systems begin with. */

const INITIAL_TTLS = [32, 64, 128, 255];

/** No router has lowered it. */
export function isInitialTtl(ttl: number): boolean {
  return INITIAL_TTLS.includes(ttl);
}

/** Routers that a packet has passed, from the nearest TTL that systems begin with. */
export function hopsOf(ttl: number): number {
  for (const initial of INITIAL_TTLS) if (ttl <= initial) return initial - ttl;
  return 0;
}
