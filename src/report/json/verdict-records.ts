/**
 * A verdict as one record of the JSON output, written piece by piece: tens of thousands of them have evidence of
 * 1.5 KB each, and objects that are only written would cost more than the writing.
 */
import type { ByteWriter } from '../write/byte-writer.js';
import type { HostModel } from '../model/host-model.js';
import type { TimeStamp } from '../model/time-model.js';
import type { AttemptMark, EvidenceModel, NextStep, VerdictModel } from '../model/model.js';
import { utf8 } from '../write/utf8.js';
import { hostRecord, quoteRecord } from './records.js';
import { jsonText, writeJsonString } from './text.js';

/** Texts that are remembered as bytes; further ones are written each time. */
const MAX_REMEMBERED = 4096;

const COMMA = 0x2c;
const CLOSE_LIST = 0x5d;
const CLOSE = 0x7d;

const NULL = utf8('null');
const TRUE = utf8('true');
const FALSE = utf8('false');

/** What stands before a value. */
const BEFORE = {
  rule: utf8('{"rule":'),
  host: utf8(',"host":'),
  verdict: utf8(',"verdict":'),
  required: utf8(',"required":'),
  reasonCode: utf8(',"reason_code":'),
  seen: utf8(',"seen":'),
  reason: utf8(',"reason":'),
  location: utf8(',"location":'),
  locationReason: utf8(',"location_reason":'),
  confidence: utf8(',"confidence":'),
  assumptions: utf8(',"assumptions":['),
  evidence: utf8(',"evidence":['),
  attempts: utf8(',"attempts":['),
  remedy: utf8(',"remedy":'),
  who: utf8(',"next_step":{"who":'),
  confirmWhere: utf8(',"confirm_where":'),
  confirm: utf8(',"confirm":'),
  wouldChange: utf8(',"would_change":'),
  outcomes: utf8('},"outcomes":['),
  outcome: utf8('{"outcome":'),
  flows: utf8(',"flows":'),
  evidenceFile: utf8('{"file":'),
  frames: utf8(',"frames":['),
  firstTime: utf8('],"first_time":'),
  lastTime: utf8(',"last_time":'),
  filter: utf8(',"filter":'),
  shows: utf8(',"shows":'),
  log: utf8(',"log":'),
  at: utf8('{"at":'),
  frame: utf8(',"frame":'),
  file: utf8(',"file":'),
  kind: utf8(',"kind":'),
  from: utf8(',"from":'),
  label: utf8(',"label":'),
};

export class VerdictRecords {
  readonly #out: ByteWriter;
  readonly #longest: number;
  readonly #texts = new Map<string, Uint8Array>();
  /** Of the verdict before: a computer's verdicts follow each other. */
  #host: HostModel | null = null;
  #hostBytes: Uint8Array = NULL;

  /** @param longest strings with more UTF-16 units are cut */
  constructor(out: ByteWriter, longest: number) {
    this.#out = out;
    this.#longest = longest;
  }

  /** Writes one record. */
  write(verdict: VerdictModel): void {
    const out = this.#out;
    this.#shared(BEFORE.rule, verdict.rule);
    this.#writeHost(verdict.host);
    this.#shared(BEFORE.verdict, verdict.verdict);
    out.bytes(BEFORE.required);
    out.bytes(verdict.required ? TRUE : FALSE);
    this.#shared(BEFORE.reasonCode, verdict.reasonCode);
    this.#text(BEFORE.seen, verdict.seen);
    this.#text(BEFORE.reason, verdict.reason);
    this.#shared(BEFORE.location, verdict.location);
    this.#known(BEFORE.locationReason, verdict.locationReason);
    this.#shared(BEFORE.confidence, verdict.confidence);
    out.bytes(BEFORE.assumptions);
    this.#list(verdict.assumptions, (code) => this.#sharedText(code));
    out.bytes(BEFORE.evidence);
    this.#list(verdict.evidence, (one) => this.#evidence(one));
    out.bytes(BEFORE.attempts);
    this.#list(verdict.attempts, (mark) => this.#mark(mark));
    out.bytes(BEFORE.remedy);
    if (verdict.remedy < 0) out.bytes(NULL);
    else out.integer(verdict.remedy);
    this.#nextStep(verdict.nextStep);
    out.bytes(BEFORE.outcomes);
    this.#list(verdict.outcomes, ({ outcome, flows }) => {
      this.#shared(BEFORE.outcome, outcome);
      this.#integer(BEFORE.flows, flows);
      out.byte(CLOSE);
    });
    out.byte(CLOSE);
  }

  #writeHost(host: HostModel): void {
    if (host !== this.#host) {
      this.#host = host;
      this.#hostBytes = utf8(jsonText(hostRecord(host), this.#longest));
    }
    this.#out.bytes(BEFORE.host);
    this.#out.bytes(this.#hostBytes);
  }

  #evidence(evidence: EvidenceModel): void {
    const out = this.#out;
    this.#shared(BEFORE.evidenceFile, evidence.file);
    out.bytes(BEFORE.frames);
    const { frames } = evidence;
    for (let i = 0; i < frames.length; i++) {
      if (i > 0) out.byte(COMMA);
      out.integer(frames[i]!);
    }
    this.#time(BEFORE.firstTime, evidence.firstTime);
    this.#time(BEFORE.lastTime, evidence.lastTime);
    this.#text(BEFORE.filter, evidence.filter);
    this.#shared(BEFORE.shows, evidence.shows);
    if (evidence.log !== undefined) {
      out.bytes(BEFORE.log);
      out.bytes(utf8(jsonText(quoteRecord(evidence.log), this.#longest)));
    }
    out.byte(CLOSE);
  }

  #mark(mark: AttemptMark): void {
    this.#out.bytes(BEFORE.at);
    this.#out.seconds(mark.at);
    this.#integer(BEFORE.frame, mark.frame);
    this.#shared(BEFORE.file, mark.file);
    this.#shared(BEFORE.kind, mark.kind);
    this.#shared(BEFORE.from, mark.from);
    this.#shared(BEFORE.label, mark.label);
    this.#out.byte(CLOSE);
  }

  #nextStep(step: NextStep): void {
    this.#text(BEFORE.who, step.who);
    this.#known(BEFORE.confirmWhere, step.confirmWhere);
    this.#known(BEFORE.confirm, step.confirm);
    this.#text(BEFORE.wouldChange, step.wouldChange);
  }

  /** The values of a list and its end. */
  #list<T>(values: readonly T[], write: (value: T) => void): void {
    for (let i = 0; i < values.length; i++) {
      if (i > 0) this.#out.byte(COMMA);
      write(values[i]!);
    }
    this.#out.byte(CLOSE_LIST);
  }

  #integer(before: Uint8Array, value: number): void {
    this.#out.bytes(before);
    this.#out.integer(value);
  }

  #time(before: Uint8Array, { sec, nsec }: TimeStamp): void {
    this.#out.bytes(before);
    this.#out.quotedTime(sec, nsec);
  }

  #text(before: Uint8Array, text: string): void {
    this.#out.bytes(before);
    writeJsonString(this.#out, text, this.#longest);
  }

  /** null for ''. */
  #known(before: Uint8Array, text: string): void {
    this.#out.bytes(before);
    if (text === '') this.#out.bytes(NULL);
    else writeJsonString(this.#out, text, this.#longest);
  }

  /** A text that other verdicts have as well. */
  #shared(before: Uint8Array, text: string): void {
    this.#out.bytes(before);
    this.#sharedText(text);
  }

  #sharedText(text: string): void {
    let bytes = this.#texts.get(text);
    if (bytes === undefined) {
      if (this.#texts.size >= MAX_REMEMBERED) return writeJsonString(this.#out, text, this.#longest);
      bytes = utf8(jsonText(text, this.#longest));
      this.#texts.set(text, bytes);
    }
    this.#out.bytes(bytes);
  }
}
