/**
 * Payloads of a few bytes: DNS and LLMNR names, the text of a Windows ping, the first messages of RDP.
 *
 * Normative: RFC 1035 §4, RFC 4795 (LLMNR), RFC 792 (echo), [MS-RDPBCGR] §2.2.1.1-2.2.1.2.
 */
import { addressBytes } from '../craft/frame.js';
import { be16, be32, concat, hex, le16, le32, text, u8, zeros } from '../craft/bytes.js';

function domainName(name: string): Uint8Array {
  return concat(...name.split('.').map((label) => concat(u8(label.length), text(label))), zeros(1));
}

const A = 1;
const SOA = 6;
const AAAA = 28;
const IN = 1;
const NXDOMAIN = 3;

export function dnsQuery(id: number, name: string, ipv6 = false): Uint8Array {
  return concat(be16(id, 0x0100, 1, 0, 0, 0), domainName(name), be16(ipv6 ? AAAA : A, IN));
}

export function dnsAnswer(id: number, name: string, address: string): Uint8Array {
  const data = addressBytes(address);
  const type = data.length === 16 ? AAAA : A;
  const question = concat(domainName(name), be16(type, IN));
  const answer = concat(be16(0xc00c, type, IN), be32(1200), be16(data.length), data);
  return concat(be16(id, 0x8580, 1, 1, 0, 0), question, answer);
}

/** The name does not exist, says its zone: NXDOMAIN, with the zone's SOA (RFC 2308 §2.1). */
export function dnsNoSuchName(id: number, name: string, zone: string): Uint8Array {
  const question = concat(domainName(name), be16(A, IN));
  const source = concat(domainName(`dc01.${zone}`), domainName(`hostmaster.${zone}`));
  const data = concat(source, be32(417, 900, 600, 86400, 3600));
  const authority = concat(domainName(zone), be16(SOA, IN), be32(3600), be16(data.length), data);
  return concat(be16(id, 0x8580 | NXDOMAIN, 1, 0, 1, 0), question, authority);
}

export const llmnrQuery = (id: number, name: string): Uint8Array =>
  concat(be16(id, 0, 1, 0, 0, 0), domainName(name), be16(A, IN));

/** What ping.exe sends. */
export const PING_TEXT = text('abcdefghijklmnopqrstuvwabcdefghi');

/** X.224 connection request with a cookie and the wish for TLS, and its confirmation. */
export function rdpRequest(user: string): Uint8Array {
  const cookie = text(`Cookie: mstshash=${user}\r\n`);
  const wish = concat(u8(1, 0), le16(8), le32(3));
  const x224 = concat(hex('e00000000000'), cookie, wish);
  return concat(u8(3, 0), be16(5 + x224.length), u8(x224.length), x224);
}

export const rdpConfirm = (): Uint8Array =>
  concat(hex('03000013 0ed0 0000123400'), u8(2, 0x1f), le16(8), le32(2));

/** Bytes of no known protocol: a mark, a tag, a length and a text. */
export function privateProtocol(tag: number, words: string): Uint8Array {
  const body = text(words);
  return concat(be16(0xb0a7, tag, body.length, 0), body);
}
