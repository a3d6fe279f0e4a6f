/**
 * DNS over TCP.
 *
 * Normative: RFC 1035 §4.2.2, RFC 7766 §8.
 *
 *   | length 16 | message |
 */
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { readDns } from './dns.js';
import type { AddressPair, Learner } from '../facts/learner.js';

const HEADER = 12;

export class DnsDissector implements Dissector {
  done = false;
  private readonly learner: Learner;
  private readonly ends: AddressPair;

  constructor(learner: Learner, ends: AddressPair) {
    this.learner = learner;
    this.ends = ends;
  }

  data(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    if (end - at < 2) return 0;
    const length = view.getUint16(at);
    if (length < HEADER) {
      this.done = true;
      return 0;
    }
    if (end - at < 2 + length) return 0;
    const srcText = (): string => this.ends.text(side, from.flow);
    const dstText = (): string => this.ends.text(side === 0 ? 1 : 0, from.flow);
    const message = { bytes, view, at: at + 2, end: at + 2 + length, srcText, dstText };
    if (!readDns(this.learner, 'dns', message, from)) this.done = true;
    return 2 + length;
  }

  /** The next message cannot be found; an answer may have been in what is missing. */
  gap(side: Side, _length: number, from: Origin): void {
    if (side === 1) this.learner.lookups.forget(this.ends.text(0, from.flow));
    this.done = true;
  }

  end(): void {
    this.done = true;
  }
}
