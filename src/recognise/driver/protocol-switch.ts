/**
 * What a connection speaks is asked of its first bytes, side by side; then the protocol's own dissector takes
 * over, with the same bytes. A service without a dissector is confirmed when both sides look like it. Where the
 * sides disagree, what runs there is what the responder speaks: a web server that answers a remoting call is HTTP.
 */
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import type { Dissectors } from './dissectors.js';
import type { ServiceName } from '../facts/services.js';
import type { Facts } from '../facts/facts.js';
import { firstBytes } from '../signature/signature.js';

/** Names that one protocol has on its two sides. */
const AKIN: readonly ReadonlySet<ServiceName>[] = [new Set(['http', 'winrm']), new Set(['smb', 'nbss'])];

function isAkin(a: ServiceName, b: ServiceName): boolean {
  return a === b || AKIN.some((names) => names.has(a) && names.has(b));
}

/** Services whose messages are told from any other bytes wherever one begins. */
const RESUMABLE: ReadonlySet<string> = new Set<ServiceName>(['dce_rpc', 'smb']);

/**
 * Bytes of one side in which a service is looked for.
 * @reached the connection has no service
 */
const GIVE_UP_BYTES = 16 << 10;

export class ProtocolSwitch implements Dissector {
  done = false;
  private readonly facts: Facts;
  private readonly dissectors: Dissectors;
  private flow = -1;
  private inner: Dissector | null = null;
  /** What each side's first bytes said; undefined = not asked yet. */
  private readonly said: [ServiceName | 'none' | undefined, ServiceName | 'none' | undefined] = [
    undefined,
    undefined,
  ];
  private seenBytes = 0;
  /** The responder speaks something else than the originator, and `inner` reads the responder alone. */
  private disagree = false;
  /** The connection is older than the capture: what comes first may be the middle of a message. */
  private midstream = false;

  constructor(facts: Facts, dissectors: Dissectors) {
    this.facts = facts;
    this.dissectors = dissectors;
  }

  /** Begins with another connection. */
  begin(flow: number, midstream: boolean): void {
    this.midstream = midstream;
    this.done = false;
    this.flow = flow;
    this.inner = null;
    this.said[0] = undefined;
    this.said[1] = undefined;
    this.seenBytes = 0;
    this.disagree = false;
  }

  /** The dissector that reads all that follows of both sides; null = that is not sure yet, or none does. */
  get chosen(): Dissector | null {
    const isSure = this.said[0] !== undefined && this.said[1] !== undefined && !this.disagree;
    return isSure ? this.inner : null;
  }

  /** Who opened the connection was guessed, and nothing was recognised that would tell. */
  get mayTurn(): boolean {
    return this.midstream && this.inner === null;
  }

  /** Lets go of what reads the connection, which is over. */
  release(): void {
    if (this.inner !== null) this.dissectors.giveBack(this.inner);
    this.inner = null;
    this.done = true;
  }

  data(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    const { inner } = this;
    if (inner !== null && this.said[side] === undefined) {
      return this.second(side, bytes, view, at, end, from);
    }
    if (inner !== null && !(this.disagree && side === 0)) {
      return this.pass(side, bytes, view, at, end, from);
    }
    const before = this.said[side];
    if (before !== undefined && !(this.midstream && before === 'none')) return this.drop(end - at);
    let result = firstBytes(side, bytes, view, at, end);
    if (before !== undefined) result = RESUMABLE.has(result) ? result : 'none';
    if (result === 'need_more') return 0;
    this.said[side] = result;
    if (result === 'none') {
      this.missed(side);
      return this.drop(end - at);
    }
    const other = this.said[side === 0 ? 1 : 0];
    if (other !== undefined && other !== 'none') return this.compare(result, other, end - at);
    this.facts.service(this.flow, result, 'suspected');
    this.inner = this.dissectors.take(result, this.flow);
    return this.pass(side, bytes, view, at, end, from);
  }

  gap(side: Side, length: number, from: Origin): void {
    if (this.inner !== null) {
      // Behind a loss are no first bytes.
      this.said[side] ??= 'none';
      if (this.disagree && side === 0) return;
      this.inner.gap(side, length, from);
      this.done = this.inner.done;
    } else if (this.said[side] === undefined) {
      // The first bytes are lost: what follows may begin anywhere in a message.
      this.said[side] = 'none';
      this.missed(side);
    }
  }

  /** Nothing was recognised in a side's first bytes: after both of them it is over, unless a message may begin yet. */
  private missed(side: Side): void {
    if (this.said[side === 0 ? 1 : 0] === 'none' && !this.midstream) this.done = true;
  }

  end(): void {
    this.inner?.end();
    this.done = true;
  }

  /** The second side has spoken too, and no dissector reads this service. */
  private compare(service: ServiceName, other: ServiceName, length: number): number {
    if (service === other) {
      this.facts.service(this.flow, service, 'confirmed');
    } else {
      this.facts.withdraw(this.flow);
      this.facts.weird('service_mismatch');
    }
    this.done = true;
    return length;
  }

  /** First bytes of the second side, while the dissector of the first side's service is at work. */
  private second(
    side: Side,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    from: Origin,
  ): number {
    const result = firstBytes(side, bytes, view, at, end);
    if (result === 'need_more') return 0;
    this.said[side] = result;
    const first = this.said[side === 0 ? 1 : 0];
    if (result === 'none' || first === undefined || first === 'none' || isAkin(result, first)) {
      return this.pass(side, bytes, view, at, end, from);
    }
    const { facts, inner } = this;
    facts.weird('service_mismatch');
    if (side === 0 || inner === null) return this.pass(side, bytes, view, at, end, from);
    inner.end();
    facts.retract(this.flow);
    facts.service(this.flow, result, 'suspected');
    this.disagree = true;
    this.dissectors.giveBack(inner);
    this.inner = this.dissectors.take(result, this.flow);
    if (this.inner !== null) return this.pass(side, bytes, view, at, end, from);
    this.done = true;
    return end - at;
  }

  /** What reads the connection takes the bytes; without one they say nothing more. */
  private pass(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    const { inner } = this;
    if (inner === null) return this.drop(end - at);
    const taken = inner.data(side, bytes, view, at, end, from);
    this.done = inner.done;
    if (this.disagree) this.drop(Math.min(taken, end - at));
    return taken;
  }

  /** Bytes that say nothing more; after enough of them the connection is left alone. */
  private drop(length: number): number {
    this.seenBytes += length;
    if (this.seenBytes > GIVE_UP_BYTES) this.done = true;
    return length;
  }
}
