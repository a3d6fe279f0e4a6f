/**
 * What a connection speaks is asked of its first bytes, side by side; then the protocol's own dissector takes
 * over, with the same bytes. A service without a dissector is confirmed when both sides look like it. Where the
 * sides disagree, what runs there is what the responder speaks: a web server that answers a remoting call is HTTP.
 */
import type { Dissector, Origin, Side } from './dissector.js';
import { dissectorOf } from './dissectors.js';
import type { Ends, Learner } from './learner.js';
import type { ServiceName } from './facts.js';
import { firstBytes } from './signature.js';

/** Names that one protocol has on its two sides. */
const AKIN: readonly ReadonlySet<ServiceName>[] = [new Set(['http', 'winrm']), new Set(['smb', 'nbss'])];

function isAkin(a: ServiceName, b: ServiceName): boolean {
  return a === b || AKIN.some((names) => names.has(a) && names.has(b));
}

/** Bytes of one side after which a connection that nothing was recognised in is left alone. */
const GIVE_UP_BYTES = 16 << 10;

export class ProtocolSwitch implements Dissector {
  done = false;
  private readonly learner: Learner;
  private readonly flow: number;
  private readonly ends: Ends;
  private inner: Dissector | null = null;
  /** What each side's first bytes said; undefined = not asked yet. */
  private readonly said: [ServiceName | 'none' | undefined, ServiceName | 'none' | undefined] = [
    undefined,
    undefined,
  ];
  private seenBytes = 0;
  /** The responder speaks something else than the originator, and `inner` reads the responder alone. */
  private disagree = false;

  constructor(learner: Learner, flow: number, ends: Ends) {
    this.learner = learner;
    this.flow = flow;
    this.ends = ends;
  }

  data(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    const { inner } = this;
    if (inner !== null && this.said[side] === undefined) {
      return this.second(inner, side, bytes, view, at, end, from);
    }
    if (inner !== null && !(this.disagree && side === 0)) {
      return this.pass(inner, side, bytes, view, at, end, from);
    }
    if (this.said[side] !== undefined) return this.drop(end - at);
    const result = firstBytes(side, bytes, view, at, end);
    if (result === 'need_more') return 0;
    this.said[side] = result;
    if (result === 'none') {
      if (this.said[side === 0 ? 1 : 0] === 'none') this.done = true;
      return this.drop(end - at);
    }
    return this.start(result, side, bytes, view, at, end, from);
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
      if (this.said[side === 0 ? 1 : 0] === 'none') this.done = true;
    }
  }

  end(): void {
    this.inner?.end();
    this.done = true;
  }

  private start(
    service: ServiceName,
    side: Side,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    from: Origin,
  ): number {
    const other = this.said[side === 0 ? 1 : 0];
    if (other !== undefined && other !== 'none') return this.compare(service, other, end - at);
    this.learner.facts.service(this.flow, service, 'suspected');
    this.inner = dissectorOf(service, this.learner, this.flow, this.ends);
    if (this.inner !== null) return this.pass(this.inner, side, bytes, view, at, end, from);
    return this.drop(end - at);
  }

  /** The second side has spoken too, and no dissector reads this service. */
  private compare(service: ServiceName, other: ServiceName, length: number): number {
    if (service === other) {
      this.learner.facts.service(this.flow, service, 'confirmed');
    } else {
      this.learner.facts.withdraw(this.flow);
      this.learner.facts.weird('service_mismatch');
    }
    this.done = true;
    return length;
  }

  /** First bytes of the second side, while the dissector of the first side's service is at work. */
  private second(
    inner: Dissector,
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
      return this.pass(inner, side, bytes, view, at, end, from);
    }
    const { facts } = this.learner;
    facts.weird('service_mismatch');
    if (side === 0) return this.pass(inner, side, bytes, view, at, end, from);
    inner.end();
    facts.retract(this.flow);
    facts.service(this.flow, result, 'suspected');
    this.disagree = true;
    this.inner = dissectorOf(result, this.learner, this.flow, this.ends);
    if (this.inner !== null) return this.pass(this.inner, side, bytes, view, at, end, from);
    this.done = true;
    return end - at;
  }

  private pass(
    inner: Dissector,
    side: Side,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    from: Origin,
  ): number {
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
