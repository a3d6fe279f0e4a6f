/**
 * Calls of one connection that wait for their answer. C706 §9.5 (call ids), §12.6.4.9-10.
 */
import type { Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { SmallMap } from '../bytes/small-map.js';
import type { Facts, RpcCall } from '../facts/facts.js';
import type { RpcContext } from './rpc-context.js';

/**
 * RPC calls of one connection that wait for an answer.
 * @reached the oldest is forgotten
 */
export const MAX_CALLS_IN_FLIGHT = 64;

/** One call in flight; reused when it was answered. */
export class PendingCall {
  /** It has no answer yet. */
  waits = false;
  callId = 0;
  side: Side = 0;
  opnum = 0;
  context: RpcContext | null = null;
  /** What of the answer is read: a Reading. */
  reading = 0;
  /** The fact, null = left out because of its limit, or the request is not complete. */
  call: RpcCall | null = null;
  complete = false;
  sec = 0;
  nsec = 0;
  /** Frame in which the answer began, 0 = it did not. */
  responseFrame = 0;
  /** An ept_map request's interface. */
  wanted = '';
}

/** By call id. */
export class PendingCalls extends SmallMap<PendingCall> {
  private readonly facts: Facts;
  private transport = '';
  /** The next to be used, unless it waits. */
  private spare = new PendingCall();
  private full = false;

  constructor(facts: Facts) {
    super();
    this.facts = facts;
  }

  /** Begins with another connection. */
  begin(transport: string): void {
    this.clear();
    this.spare.waits = false;
    this.transport = transport;
    this.full = false;
  }

  /** The first fragment of a request. */
  ask(callId: number, side: Side, opnum: number, context: RpcContext, reading: number): void {
    let pending = this.get(callId);
    if (pending !== undefined) {
      this.delete(callId);
    } else {
      if (this.size >= MAX_CALLS_IN_FLIGHT) this.dropOldest();
      if (this.spare.waits) this.spare = new PendingCall();
      pending = this.spare;
    }
    pending.waits = true;
    pending.callId = callId;
    pending.side = side;
    pending.opnum = opnum;
    // The context is the same for most calls, and to store it would cost a write barrier.
    if (pending.context !== context) pending.context = context;
    pending.reading = reading;
    pending.call = null;
    pending.complete = false;
    pending.responseFrame = 0;
    pending.wanted = '';
    this.set(callId, pending);
  }

  /** The last fragment of a request: from here on the time counts. */
  requested(pending: PendingCall, endpoint: string, from: Origin): void {
    pending.complete = true;
    pending.sec = from.sec;
    pending.nsec = from.nsec;
    const { calls } = this.facts;
    if (this.full || !calls.hasRoom(from.flow)) {
      this.full = true;
      calls.dropped++;
      return;
    }
    const to = pending.context?.to;
    const call: RpcCall = {
      uuid: to?.uuid ?? '',
      interfaceName: to?.name ?? '',
      opnum: pending.opnum,
      operation: to?.operations[pending.opnum] ?? '',
      callId: pending.callId,
      transport: this.transport,
      endpoint,
      rtt: -1,
      fault: -1,
      responseFrame: 0,
      flow: from.flow,
      sec: from.sec,
      nsec: from.nsec,
      fileIndex: from.fileIndex,
      frame: from.frame,
    };
    calls.add(call);
    pending.call = call;
  }

  /** The last fragment of the answer, or a fault. The pending call is not to be used any more. */
  answered(pending: PendingCall, fault: number, from: Origin): void {
    this.delete(pending.callId);
    this.unused(pending);
    const call = pending.call;
    if (call === null) return;
    // Clocks go back at times; a negative number would mean that no answer was seen.
    call.rtt = Math.max(0, (from.sec - pending.sec) * 1e9 + (from.nsec - pending.nsec)) / 1e9;
    call.fault = fault;
    call.responseFrame = pending.responseFrame === 0 ? from.frame : pending.responseFrame;
  }

  /** Requests of a side may have been missed: an answer with a known id might belong to one of them. */
  forget(side: Side): void {
    if (this.size === 0) return;
    for (const callId of this.keys()) {
      if (this.get(callId)?.side === side) this.delete(callId);
    }
  }

  private unused(pending: PendingCall): void {
    pending.waits = false;
    if (this.spare !== pending) this.spare = pending;
  }

  private dropOldest(): void {
    const { oldest } = this;
    if (oldest === undefined) return;
    this.delete(oldest);
    this.facts.weird('dce_rpc_too_many_calls');
  }
}
