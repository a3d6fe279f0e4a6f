/**
 * NetBIOS over TCP/IP: name service and datagram service messages.
 *
 * Normative: RFC 1001 §14 (name encoding), RFC 1002 §4.2 (names), §4.4 (datagrams).
 *
 *   name | 20 | 32 letters 'A'..'P', two for each of 16 bytes | 00 |
 */
import { addressBytes } from '../craft/frame.js';
import { be16, be32, concat, text, u8, zeros } from '../craft/bytes.js';

const Suffix = { Workstation: 0x00, Server: 0x20 } as const;
const NBSTAT = 0x21;
const NB = 0x20;
const IN = 1;

function encodedName(name: string, suffix: number, filler = 0x20): Uint8Array {
  const raw = concat(text(name), zeros(15 - name.length).fill(filler), u8(suffix));
  const letters = [...raw].flatMap((byte) => [0x41 + (byte >> 4), 0x41 + (byte & 15)]);
  return concat(u8(32, ...letters), zeros(1));
}

const ANY = encodedName('*', 0, 0);

/** Asks one machine for all its names. */
export function nodeStatusQuery(id: number): Uint8Array {
  return concat(be16(id, 0, 1, 0, 0, 0), ANY, be16(NBSTAT, IN));
}

export function nodeStatusReply(id: number, name: string, domain: string, mac: Uint8Array): Uint8Array {
  const entry = (of: string, suffix: number, flags: number): Uint8Array =>
    concat(text(of.padEnd(15)), u8(suffix), be16(flags));
  const unique = 0x0400;
  const group = 0x8400;
  const names = [
    entry(name, Suffix.Workstation, unique),
    entry(name, Suffix.Server, unique),
    entry(domain, Suffix.Workstation, group),
  ];
  const data = concat(u8(names.length), ...names, mac, zeros(40));
  return concat(be16(id, 0x8400, 0, 1, 0, 0), ANY, be16(NBSTAT, IN), be32(0), be16(data.length), data);
}

/** Asks everybody who has `name`. */
export function nameQuery(id: number, name: string): Uint8Array {
  return concat(be16(id, 0x0110, 1, 0, 0, 0), encodedName(name, Suffix.Server), be16(NB, IN));
}

/** A datagram service query (RFC 1002 §4.4.4), which nobody has to answer. */
export function datagramQuery(id: number, from: string, name: string): Uint8Array {
  return concat(u8(0x14, 0x02), be16(id), addressBytes(from), be16(138), encodedName(name, Suffix.Server));
}
