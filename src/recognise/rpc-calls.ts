/**
 * Calls of one connection that wait for their answer. C706 §9.5 (call ids), §12.6.4.9-10.
 */
import type { Origin, Side } from './dissector.js';
import { FewMap } from './few-map.js';
import type { Facts, RpcCall } from './facts.js';
import type { RpcContext } from './rpc-context.js';
import { operationName } from './rpc-operations.js';

/** Calls at once that are remembered; the oldest goes first. */
export const MAX_CALLS_IN_FLIGHT = 64;

/** One call in flight; reused when it was answered. */
export class PendingCall {
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

export class PendingCalls {
  private readonly facts: Facts;
  private readonly transport: string;
  private readonly byId = new FewMap<PendingCall>();
  private spare: PendingCall | null = null;
  private full = false;

  constructor(facts: Facts, transport: string) {
    this.facts = facts;
    this.transport = transport;
  }

  get size(): number {
    return this.byId.size;
  }

  get(callId: number): PendingCall | undefined {
    return this.byId.get(callId);
  }

  /** The first fragment of a request. */
  begin(callId: number, side: Side, opnum: number, context: RpcContext, reading: number): void {
    let pending = this.byId.get(callId);
    if (pending !== undefined) {
      this.byId.delete(callId);
    } else {
      if (this.byId.size >= MAX_CALLS_IN_FLIGHT) this.dropOldest();
      pending = this.spare ?? new PendingCall();
      this.spare = null;
    }
    pending.callId = callId;
    pending.side = side;
    pending.opnum = opnum;
    pending.context = context;
    pending.reading = reading;
    pending.call = null;
    pending.complete = false;
    pending.responseFrame = 0;
    pending.wanted = '';
    this.byId.set(callId, pending);
  }

  /** The last fragment of a request: from here on the time counts. */
  requested(pending: PendingCall, endpoint: string, from: Origin): void {
    pending.complete = true;
    pending.sec = from.sec;
    pending.nsec = from.nsec;
    if (this.full) {
      this.facts.calls.dropped++;
      return;
    }
    const uuid = pending.context?.uuid ?? '';
    const call: RpcCall = {
      uuid,
      interfaceName: pending.context?.name ?? '',
      opnum: pending.opnum,
      operation: operationName(uuid, pending.opnum),
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
    if (this.facts.calls.add(call)) pending.call = call;
    else this.full = true;
  }

  /** The last fragment of the answer, or a fault. The pending call is not to be used any more. */
  answered(pending: PendingCall, fault: number, from: Origin): void {
    this.byId.delete(pending.callId);
    this.spare = pending;
    const call = pending.call;
    if (call === null) return;
    // Clocks go back at times; a negative number would mean that no answer was seen.
    call.rtt = Math.max(0, (from.sec - pending.sec) * 1e9 + (from.nsec - pending.nsec)) / 1e9;
    call.fault = fault;
    call.responseFrame = pending.responseFrame === 0 ? from.frame : pending.responseFrame;
  }

  /** Requests of a side may have been missed: an answer with a known id might belong to one of them. */
  forget(side: Side): void {
    for (const callId of this.byId.keys()) {
      if (this.byId.get(callId)?.side === side) this.byId.delete(callId);
    }
  }

  clear(): void {
    this.byId.clear();
  }

  private dropOldest(): void {
    const { oldest } = this.byId;
    if (oldest === undefined) return;
    this.byId.delete(oldest);
    this.facts.weird('dce_rpc_too_many_calls');
  }
}
