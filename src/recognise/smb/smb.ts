/**
 * SMB over NetBIOS sessions (139) and over TCP (445): finds the messages, of whichever version, in the bytes of a
 * connection. [MS-SMB2] §2.1, [MS-CIFS] §2.1, RFC 1002 §4.3.
 *
 *   | 0 | length:24 | FF 'SMB' (SMB1) or FE 'SMB' (SMB2, SMB3) or FD 'SMB' (encrypted) or FC 'SMB' (compressed) ...
 */
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { factText, seenAt } from '../facts/facts.js';
import type { Facts } from '../facts/facts.js';
import {
  isNbssStart,
  isSessionPacket,
  NBSS_HEADER,
  nbssLength,
  NbssType,
  refusalText,
  requestText,
} from './nbss.js';
import { SmbConnection } from './smb-connection.js';
import type { SecurityTokenReader } from './smb-connection.js';
import { Role } from './smb-pipes.js';
import type { LeavePipe, MakePipe } from './smb-pipes.js';
import { isServerRequest, isSmb1Response, SMB1_HEADER, SMB1_SIGNATURE } from './smb1-message.js';
import { Smb1Reader } from './smb1.js';
import {
  COMPRESSION_SIGNATURE,
  isSmb2Header,
  isSmb2Response,
  SMB2_HEADER,
  SMB2_SIGNATURE,
  TRANSFORM_SIGNATURE,
} from './smb2-message.js';
import { MAX_SMB_MESSAGE, Smb2Reader } from './smb2.js';

/** SMB2 TRANSFORM_HEADER; the smallest message that is believed is SMB1's header, word and byte count. */
const TRANSFORM_HEADER = 52;
const MIN_MESSAGE = 35;
/**
 * Chunks that are no SMB message and are passed over before any message was read.
 * @reached it is not SMB
 */
const MAX_STRAY_CHUNKS = 64;

/** The first bytes of a connection, or after a loss, look like an SMB message. 8 bytes are needed. */
export function isSmbStart(_bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  if (end - at < 8 || view.getUint8(at) !== NbssType.Message || nbssLength(view, at) < MIN_MESSAGE)
    return false;
  if (!isSignature(view.getInt32(at + 4))) return false;
  if (view.getInt32(at + 4) !== SMB2_SIGNATURE || end - at < NBSS_HEADER + SMB2_HEADER) return true;
  return isSmb2Header(view, at + NBSS_HEADER);
}

function isSignature(word: number): boolean {
  return (
    word === SMB2_SIGNATURE ||
    word === SMB1_SIGNATURE ||
    word === TRANSFORM_SIGNATURE ||
    word === COMPRESSION_SIGNATURE
  );
}

/** What is known of one side's bytes. */
class SideState {
  /** Bytes of the present message after the point that was reached: a chain goes on. 0 = a message begins next. */
  left = 0;
  /** Bytes were lost: what comes must look like a message before it is believed. */
  lost = false;
}

export class SmbDissector implements Dissector {
  done = false;
  /** Is told when another connection begins. */
  exchange: { begin(): void } | null = null;
  private readonly facts: Facts;
  private flow = -1;
  private readonly connection: SmbConnection;
  /** Made when the first message of that version comes: hardly any connection has one. */
  private smb1: Smb1Reader | null = null;
  private readonly smb2: readonly [Smb2Reader, Smb2Reader];
  private readonly sides: readonly [SideState, SideState] = [new SideState(), new SideState()];
  /** The side that answers; -1 = not known. Taken from the messages, since a capture may begin anywhere. */
  private server: Side | -1 = -1;
  private stray = 0;
  private sawSession = false;
  private usedSmb1 = false;
  /** Bit of each side that lost bytes since state was forgotten. */
  private losses = 0;

  /**
   * `makePipe` makes the reader of an opened pipe; its side 0 is the client's. `readToken` is given the security
   * tokens of session setups, `leavePipe` the readers of pipes that were closed.
   */
  constructor(
    facts: Facts,
    flow: number,
    makePipe: MakePipe,
    readToken: SecurityTokenReader | null = null,
    leavePipe: LeavePipe = nothing,
  ) {
    this.facts = facts;
    this.connection = new SmbConnection(facts, makePipe, readToken, leavePipe);
    this.smb2 = [new Smb2Reader(this.connection, Role.Client), new Smb2Reader(this.connection, Role.Server)];
    this.begin(flow);
  }

  /** Begins with another connection: nothing of the one before, which has ended, is left. */
  begin(flow: number): void {
    this.done = false;
    this.flow = flow;
    this.connection.begin(flow);
    this.smb1 = null;
    for (const state of this.sides) {
      state.left = 0;
      state.lost = false;
    }
    this.server = -1;
    this.stray = 0;
    this.sawSession = false;
    this.usedSmb1 = false;
    this.losses = 0;
    this.exchange?.begin();
  }

  /** Bytes of memory that open pipes hold. */
  get size(): number {
    return this.connection.size;
  }

  data(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    const state = this.sides[side];
    if (state.left > 0) return this.chained(side, bytes, view, at, end, from);
    if (state.lost) {
      if (!isSmbStart(bytes, view, at, end) && !isNbssStart(bytes, view, at, end)) {
        if (isCutHeader(bytes, view, at, end)) return 0;
        this.missed(side);
        return this.passOver(at, end);
      }
      state.lost = false;
    }
    if (end - at < NBSS_HEADER) return 0;
    const type = bytes[at]!;
    const length = nbssLength(view, at);
    if (type !== NbssType.Message) return this.session(side, bytes, view, at, end, from);
    if (length === 0) return NBSS_HEADER;
    if (end - at < NBSS_HEADER + 4) return length < 4 ? this.unreadable(side, at, end) : 0;
    const base = at + NBSS_HEADER;
    switch (view.getInt32(base)) {
      case SMB2_SIGNATURE:
        return this.newer(side, bytes, view, base, end, from);
      case SMB1_SIGNATURE:
        return this.older(side, bytes, view, base, end, from);
      case TRANSFORM_SIGNATURE:
        return this.encrypted(side, length, from);
      case COMPRESSION_SIGNATURE:
        this.facts.weird('SMB_compressed_message');
        return NBSS_HEADER + length;
      default:
        return this.unreadable(side, at, end);
    }
  }

  gap(side: Side, _length: number, from: Origin): void {
    const state = this.sides[side];
    state.left = 0;
    state.lost = true;
    if (this.server !== -1) this.connection.pipeGap(side === this.server ? Role.Server : Role.Client, from);
    this.missed(side);
  }

  end(): void {
    if (this.done) return;
    this.done = true;
    this.connection.end();
  }

  /** Messages of a side went by unread. When both sides' did, identifiers may have come to mean something else. */
  private missed(side: Side): void {
    this.losses |= 1 << side;
    if (this.losses !== 3) return;
    this.losses = 0;
    this.connection.forget();
    // Message ids of SMB2 are never used again, those of SMB1 are.
    if (this.usedSmb1) this.connection.pending.clear();
  }

  /** A message of SMB 2 or 3 at `base`, behind the header that tells its length. */
  private newer(
    side: Side,
    bytes: Uint8Array,
    view: DataView,
    base: number,
    end: number,
    from: Origin,
  ): number {
    const length = nbssLength(view, base - NBSS_HEADER);
    if (end - base < SMB2_HEADER && length >= SMB2_HEADER) return 0;
    if (length < SMB2_HEADER || !isSmb2Header(view, base)) return this.malformed(length);
    const role = this.roleOf(side, isSmb2Response(view, base));
    if (role === null) return NBSS_HEADER + length;
    this.connection.spoke(role, from);
    const reader = this.smb2[role];
    reader.begin();
    const taken = reader.read(bytes, view, base, end, length, from);
    if (taken === 0) return 0;
    this.sides[side].left = length - taken;
    return NBSS_HEADER + taken;
  }

  /** The next message of a chain. */
  private chained(
    side: Side,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    from: Origin,
  ): number {
    const state = this.sides[side];
    const left = state.left;
    if (end - at < SMB2_HEADER && left >= SMB2_HEADER) return 0;
    state.left = 0;
    if (left < SMB2_HEADER || !isSmb2Header(view, at)) {
      this.facts.weird('SMB_malformed_message');
      return left;
    }
    const role = this.roleOf(side, isSmb2Response(view, at));
    if (role === null) return left;
    const taken = this.smb2[role].read(bytes, view, at, end, left, from);
    state.left = left - taken;
    return taken;
  }

  /** A message of SMB 1 at `base`. */
  private older(
    side: Side,
    bytes: Uint8Array,
    view: DataView,
    base: number,
    end: number,
    from: Origin,
  ): number {
    const length = nbssLength(view, base - NBSS_HEADER);
    if (length < MIN_MESSAGE) return this.malformed(length);
    if (end - base < SMB1_HEADER) return 0;
    if (isServerRequest(view, base)) return NBSS_HEADER + length;
    const role = this.roleOf(side, isSmb1Response(view, base));
    if (role === null) return NBSS_HEADER + length;
    this.connection.spoke(role, from);
    this.usedSmb1 = true;
    const smb1 = (this.smb1 ??= new Smb1Reader(this.connection));
    const wanted = smb1.wanted(view, base, end, length);
    if (wanted === 0) return NBSS_HEADER + length;
    if (wanted > MAX_SMB_MESSAGE) {
      this.facts.weird('SMB_message_too_long');
      this.connection.pipeGap(role, from);
    } else {
      if (end - base < wanted) return 0;
      smb1.read(bytes, view, base, Math.min(end, base + length), from);
    }
    return NBSS_HEADER + length;
  }

  private encrypted(side: Side, length: number, from: Origin): number {
    if (length < TRANSFORM_HEADER) return this.malformed(length);
    let role = side;
    if (this.server !== -1) role = side === this.server ? Role.Server : Role.Client;
    this.connection.spoke(role, from).encrypted = true;
    return NBSS_HEADER + length;
  }

  /** Client or server; null when a message goes the wrong way, which no SMB2 and hardly any SMB1 message does. */
  private roleOf(side: Side, response: boolean): Side | null {
    const server: Side = response ? side : side === 0 ? 1 : 0;
    if (this.server === -1) this.server = server;
    if (this.server !== server) {
      this.facts.weird('SMB_unexpected_direction');
      return null;
    }
    return response ? Role.Server : Role.Client;
  }

  private malformed(length: number): number {
    this.facts.weird('SMB_malformed_message');
    return NBSS_HEADER + length;
  }

  /** Session service packets other than messages. */
  private session(
    side: Side,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    from: Origin,
  ): number {
    const type = bytes[at]!;
    const length = nbssLength(view, at);
    if (!isSessionPacket(type, length)) return this.unreadable(side, at, end);
    if (end - at < NBSS_HEADER + length) return 0;
    let text = '';
    if (type === NbssType.Request) text = requestText(bytes, at, at + NBSS_HEADER + length) ?? '';
    else if (type === NbssType.Negative)
      text = `session refused: ${refusalText(bytes[at + 4]!) ?? 'unknown error'}`;
    else if (type === NbssType.Retarget) text = `session retargeted to ${retarget(bytes, view, at + 4)}`;
    if (text !== '')
      this.facts.details.add({ service: 'nbss', text: factText(text), ...seenAt(from), flow: this.flow });
    if (this.connection.smb === null) {
      const answered = type !== NbssType.Request && type !== NbssType.KeepAlive && this.sawSession;
      this.facts.service(this.flow, 'nbss', answered ? 'confirmed' : 'suspected');
    }
    if (type === NbssType.Request) this.sawSession = true;
    return NBSS_HEADER + length;
  }

  /** A message begins with something else: bytes are missing, or it is no SMB. */
  private unreadable(side: Side, at: number, end: number): number {
    this.facts.weird('SMB_unreadable_message');
    this.missed(side);
    this.sides[side].lost = true;
    return this.passOver(at, end);
  }

  private passOver(at: number, end: number): number {
    if (this.connection.smb === null && ++this.stray > MAX_STRAY_CHUNKS) this.end();
    return end - at;
  }
}

function nothing(): void {
  // The reader is used for one pipe.
}

/** Too short to say: the header of a message, its signature cut. */
function isCutHeader(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
  if (end - at >= 8 || end - at < NBSS_HEADER || bytes[at] !== NbssType.Message) return false;
  return nbssLength(view, at) >= MIN_MESSAGE && (end - at === NBSS_HEADER || bytes[at + 4]! >= 0xfc);
}

function retarget(bytes: Uint8Array, view: DataView, at: number): string {
  return `${bytes.subarray(at, at + 4).join('.')}:${view.getUint16(at + 4)}`;
}
