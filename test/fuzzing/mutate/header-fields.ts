/** Fields of the headers of a frame, one at a time set to what hurts: lengths, counts, flags, options, types. */
import type { Choice } from '../choice.js';
import { get, put } from '../choice.js';
import type { Frame } from '../corpus.js';
import { layersOf, mendLengths } from './layers.js';
import type { Layers } from './layers.js';

const PROTOCOLS = [0, 1, 4, 6, 17, 41, 43, 44, 47, 50, 51, 58, 59, 60, 94, 103, 132, 135, 137, 139, 255];
const ETHER_TYPES = [0, 4, 46, 1500, 0x0800, 0x0806, 0x6558, 0x8035, 0x8100, 0x86dd, 0x8847, 0x8863, 0x8864];
const LINK_TYPES = [
  0, 1, 9, 12, 50, 51, 101, 105, 108, 113, 117, 119, 127, 178, 192, 228, 229, 239, 258, 276,
];
const TCP_OPTIONS = [0, 1, 2, 3, 4, 5, 8, 19, 28, 29, 30, 34, 253];
const IP_OPTIONS = [0, 1, 7, 68, 130, 131, 136, 137, 148, 7, 255];

type Change = (frame: Frame, choice: Choice, layers: Layers) => void;

/** Sets a field to an edge of its range, or to something near what it is. */
function field(from: keyof Pick<Layers, 'ip' | 'l4'>, at: number, width: number): Change {
  return ({ bytes }, choice, layers) => {
    const place = layers[from] + at;
    const value = get(bytes, place, width);
    put(bytes, place, width, choice.edge(8 * width, value, bytes.length - layers[from]));
  };
}

/** Puts bytes in between; the headers behind them move. */
function insert(frame: Frame, wanted: number, piece: Uint8Array): void {
  const { bytes } = frame;
  // A frame that was cut may end before.
  const at = Math.min(wanted, bytes.length);
  const longer = new Uint8Array(bytes.length + piece.length);
  longer.set(bytes.subarray(0, at));
  longer.set(piece, at);
  longer.set(bytes.subarray(at), at + piece.length);
  frame.bytes = longer;
  frame.origLen += piece.length;
}

function options(choice: Choice, kinds: readonly number[]): Uint8Array {
  const words = choice.between(1, 10) * 4;
  const out = new Uint8Array(words);
  for (let at = 0; at < words;) {
    const len = choice.oneIn(3) ? choice.edge(8, words - at) : choice.between(2, 12);
    put(out, at, 1, choice.one(kinds));
    put(out, at + 1, 1, len);
    at += Math.max(1, choice.between(1, len));
  }
  return out;
}

const ipOptions: Change = (frame, choice, { ip, version, l4 }) => {
  if (version === 6) {
    const many = choice.oneIn(4) ? choice.between(10, 40) : choice.between(1, 3);
    for (let i = 0; i < many; i++) extensionHeader(frame, choice, ip);
    return;
  }
  const piece = options(choice, IP_OPTIONS);
  insert(frame, l4, piece);
  const words = Math.min(15, 5 + piece.length / 4 + (choice.oneIn(6) ? 1 : 0));
  put(frame.bytes, ip, 1, 0x40 | words);
  if (!choice.oneIn(3)) mendLengths(frame);
};

function extensionHeader(frame: Frame, choice: Choice, ip: number): void {
  const next = frame.bytes[ip + 6] ?? 0;
  const piece = new Uint8Array(8);
  piece.set(choice.bytes(8));
  piece[0] = next;
  piece[1] = choice.oneIn(3) ? choice.edge(8, 0) : 0;
  insert(frame, ip + 40, piece);
  put(frame.bytes, ip + 6, 1, choice.one([0, 43, 44, 51, 60, 135]));
  mendLengths(frame);
}

const tcpOptions: Change = (frame, choice, { l4, proto }) => {
  if (proto !== 6) return;
  const piece = options(choice, TCP_OPTIONS);
  insert(frame, Math.min(frame.bytes.length, l4 + 20), piece);
  const words = (frame.bytes[l4 + 12] ?? 0) >> 4;
  put(frame.bytes, l4 + 12, 1, Math.min(15, words + piece.length / 4) << 4);
  if (!choice.oneIn(3)) mendLengths(frame);
};

const CHANGES: readonly Change[] = [
  field('ip', 0, 1),
  field('ip', 2, 2),
  field('ip', 4, 2),
  field('ip', 6, 2),
  field('ip', 8, 1),
  (frame, choice, { ip, version }) =>
    put(frame.bytes, ip + (version === 4 ? 9 : 6), 1, choice.one(PROTOCOLS)),
  ipOptions,
  field('l4', 0, 2),
  field('l4', 2, 2),
  field('l4', 4, 2),
  field('l4', 4, 4),
  field('l4', 8, 4),
  field('l4', 12, 1),
  field('l4', 13, 1),
  field('l4', 14, 2),
  tcpOptions,
  (frame, choice, { typeAt }) => {
    if (typeAt >= 0) put(frame.bytes, typeAt, 2, choice.one(ETHER_TYPES));
  },
];

/** Changes one field of the headers of a frame. */
export function changeHeader(frame: Frame, choice: Choice): void {
  const layers = layersOf(frame);
  if (layers === null || choice.oneIn(20)) {
    if (choice.oneIn(2)) frame.linkType = choice.one(LINK_TYPES);
    else for (let n = choice.few(6); n > 0; n--) put(frame.bytes, choice.below(40), 1, choice.edge(8));
    return;
  }
  choice.one(CHANGES)(frame, choice, layers);
}
