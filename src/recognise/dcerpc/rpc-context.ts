/**
 * Presentation contexts of one connection: what a bind or alter-context offers, and how it was answered.
 * C706 §12.6.3.1 (p_cont_list_t, p_result_list_t), §12.6.4.3-5; [MS-RPCE] §2.2.2.13, §3.3.1.5.
 *
 *   bind:     max_xmit u16 | max_recv u16 | assoc_group u32 | n u8 | 0 0 0 | contexts
 *   context:  id u16 | n syntaxes u8 | 0 | abstract uuid, version u32 | (transfer uuid, version u32) * n
 *   bind_ack: max_xmit u16 | max_recv u16 | assoc_group u32 | address len u16, address | pad to 4 | n u8 | 0 0 0
 *             | (result u16 | reason u16 | transfer uuid, version u32) * n
 */
import type { Origin } from '../../flow/record/origin.js';
import type { Facts, RpcBind } from '../facts/facts.js';
import { MAX_FACT_TEXT } from '../facts/facts.js';
import { SmallMap } from '../bytes/small-map.js';
import { latin1Text } from '../bytes/byte-text.js';
import { NDR64_UUID, uuidText } from '../bytes/ndr.js';
import { PduType } from './rpc-pdu.js';
import type { AuthVerifier, PduHeader } from './rpc-pdu.js';
import { interfaceName } from './rpc-interfaces.js';
import { answersOf, statusOf } from './rpc-answers.js';
import { operationsOf } from './rpc-operations.js';

/**
 * RPC contexts remembered of one connection.
 * @reached further ones are not known; each is counted as a weird
 */
export const MAX_CONTEXTS = 256;

const SYNTAX_BYTES = 20;
const CONTEXT_BYTES = 4 + SYNTAX_BYTES;
const RESULT_BYTES = 24;
/** Offset in a PDU's body (which begins after the 16 bytes of the common header) of what follows the sizes. */
const AFTER_SIZES = 8;

/** What is known of an interface; the same object for all connections. */
export interface RpcInterface {
  /** '' = the bind was not seen. */
  readonly uuid: string;
  readonly name: string;
  /** How its answers are read. */
  readonly answers: number;
  /** What the last word of its answers is. */
  readonly status: number;
  /** Names by opnum. */
  readonly operations: readonly string[];
}

/**
 * RPC interfaces remembered.
 * @reached all are forgotten
 */
const MAX_INTERFACES = 1_024;
const interfaces = new Map<string, RpcInterface>();

function interfaceOf(uuid: string): RpcInterface {
  const known = interfaces.get(uuid);
  if (known !== undefined) return known;
  if (interfaces.size >= MAX_INTERFACES) interfaces.clear();
  const made: RpcInterface = {
    uuid,
    name: interfaceName(uuid),
    answers: answersOf(uuid),
    status: statusOf(uuid),
    operations: operationsOf(uuid),
  };
  interfaces.set(uuid, made);
  return made;
}

/** What calls of a context id go to. */
export interface RpcContext {
  readonly to: RpcInterface;
  /** Stubs are NDR64. */
  wide: boolean;
}

export function newContext(uuid: string): RpcContext {
  return { to: interfaceOf(uuid), wide: false };
}

/** A bind that waits for its answer. */
interface Offer {
  readonly bind: RpcBind;
  readonly context: RpcContext;
}

/** Binds of one connection: its contexts by their ids. */
export class RpcContexts extends SmallMap<RpcContext> {
  /** Of the bind_ack, '' = not seen. */
  secondaryAddress = '';
  private readonly facts: Facts;
  private transport = '';
  /** Offered and not answered yet: the first `offers` of the list, which keeps its length for the next. */
  private readonly offered: Offer[] = [];
  private offers = 0;
  private offeredCall = 0;

  constructor(facts: Facts) {
    super();
    this.facts = facts;
  }

  /** Begins with another connection. */
  begin(transport: string): void {
    this.clear();
    this.transport = transport;
    this.secondaryAddress = '';
    this.forgetOffer();
    this.offeredCall = 0;
  }

  /** Reads what the body `view[at .. end)` of a bind or alter_context offers, as far as it is there. */
  offer(header: PduHeader, view: DataView, at: number, end: number, auth: AuthVerifier, from: Origin): void {
    const { little, callId } = header;
    const alter = header.type === PduType.AlterContext;
    this.forgetOffer();
    this.offeredCall = callId;
    if (at + AFTER_SIZES + 4 > end) return;
    const count = view.getUint8(at + AFTER_SIZES);
    at += AFTER_SIZES + 4;
    for (let i = 0; i < count && at + CONTEXT_BYTES <= end; i++) {
      const id = view.getUint16(at, little);
      const syntaxes = view.getUint8(at + 2);
      const uuid = uuidText(view, at + 4, little);
      const context = newContext(uuid);
      const bind: RpcBind = {
        uuid,
        version: view.getUint32(at + 20, little) & 0xffff,
        name: context.to.name,
        result: null,
        authType: auth.type,
        authLevel: auth.level,
        transport: this.transport,
        secondaryAddress: this.secondaryAddress,
        nakReason: -1,
        alter,
        flow: from.flow,
        sec: from.sec,
        nsec: from.nsec,
        fileIndex: from.fileIndex,
        frame: from.frame,
      };
      at += CONTEXT_BYTES;
      context.wide = at + 16 <= end && syntaxes === 1 && uuidText(view, at, little) === NDR64_UUID;
      at += syntaxes * SYNTAX_BYTES;
      this.facts.binds.add(bind);
      this.offered[this.offers++] = { bind, context };
      this.remember(id, context);
    }
  }

  /** Reads the body of a bind_ack or alter_context_resp; true when it answers what was offered. */
  acknowledge(header: PduHeader, view: DataView, at: number, end: number): boolean {
    const { little, callId } = header;
    const alter = header.type === PduType.AlterContextResp;
    const base = at;
    at += AFTER_SIZES;
    if (at + 2 > end) return false;
    const length = view.getUint16(at, little);
    at += 2;
    if (length > end - at) return false;
    const answered = callId === this.offeredCall && this.offers > 0;
    const address = alter ? '' : asciiText(view, at, at + length);
    if (address !== '') this.secondaryAddress = address;
    // The PDU began 16 bytes before, so alignment is the same.
    at = base + ((at + length - base + 3) & ~3);
    if (!answered) return false;
    for (let i = 0; i < this.offers; i++) this.offered[i]!.bind.secondaryAddress = this.secondaryAddress;
    if (at + 4 <= end) this.results(view, at + 4, end, little, view.getUint8(at));
    this.forgetOffer();
    return true;
  }

  /** A bind_nak's reason; returns the interfaces that were refused, or null when nothing had been offered. */
  refuse(reason: number, callId: number): string | null {
    if (callId !== this.offeredCall || this.offers === 0) return null;
    const names: string[] = [];
    for (const { bind } of this.offered.slice(0, this.offers)) {
      bind.nakReason = reason;
      const name = bind.name === '' ? bind.uuid : bind.name;
      if (!names.includes(name)) names.push(name);
    }
    this.forgetOffer();
    return names.join(' ');
  }

  /** What was sent by the client may have been missed: no answer can be matched with what is known. */
  forgetOffer(): void {
    this.offers = 0;
  }

  private results(view: DataView, at: number, end: number, little: boolean, count: number): void {
    for (let i = 0; i < count && i < this.offers && at + RESULT_BYTES <= end; i++) {
      const offer = this.offered[i];
      if (offer === undefined) return;
      offer.bind.result = view.getUint16(at, little);
      if (offer.bind.result === 0) offer.context.wide = uuidText(view, at + 4, little) === NDR64_UUID;
      at += RESULT_BYTES;
    }
  }

  private remember(id: number, context: RpcContext): void {
    if (this.size >= MAX_CONTEXTS && this.get(id) === undefined) {
      this.facts.weird('dce_rpc_too_many_contexts');
      return;
    }
    this.set(id, context);
  }
}

/** The text that is being read. */
const letters = new Uint8Array(MAX_FACT_TEXT);

/** A zero-terminated text of a port_any_t. */
function asciiText(view: DataView, at: number, end: number): string {
  let stop = at;
  while (stop < end && view.getUint8(stop) !== 0) stop++;
  const length = Math.min(stop - at, MAX_FACT_TEXT);
  for (let i = 0; i < length; i++) letters[i] = view.getUint8(at + i);
  return latin1Text(letters, 0, length);
}
