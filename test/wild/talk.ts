/**
 * A TCP connection told as a script, for situations that no well-behaved host makes:
 *
 *   >S <SA >A          flags of a segment, sent by the originator (>) or the responder (<)
 *   >P40 >P:hello      data (PSH, ACK): forty bytes, or what `bytes` names
 *   +0.5               so many seconds pass; else a segment comes a millisecond after the one before
 *   >P40?              it is lost behind the capture: the other side does not acknowledge it
 *   >P40!              the segment before it of this side once more (its sequence number again)
 *   <A=700/55          sequence and acknowledgment number, whatever was sent before; nothing of it counts
 *   <R@near            another host of `by` sends it, in this one's name or from an address of its own
 *   >R~other           it is sent to another host of `by`
 */
import { SECOND } from '../../captures/recipes/craft/wire.js';
import type { Host, SentSegment, Wire } from '../../captures/recipes/craft/wire.js';
import { TcpFlag } from '../../src/decode/packet/packet.js';

const { Fin, Syn, Rst, Psh, Ack } = TcpFlag;
const FLAGS: Readonly<Record<string, number>> = {
  S: Syn,
  SA: Syn | Ack,
  A: Ack,
  P: Psh | Ack,
  F: Fin | Ack,
  R: Rst,
  RA: Rst | Ack,
};
const TOKEN = /^([<>])(SA|RA|[SAPFR])(\d+|:\w+)?([!?]*)(?:@(\w+))?(?:~(\w+))?(?:=(\d+)\/(\d+))?$/;
const WINDOW = 1026;

export interface Actors {
  /** Payloads by name. */
  readonly bytes?: Readonly<Record<string, Uint8Array>>;
  /** Senders by name. */
  readonly by?: Readonly<Record<string, Host>>;
}

interface Side {
  readonly host: Host;
  readonly port: number;
  /** Next sequence number, and that of the segment before. */
  seq: number;
  last: number;
  /** What the other side is told to have received. */
  received: number;
  synced: boolean;
}

export class Talk {
  private readonly wire: Wire;
  private readonly actors: Actors;
  private readonly sides: readonly [Side, Side];
  /** Every segment that was sent, for ICMP errors about it. */
  readonly sent: SentSegment[] = [];
  /** Seconds of the capture. */
  now = 0;

  constructor(
    wire: Wire,
    orig: Host,
    resp: Host,
    port: number,
    actors: Actors = {},
    origPort = orig.nextPort++,
  ) {
    this.wire = wire;
    this.actors = actors;
    const side = (host: Host, at: number, seq: number): Side => ({
      host,
      port: at,
      seq,
      last: seq,
      received: 0,
      synced: false,
    });
    this.sides = [side(orig, origPort, 100), side(resp, port, 300)];
  }

  /** Goes on at `at` seconds. Default: a millisecond after the last segment. */
  play(script: string, at = this.now): this {
    this.now = at;
    for (const token of script.split(/\s+/)) {
      if (token.startsWith('+')) this.now += Number(token.slice(1));
      else this.segment(token);
    }
    return this;
  }

  private segment(token: string): void {
    const [, arrow = '', flag = '', payload = '', marks = '', by = '', to = '', seq, ack] =
      TOKEN.exec(token) ?? [];
    const flags = FLAGS[flag];
    if (flags === undefined) throw new Error(token);
    const side = this.sides[arrow === '>' ? 0 : 1];
    const other = this.sides[arrow === '>' ? 1 : 0];
    if (marks.includes('!')) side.seq = side.last;
    const bytes = payload.startsWith(':') ? this.actors.bytes?.[payload.slice(1)] : undefined;
    const data = bytes ?? new Uint8Array(Number(payload)).fill(0x41);
    const unsynced = (flags & Rst) !== 0 && !side.synced && (flags & Ack) !== 0;
    const header = {
      srcPort: side.port,
      dstPort: other.port,
      seq: seq !== undefined ? Number(seq) : unsynced ? 0 : side.seq,
      ack: (flags & Ack) === 0 ? 0 : Number(ack ?? side.received),
      flags,
      window: WINDOW,
    };
    const from = this.actor(by, side.host);
    this.sent.push(this.wire.tcp(this.now * SECOND, from, this.actor(to, other.host), header, data));
    this.now += 0.001;
    if (seq !== undefined) return;
    side.last = side.seq;
    side.synced ||= (flags & Syn) !== 0;
    side.seq += data.length + ((flags & (Syn | Fin)) === 0 ? 0 : 1);
    if (!marks.includes('?')) other.received = Math.max(other.received, side.seq);
  }

  private actor(name: string, byDefault: Host): Host {
    const found = name === '' ? byDefault : this.actors.by?.[name];
    if (found === undefined) throw new Error(name);
    return found;
  }
}
