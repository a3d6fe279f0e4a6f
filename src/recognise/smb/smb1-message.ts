/**
 * The header and the blocks of an SMB1 message, [MS-CIFS] §2.2.3; little-endian.
 *
 *   FF 'SMB' | command:8 | status:32 | flags:8 | flags2:16 | pid high:16 | signature:64 | 0:16 | tid:16 | pid:16 |
 *   uid:16 | mid:16 || word count:8 | words | byte count:16 | bytes        an AndX command names a further block:
 *   its first words are | next command:8 | 0:8 | offset from the header:16
 */
import { Origin } from '../../flow/record/origin.js';
import { dosStatus, NtStatus } from './nt-status.js';
import { oemEnd, oemText, utf16End, utf16Text } from './smb-text.js';

export const SMB1_SIGNATURE = 0xff534d42 | 0;
export const SMB1_HEADER = 32;

export const Smb1Command = {
  Open: 0x02,
  Create: 0x03,
  Close: 0x04,
  Delete: 0x06,
  Rename: 0x07,
  Read: 0x0a,
  Write: 0x0b,
  LockingAndx: 0x24,
  Transaction: 0x25,
  TransactionSecondary: 0x26,
  OpenAndx: 0x2d,
  ReadAndx: 0x2e,
  WriteAndx: 0x2f,
  TreeConnect: 0x70,
  TreeDisconnect: 0x71,
  Negotiate: 0x72,
  SessionSetupAndx: 0x73,
  LogoffAndx: 0x74,
  TreeConnectAndx: 0x75,
  NtCreateAndx: 0xa2,
} as const;

const NO_COMMAND = 0xff;
const FLAG_REPLY = 0x80;
const FLAGS2_NT_STATUS = 0x4000;
const FLAGS2_UNICODE = 0x8000;
const BUFFER_FORMAT_ASCII = 4;

const ANDX: ReadonlySet<number> = new Set([
  Smb1Command.LockingAndx,
  Smb1Command.OpenAndx,
  Smb1Command.ReadAndx,
  Smb1Command.WriteAndx,
  Smb1Command.SessionSetupAndx,
  Smb1Command.LogoffAndx,
  Smb1Command.TreeConnectAndx,
  Smb1Command.NtCreateAndx,
]);

export function isSmb1Response(view: DataView, base: number): boolean {
  return (view.getUint8(base + 9) & FLAG_REPLY) !== 0;
}

/** An oplock break: the only request that a server sends, [MS-CIFS] §3.3.4.2. */
export function isServerRequest(view: DataView, base: number): boolean {
  return view.getUint8(base + 4) === Smb1Command.LockingAndx && view.getUint16(base + 30, true) === 0xffff;
}

const NOTHING = new Uint8Array(0);
const NOTHING_VIEW = new DataView(NOTHING.buffer);
const NOWHERE = new Origin();

/** One message, reused, and the block of it that is looked at. */
export class Smb1Message {
  bytes: Uint8Array = NOTHING;
  view: DataView = NOTHING_VIEW;
  from: Origin = NOWHERE;
  base = 0;
  end = 0;
  response = false;
  unicode = false;
  tid = 0;
  pid = 0;
  mid = 0;
  /** The block: its command, the status that holds for it (unsigned NTSTATUS), words and bytes. */
  command = 0;
  status = 0;
  words = 0;
  wordCount = 0;
  data = 0;
  dataEnd = 0;
  private headerStatus = 0;
  private block = 0;
  private nextCommand = NO_COMMAND;
  private nextAt = 0;

  /** Reads the header and the first block; false when that is cut off. */
  read(bytes: Uint8Array, view: DataView, base: number, end: number, from: Origin): boolean {
    this.bytes = bytes;
    this.view = view;
    this.from = from;
    this.base = base;
    this.end = end;
    const flags2 = view.getUint16(base + 10, true);
    const field = view.getUint32(base + 5, true);
    this.response = isSmb1Response(view, base);
    this.unicode = (flags2 & FLAGS2_UNICODE) !== 0;
    this.headerStatus = (flags2 & FLAGS2_NT_STATUS) !== 0 ? field : dosStatus(field);
    this.tid = view.getUint16(base + 24, true);
    this.pid = (view.getUint16(base + 12, true) << 16) | view.getUint16(base + 26, true);
    this.mid = view.getUint16(base + 30, true);
    this.command = view.getUint8(base + 4);
    return this.readBlock(base + SMB1_HEADER);
  }

  /** Goes on to the block that an AndX command names; offsets only grow, so that this ends. */
  next(): boolean {
    if (this.nextCommand === NO_COMMAND) return false;
    this.command = this.nextCommand;
    return this.readBlock(this.nextAt);
  }

  /** Unsigned 8, 16 and 32 bits at a byte offset in the words; the caller has compared `wordCount`. */
  u8(at: number): number {
    return this.view.getUint8(this.words + at);
  }

  u16(at: number): number {
    return this.view.getUint16(this.words + at, true);
  }

  u32(at: number): number {
    return this.view.getUint32(this.words + at, true);
  }

  /** The string at `at`: UTF-16 on an even offset from the header when the message is in Unicode. */
  string(at: number): { text: string; next: number } {
    if (!this.unicode) {
      const end = oemEnd(this.bytes, at, this.dataEnd);
      return { text: oemText(this.bytes, at, end), next: end + 1 };
    }
    const from = this.aligned(at);
    const end = utf16End(this.bytes, from, this.dataEnd);
    return { text: utf16Text(this.bytes, from, end - from, this.dataEnd), next: end + 2 };
  }

  /** The string after a buffer format byte, or null when there is none. */
  formatted(at: number): { text: string; next: number } | null {
    if (at >= this.dataEnd || this.bytes[at] !== BUFFER_FORMAT_ASCII) return null;
    return this.string(at + 1);
  }

  private aligned(at: number): number {
    return at + ((at - this.base) & 1);
  }

  private readBlock(at: number): boolean {
    const view = this.view;
    this.nextCommand = NO_COMMAND;
    if (at + 1 > this.end) return false;
    this.block = at;
    this.wordCount = view.getUint8(at);
    this.words = at + 1;
    const count = this.words + 2 * this.wordCount;
    if (count + 2 > this.end) return false;
    this.data = count + 2;
    this.dataEnd = Math.min(this.end, this.data + view.getUint16(count, true));
    if (ANDX.has(this.command) && this.wordCount >= 2) this.readAndx();
    // A status other than success belongs to the last command of a chain, which ends there.
    this.status = this.nextCommand === NO_COMMAND ? this.headerStatus : NtStatus.Success;
    return true;
  }

  private readAndx(): void {
    const command = this.u8(0);
    const at = this.base + this.u16(2);
    if (command === NO_COMMAND || at <= this.block || at + 3 > this.end) return;
    this.nextCommand = command;
    this.nextAt = at;
  }
}
