/**
 * SQL Server: version and encryption of the PRELOGIN exchange, and a refused login where it is in clear.
 *
 * Normative: [MS-TDS] §2.2.3.1 (packet), §2.2.6.5 (PRELOGIN), §2.2.7.10 (ERROR token).
 *
 *   | type | status | length 16 | spid 16 | packet | window |   options: | token | offset 16 | length 16 | ... FF | data |
 */
import { utf16Text } from '../bytes/byte-text.js';
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { factText, seenAt } from '../facts/facts.js';
import type { Facts } from '../facts/facts.js';
import type { Learner } from '../facts/learner.js';

const HEADER = 8;
const PRELOGIN = 0x12;
const RESPONSE = 0x04;
const Option = { Version: 0, Encryption: 1, End: 0xff } as const;
const ERROR_TOKEN = 0xaa;
const LOGIN_FAILED = 18_456;
const MAX_OPTIONS = 16;
const MAX_PACKETS = 8;
const ENCRYPTION = ['off', 'on', 'not supported', 'required'];

export class TdsDissector implements Dissector {
  done = false;
  private readonly facts: Facts;
  private packets = 0;

  constructor(learner: Learner) {
    this.facts = learner.facts;
  }

  data(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    if (end - at < HEADER) return 0;
    const length = view.getUint16(at + 2);
    if (length < HEADER || this.packets >= MAX_PACKETS) {
      if (this.packets === 0) this.facts.withdraw(from.flow);
      this.done = true;
      return 0;
    }
    if (end - at < length) return 0;
    this.packets++;
    const type = bytes[at]!;
    const stop = at + length;
    if (type === PRELOGIN && side === 0 && this.packets === 1)
      this.facts.service(from.flow, 'mssql', 'suspected');
    if (type !== RESPONSE || side !== 1) return length;
    this.facts.service(from.flow, 'mssql', 'confirmed');
    if (bytes[at + HEADER] === Option.Version) this.takePrelogin(bytes, view, at + HEADER, stop, from);
    else if (bytes[at + HEADER] === ERROR_TOKEN) this.takeError(bytes, view, at + HEADER, stop, from);
    return length;
  }

  gap(): void {
    this.done = true;
  }

  end(): void {
    this.done = true;
  }

  private takePrelogin(bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): void {
    let version = '';
    let encryption = '';
    for (let i = at, n = 0; n < MAX_OPTIONS && i + 5 <= end && bytes[i] !== Option.End; i += 5, n++) {
      const dataAt = at + view.getUint16(i + 1);
      const length = view.getUint16(i + 3);
      if (dataAt + length > end) return;
      if (bytes[i] === Option.Version && length >= 4) {
        version = `${bytes[dataAt]}.${bytes[dataAt + 1]}.${view.getUint16(dataAt + 2)}`;
      } else if (bytes[i] === Option.Encryption && length >= 1) {
        encryption = ENCRYPTION[bytes[dataAt]!] ?? '';
      }
    }
    if (version === '') return;
    const text = `SQL Server ${version}${encryption === '' ? '' : `, encryption ${encryption}`}`;
    this.facts.details.add({ service: 'mssql', text, ...seenAt(from) });
  }

  /** | AA | length 16 | number 32 | state | class | message length 16, characters ... | */
  private takeError(bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): void {
    if (at + 11 > end) return;
    const number = view.getUint32(at + 3, true);
    const stop = Math.min(end, at + 11 + 2 * view.getUint16(at + 9, true));
    const text = utf16Text(bytes, at + 11, stop);
    const seen = seenAt(from);
    this.facts.details.add({ service: 'mssql', text: factText(`error ${number}: ${text}`), ...seen });
    if (number !== LOGIN_FAILED) return;
    this.facts.denied.add({ what: 'SQL Server login', status: number, statusName: 'login failed', ...seen });
  }
}
