/** Messages that the tests of recognition share, built by their specifications. */
import {
  be16,
  be32,
  concat,
  hex,
  le16,
  le32,
  text,
  u8,
  utf16,
  zeros,
} from '../../../captures/recipes/craft/bytes.js';

/** A DER value. */
export function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = concat(...content);
  if (body.length < 0x80) return concat(u8(tag, body.length), body);
  return concat(u8(tag, 0x82), be16(body.length), body);
}

const int = (value: number): Uint8Array => der(0x02, u8(value));
const generalString = (value: string): Uint8Array => der(0x1b, text(value));
const principal = (type: number, ...parts: readonly string[]): Uint8Array =>
  der(0x30, der(0xa0, int(type)), der(0xa1, der(0x30, ...parts.map(generalString))));

/** KRB-ERROR for `client`. */
export function kerberosError(code: number, client: string, realm: string): Uint8Array {
  return der(
    0x7e,
    der(
      0x30,
      der(0xa0, int(5)),
      der(0xa1, int(30)),
      der(0xa4, der(0x18, text('20260302070000Z'))),
      der(0xa5, int(7)),
      der(0xa6, int(code)),
      der(0xa7, generalString(realm)),
      der(0xa8, principal(1, client)),
      der(0xa9, generalString(realm)),
      der(0xaa, principal(2, 'krbtgt', realm)),
    ),
  );
}

/** AS-REQ with the NetBIOS name of the machine as its address. */
export function kerberosAsReq(netbiosName: string): Uint8Array {
  const address = der(0x30, der(0xa0, int(20)), der(0xa1, der(0x04, text(netbiosName.padEnd(15)), u8(0x20))));
  const body = der(
    0x30,
    der(0xa0, der(0x03, hex('0040810010'))),
    der(0xa1, principal(1, 'svc-audit')),
    der(0xa2, generalString('CORP.LOCAL')),
    der(0xa7, int(9)),
    der(0xa9, der(0x30, address)),
  );
  return der(0x6a, der(0x30, der(0xa1, int(5)), der(0xa2, int(10)), der(0xa4, body)));
}

/** AP-REQ with a ticket for `service/host`. */
export function kerberosApReq(service: string, host: string): Uint8Array {
  const ticket = der(
    0x61,
    der(
      0x30,
      der(0xa0, int(5)),
      der(0xa1, generalString('CORP.LOCAL')),
      der(0xa2, principal(2, service, host)),
    ),
  );
  const options = der(0xa2, der(0x03, hex('0020000000')));
  return der(0x6e, der(0x30, der(0xa0, int(5)), der(0xa1, int(14)), options, der(0xa3, ticket)));
}

export const overTcp = (message: Uint8Array): Uint8Array => concat(be32(message.length), message);

const NTLM_FLAGS = 0x6208_8215;

export const ntlmNegotiate = (): Uint8Array => concat(text('NTLMSSP\0'), le32(1, NTLM_FLAGS), zeros(24));

export function ntlmChallenge(netbios: string, dns: string): Uint8Array {
  const pair = (id: number, value: Uint8Array): Uint8Array => concat(le16(id, value.length), value);
  const info = concat(
    pair(2, utf16('CORP')),
    pair(1, utf16(netbios)),
    pair(3, utf16(dns)),
    pair(0, zeros(0)),
  );
  return concat(
    text('NTLMSSP\0'),
    le32(2),
    concat(le16(0, 0), le32(56)),
    le32(NTLM_FLAGS),
    hex('1122334455667788'),
    zeros(8),
    concat(le16(info.length, info.length), le32(56)),
    zeros(8),
    info,
  );
}

export function ntlmAuthenticate(
  domain: string,
  user: string,
  workstation: string,
  unicode = true,
): Uint8Array {
  const encode = unicode ? utf16 : text;
  const parts = [zeros(24), zeros(24), encode(domain), encode(user), encode(workstation), zeros(16)];
  let offset = 64;
  const fields = parts.map((part) => {
    const field = concat(le16(part.length, part.length), le32(offset));
    offset += part.length;
    return field;
  });
  const flags = unicode ? NTLM_FLAGS : (NTLM_FLAGS & ~1) | 2;
  return concat(text('NTLMSSP\0'), le32(3), ...fields, le32(flags), ...parts);
}

/** A NegotiateStream handshake message. */
export const handshake = (id: number, payload: Uint8Array): Uint8Array =>
  concat(u8(id, 1, 0), be16(payload.length), payload);

const extension = (type: number, data: Uint8Array): Uint8Array => concat(be16(type, data.length), data);

export function clientHello(serverName: string, versions: readonly number[] = []): Uint8Array {
  const name = concat(u8(0), be16(serverName.length), text(serverName));
  const extensions = [extension(0x0a, hex('0004 001d 0017'))];
  if (serverName !== '') extensions.push(extension(0, concat(be16(name.length), name)));
  if (versions.length > 0) extensions.push(extension(43, concat(u8(2 * versions.length), be16(...versions))));
  const all = concat(...extensions);
  const body = concat(
    be16(0x0303),
    zeros(32),
    u8(0),
    be16(4, 0x1301, 0xc02f),
    u8(1, 0),
    be16(all.length),
    all,
  );
  return concat(u8(1, 0), be16(body.length), body);
}

export function serverHello(version: number): Uint8Array {
  const chosen = version > 0x0303 ? extension(43, be16(version)) : zeros(0);
  const legacy = Math.min(version, 0x0303);
  const body = concat(be16(legacy), zeros(32), u8(0), be16(0xc02f), u8(0), be16(chosen.length), chosen);
  return concat(u8(2, 0), be16(body.length), body);
}

export const tlsRecord = (type: number, body: Uint8Array): Uint8Array =>
  concat(u8(type, 3, 3), be16(body.length), body);

const ldapMessage = (id: number, operation: Uint8Array): Uint8Array => der(0x30, int(id), operation);

export const ldapBind = (credentials: Uint8Array): Uint8Array =>
  ldapMessage(
    1,
    der(0x60, int(3), der(0x04), der(0xa3, der(0x04, text('GSS-SPNEGO')), der(0x04, credentials))),
  );

export const ldapBindAnswer = (code: number, words = ''): Uint8Array =>
  ldapMessage(1, der(0x61, der(0x0a, u8(code)), der(0x04), der(0x04, text(words))));

export function tdsPacket(type: number, body: Uint8Array): Uint8Array {
  return concat(u8(type, 1), be16(8 + body.length, 0), u8(1, 0), body);
}

/** VERSION and ENCRYPTION. */
export const tdsPrelogin = (): Uint8Array =>
  concat(u8(0), be16(11, 6), u8(1), be16(17, 1), u8(0xff), hex('0f0007d00000'), u8(3));

export function tdsLoginFailed(words: string): Uint8Array {
  const message = concat(le16(words.length), utf16(words));
  const body = concat(le32(18456), u8(1, 14), message, zeros(6));
  return concat(u8(0xaa), le16(body.length), body);
}

/** DHCP: `options` as bytes behind the cookie. */
export function dhcp(
  op: number,
  xid: number,
  client: Uint8Array,
  granted: Uint8Array,
  options: Uint8Array,
): Uint8Array {
  const start = concat(u8(op, 1, 6, 0), be32(xid), zeros(4), client, granted, zeros(8));
  return concat(start, hex('001122334455'), zeros(10 + 192), hex('63825363'), options, u8(255));
}
