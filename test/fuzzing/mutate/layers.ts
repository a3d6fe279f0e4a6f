/** Where the headers of a frame lie, by a look that believes them: mutations must hit fields, not parse. */
import { LinkType } from '../../../src/capture/frames/frame.js';
import { get } from '../choice.js';
import type { Frame } from '../corpus.js';

export interface Layers {
  /** Offset of the network header's protocol field (EtherType), -1 = none. */
  readonly typeAt: number;
  readonly ip: number;
  readonly version: 4 | 6;
  readonly proto: number;
  /** Offset of the transport header. */
  readonly l4: number;
  readonly payload: number;
}

const VLAN = new Set([0x8100, 0x88a8, 0x9100]);

function networkOf({ linkType, bytes }: Frame): { typeAt: number; ip: number } {
  switch (linkType) {
    case LinkType.Ethernet: {
      let typeAt = 12;
      while (VLAN.has(get(bytes, typeAt, 2)) && typeAt < 60) typeAt += 4;
      return { typeAt, ip: typeAt + 2 };
    }
    case LinkType.LinuxSll:
      return { typeAt: 14, ip: 16 };
    case LinkType.LinuxSll2:
      return { typeAt: 0, ip: 20 };
    case LinkType.Null:
    case LinkType.Loop:
      return { typeAt: -1, ip: 4 };
    default:
      return { typeAt: -1, ip: 0 };
  }
}

/** null = no IP packet at first sight. */
export function layersOf(frame: Frame): Layers | null {
  const { bytes } = frame;
  const { typeAt, ip } = networkOf(frame);
  const version = (bytes[ip] ?? 0) >> 4;
  if (version === 4) {
    const l4 = ip + 4 * ((bytes[ip] ?? 0) & 15);
    return withPayload(frame, { typeAt, ip, version, proto: bytes[ip + 9] ?? 0, l4 });
  }
  if (version !== 6) return null;
  return withPayload(frame, { typeAt, ip, version, proto: bytes[ip + 6] ?? 0, l4: ip + 40 });
}

function withPayload({ bytes }: Frame, head: Omit<Layers, 'payload'>): Layers {
  const { proto, l4 } = head;
  const len = proto === 6 ? 4 * ((bytes[l4 + 12] ?? 0) >> 4) : 8;
  return { ...head, payload: Math.min(bytes.length, l4 + len) };
}

/** Makes the lengths of IP and UDP fit the frame again, so that what lies further inside is still read. */
export function mendLengths(frame: Frame): void {
  const layers = layersOf(frame);
  if (layers === null) return;
  const { bytes } = frame;
  const { ip, l4, version, proto } = layers;
  const len = version === 4 ? bytes.length - ip : bytes.length - ip - 40;
  const at = ip + (version === 4 ? 2 : 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + 2 <= bytes.length && len >= 0 && len <= 0xffff) view.setUint16(at, len);
  if (proto === 17 && l4 + 6 <= bytes.length) view.setUint16(l4 + 4, Math.min(0xffff, bytes.length - l4));
}
