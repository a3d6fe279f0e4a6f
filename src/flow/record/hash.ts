/**
 * MurmurHash3 (32 bit) of a few words, with a seed that is another one in each process, so that nobody can make a
 * capture whose flows or hosts all have one hash. Nothing that is reported depends on it: they are numbered as they
 * come.
 */
const SEED = crypto.getRandomValues(new Int32Array(1))[0]!;

/** The state before the first word; `word` may be a part of the key that needs no mixing of its own. */
export function seeded(word: number): number {
  return SEED ^ word;
}

/** Takes one word in. */
export function mix(h: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  h ^= Math.imul(k, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe6546b64) | 0;
}

/** The hash of all words taken in: every bit of theirs moves every bit of it. */
export function finish(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h | 0;
}
