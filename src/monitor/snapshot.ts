/** The state of the monitor as outputs get it. */
import type { LiveReader } from '../capture/source/feed/source.js';
import { hostKeyText } from '../verdict/words/host-key.js';
import { seenLabel } from '../report/assemble/words/seen.js';
import { serverText } from '../report/assemble/words/server-text.js';
import { isRequired } from '../report/assemble/verdicts/verdicts.js';
import { counted } from '../report/text/quantities.js';
import { directionText, portsText } from '../rules/words/rule-text.js';
import type { Rule } from '../rules/words/rule.js';
import type { TrackedVerdict } from './tracking/verdict-tracker.js';
import type { CaptureLog } from './tracking/capture-log.js';
import type { Diagnosis } from './tracking/diagnosis.js';
import type { LiveRates, LiveSnapshot, LiveVerdict, VerdictChange } from './words/model.js';
import type { Watch } from './tracking/watch.js';

/** Between two diagnoses places and filters are not asked for. */
const NOTHING_KNOWN = { locate: () => null, isHidden: () => false } as const;

export interface SnapshotParts {
  readonly watch: Watch;
  readonly reader: LiveReader;
  readonly log: CaptureLog;
  readonly nameOf: (address: string) => string;
  readonly recentChanges: readonly VerdictChange[];
  readonly diagnosis: Diagnosis;
  /** Of the last report. */
  readonly quality: LiveSnapshot['quality'];
  readonly version: string;
  /** Milliseconds since 1970; and by the clock that is never set. */
  readonly at: number;
  readonly steadyAt: number;
  readonly startedAt: number;
  readonly lastFrameAt: number;
  /** See `LiveSnapshot`. */
  readonly nextWithin: number;
}

/** What has gone by since the last snapshot. */
export class Rates {
  private at: number;
  private packets = 0;
  private bytes = 0;
  private dropped = 0;

  /** @param at milliseconds of a clock that is never set */
  constructor(at: number) {
    this.at = at;
  }

  since(at: number, packets: number, bytes: number, dropped: number): LiveRates {
    const rates = {
      seconds: (at - this.at) / 1000,
      packets: packets - this.packets,
      bytes: bytes - this.bytes,
      dropped: Math.max(0, dropped - this.dropped),
    };
    Object.assign(this, { at, packets, bytes, dropped });
    return rates;
  }
}

/** Frames that kernel and interface lost, null = the source does not say. */
export function lostFrames(reader: LiveReader): number | null {
  const { droppedByKernel, droppedByInterface } = reader.counters();
  if (droppedByKernel === null && droppedByInterface === null) return null;
  return (droppedByKernel ?? 0) + (droppedByInterface ?? 0);
}

export function snapshotOf(parts: SnapshotParts, rates: Rates): LiveSnapshot {
  const { watch, reader, log, nameOf, diagnosis } = parts;
  const { meter, matcher } = watch.pipeline;
  const { totals, flows } = meter;
  const standings = watch.board.standings;
  return {
    at: parts.at,
    startedAt: parts.startedAt,
    nextWithin: parts.nextWithin,
    version: parts.version,
    source: { kind: reader.kind, description: reader.description },
    server: { addresses: [...watch.server.keys].map(hostKeyText), reason: serverText(watch.server.reasons) },
    counters: reader.counters(),
    totals: {
      frames: totals.frames,
      packets: totals.packets,
      bytes: totals.bytes,
      flows: flows.size,
      maxFlows: flows.maxFlows,
      flowsRetired: flows.removed,
      flowsEvicted: flows.evicted,
    },
    rates: rates.since(parts.steadyAt, totals.packets, totals.bytes, lostFrames(reader) ?? 0),
    lastFrameAt: parts.lastFrameAt,
    rules: matcher.requiredRules.map((rule) => ({
      id: rule.id,
      label: rule.label,
      required: isRequired(rule),
      ports: portsText(rule),
      direction: directionText(rule),
      oneWay: rule.oneWay === true,
    })),
    hosts: watch.computers.map((key) => {
      const address = hostKeyText(key);
      return { address, name: nameOf(address) };
    }),
    verdicts: standings.map((standing) => verdictOf(standing, nameOf, diagnosis)),
    causes: diagnosis.causes,
    causesOmitted: diagnosis.omitted,
    quality: parts.quality,
    recentChanges: parts.recentChanges,
    incidents: [...log.incidents],
    summary: summaryOf(standings),
  };
}

function verdictOf(
  standing: TrackedVerdict,
  nameOf: (address: string) => string,
  diagnosis: Diagnosis,
): LiveVerdict {
  const { rule, verdict, text } = standing;
  const host = hostKeyText(standing.host);
  return {
    rule: rule.id,
    ruleLabel: rule.label,
    host,
    hostName: nameOf(host),
    verdict: verdict.verdict,
    seen: diagnosis.seenOf(standing) || seenLabel(verdict, NOTHING_KNOWN),
    reasonCode: verdict.reason,
    reason: text.reason,
    location: text.location,
    confidence: text.confidence,
    required: isRequired(rule),
    since: standing.since * 1000,
    lastEvidence: standing.lastEvidence * 1000,
    changes: standing.changes,
  };
}

function summaryOf(standings: readonly TrackedVerdict[]): LiveSnapshot['summary'] {
  const required = standings.filter(({ rule }) => isRequired(rule));
  const bad = standings.filter(({ verdict: { verdict } }) => verdict === 'blocked' || verdict === 'degraded');
  if (bad.length > 0) {
    const blocked = bad.filter(({ verdict }) => verdict.verdict === 'blocked').length;
    const hosts = new Set(bad.map(({ host }) => host)).size;
    const on = `on ${counted(hosts, 'computer')}`;
    return {
      status: 'findings',
      sentence: `${counted(blocked, 'port')} blocked and ${bad.length - blocked} degraded ${on}.`,
    };
  }
  const open = required.filter(({ verdict }) => verdict.verdict !== 'working').length;
  if (required.length > 0 && open === 0) {
    return { status: 'working', sentence: 'Every required port works.' };
  }
  const proven = `${required.length - open} of ${counted(required.length, 'required port')} proven`;
  return { status: 'inconclusive', sentence: `${proven}; nothing fails.` };
}

/** Every required rule of every computer works, and there is a computer. */
export function isAllProven(standings: readonly TrackedVerdict[], requiredRules: readonly Rule[]): boolean {
  const required = standings.filter(({ rule }) => isRequired(rule));
  return (
    requiredRules.some(isRequired) &&
    required.length > 0 &&
    required.every(({ verdict }) => verdict.verdict === 'working')
  );
}
