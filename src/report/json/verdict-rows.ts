/**
 * A verdict as one row of the JSON output `portwitness/2`, in the order of `VERDICT_COLUMNS`: codes, and references to
 * the tables of hosts, statements and texts; docs/report-2.schema.json has the types.
 */
import type { ByteWriter } from '../write/byte-writer.js';
import type { HostModel } from '../model/host-model.js';
import type { AttemptMark, EvidenceModel, ReportModel, VerdictModel } from '../model/model.js';
import type { TimeStamp } from '../model/time-model.js';
import { hostRecord, quoteRecord } from './records.js';
import { StatementTable } from './statements.js';
import { jsonText, writeJsonString } from './text.js';
import { Gaps, TextTable } from './texts.js';

/** What the values of a row are, in order. */
export const VERDICT_COLUMNS = [
  'rule',
  'host',
  'verdict',
  'reason_code',
  'location',
  'confidence',
  'statement',
  'arguments',
  'evidence',
  'attempts',
  'remedy',
  'outcomes',
] as const;
/** The same of a piece of evidence and of an attempt inside a row. */
export const EVIDENCE_COLUMNS = [
  'file',
  'frames',
  'first',
  'last',
  'filter',
  'arguments',
  'shows',
  'log',
] as const;
export const ATTEMPT_COLUMNS = ['at', 'frame', 'file', 'kind', 'from', 'label'] as const;

/** Offsets from here on are written as times: their fraction would be coarser than a nanosecond. */
export const MAX_OFFSET_SECONDS = 2 ** 22;

const NO_NUMBERS: ReadonlySet<string> = new Set();

/** Places of hosts in the table, by all that is known of them; -1 = it is not there. */
export function hostPlaces(hosts: readonly HostModel[]): (host: HostModel) => number {
  const places = new Map<string, number>();
  const key = (host: HostModel): string => JSON.stringify(hostRecord(host));
  hosts.forEach((host, place) => places.set(key(host), place));
  return (host) => places.get(key(host)) ?? -1;
}

export class VerdictRows {
  readonly texts = new TextTable();
  readonly statements = new StatementTable(this.texts);
  readonly #out: ByteWriter;
  readonly #placeOf: (host: HostModel) => number;
  readonly #server: string;
  readonly #begin: TimeStamp | null;
  /** Of each rule, the numbers in its name for its ports. */
  readonly #ports: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of the verdict before: a computer's verdicts follow each other. */
  #host: HostModel | null = null;
  #hostText = '';
  #gaps = new Gaps({ name: '', address: '' }, '');

  constructor(model: ReportModel, placeOf: (host: HostModel) => number, out: ByteWriter) {
    this.#out = out;
    this.#placeOf = placeOf;
    this.#server = model.server.addresses[0] ?? '';
    this.#begin = model.firstTime;
    this.#ports = new Map(model.rules.map(({ id, ports }) => [id, new Set(ports.match(/\d+/g))]));
  }

  /** Writes one row. */
  write(verdict: VerdictModel): void {
    const out = this.#out;
    this.#meet(verdict.host);
    const kept = this.#ports.get(verdict.rule) ?? NO_NUMBERS;
    const args: string[] = [];
    const statement = this.statements.refer(verdict, this.#gaps, kept, args);
    out.ascii('[');
    this.#text(verdict.rule);
    out.ascii(',');
    out.text(this.#hostText);
    for (const word of [verdict.verdict, verdict.reasonCode, verdict.location, verdict.confidence]) {
      out.ascii(',');
      this.#text(word);
    }
    out.ascii(',');
    if (typeof statement === 'number') out.integer(statement);
    else out.text(jsonText(statement));
    out.ascii(',');
    this.#list(args, (arg) => this.#text(arg));
    out.ascii(',');
    this.#list(verdict.evidence, (one) => this.#evidence(one, kept));
    out.ascii(',');
    this.#list(verdict.attempts, (mark) => this.#mark(mark));
    out.ascii(',');
    if (verdict.remedy < 0) out.ascii('null');
    else out.integer(verdict.remedy);
    out.ascii(',');
    this.#list(verdict.outcomes, ({ outcome, flows }) => out.ascii(`["${outcome}",${flows}]`));
    out.ascii(']');
  }

  #meet(host: HostModel): void {
    if (host === this.#host) return;
    this.#host = host;
    this.#gaps = new Gaps(host, this.#server);
    const place = this.#placeOf(host);
    this.#hostText = place < 0 ? jsonText(hostRecord(host)) : String(place);
  }

  #evidence(evidence: EvidenceModel, kept: ReadonlySet<string>): void {
    const out = this.#out;
    const args: string[] = [];
    const filter = this.#gaps.open(evidence.filter, kept, args);
    out.ascii('[');
    this.#refer(evidence.file);
    out.ascii(',');
    this.#list(evidence.frames, (frame) => out.integer(frame));
    this.#time(evidence.firstTime);
    this.#time(evidence.lastTime);
    out.ascii(',');
    this.#refer(filter);
    out.ascii(',');
    this.#list(args, (arg) => this.#text(arg));
    out.ascii(',');
    this.#refer(evidence.shows);
    // Only what is no frames has it.
    if (evidence.log !== undefined) {
      out.ascii(',');
      out.text(jsonText(quoteRecord(evidence.log)));
    }
    out.ascii(']');
  }

  #mark(mark: AttemptMark): void {
    const out = this.#out;
    out.ascii('[');
    out.seconds(mark.at);
    out.ascii(',');
    out.integer(mark.frame);
    out.ascii(',');
    this.#refer(mark.file);
    out.ascii(`,"${mark.kind}","${mark.from}",`);
    this.#refer(mark.label);
    out.ascii(']');
  }

  /** Seconds since the report's first packet, or the time itself. */
  #time(stamp: TimeStamp): void {
    const out = this.#out;
    out.ascii(',');
    const offset = this.#begin === null ? -1 : offsetOf(stamp, this.#begin);
    if (offset >= 0 && offset < MAX_OFFSET_SECONDS) out.seconds(offset);
    else out.quotedTime(stamp.sec, stamp.nsec);
  }

  #list<T>(values: readonly T[], write: (value: T) => void): void {
    this.#out.ascii('[');
    for (let i = 0; i < values.length; i++) {
      if (i > 0) this.#out.ascii(',');
      write(values[i]!);
    }
    this.#out.ascii(']');
  }

  #refer(text: string): void {
    const ref = this.texts.refer(text);
    if (typeof ref === 'number') this.#out.integer(ref);
    else this.#text(ref);
  }

  #text(text: string): void {
    writeJsonString(this.#out, text, Infinity);
  }
}

function offsetOf(stamp: TimeStamp, begin: TimeStamp): number {
  return stamp.sec - begin.sec + (stamp.nsec - begin.nsec) / 1e9;
}
