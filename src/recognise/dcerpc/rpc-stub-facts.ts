/** What whole stubs tell: mapped ports, ports of object exporters, refused rights. */
import { readOxidBindings } from './dcom.js';
import type { EptAnswer } from './epm.js';
import type { Origin } from '../../flow/record/origin.js';
import { EptOpnum, readEptAnswer, requestedInterface } from './epm.js';
import { factText, seenAt } from '../facts/facts.js';
import type { Facts } from '../facts/facts.js';
import { Reading, saysDenied } from './rpc-answers.js';
import type { PendingCall } from './rpc-calls.js';
import { interfaceName } from './rpc-interfaces.js';
import { operationName } from './rpc-operations.js';
import { rpcStatusName } from './rpc-status.js';

/** The stub of a request that is needed to understand its answer. */
export function noteRequest(
  pending: PendingCall,
  view: DataView,
  at: number,
  end: number,
  little: boolean,
): void {
  pending.wanted = requestedInterface(view, at, end, little, pending.context?.wide ?? false);
}

/** What the stubs of answers tell goes to the facts. */
export class StubFacts {
  private readonly facts: Facts;

  constructor(facts: Facts) {
    this.facts = facts;
  }

  /** The whole stub `view[at .. end)` of the answer to a call. */
  answer(pending: PendingCall, view: DataView, at: number, end: number, little: boolean, from: Origin): void {
    const { facts } = this;
    if (pending.reading === Reading.Towers) {
      const wide = pending.context?.wide ?? false;
      takeTowers(facts, pending, readEptAnswer(view, at, end, little, wide, pending.opnum), from);
      return;
    }
    if (pending.reading === Reading.Bindings) takeBindings(facts, view, at, end, little, from);
    if (end - at < 4) return;
    const status = view.getUint32(end - 4, little);
    if (saysDenied(pending.context?.to.status ?? 0, status)) reportDenied(facts, pending, status, from);
  }
}

function takeTowers(facts: Facts, pending: PendingCall, answer: EptAnswer, from: Origin): void {
  facts.mappings.dropped += answer.dropped;
  for (const { uuid, port, address } of answer.towers) {
    if (port === 0) continue;
    const name = interfaceName(uuid);
    facts.mappings.add({
      address,
      port,
      uuid,
      name,
      source: 'ept_map',
      host: '',
      flow: from.flow,
      sec: from.sec,
      nsec: from.nsec,
      fileIndex: from.fileIndex,
      frame: from.frame,
    });
  }
  if (pending.opnum !== EptOpnum.Map || answer.status <= 0) return;
  const asked = interfaceName(pending.wanted) || pending.wanted || 'an interface';
  const status = rpcStatusName(answer.status) || `0x${answer.status.toString(16).padStart(8, '0')}`;
  facts.details.add({ service: 'dce_rpc', text: `ept_map ${asked}: ${status}`, ...seenAt(from) });
}

function takeBindings(
  facts: Facts,
  view: DataView,
  at: number,
  end: number,
  little: boolean,
  from: Origin,
): void {
  for (const { host, port } of readOxidBindings(view, at, end, little)) {
    const address = isAddress(host) ? host : '';
    facts.mappings.add({
      address,
      port,
      uuid: '',
      name: '',
      source: 'dcom',
      host: factText(host),
      ...seenAt(from),
    });
  }
}

/** A refused right; `pending` null = nobody saw what was called. */
export function reportDenied(facts: Facts, pending: PendingCall | null, status: number, from: Origin): void {
  const uuid = pending?.context?.to.uuid ?? '';
  const operation = pending === null ? '' : operationName(uuid, pending.opnum);
  const what = ['DCE/RPC', interfaceName(uuid) || uuid, operation].filter((word) => word !== '').join(' ');
  facts.denied.add({ what, status, statusName: rpcStatusName(status), ...seenAt(from) });
}

/** IPv4 or IPv6 in text form, as string bindings have them. */
function isAddress(host: string): boolean {
  return (
    /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || (host.includes(':') && /^[0-9a-f:.]+(?:%\d+)?$/i.test(host))
  );
}
