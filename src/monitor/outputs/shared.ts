/**
 * Monitoring that is shared: events, snapshots and reports with pseudonyms. Each distinct text passes the gate once before
 * an output gets it; what does not pass is left out and told as trouble. Pseudonyms come into being as names are met, and
 * the state file keeps them and their key for the next start.
 */
import type { ReportModel } from '../../report/model/model.js';
import { pseudonymsOf } from '../../share/draw.js';
import type { Secret } from '../../share/draw.js';
import { Gate } from '../../share/gate/gate.js';
import type { Leak } from '../../share/gate/gate.js';
import type { Pseudonyms } from '../../share/names/pseudonyms.js';
import { replaced } from '../../share/model/shape.js';
import type { ReplaceText, Shape } from '../../share/model/shape.js';
import { replacer, sharedModel } from '../../share/model/shared-model.js';
import type { CaptureEvent, LiveEvent, LiveOutput, LiveSnapshot, VerdictChange } from '../words/model.js';

/**
 * Texts that are known to have passed.
 * @reached all of them are looked at again
 */
export const MAX_PASSED = 1 << 16;

const CHANGE: Shape<VerdictChange> = {
  schema: 'kept',
  type: 'kept',
  sequence: 'kept',
  time: 'kept',
  noticed: 'kept',
  rule: 'kept',
  ruleLabel: 'kept',
  host: 'address',
  hostName: 'host',
  from: 'kept',
  to: 'kept',
  reasonCode: 'kept',
  reason: 'prose',
  location: 'kept',
  confidence: 'kept',
  required: 'kept',
  evidence: { file: 'file', frames: 'kept', filter: 'prose', shows: 'prose' },
};

const CAPTURE: Shape<CaptureEvent> = {
  schema: 'kept',
  type: 'kept',
  sequence: 'kept',
  time: 'kept',
  noticed: 'kept',
  code: 'kept',
  text: 'prose',
};

const SNAPSHOT: Shape<LiveSnapshot> = {
  at: 'kept',
  startedAt: 'kept',
  version: 'kept',
  source: { kind: 'kept', description: 'prose' },
  server: { addresses: 'address', reason: 'prose' },
  counters: { received: 'kept', droppedByKernel: 'kept', droppedByInterface: 'kept', timestamps: 'kept' },
  totals: {
    frames: 'kept',
    packets: 'kept',
    bytes: 'kept',
    flows: 'kept',
    maxFlows: 'kept',
    flowsRetired: 'kept',
    flowsEvicted: 'kept',
  },
  rates: { seconds: 'kept', packets: 'kept', bytes: 'kept', dropped: 'kept' },
  lastFrameAt: 'kept',
  rules: { id: 'kept', label: 'kept', required: 'kept', ports: 'kept', direction: 'kept', oneWay: 'kept' },
  hosts: { address: 'address', name: 'host' },
  verdicts: {
    rule: 'kept',
    ruleLabel: 'kept',
    host: 'address',
    hostName: 'host',
    verdict: 'kept',
    seen: 'prose',
    reasonCode: 'kept',
    reason: 'prose',
    location: 'kept',
    confidence: 'kept',
    required: 'kept',
    since: 'kept',
    lastEvidence: 'kept',
    changes: 'kept',
  },
  nextWithin: 'kept',
  causes: {
    key: 'prose',
    seen: 'prose',
    title: 'prose',
    who: 'prose',
    action: 'prose',
    computers: 'kept',
    required: 'kept',
    onlyDegraded: 'kept',
    since: 'kept',
  },
  causesOmitted: 'kept',
  quality: { code: 'kept', level: 'kept', text: 'prose', consequence: 'prose' },
  recentChanges: CHANGE,
  incidents: { code: 'kept', at: 'kept', gap: 'kept', text: 'prose' },
  summary: { status: 'kept', sentence: 'prose' },
};

export class LiveShare {
  readonly pseudonyms: Pseudonyms;
  readonly gate: Gate;
  /** What did not pass, '' = all did. */
  trouble = '';
  readonly #secret: Secret;
  readonly #by: ReplaceText;
  readonly #passed = new Set<string>();

  constructor(secret: Secret) {
    this.#secret = secret;
    this.pseudonyms = pseudonymsOf(secret);
    this.gate = new Gate(this.pseudonyms);
    this.#by = replacer(this.pseudonyms);
  }

  /** For the state file and the mapping. */
  get secret(): Secret {
    return { ...this.#secret, names: [...this.pseudonyms.names.pairs] };
  }

  model(model: ReportModel): ReportModel {
    for (const { name } of model.hosts) this.pseudonyms.host(name, 'computer');
    return sharedModel(model, this.pseudonyms);
  }

  /** Null: it does not pass. */
  event(event: LiveEvent): LiveEvent | null {
    const made =
      event.type === 'verdict_changed'
        ? replaced<VerdictChange>(CHANGE, event, this.#by)
        : replaced<CaptureEvent>(CAPTURE, event, this.#by);
    return this.passes(JSON.stringify(made), 'an event') ? made : null;
  }

  snapshot(snapshot: LiveSnapshot): LiveSnapshot | null {
    const texts: string[] = [];
    const by: ReplaceText = (rule, text) => {
      const made = this.#by(rule, text);
      texts.push(made);
      return made;
    };
    const made = replaced<LiveSnapshot>(SNAPSHOT, snapshot, by);
    // Texts of rule packs stay, and may hold a name that was met after they had passed.
    const kept = made.rules.map(({ id, label, ports }) => `${id}\n${label}\n${ports}`);
    return this.passes(kept.join('\n'), 'the state') && this.#allPass(texts, 'the state') ? made : null;
  }

  /** Whether a text may be written as it is. */
  passes(text: string, place: string): boolean {
    const leaks = this.gate.scan(text, place);
    if (leaks.length > 0) this.refuse(leaks);
    return leaks.length === 0;
  }

  refuse(leaks: readonly Leak[]): void {
    const [{ kind, form, place } = { kind: '', form: '', place: '' }] = leaks;
    this.trouble = `${place} was left out: what had to be replaced would still stand there (${kind}, ${form})`;
  }

  #allPass(texts: readonly string[], place: string): boolean {
    const fresh = texts.filter((text) => !this.#passed.has(text));
    if (fresh.length === 0) return true;
    if (!this.passes(fresh.join('\n'), place)) return false;
    if (this.#passed.size > MAX_PASSED) this.#passed.clear();
    for (const text of fresh) this.#passed.add(text);
    return true;
  }
}

/** An output that is given pseudonyms. */
export function sharedOutput(output: LiveOutput, share: LiveShare): LiveOutput {
  return {
    ...(output.event === undefined
      ? {}
      : {
          event: (one: LiveEvent): void => {
            const made = share.event(one);
            if (made !== null) output.event?.(made);
          },
        }),
    ...(output.snapshot === undefined
      ? {}
      : {
          snapshot: (one: LiveSnapshot): void => {
            const made = share.snapshot(one);
            if (made !== null) output.snapshot?.(made);
          },
        }),
    close: () => output.close(),
    get trouble() {
      return share.trouble === '' ? output.trouble : share.trouble;
    },
    ...(output.lastSequence === undefined ? {} : { lastSequence: output.lastSequence }),
  };
}
