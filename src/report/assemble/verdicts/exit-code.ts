/** The exit code of a result, and which results it is to tell of: `--fail-on`. */

/** What can be listed. `optional`: a rule that is not required is blocked or degraded. */
export const FAIL_KINDS = ['blocked', 'degraded', 'unexpected', 'unproven', 'optional'] as const;
export type FailKind = (typeof FAIL_KINDS)[number];

export type FailOn = ReadonlySet<FailKind>;

export const DEFAULT_FAIL_ON: FailOn = new Set<FailKind>(['blocked', 'degraded', 'unproven']);

/** Which of them the result holds; `blocked`, `degraded` and `unproven` of required rules. */
export type Found = Readonly<Record<FailKind, boolean>>;

/** 1 = something that is listed was found; else 3 = not proven, when that is listed; else 0. */
export function exitCodeOf(found: Found, failOn: FailOn): 0 | 1 | 3 {
  for (const kind of FAIL_KINDS) if (kind !== 'unproven' && found[kind] && failOn.has(kind)) return 1;
  return found.unproven && failOn.has('unproven') ? 3 : 0;
}
