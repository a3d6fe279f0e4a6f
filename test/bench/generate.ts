/**
 * Makes the captures of the benchmark: many interleaved TCP flows with handshake, data and close, written as classic
 * pcap into a cache folder. Seeded: the same shape and scale give the same bytes on every machine.
 *
 *   | record header 16 | Ethernet 14 | IPv4 20 | TCP 20 (SYN: 32) | payload |
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../captures/recipes/craft/random.js';
import { pcapHeader } from '../../src/capture/pcap-writer.js';
import { TcpFlag } from '../../src/decode/packet.js';

/** How a capture looks; `flows` at scale 1. */
export interface Shape {
  readonly name: string;
  readonly flows: number;
  /** Question and answer pairs of one flow, and the payload bytes of each (even numbers). */
  readonly pairs: number;
  readonly questionLen: number;
  readonly answerLen: number;
}

/** ≈ 1.2 M packets, ≈ 750 MB: recordings that are copied. */
export const BULK: Shape = { name: 'bulk', flows: 20_000, pairs: 27, questionLen: 1306, answerLen: 0 };
/** ≈ 5 M packets, ≈ 430 MB: status calls of many computers. */
export const SMALL: Shape = { name: 'small', flows: 200_000, pairs: 9, questionLen: 30, answerLen: 18 };

/** A capture on disk. */
export interface BenchCapture {
  readonly path: string;
  readonly shape: string;
  readonly bytes: number;
  readonly packets: number;
  readonly flows: number;
}

/** Part of every cached name: change it when the bytes change. */
const VERSION = 1;
const SEED = 20260302;
const CHUNK = 8 << 20;
/** Room that one frame may need at the most. */
const FRAME_ROOM = 2048;
const CONCURRENT = 512;
const COMPUTERS = 2000;
const PATTERN = 1 << 16;
const START = 1772438400;
const HEADERS = 16 + 14 + 20;
const SYN_OPTIONS = Uint8Array.of(2, 4, 5, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2);
/** Of a hundred flows, so many are never answered and so many are refused. */
const SILENT_PERCENT = 2;
const REFUSED_PERCENT = 1;
const SERVER = 0x0a14000a;

/** Returns the cached file, or makes it. `scale` multiplies the number of flows. */
export function benchCapture(shape: Shape, scale: number, folder: string): BenchCapture {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${shape.name}-${scale}-v${VERSION}.pcap`);
  const note = `${path}.json`;
  if (existsSync(note) && existsSync(path)) return JSON.parse(readFileSync(note, 'utf8')) as BenchCapture;
  const flows = Math.max(1, Math.round(shape.flows * scale));
  const unfinished = `${path}.part`;
  const made = new Generator(shape, flows, unfinished).run();
  renameSync(unfinished, path);
  const capture = { path, shape: shape.name, ...made, flows };
  writeFileSync(note, JSON.stringify(capture));
  return capture;
}

/** Fate of a flow. */
const Fate = { Complete: 0, Silent: 1, Refused: 2 } as const;

class Generator {
  readonly #shape: Shape;
  readonly #flows: number;
  readonly #file: number;
  readonly #random = new Random(SEED);
  readonly #chunk = new Uint8Array(CHUNK);
  readonly #view = new DataView(this.#chunk.buffer);
  readonly #pattern: Uint8Array;
  /** One's complement sums of the pattern's 16-bit words before each word. */
  readonly #sums = new Float64Array(PATTERN / 2 + 1);
  #at = 0;
  #written = 0;
  #packets = 0;
  /** Microseconds since the start. */
  #clock = 0;
  #started = 0;

  // One row for each flow that is open at the moment.
  readonly #flow = new Int32Array(CONCURRENT);
  readonly #step = new Int32Array(CONCURRENT);
  readonly #fate = new Uint8Array(CONCURRENT);
  readonly #origSeq = new Int32Array(CONCURRENT);
  readonly #respSeq = new Int32Array(CONCURRENT);

  constructor(shape: Shape, flows: number, path: string) {
    this.#shape = shape;
    this.#flows = flows;
    this.#file = openSync(path, 'w');
    this.#pattern = this.#random.bytes(PATTERN);
    for (let word = 0; word < PATTERN / 2; word++) {
      const high = this.#pattern[word * 2] ?? 0;
      const low = this.#pattern[word * 2 + 1] ?? 0;
      this.#sums[word + 1] = (this.#sums[word] ?? 0) + high * 256 + low;
    }
  }

  run(): { bytes: number; packets: number } {
    this.#chunk.set(pcapHeader(), 0);
    this.#at = 24;
    let open = Math.min(CONCURRENT, this.#flows);
    for (let row = 0; row < open; row++) this.#begin(row);
    while (open > 0) {
      const row = this.#random.uint32() % open;
      if (this.#advance(row)) continue;
      if (this.#started < this.#flows) this.#begin(row);
      else this.#moveRow(--open, row);
    }
    this.#flush();
    closeSync(this.#file);
    return { bytes: this.#written, packets: this.#packets };
  }

  #begin(row: number): void {
    this.#flow[row] = this.#started++;
    this.#step[row] = 0;
    const lot = this.#random.uint32() % 100;
    this.#fate[row] =
      lot < SILENT_PERCENT
        ? Fate.Silent
        : lot < SILENT_PERCENT + REFUSED_PERCENT
          ? Fate.Refused
          : Fate.Complete;
    this.#origSeq[row] = this.#random.uint32();
    this.#respSeq[row] = this.#random.uint32();
  }

  #moveRow(from: number, to: number): void {
    for (const column of [this.#flow, this.#step, this.#fate, this.#origSeq, this.#respSeq]) {
      column[to] = column[from] ?? 0;
    }
  }

  /** Writes the next segment of a flow; false when it was the last. */
  #advance(row: number): boolean {
    const step = this.#step[row] ?? 0;
    this.#step[row] = step + 1;
    if (this.#fate[row] === Fate.Silent) {
      this.#segment(row, true, TcpFlag.Syn, 0);
      return step < 2;
    }
    if (this.#fate[row] === Fate.Refused) {
      const isSyn = step % 2 === 0;
      this.#segment(row, isSyn, isSyn ? TcpFlag.Syn : TcpFlag.Rst | TcpFlag.Ack, 0);
      return step < 5;
    }
    return this.#advanceComplete(row, step);
  }

  #advanceComplete(row: number, step: number): boolean {
    const { pairs, questionLen, answerLen } = this.#shape;
    const afterData = step - 3 - pairs * 2;
    if (step === 0) this.#segment(row, true, TcpFlag.Syn, 0);
    else if (step === 1) this.#segment(row, false, TcpFlag.Syn | TcpFlag.Ack, 0);
    else if (step === 2) this.#segment(row, true, TcpFlag.Ack, 0);
    else if (afterData < 0) {
      const isQuestion = step % 2 === 1;
      const len = isQuestion ? questionLen : answerLen;
      this.#segment(row, isQuestion, len > 0 ? TcpFlag.Psh | TcpFlag.Ack : TcpFlag.Ack, len);
    } else {
      const isFin = afterData === 0 || afterData === 2;
      const fromOrig = afterData === 0 || afterData === 3;
      this.#segment(row, fromOrig, isFin ? TcpFlag.Fin | TcpFlag.Ack : TcpFlag.Ack, 0);
    }
    return afterData < 3;
  }

  /** Flows go to 9003 from the server and to 9004 towards it, in turn. */
  #segment(row: number, fromOrig: boolean, flags: number, len: number): void {
    if (this.#at + FRAME_ROOM > CHUNK) this.#flush();
    const flow = this.#flow[row] ?? 0;
    const computer = 0x0a140100 + (flow % COMPUTERS);
    const toServer = Math.floor(flow / COMPUTERS) % 2 === 0;
    const fromServer = fromOrig !== toServer;
    const origPort = 49152 + (Math.floor(flow / COMPUTERS) % 16384);
    const respPort = toServer ? 9004 : 9003;
    const origSeq = this.#origSeq[row] ?? 0;
    const respSeq = this.#respSeq[row] ?? 0;
    const optionsLen = flags & TcpFlag.Syn ? SYN_OPTIONS.length : 0;
    const tcpLen = 20 + optionsLen + len;

    this.#headers(fromServer ? SERVER : computer, fromServer ? computer : SERVER, tcpLen, fromServer);
    const at = this.#at + HEADERS;
    const view = this.#view;
    view.setUint16(at, fromOrig ? origPort : respPort);
    view.setUint16(at + 2, fromOrig ? respPort : origPort);
    view.setInt32(at + 4, fromOrig ? origSeq : respSeq);
    view.setInt32(at + 8, flags & TcpFlag.Ack ? (fromOrig ? respSeq : origSeq) : 0);
    view.setUint16(at + 12, ((5 + optionsLen / 4) << 12) | flags);
    view.setUint16(at + 14, flags & TcpFlag.Syn ? 64240 : 1026);
    view.setUint32(at + 16, 0);
    if (optionsLen > 0) this.#chunk.set(SYN_OPTIONS, at + 20);
    const from = this.#random.uint32() & (PATTERN / 2 - 1) & ~1;
    if (len > 0) this.#chunk.set(this.#pattern.subarray(from, from + len), at + 20 + optionsLen);
    this.#tcpChecksum(at, 20 + optionsLen, from, len);

    const consumed = len + (flags & (TcpFlag.Syn | TcpFlag.Fin) ? 1 : 0);
    const repeats = this.#fate[row] !== Fate.Complete;
    if (fromOrig && !repeats) this.#origSeq[row] = origSeq + consumed;
    else if (!fromOrig && !repeats) this.#respSeq[row] = respSeq + consumed;
    this.#at = at + tcpLen;
    this.#packets++;
  }

  /** Record, Ethernet and IPv4 header of a frame that begins at `#at`. */
  #headers(src: number, dst: number, tcpLen: number, fromServer: boolean): void {
    const view = this.#view;
    const at = this.#at;
    this.#clock += 5 + (this.#packets & 63);
    const len = 34 + tcpLen;
    view.setUint32(at, START + Math.floor(this.#clock / 1e6), true);
    view.setUint32(at + 4, this.#clock % 1e6, true);
    view.setUint32(at + 8, len, true);
    view.setUint32(at + 12, len, true);
    view.setUint32(at + 16, 0x00155d0a);
    view.setUint32(at + 20, fromServer ? 0x14010015 : 0x140a0015);
    view.setUint32(at + 24, fromServer ? 0x5d0a140a : 0x5d0a1401);
    view.setUint16(at + 28, 0x0800);
    view.setUint32(at + 30, 0x45000000 | (20 + tcpLen));
    view.setUint32(at + 34, ((this.#packets & 0xffff) << 16) | 0x4000);
    view.setUint32(at + 38, fromServer ? 0x80060000 : 0x7f060000);
    view.setUint32(at + 42, src);
    view.setUint32(at + 46, dst);
    let sum = 0;
    for (let word = at + 30; word < at + 50; word += 2) sum += view.getUint16(word);
    view.setUint16(at + 40, folded(sum));
  }

  #tcpChecksum(at: number, headerLen: number, from: number, len: number): void {
    const view = this.#view;
    let sum = 6 + headerLen + len;
    for (let word = at - 8; word < at + headerLen; word += 2) sum += view.getUint16(word);
    sum += (this.#sums[(from + len) / 2] ?? 0) - (this.#sums[from / 2] ?? 0);
    view.setUint16(at + 16, folded(sum));
  }

  #flush(): void {
    this.#written += writeSync(this.#file, this.#chunk, 0, this.#at);
    this.#at = 0;
  }
}

function folded(sum: number): number {
  let rest = sum;
  while (rest > 0xffff) rest = (rest % 0x10000) + Math.floor(rest / 0x10000);
  return ~rest & 0xffff;
}
