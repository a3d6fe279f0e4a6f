/** Feeding built messages to a dissector, and what came of it as plain text. */
import { RpcDissector } from '../../../src/recognise/dcerpc/dce-rpc.js';
import { Facts } from '../../../src/recognise/facts/facts.js';
import type { Side } from '../../../src/recognise/facts/dissector.js';
import { replay } from './rpc-streams.js';
import type { Piece } from './rpc-streams.js';

export type Message = readonly [Side, Uint8Array];

/** One piece a message; frame n comes n milliseconds after the first. */
export function pieces(messages: readonly Message[]): Piece[] {
  return messages.map(([side, bytes], i) => ({
    side,
    gap: 0,
    bytes,
    sec: 1_700_000_000,
    nsec: i * 1_000_000,
    frame: i + 1,
  }));
}

export function factsOf(messages: readonly Message[], transport = 'tcp'): Facts {
  return factsOfPieces(pieces(messages), transport);
}

export function factsOfPieces(list: readonly Piece[], transport = 'tcp'): Facts {
  const facts = new Facts();
  replay(new RpcDissector(facts, 0, transport), list);
  return facts;
}

/** Everything that was learned, without times and frames. */
export function textOf(facts: Facts): string[] {
  return [
    ...facts.binds.items.map(
      (b) =>
        `bind ${b.name} ${b.version} result ${b.result} auth ${b.authType}/${b.authLevel} at ${b.secondaryAddress} nak ${b.nakReason}${b.alter ? ' alter' : ''}`,
    ),
    ...facts.calls.items.map(
      (c) => `call ${c.interfaceName} ${c.opnum} ${c.operation} fault ${c.fault} at ${c.endpoint}`,
    ),
    ...facts.mappings.items.map((m) => `port ${m.source} ${m.name} ${m.address} ${m.host} ${m.port}`),
    ...facts.denied.items.map((d) => `denied ${d.what} ${d.statusName}`),
    ...facts.details.items.map((d) => `detail ${d.text}`),
  ];
}
