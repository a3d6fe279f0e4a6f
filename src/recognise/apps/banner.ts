/**
 * The first line of protocols in which the server (with SSH: each side) greets, and where TLS begins behind it.
 *
 * Normative: RFC 4253 §4.2 (SSH), RFC 959 §5.4 (FTP), RFC 5321 §3.1 (SMTP), RFC 3501 §7.1 (IMAP), RFC 1939 §4 (POP3),
 * RFC 6143 §7.1.1 (RFB).
 *
 *   | printable text | CR LF or LF |
 */
import { findByte, latin1Text } from '../bytes/byte-text.js';
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { seenAt } from '../facts/facts.js';
import type { ServiceName } from '../facts/services.js';
import type { Learner } from '../facts/learner.js';
import { StartTls } from './starttls.js';

const LF = 10;
const CR = 13;
/** A line that is longer is cut. */
const MAX_LINE = 255;

export class BannerDissector implements Dissector {
  done = false;
  private readonly learner: Learner;
  private readonly service: ServiceName;
  private readonly startTls: StartTls;
  private greeted = false;

  constructor(learner: Learner, service: ServiceName) {
    this.learner = learner;
    this.service = service;
    this.startTls = new StartTls(service);
  }

  data(side: Side, bytes: Uint8Array, _view: DataView, at: number, end: number, from: Origin): number {
    if (this.greeted) return this.line(side, bytes, at, end, from);
    if (side === 0) return end - at;
    const lf = findByte(bytes, at, Math.min(end, at + MAX_LINE), LF);
    const hasLine = lf >= 0;
    if (!hasLine && end - at < MAX_LINE) return 0;
    const lineEnd = hasLine ? lf : Math.min(end, at + MAX_LINE);
    const stop = lineEnd > at && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    const { facts } = this.learner;
    facts.service(from.flow, this.service, 'confirmed');
    facts.details.add({ service: this.service, text: latin1Text(bytes, at, stop), ...seenAt(from) });
    this.greeted = true;
    this.done = !hasLine || this.startTls.isOver;
    return hasLine ? lf + 1 - at : end - at;
  }

  /** Behind the greeting: is TLS begun? */
  private line(side: Side, bytes: Uint8Array, at: number, end: number, from: Origin): number {
    const { startTls } = this;
    if (side === 1 && startTls.begins(bytes, at, end)) {
      const text = 'STARTTLS: encrypted from here on';
      this.learner.facts.details.add({ service: this.service, text, ...seenAt(from) });
      this.done = true;
      return end - at;
    }
    const taken = startTls.take(side, bytes, at, end);
    this.done = taken < 0 || startTls.isOver;
    return taken < 0 ? end - at : taken;
  }

  /** What comes behind a loss is no first line, and what was asked may be lost. */
  gap(side: Side): void {
    if (side === 1 || this.greeted) this.done = true;
  }

  end(): void {
    this.done = true;
  }
}
