/** Frames inside of frames: tags, labels and tunnels, some of them deeper than anybody goes; and IP fragments. */
import { LinkType } from '../../../src/capture/frames/frame.js';
import type { Choice } from '../choice.js';
import { put } from '../choice.js';
import type { Frame } from '../corpus.js';
import { layersOf, mendLengths } from './layers.js';

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** An IPv4 header of 20 bytes in front of `inner`. */
function ipv4(proto: number, inner: Uint8Array, choice: Choice): Uint8Array {
  const header = new Uint8Array(20);
  header.set([0x45, 0, 0, 0, 0, 0, 0, 0, 64, proto]);
  header.set([10, 20, choice.below(3), choice.between(1, 40), 10, 20, 0, 10], 12);
  put(header, 2, 2, Math.min(0xffff, 20 + inner.length));
  return joined(header, inner);
}

function udp(port: number, inner: Uint8Array): Uint8Array {
  const header = new Uint8Array(8);
  put(header, 0, 2, 50_000);
  put(header, 2, 2, port);
  put(header, 4, 2, Math.min(0xffff, 8 + inner.length));
  return joined(header, inner);
}

function gre(etherType: number, inner: Uint8Array, choice: Choice): Uint8Array {
  const header = new Uint8Array(choice.oneIn(2) ? 4 : 16);
  if (header.length === 16) put(header, 0, 2, 0xb000);
  if (choice.oneIn(4)) put(header, 0, 2, choice.edge(16));
  put(header, 2, 2, etherType);
  return joined(header, inner);
}

/** Wraps an Ethernet frame once more. */
function once(bytes: Uint8Array, choice: Choice): Uint8Array {
  const [addresses, rest] = [bytes.subarray(0, 12), bytes.subarray(12)];
  const [ip, ethernet] = [bytes.subarray(14), joined(addresses, Buffer.from([8, 0]))];
  switch (choice.below(9)) {
    case 0:
      return joined(addresses, Buffer.from([0x81, 0, choice.below(16), choice.below(256)]), rest);
    case 1:
      return joined(addresses, Buffer.from([0x88, 0xa8, 0, 5]), rest);
    case 2: {
      const labels = choice.oneIn(4) ? choice.between(10, 40) : choice.between(1, 3);
      const stack = Buffer.alloc(4 * labels, Buffer.from([0, 1, 0, 64]));
      if (!choice.oneIn(5)) put(stack, stack.length - 2, 1, 1);
      return joined(addresses, Buffer.from([0x88, 0x47]), stack, ip);
    }
    case 3:
      return joined(ethernet, ipv4(4, ip, choice));
    case 4:
      return joined(ethernet, ipv4(47, gre(0x0800, ip, choice), choice));
    case 5:
      return joined(ethernet, ipv4(47, gre(0x6558, bytes, choice), choice));
    case 6:
      return joined(
        ethernet,
        ipv4(17, udp(4789, joined(Buffer.from([8, 0, 0, 0, 0, 0, 7, 0]), bytes)), choice),
      );
    case 7: {
      const geneve = Buffer.from([choice.oneIn(3) ? choice.edge(8) : 0, 0, 0x65, 0x58, 0, 0, 7, 0]);
      return joined(ethernet, ipv4(17, udp(6081, joined(geneve, bytes)), choice));
    }
    default: {
      const pppoe = Buffer.from([0x11, 0, 0, 1, 0, 0, 0, 0x21]);
      put(pppoe, 4, 2, choice.oneIn(3) ? choice.edge(16) : ip.length + 2);
      return joined(addresses, Buffer.from([0x88, 0x64]), pppoe, ip);
    }
  }
}

/** Puts tags and tunnels around an Ethernet frame. */
export function nest(frame: Frame, choice: Choice): void {
  if (frame.linkType !== LinkType.Ethernet || frame.bytes.length < 34) return;
  const depth = choice.oneIn(5) ? choice.between(5, 45) : choice.few(4);
  for (let i = 0; i < depth && frame.bytes.length < 9000; i++) frame.bytes = once(frame.bytes, choice);
  frame.origLen = frame.bytes.length;
}

/** The fragments of an IPv4 packet: in any order, some twice, overlapping or missing. */
export function fragments(frame: Frame, choice: Choice): Frame[] {
  const layers = layersOf(frame);
  if (layers === null || layers.version !== 4 || frame.bytes.length < layers.l4 + 16) return [frame];
  const { ip, l4 } = layers;
  const data = frame.bytes.subarray(l4);
  const step = 8 * choice.between(1, choice.oneIn(3) ? 2 : 60);
  const out: Frame[] = [];
  for (let at = 0; at < data.length && out.length < 300; at += step) {
    const len = choice.oneIn(12) ? step + 8 : step;
    const bytes = joined(frame.bytes.subarray(0, l4), data.subarray(at, at + len));
    const more = at + step < data.length ? 0x2000 : 0;
    const offset = choice.oneIn(15) ? choice.edge(13, at >> 3) : at >> 3;
    put(bytes, ip + 6, 2, more | offset);
    const part = { ...frame, bytes, origLen: bytes.length };
    mendLengths(part);
    if (!choice.oneIn(15)) out.push(part);
    if (choice.oneIn(15)) out.push({ ...part, bytes: bytes.slice() });
  }
  if (choice.oneIn(3)) out.sort(() => choice.between(-1, 1));
  return out;
}

/** The segments of a TCP packet, down to one byte each; some come again with other bytes. */
export function segments(frame: Frame, choice: Choice): Frame[] {
  const layers = layersOf(frame);
  if (layers === null || layers.proto !== 6 || layers.payload >= frame.bytes.length) return [frame];
  const { l4, payload } = layers;
  const data = frame.bytes.subarray(payload);
  const view = new DataView(frame.bytes.buffer, frame.bytes.byteOffset, frame.bytes.byteLength);
  const seq = l4 + 8 <= frame.bytes.length ? view.getUint32(l4 + 4) : 0;
  const step = choice.oneIn(2) ? 1 : choice.between(2, 60);
  const out: Frame[] = [];
  for (let at = 0; at < data.length && out.length < 300; at += step) {
    const len = choice.oneIn(10) ? step + choice.between(1, 20) : step;
    const bytes = joined(frame.bytes.subarray(0, payload), data.subarray(at, at + len));
    put(bytes, l4 + 4, 4, (seq + at) >>> 0);
    const part = { ...frame, bytes, origLen: bytes.length };
    mendLengths(part);
    if (!choice.oneIn(25)) out.push(part);
    if (choice.oneIn(20)) {
      const again = { ...part, bytes: bytes.slice() };
      put(again.bytes, payload, 1, choice.edge(8));
      out.push(again);
    }
  }
  if (choice.oneIn(4)) out.sort(() => choice.between(-1, 1));
  return out;
}
