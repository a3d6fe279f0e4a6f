/**
 * DCE/RPC connection-oriented PDUs without authentication, and the endpoint mapper's question and answer.
 *
 * Normative: C706 §12.6 (PDU encodings), Appendix I (towers), Appendix O (epmapper); [MS-SCMR] §3.1.4.
 *
 *   | 05 00 type flags | 10 00 00 00 | fragment length u16 | auth length u16 | call id u32 | body ... |
 */
import { addressBytes } from '../craft/frame.js';
import { be16, concat, hex, le16, le32, pad4, text, u8, uuid, zeros } from '../craft/bytes.js';

/** An interface with its version. */
export interface RpcInterface {
  readonly uuid: string;
  readonly major: number;
}

export const EPMAPPER: RpcInterface = { uuid: 'e1af8308-5d1f-11c9-91a4-08002b14a0fa', major: 3 };
export const SVCCTL: RpcInterface = { uuid: '367abb81-9844-35f1-ad32-98f038001003', major: 2 };
export const IWBEM_LEVEL1_LOGIN: RpcInterface = { uuid: 'f309ad18-d86a-11d0-a075-00c04fb68820', major: 0 };

export const SCM_ACTIVATOR: RpcInterface = { uuid: '000001a0-0000-0000-c000-000000000046', major: 0 };

const NDR: RpcInterface = { uuid: '8a885d04-1ceb-11c9-9fe8-08002b104860', major: 2 };
const PduType = { Request: 0, Response: 2, Bind: 11, BindAck: 12 } as const;
const FIRST_AND_LAST = 3;
const MAX_FRAGMENT = 5840;
const ERROR_ACCESS_DENIED = 5;

const syntax = (of: RpcInterface): Uint8Array => concat(uuid(of.uuid), le16(of.major, 0));

function pdu(type: number, callId: number, body: Uint8Array): Uint8Array {
  const start = concat(u8(5, 0, type, FIRST_AND_LAST), hex('10000000'));
  return concat(start, le16(16 + body.length, 0), le32(callId), body);
}

export function bind(callId: number, to: RpcInterface): Uint8Array {
  const context = concat(u8(1, 0, 0, 0), le16(0), u8(1, 0), syntax(to), syntax(NDR));
  return pdu(PduType.Bind, callId, concat(le16(MAX_FRAGMENT, MAX_FRAGMENT), le32(0), context));
}

/** `secondary` is the secondary address: the port as text, or the pipe's path. */
export function bindAck(callId: number, secondary: number | string, group = 0x5a3c): Uint8Array {
  const address = concat(text(String(secondary)), zeros(1));
  const start = concat(le16(MAX_FRAGMENT, MAX_FRAGMENT), le32(group), le16(address.length), address);
  return pdu(
    PduType.BindAck,
    callId,
    concat(start, pad4(start.length), u8(1, 0, 0, 0), le16(0, 0), syntax(NDR)),
  );
}

export function request(callId: number, opnum: number, stub: Uint8Array): Uint8Array {
  return pdu(PduType.Request, callId, concat(le32(stub.length), le16(0, opnum), stub));
}

export function response(callId: number, stub: Uint8Array): Uint8Array {
  return pdu(PduType.Response, callId, concat(le32(stub.length), le16(0), u8(0, 0), stub));
}

function tower(to: RpcInterface, port: number, address: string): Uint8Array {
  const uuidFloor = (of: RpcInterface): Uint8Array =>
    concat(le16(19), u8(0x0d), uuid(of.uuid), le16(of.major), le16(2), le16(0));
  return concat(
    le16(5),
    uuidFloor(to),
    uuidFloor(NDR),
    concat(le16(1), u8(0x0b), le16(2), le16(0)),
    concat(le16(1), u8(0x07), le16(2), be16(port)),
    concat(le16(1), u8(0x09), le16(4), addressBytes(address)),
  );
}

/** A conformant array of tower octets, padded as NDR wants it. */
function encodedTower(octets: Uint8Array): Uint8Array {
  return concat(le32(octets.length, octets.length), octets, pad4(octets.length));
}

/** ept_map (opnum 3): where does `to` listen? */
export function eptMapRequest(callId: number, to: RpcInterface): Uint8Array {
  const object = concat(le32(1), zeros(16));
  const wanted = concat(le32(2), encodedTower(tower(to, 135, '0.0.0.0')));
  return request(callId, 3, concat(object, wanted, zeros(20), le32(4)));
}

export function eptMapResponse(callId: number, to: RpcInterface, port: number, address: string): Uint8Array {
  const found = concat(le32(1), le32(4, 0, 1), le32(3), encodedTower(tower(to, port, address)));
  return response(callId, concat(zeros(20), found, le32(0)));
}

/** The handle of the service control manager that the server hands out. */
export const HANDLE = concat(le32(0), uuid('6f1d3c52-7a10-4c1e-9b55-2f0a1c9e8d41'));

/** OpenSCManagerW of the default database with the right to connect, and the handle that comes back. */
export const openScManager = (callId: number): Uint8Array => request(callId, 15, concat(le32(0, 0), le32(1)));
export const openScManagerReply = (callId: number): Uint8Array => response(callId, concat(HANDLE, le32(0)));
/** No handle, and ERROR_ACCESS_DENIED. */
export const openScManagerDenied = (callId: number): Uint8Array =>
  response(callId, concat(zeros(20), le32(ERROR_ACCESS_DENIED)));
export const closeServiceHandle = (callId: number): Uint8Array => request(callId, 0, HANDLE);
export const closeServiceHandleReply = (callId: number): Uint8Array =>
  response(callId, concat(zeros(20), le32(0)));
