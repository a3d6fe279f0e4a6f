/** Small captures as lists of frames, and the changes that scenarios make to them. */
import { gzipSync } from 'node:zlib';
import { checksum } from '../../captures/recipes/craft/frame.js';
import { Random } from '../../captures/recipes/craft/random.js';
import { pcapHeader, pcapRecord } from '../../captures/recipes/craft/pcap.js';
import { PcapngWriter } from '../../src/capture/pcap/pcapng-writer.js';
import { readFile } from '../capture/read-all.js';

export interface CapturedFrame {
  readonly sec: number;
  readonly nsec: number;
  readonly bytes: Uint8Array;
}

const ETHERNET_TYPE_AT = 12;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const VLAN = 0x8100;
/** Time from a frame to its second copy, nanoseconds. */
const COPY_DELAY = 3000;
const BILLION = 1_000_000_000;

export async function readFrames(path: string): Promise<CapturedFrame[]> {
  const { frames } = await readFile(path);
  return frames.map(({ time, hex }) => {
    const [sec = '', nsec = ''] = time.split('.');
    return { sec: Number(sec), nsec: Number(nsec), bytes: Buffer.from(hex, 'hex') };
  });
}

/** Classic pcap with nanoseconds. */
export function plainPcapBytes(frames: readonly CapturedFrame[]): Uint8Array {
  const variant = { nanoseconds: true };
  return Buffer.concat([pcapHeader(variant), ...frames.map((frame) => pcapRecord(frame, variant))]);
}

/** The same, compressed. */
export function pcapBytes(frames: readonly CapturedFrame[]): Uint8Array {
  return gzipSync(plainPcapBytes(frames), { level: 9 });
}

/** Pcapng that names the filter it was captured with, compressed. */
export function pcapngBytes(frames: readonly CapturedFrame[], filter: string): Uint8Array {
  const writer = new PcapngWriter();
  const head = [
    writer.section({ application: 'tcpdump' }),
    writer.interfaceDescription({ name: 'eth0', filter }),
  ];
  return gzipSync(Buffer.concat([...head, ...frames.map((frame) => writer.packet(frame))]), { level: 9 });
}

function seconds({ sec, nsec }: CapturedFrame): number {
  return sec + nsec / 1e9;
}

function later(frame: CapturedFrame, bytes: Uint8Array): CapturedFrame {
  const nsec = frame.nsec + COPY_DELAY;
  return { sec: frame.sec + Math.floor(nsec / BILLION), nsec: nsec % BILLION, bytes };
}

function etherType(bytes: Uint8Array): number {
  return ((bytes[ETHERNET_TYPE_AT] ?? 0) << 8) | (bytes[ETHERNET_TYPE_AT + 1] ?? 0);
}

/** Frames up to so many seconds after the first SYN (IPv4, no options) to a port. */
export function cutAfterSyn(frames: readonly CapturedFrame[], port: number, wait: number): CapturedFrame[] {
  const syn = frames.find(({ bytes }) => isSynTo(bytes, port));
  if (syn === undefined) throw new Error(`no SYN to ${port} in the capture`);
  const end = seconds(syn) + wait;
  return frames.filter((frame) => seconds(frame) <= end);
}

function isSynTo(bytes: Uint8Array, port: number): boolean {
  const tcp = 34;
  const isTcp = etherType(bytes) === IPV4 && bytes[14] === 0x45 && bytes[23] === 6;
  const to = ((bytes[tcp + 2] ?? 0) << 8) | (bytes[tcp + 3] ?? 0);
  return isTcp && to === port && ((bytes[tcp + 13] ?? 0) & 0x12) === 0x02;
}

/** Every frame twice. */
export function duplicated(
  frames: readonly CapturedFrame[],
  as: 'same' | 'routed' | 'tagged',
): CapturedFrame[] {
  const copy = {
    same: (bytes: Uint8Array) => bytes,
    routed,
    tagged: (bytes: Uint8Array) => tagged(bytes, 30),
  }[as];
  return frames
    .flatMap((frame) => [frame, later(frame, copy(frame.bytes))])
    .sort((a, b) => seconds(a) - seconds(b) || a.nsec - b.nsec);
}

/** An 802.1Q tag after the addresses. */
export function tagged(bytes: Uint8Array, vlan: number): Uint8Array {
  const tag = Uint8Array.of(VLAN >> 8, VLAN & 255, vlan >> 8, vlan & 255);
  return Buffer.concat([bytes.subarray(0, ETHERNET_TYPE_AT), tag, bytes.subarray(ETHERNET_TYPE_AT)]);
}

/**
 * IPv4 packets between two hosts in ESP, transport mode (RFC 4303 §2): their protocol, a SPI for each direction, a number
 * that counts, and as many bytes of noise as the packet had, padded to blocks.
 */
export function encrypted(frames: readonly CapturedFrame[], one: string, other: string): CapturedFrame[] {
  const sent = new Map<string, number>();
  return frames.map((frame) => {
    const { bytes } = frame;
    if (etherType(bytes) !== IPV4) return frame;
    const [src, dst] = [bytes.subarray(26, 30), bytes.subarray(30, 34)].map((part) => part.join('.'));
    if (![`${one} ${other}`, `${other} ${one}`].includes(`${src} ${dst}`)) return frame;
    const number = (sent.get(`${src}`) ?? 0) + 1;
    sent.set(`${src}`, number);
    return { ...frame, bytes: inEsp(bytes, src === one ? 0x1000_0001 : 0x1000_0002, number) };
  });
}

const ESP = 50;
/** IV, padding to blocks of 16, and a check value of 16 bytes. */
const ESP_EXTRA = 8 + 16 + 16;

function inEsp(bytes: Uint8Array, spi: number, number: number): Uint8Array {
  const headerLength = ((bytes[14] ?? 0) & 15) * 4;
  const length = ((bytes[16] ?? 0) << 8) + (bytes[17] ?? 0) - headerLength;
  const hidden = 8 + (length & ~15) + ESP_EXTRA;
  const packet = Buffer.alloc(14 + headerLength + hidden);
  packet.set(bytes.subarray(0, 14 + headerLength));
  packet.writeUInt16BE(headerLength + hidden, 16);
  packet[23] = ESP;
  packet.writeUInt16BE(0, 24);
  packet.writeUInt16BE(checksum(packet.subarray(14, 14 + headerLength)), 24);
  const body = 14 + headerLength;
  packet.writeUInt32BE(spi, body);
  packet.writeUInt32BE(number, body + 4);
  const noise = new Random(spi + number).bytes(hidden - 8);
  packet.set(noise, body + 8);
  return packet;
}

/** The frame after one more router: other MAC addresses, one hop less. ARP is not routed. */
function routed(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const type = etherType(copy);
  if (type !== IPV4 && type !== IPV6) return copy;
  copy.set([0x02, 0, 0, 0, 0x77, 0x01, 0x02, 0, 0, 0, 0x77, 0x02]);
  const ttlAt = type === IPV4 ? 22 : 21;
  copy[ttlAt] = (copy[ttlAt] ?? 1) - 1;
  if (type === IPV4) {
    // RFC 1624 §3: one less in the upper byte of its word is 0x0100 more in the checksum's complement sum.
    const sum = ((copy[24] ?? 0) << 8) + (copy[25] ?? 0) + 0x0100;
    const folded = (sum & 0xffff) + (sum >> 16);
    copy[24] = folded >> 8;
    copy[25] = folded & 255;
  }
  return copy;
}

/**
 * The order in which two cards deliver: what the server sends stands at its time, what it receives at the end of its
 * batch. Times stay.
 * @param batch its length in seconds
 * @param server its IPv4 address
 */
export function twoCards(frames: readonly CapturedFrame[], batch: number, server: string): CapturedFrame[] {
  const address = Uint8Array.from(server.split('.').map(Number));
  const isServers = ({ bytes }: CapturedFrame): boolean =>
    etherType(bytes) === IPV4 && address.every((byte, at) => bytes[26 + at] === byte);
  const mac = frames.find(isServers)?.bytes.subarray(6, 12) ?? new Uint8Array(6);
  const isSent = ({ bytes }: CapturedFrame): boolean => mac.every((byte, at) => bytes[6 + at] === byte);
  const delivered = (frame: CapturedFrame): number =>
    isSent(frame) ? seconds(frame) : Math.ceil(seconds(frame) / batch) * batch;
  return frames
    .map((frame) => ({ frame, at: delivered(frame) }))
    .sort((a, b) => a.at - b.at)
    .map(({ frame }) => frame);
}
