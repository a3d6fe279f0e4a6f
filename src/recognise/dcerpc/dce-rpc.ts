/**
 * Connection-oriented DCE/RPC over TCP or a named pipe: which interfaces were bound and with what answer, which
 * operations were called, what was refused, and which ports the endpoint mapper and DCOM named.
 * C706 §9.3 (state machines), §12.6 (PDUs); [MS-RPCE] §2.2.2, §3.3.1.
 *
 *   header 16 | request: alloc_hint u32, context id u16, opnum u16, [object uuid 16], stub
 *             | response: alloc_hint u32, context id u16, cancel count u8, 0, stub | fault: ..., status u32
 *             | bind, alter_context and their answers: see rpc-context.ts | [auth verifier]
 *
 * A PDU's header is read as soon as it is there; its body is passed as it comes and copied only when it is read.
 */
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { EPMAPPER_UUID, EptOpnum } from './epm.js';
import { factText, seenAt } from '../facts/facts.js';
import type { Facts } from '../facts/facts.js';
import { PendingCalls } from './rpc-calls.js';
import { MAX_STATUS_STUB, Reading, readingOf } from './rpc-answers.js';
import { newContext, RpcContexts } from './rpc-context.js';
import type { RpcContext } from './rpc-context.js';
import { interfaceOfPipe } from './rpc-interfaces.js';
import {
  AuthVerifier,
  CALL_HEADER_BYTES,
  HEADER_BYTES,
  headerBytes,
  isClientType,
  mayBePdu,
  PduFlag,
  PduType,
} from './rpc-pdu.js';
import type { PduHeader } from './rpc-pdu.js';
import { isAccessDenied, nakDeniesAccess, nakReasonName } from './rpc-status.js';
import { StubFacts, noteRequest, reportDenied } from './rpc-stub-facts.js';
import { RpcSide } from './rpc-side.js';

/**
 * Bytes of a side that are passed over in search of an RPC header.
 * @reached the side is given up
 */
export const MAX_STRAY_BYTES = 256 << 10;

/** [MS-RPCE] §2.2.1.1.8: the stub is encrypted. */
const AUTH_LEVEL_PRIVACY = 6;
const UUID_BYTES = 16;

/** Learns of authentication; what it is given is valid during the call only. */
export interface AuthListener {
  /** A token (SPNEGO, Kerberos or bare NTLM) `bytes[at .. end)` that `side` sent. */
  token(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): void;
  /** Another connection begins. */
  begin(): void;
  /** How the server took the client's last token: it answered a call, or it refused the bind or a call. */
  outcome(success: boolean): void;
}

/** The verifier of the PDU being read; one for all connections, since none is kept beyond a call. */
const verifier = new AuthVerifier();

export class RpcDissector implements Dissector {
  done = false;
  /** Set to learn of tokens and of what came of them. */
  auth: AuthListener | null = null;

  private readonly facts: Facts;
  private readonly stubFacts: StubFacts;
  private flow = -1;
  private transport = '';
  private readonly side0 = new RpcSide();
  private readonly side1 = new RpcSide();
  private readonly contexts: RpcContexts;
  private readonly calls: PendingCalls;
  /** The client sent a token and no outcome was told. */
  private awaited = false;
  /** What calls belong to whose bind was not seen; null = there was none. */
  private unbound: RpcContext | null = null;

  /** `transport` is 'tcp', or the name of the pipe ('svcctl'). */
  constructor(facts: Facts, flow: number, transport: string) {
    this.facts = facts;
    this.stubFacts = new StubFacts(facts);
    this.contexts = new RpcContexts(facts);
    this.calls = new PendingCalls(facts);
    this.begin(flow, transport);
  }

  /** Begins with another connection: nothing of the one before is left. */
  begin(flow: number, transport: string): void {
    this.done = false;
    this.flow = flow;
    this.transport = factText(transport);
    this.side0.reset();
    this.side1.reset();
    this.contexts.begin(this.transport);
    this.calls.begin(this.transport);
    this.awaited = false;
    this.unbound = null;
    this.auth?.begin();
  }

  data(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    const s = this.side(side);
    if (s.left > 0) return this.more(s, side, bytes, at, end, from);
    if (!mayBePdu(bytes, at, end)) return this.strayed(s, side, end - at);
    if (end - at < HEADER_BYTES || end - at < headerBytes(view.getUint8(at + 2))) return 0;
    const header = s.header;
    header.read(view, at);
    s.type = header.type;
    s.stray = -1;
    s.collecting = this.beginPdu(s, side, from);
    const bodyAt = at + header.length;
    const pduEnd = at + header.fragLength;
    if (pduEnd <= end) {
      if (s.collecting) this.body(side, bytes, view, bodyAt, pduEnd, from);
      this.finish(s, side, from);
      return header.fragLength;
    }
    s.keepHeader();
    s.left = pduEnd - end;
    s.body.begin();
    if (s.collecting) s.body.append(bytes, bodyAt, end);
    return end - at;
  }

  gap(side: Side, length: number, from: Origin): void {
    const s = this.side(side);
    if (s.left > 0 && s.collecting) {
      s.collecting = false;
      s.stubCall = -1;
      verifier.none(s.body.length);
      if (!isCall(s.type)) this.control(side, s.body.bytes, s.body.view, 0, s.body.length, from);
    }
    if (length > 0 && length <= s.left) {
      s.left -= length;
      if (s.left === 0) this.finish(s, side, from);
      return;
    }
    s.left = 0;
    this.lose(s, side);
  }

  end(): void {
    this.done = true;
    this.calls.clear();
    this.side0.release();
    this.side1.release();
  }

  private side(side: Side): RpcSide {
    return side === 0 ? this.side0 : this.side1;
  }

  /** More of a body. */
  private more(s: RpcSide, side: Side, bytes: Uint8Array, at: number, end: number, from: Origin): number {
    const length = Math.min(s.left, end - at);
    if (s.collecting) s.body.append(bytes, at, at + length);
    s.left -= length;
    if (s.left > 0) return length;
    if (s.collecting) this.body(side, s.body.bytes, s.body.view, 0, s.body.length, from);
    this.finish(s, side, from);
    return length;
  }

  /** Where a PDU should begin none does. */
  private strayed(s: RpcSide, side: Side, length: number): number {
    if (s.stray < 0) {
      if (s.proven) this.facts.weird('dce_rpc_out_of_step');
      this.lose(s, side);
    }
    s.stray += length;
    const other = this.side(side === 0 ? 1 : 0);
    const neverBegan = !s.proven && !other.proven && other.stray > 0;
    if (neverBegan || s.stray > MAX_STRAY_BYTES) this.done = true;
    return length;
  }

  private lose(s: RpcSide, side: Side): void {
    s.stray = Math.max(0, s.stray);
    s.stubCall = -1;
    this.calls.forget(side);
    this.contexts.forgetOffer();
  }

  /** A PDU's header is there; true when its body is needed. */
  private beginPdu(s: RpcSide, side: Side, from: Origin): boolean {
    const header = s.header;
    switch (header.type) {
      case PduType.Request:
        if (header.isFirst) this.beginRequest(s, side);
        return s.stubCall === header.callId;
      case PduType.Response:
        return this.beginResponse(s, side, from);
      case PduType.Fault:
      case PduType.Bind:
      case PduType.BindAck:
      case PduType.BindNak:
      case PduType.AlterContext:
      case PduType.AlterContextResp:
        return true;
      case PduType.Auth3:
        return this.auth !== null;
      default:
        return false;
    }
  }

  private beginRequest(s: RpcSide, side: Side): void {
    const { callId, contextId, opnum } = s.header;
    const context = this.contexts.get(contextId) ?? this.unboundContext();
    const { to } = context;
    const reading = readingOf(to.answers, to.status, opnum);
    this.calls.ask(callId, side, opnum, context, reading);
    const wanted = to.uuid === EPMAPPER_UUID && opnum === EptOpnum.Map;
    s.beginStub(wanted ? callId : -1);
  }

  private unboundContext(): RpcContext {
    return (this.unbound ??= newContext(this.transport === 'tcp' ? '' : interfaceOfPipe(this.transport)));
  }

  private beginResponse(s: RpcSide, side: Side, from: Origin): boolean {
    const header = s.header;
    if (header.isFirst) {
      s.beginStub(-1);
      const pending = this.calls.get(header.callId);
      if (pending === undefined || pending.side === side) return false;
      pending.responseFrame = from.frame;
      const short = header.isLast && header.fragLength - CALL_HEADER_BYTES <= MAX_STATUS_STUB;
      if (pending.reading === Reading.None || (pending.reading === Reading.Status && !short)) return false;
      s.beginStub(header.callId);
    }
    return s.stubCall === header.callId;
  }

  /** The body that was asked for. */
  private body(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): void {
    const s = this.side(side);
    verifier.read(view, at, end, s.header.authLength);
    if (isCall(s.type)) this.stub(s, side, bytes, view, at, from);
    else this.control(side, bytes, view, at, end, from);
  }

  /** The body, or its beginning before a gap, of a PDU that is neither request nor response. */
  private control(
    side: Side,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    from: Origin,
  ): void {
    const { header } = this.side(side);
    const auth = verifier;
    switch (header.type) {
      case PduType.Fault:
        if (at + 4 <= end) this.fault(header, side, view.getUint32(at, header.little), from);
        return;
      case PduType.BindNak:
        if (at + 2 <= end) this.refused(header, view.getUint16(at, header.little), from);
        return;
      case PduType.Bind:
      case PduType.AlterContext:
        this.contexts.offer(header, view, at, auth.bodyEnd, auth, from);
        break;
      case PduType.BindAck:
      case PduType.AlterContextResp:
        this.contexts.acknowledge(header, view, at, auth.bodyEnd);
        break;
    }
    if (this.auth === null || auth.tokenEnd <= auth.tokenAt) return;
    if (isClientType(header.type)) this.awaited = true;
    this.auth.token(side, bytes, view, auth.tokenAt, auth.tokenEnd, from);
  }

  private outcome(success: boolean): void {
    if (!this.awaited) return;
    this.awaited = false;
    this.auth?.outcome(success);
  }

  /** A PDU is over. */
  private finish(s: RpcSide, side: Side, from: Origin): void {
    const header = s.header;
    s.endPdu();
    if (!s.proven) this.prove(s, side);
    if (!header.isLast) return;
    const pending = this.calls.get(header.callId);
    if (pending === undefined) return;
    if (header.type === PduType.Request && pending.side === side && !pending.complete)
      this.calls.requested(pending, this.contexts.secondaryAddress, from);
    else if (header.type === PduType.Response && pending.side !== side && pending.complete) {
      this.calls.answered(pending, -1, from);
      this.outcome(true);
    }
  }

  private prove(s: RpcSide, side: Side): void {
    s.proven = true;
    // On a pipe the flow's service is SMB, which its own dissector says.
    if (this.transport !== 'tcp') return;
    const other = this.side(side === 0 ? 1 : 0);
    const both = other.proven && isClientType(s.type) !== isClientType(other.type);
    this.facts.service(this.flow, 'dce_rpc', both ? 'confirmed' : 'suspected');
  }

  /** One fragment of a stub that is read; its last fragment brings it to an end. */
  private stub(s: RpcSide, side: Side, bytes: Uint8Array, view: DataView, at: number, from: Origin): void {
    const header = s.header;
    let end = verifier.bodyEnd;
    if (verifier.level === AUTH_LEVEL_PRIVACY) {
      s.stubCall = -1;
      return;
    }
    if (header.type === PduType.Request && (header.flags & PduFlag.Object) !== 0) at += UUID_BYTES;
    if (at > end) return;
    if (!header.isFirst || !header.isLast) {
      if (!s.stub.append(bytes, at, end)) {
        s.stubCall = -1;
        this.facts.weird('dce_rpc_stub_too_long');
      }
      if (!header.isLast || s.stubCall !== header.callId) return;
      view = s.stub.view;
      at = 0;
      end = s.stub.length;
    }
    s.stubCall = -1;
    const pending = this.calls.get(header.callId);
    if (pending?.side === side) noteRequest(pending, view, at, end, header.little);
    else if (pending !== undefined) this.stubFacts.answer(pending, view, at, end, header.little, from);
    s.releaseStub();
  }

  private fault(header: PduHeader, side: Side, status: number, from: Origin): void {
    const pending = this.calls.get(header.callId);
    const known = pending !== undefined && pending.side !== side && pending.complete;
    if (isAccessDenied(status)) {
      reportDenied(this.facts, known ? pending : null, status, from);
      this.outcome(false);
    }
    if (known) this.calls.answered(pending, status, from);
  }

  private refused(header: PduHeader, reason: number, from: Origin): void {
    const names = this.contexts.refuse(reason, header.callId);
    if (names === null || !nakDeniesAccess(reason)) return;
    this.outcome(false);
    this.facts.denied.add({
      what: factText(`DCE/RPC bind ${names}`),
      status: reason,
      statusName: nakReasonName(reason),
      ...seenAt(from),
    });
  }
}

/** A stub is in it. */
function isCall(type: number): boolean {
  return type === PduType.Request || type === PduType.Response;
}
