/**
 * PostgreSQL as far as encryption: the client asks for it, the server answers with one byte.
 *
 * Normative: PostgreSQL frontend/backend protocol §54.2.11-54.2.12 (SSL and GSSAPI session encryption), §54.7.
 *
 *   client: | 00 00 00 08 | 04 D2 16 2F (SSL) or 04 D2 16 30 (GSSAPI) |      server: 'S', 'G' or 'N'
 */
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { seenAt } from '../facts/facts.js';
import type { Learner } from '../facts/learner.js';
import { postgresAnswer } from '../signature/signature-database.js';
import { SignatureMatch } from '../signature/signature-match.js';

const REQUEST = 8;
const SSL_REQUEST = 0x04d2_162f;
const GSS_REQUEST = 0x04d2_1630;
const YES: Readonly<Record<number, string>> = { 0x53: 'TLS', 0x47: 'GSSAPI encryption' };
const NO = 0x4e;
const TLS_HANDSHAKE = 22;

export class PostgresDissector implements Dissector {
  done = false;
  private readonly learner: Learner;
  private asked = '';

  constructor(learner: Learner) {
    this.learner = learner;
  }

  data(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    if (side === 0) {
      if (end - at < REQUEST) return 0;
      const code = view.getUint32(at + 4);
      if (view.getUint32(at) === REQUEST && this.asked === '') {
        this.asked = code === SSL_REQUEST ? 'TLS' : code === GSS_REQUEST ? 'GSSAPI encryption' : '';
      }
      return end - at;
    }
    if (this.asked === '') {
      const match = postgresAnswer(bytes, view, at, end);
      if (match === SignatureMatch.More) return 0;
      this.done = true;
      if (match === SignatureMatch.Yes) this.learner.facts.service(from.flow, 'postgresql', 'confirmed');
    } else if (end - at === 1 || bytes[at + 1] === TLS_HANDSHAKE) {
      this.answered(bytes[at]!, from);
    }
    this.done = true;
    return end - at;
  }

  gap(): void {
    this.done = true;
  }

  end(): void {
    this.done = true;
  }

  private answered(byte: number, from: Origin): void {
    const { facts } = this.learner;
    const yes = YES[byte];
    if (yes === undefined && byte !== NO) return;
    facts.service(from.flow, 'postgresql', 'confirmed');
    const text = yes === undefined ? `${this.asked} asked for and refused` : `${yes}: encrypted from here on`;
    facts.details.add({ service: 'postgresql', text, ...seenAt(from) });
  }
}
