/**
 * .NET Remoting over TCP: a one-call conversation in clear text.
 *
 * Normative: [MS-NRTP] §2.2.3.3 (message frame), [MS-NRBF] §2.2.3 (method call and return).
 *
 *   | 2E 4E 45 54 | 01 00 | operation u16 | 00 00 | content length i32 | headers ... 00 00 | content |
 */
import { concat, hex, le16, le32, text, u8 } from '../craft/bytes.js';

const Operation = { Request: 0, Reply: 2 } as const;
const HeaderToken = { RequestUri: 4, ContentType: 6 } as const;
const COUNTED_STRING = 1;
const UTF8 = 1;
const NO_ARGS = 0x01;
const NO_CONTEXT = 0x10;
const RETURNS_VOID = 0x400;

const header = (token: number, value: string): Uint8Array =>
  concat(le16(token), u8(COUNTED_STRING, UTF8), le32(value.length), text(value));

function frame(operation: number, headers: readonly Uint8Array[], content: Uint8Array): Uint8Array {
  return concat(hex('2e4e4554 0100'), le16(operation, 0), le32(content.length), ...headers, le16(0), content);
}

const stream = (record: Uint8Array): Uint8Array => concat(u8(0), le32(1, 0xffffffff, 1, 0), record, u8(11));

/** Strings of up to 127 bytes have one length byte. */
const stringValue = (value: string): Uint8Array => concat(u8(0x12, value.length), text(value));

export function remotingCall(uri: string, method: string, type: string): Uint8Array {
  const call = concat(u8(21), le32(NO_ARGS | NO_CONTEXT), stringValue(method), stringValue(type));
  const headers = [
    header(HeaderToken.RequestUri, uri),
    header(HeaderToken.ContentType, 'application/octet-stream'),
  ];
  return frame(Operation.Request, headers, stream(call));
}

export function remotingReturn(): Uint8Array {
  return frame(Operation.Reply, [], stream(concat(u8(22), le32(NO_ARGS | NO_CONTEXT | RETURNS_VOID))));
}
