/** What a report claims with high confidence, to hold a damaged copy of a capture against the whole one. */
import type { ReportModel } from '../../src/report/model/model.js';
import type { Verdict } from '../../src/verdict/words/words.js';

export interface Claims {
  /** Verdicts of high confidence by rule and computer. */
  readonly high: ReadonlyMap<string, Verdict>;
  /** All verdicts, by each address of the computer: what names prove it to be one may be missing from the copy. */
  readonly all: ReadonlyMap<string, Verdict>;
}

export function claimsOf(model: ReportModel): Claims {
  const high = new Map<string, Verdict>();
  const all = new Map<string, Verdict>();
  for (const { rule, host, verdict, confidence } of model.verdicts) {
    for (const address of host.addresses) all.set(`${rule} of ${address}`, verdict);
    if (confidence !== 'high' || (verdict !== 'blocked' && verdict !== 'working')) continue;
    high.set(`${rule} of ${host.address}`, verdict);
  }
  return { high, all };
}

/**
 * Claims that only the copy makes. A port that failed later worked before: that is true of a capture that ends
 * there, and what the whole one calls degraded may be either in a part of it. A host that the whole one proves to be no
 * monitored computer (a domain controller, say) may be one before that proof came, and its ports work all the same.
 */
export function newClaims(whole: Claims, copy: Claims): string[] {
  const found: string[] = [];
  for (const [key, verdict] of copy.high) {
    const before = whole.all.get(key);
    if (before === undefined && verdict === 'working') continue;
    if (before === verdict || before === 'degraded') continue;
    if (verdict === 'working' && before === 'blocked') continue;
    found.push(`${key}: ${verdict} (high) where the whole capture says ${before ?? 'nothing'}`);
  }
  return found;
}
