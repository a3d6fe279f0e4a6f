/**
 * Frames from hex, and the calls around the decoder that every test needs.
 */
import { LinkType } from '../../src/capture/frames/frame.js';
import { Decoder } from '../../src/decode/decoder.js';
import { Packet } from '../../src/decode/packet/packet.js';
import { oneFrame } from './one-frame.js';

/** Bytes of hex digits; blanks are only for people. */
export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(/\s+/g, ''), 'hex'));
}

/** Hex of a number in so many bytes. */
export function hex(value: number, bytes: number): string {
  return (value >>> 0).toString(16).padStart(bytes * 2, '0');
}

/** Length in bytes of a hex string. */
export function lengthOf(text: string): number {
  return text.replaceAll(/\s+/g, '').length / 2;
}

export interface DecodeOptions {
  readonly linkType?: number;
  readonly origLen?: number;
  readonly capLen?: number;
  readonly sec?: number;
  readonly decoder?: Decoder;
  readonly packet?: Packet;
}

/** Decodes one frame given as hex, Ethernet unless told otherwise. */
export function decode(text: string | Uint8Array, options: DecodeOptions = {}): Packet {
  const bytes = typeof text === 'string' ? fromHex(text) : text;
  const packet = options.packet ?? new Packet();
  const decoder = options.decoder ?? new Decoder();
  const { capLen, origLen, linkType = LinkType.Ethernet, sec = 1000 } = options;
  decoder.decode(oneFrame({ bytes, capLen, origLen, linkType, sec }), 0, packet);
  return packet;
}

export const MACS = '020000000002 020000000001';

/** IPv4 header and payload; `total` overrides the total length. */
export function ipv4(
  proto: number,
  payload: string,
  more: { total?: number; id?: number; fragment?: number; options?: string; src?: string; dst?: string } = {},
): string {
  const { id = 0x1234, fragment = 0, options = '', src = '0a000001', dst = '0a000002' } = more;
  const headerLen = 20 + lengthOf(options);
  const total = more.total ?? headerLen + lengthOf(payload);
  const first = 0x40 | (headerLen / 4);
  return `${hex(first, 1)} 00 ${hex(total, 2)} ${hex(id, 2)} ${hex(fragment, 2)} 40 ${hex(proto, 1)} 0000 ${src} ${dst} ${options} ${payload}`;
}

export const IP6_SRC = '20010db8000000000000000000000001';
export const IP6_DST = '20010db8000000000000000000000002';

/** IPv6 header and what follows it; `length` overrides the payload length. */
export function ipv6(nextHeader: number, payload: string, length = lengthOf(payload)): string {
  return `60000000 ${hex(length, 2)} ${hex(nextHeader, 1)} 40 ${IP6_SRC} ${IP6_DST} ${payload}`;
}

/** UDP from port 4660 to 5353 (or as given) with this payload. */
export function udp(payload: string, dstPort = 5353, length = 8 + lengthOf(payload)): string {
  return `1234 ${hex(dstPort, 2)} ${hex(length, 2)} 0000 ${payload}`;
}

/** TCP from port 4660 to 445. */
export function tcp(payload: string, flags = 0x18, options = ''): string {
  const offset = (20 + lengthOf(options)) / 4;
  return `1234 01bd 80000001 f0000002 ${hex(offset << 4, 1)} ${hex(flags, 1)} 2000 0000 0000 ${options} ${payload}`;
}

/** Ethernet II. */
export function ethernet(type: number, payload: string): string {
  return `${MACS} ${hex(type, 2)} ${payload}`;
}
