/** Makes bytes that show a failure fewer, by leaving out parts of them. */

/** Tries that it may cost. */
export const MAX_TRIES = 120;
const MOST_PARTS = 64;

/** @param fails whether fewer bytes still show it */
export async function shrink(
  bytes: Uint8Array,
  fails: (fewer: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let best = bytes;
  let tries = 0;
  for (let parts = 2; parts <= MOST_PARTS; parts *= 2) {
    const step = Math.max(1, Math.ceil(best.length / parts));
    for (let at = best.length - step; at >= 0; at -= step) {
      if (tries++ >= MAX_TRIES) return best;
      const fewer = Buffer.concat([best.subarray(0, at), best.subarray(at + step)]);
      if (await fails(fewer)) best = fewer;
    }
  }
  return best;
}
