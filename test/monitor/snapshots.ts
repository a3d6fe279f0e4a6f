/** Snapshots and events made by hand, as live monitoring would hand them to its outputs. */
import type {
  CaptureEvent,
  LiveRule,
  LiveSnapshot,
  LiveVerdict,
  VerdictChange,
} from '../../src/monitor/words/model.js';
import { VERDICT_WORDING } from '../../src/report/text/wording.js';
import type { Verdict } from '../../src/verdict/words/words.js';
import { RULES } from '../report/parts.js';

/** 2026-05-01 09:30:00 UTC, milliseconds. */
export const START = Date.UTC(2026, 4, 1, 9, 30, 0);

export const LIVE_RULES: readonly LiveRule[] = RULES.map(
  ({ id, label, required, ports, direction, oneWay }) => ({ id, label, required, ports, direction, oneWay }),
);

const PATTERN: readonly Verdict[] = ['working', 'working', 'not_observed', 'working', 'working'];

/** The verdict of computer `h` and rule `r` where nothing else is said. */
function usual(h: number, r: number): Verdict {
  if (h === 3 && r === 0) return 'blocked';
  if (h === 5 && r === 2) return 'degraded';
  return PATTERN[(h + r) % PATTERN.length] ?? 'working';
}

const REASONS: Readonly<Record<Verdict, string>> = {
  blocked: 'Three SYNs got no answer.',
  degraded: 'Port 135 gives no answer, 445 works.',
  inconclusive: 'The capture has one direction only.',
  not_observed: 'No attempt was seen.',
  working: 'The handshake completed and data went both ways.',
  unknown: '',
};

export interface Wanted {
  readonly hosts?: number;
  /** Seconds after START. */
  readonly after?: number;
  readonly name?: (h: number) => string;
  readonly verdict?: (h: number, r: number) => Verdict;
  /** Seconds after START, for each cell. */
  readonly since?: (h: number, r: number) => number;
  readonly changes?: readonly VerdictChange[];
  readonly over?: Partial<LiveSnapshot>;
}

export function address(h: number): string {
  return `10.20.${Math.floor(h / 250)}.${(h % 250) + 1}`;
}

export function snapshot(wanted: Wanted = {}): LiveSnapshot {
  const after = wanted.after ?? 60;
  const name = wanted.name ?? ((h) => `WS${String(h).padStart(4, '0')}`);
  const hosts = Array.from({ length: wanted.hosts ?? 6 }, (_, h) => ({ address: address(h), name: name(h) }));
  const verdicts: LiveVerdict[] = hosts.flatMap((host, h) =>
    LIVE_RULES.map((rule, r) => {
      const verdict = (wanted.verdict ?? usual)(h, r);
      const since = verdict === 'not_observed' ? 0 : START + 1000 * (wanted.since?.(h, r) ?? 10 + h + r);
      return {
        rule: rule.id,
        ruleLabel: rule.label,
        host: host.address,
        hostName: host.name,
        verdict,
        seen: VERDICT_WORDING[verdict].label,
        reasonCode: verdict === 'blocked' ? 'no_answer' : 'established',
        reason: REASONS[verdict],
        location: verdict === 'blocked' ? 'this_server' : 'unknown',
        confidence: 'medium',
        required: rule.required,
        since,
        lastEvidence: since,
        changes: 1,
      };
    }),
  );
  return {
    at: START + after * 1000,
    startedAt: START,
    version: '0.1.0',
    source: { kind: 'dumpcap', description: 'dumpcap on eth0 (10.20.0.5)' },
    server: { addresses: ['10.20.0.5'], reason: 'it is the address of eth0' },
    counters: { received: 120_000, droppedByKernel: 7, droppedByInterface: null, timestamps: 'kernel' },
    totals: {
      frames: 119_000,
      packets: 118_500,
      bytes: 64_000_000,
      flows: 420,
      maxFlows: 200_000,
      flowsRetired: 77,
      flowsEvicted: 0,
    },
    rates: {
      seconds: 1,
      packets: 1500 + (after % 60) * 20,
      bytes: 800_000,
      dropped: after % 30 === 0 ? 4 : 0,
    },
    lastFrameAt: START + after * 1000 - 250,
    rules: LIVE_RULES,
    hosts,
    verdicts,
    causes: [
      {
        key: 'port silent  ua-9004-in 10.20.0.4',
        seen: 'No answer',
        title: '9004 from WS0003 (10.20.0.4): no answer; it works for 5 others',
        who: 'the administrator of this server',
        action: 'Allow TCP 9004 in the firewall of this server and check that the service listens.',
        computers: 1,
        required: true,
        onlyDegraded: false,
        since: START + 13_000,
      },
    ],
    causesOmitted: 0,
    quality: [
      {
        code: 'dropped',
        level: 'warning',
        text: 'The kernel dropped 7 packets.',
        consequence: 'An answer may have been missed.',
      },
      { code: 'both_directions', level: 'good', text: 'Both directions were captured.', consequence: '' },
    ],
    recentChanges: wanted.changes ?? [],
    incidents: [
      {
        code: 'capture_restarted',
        at: START + 30_000,
        gap: 2.5,
        text: 'dumpcap ended and was started again.',
      },
    ],
    summary: {
      status: 'findings',
      sentence: 'Computers cannot reach port 9004 of this server.',
    },
    ...wanted.over,
  };
}

export function change(sequence: number, over: Partial<VerdictChange> = {}): VerdictChange {
  const time = new Date(START + sequence * 1000).toISOString();
  return {
    schema: 'portwitness-event/1',
    type: 'verdict_changed',
    sequence,
    time,
    noticed: time,
    rule: 'ua-9004',
    ruleLabel: '9004 in',
    host: '10.20.0.4',
    hostName: 'WS0003',
    from: 'working',
    to: 'blocked',
    reasonCode: 'no_answer',
    reason: 'Three SYNs got no answer.',
    location: 'this_server',
    confidence: 'medium',
    required: true,
    evidence: [],
    ...over,
  };
}

export function captureEvent(code: string, type: CaptureEvent['type'] = 'capture'): CaptureEvent {
  const time = new Date(START).toISOString();
  return {
    schema: 'portwitness-event/1',
    type,
    sequence: 1,
    time,
    noticed: time,
    code,
    text: `It was ${code}.`,
  };
}
