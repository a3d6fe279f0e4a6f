/** "Did you mean": the nearest of a few known words, by Levenshtein distance. */

const MAX_COMPARED_LENGTH = 64;

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/**
 * The candidate that `word` was probably meant to be: within a third of its length (at least 2), else the first
 * that begins with it; null when there is none.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  if (word.length > MAX_COMPARED_LENGTH) return null;
  const lower = word.toLowerCase().replaceAll('-', '_');
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const found = distance(lower, candidate.toLowerCase().replaceAll('-', '_'));
    if (found < bestDistance) {
      best = candidate;
      bestDistance = found;
    }
  }
  if (best !== null || word.length < 3) return best;
  return [...candidates].find((candidate) => candidate.startsWith(lower)) ?? null;
}

/** ` - did you mean "x"?`, or nothing when no candidate is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates);
  return found === null ? '' : ` - did you mean "${found}"?`;
}
