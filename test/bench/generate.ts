/**
 * Makes the captures of the benchmark: many interleaved flows that play their scripts between handshake and close,
 * written as classic pcap into a cache folder. Seeded: the same shape and scale give the same bytes on every machine.
 *
 *   | record header 16 | Ethernet 14 | IPv4 20 | TCP 20 (SYN: 32) or UDP 8 | payload |
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
import { pcapHeader } from '../../captures/recipes/craft/pcap.js';
import { TcpFlag } from '../../src/decode/packet/packet.js';
import { VARIANTS } from './conversations.js';
import type { Segment } from './script.js';
import type { Kind, Shape } from './shapes.js';

/** A capture on disk. */
export interface BenchCapture {
  readonly path: string;
  readonly shape: string;
  readonly bytes: number;
  readonly packets: number;
  readonly flows: number;
}

/** Part of every cached name: change it when the bytes change. */
const VERSION = 4;
const SEED = 20260302;
const CHUNK = 8 << 20;
/** Room that one frame may need at the most. */
const FRAME_ROOM = 2048;
const CONCURRENT = 512;
const CLIENT_PORTS = 1 << 14;
const START = 1772438400;
const HEADERS = 16 + 14 + 20;
const SYN_OPTIONS = Uint8Array.of(2, 4, 5, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2);
/** Of a hundred TCP connections, so many are never answered and so many are refused. */
const SILENT_PERCENT = 2;
const REFUSED_PERCENT = 1;
const ATTEMPTS = 3;
/** Flows between a conversation and those that come later: far more than run at the same time. */
const LATER = 2048;
const SERVER = 0x0a14000a;
const FIRST_COMPUTER = 0x0a140100;
const FIRST_SCATTERED = 0x0a400000;
const FIRST_CONTROLLER = 0x0a140020;

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

/** How a flow goes on. */
const Fate = { Complete: 0, Silent: 1, Refused: 2, HalfOpen: 3 } as const;
type Fate = (typeof Fate)[keyof typeof Fate];
const NOTHING: Segment = { fromOrig: true, bytes: new Uint8Array(0), push: false, sum: 0, blanks: [] };

/** A flow that is open at the moment; reused for the flows after it. */
class Row {
  isTcp = true;
  fate: Fate = Fate.Complete;
  step = 0;
  script: readonly Segment[] = [];
  orig = 0;
  resp = 0;
  origPort = 0;
  respPort = 0;
  origSeq = 0;
  respSeq = 0;
  computer = 0;
  /** No other flow has it. */
  number = 0;
}

class Generator {
  readonly #shape: Shape;
  readonly #visit: readonly Kind[];
  readonly #flows: number;
  readonly #file: number;
  readonly #random = new Random(SEED);
  readonly #chunk = new Uint8Array(CHUNK);
  readonly #view = new DataView(this.#chunk.buffer);
  readonly #rows: Row[] = [];
  #at = 0;
  #written = 0;
  #packets = 0;
  /** Microseconds since the start. */
  #clock = 0;
  #started = 0;

  constructor(shape: Shape, flows: number, path: string) {
    this.#shape = shape;
    this.#visit = shape.visit();
    this.#flows = flows;
    this.#file = openSync(path, 'w');
  }

  run(): { bytes: number; packets: number } {
    const rows = this.#rows;
    this.#chunk.set(pcapHeader(), 0);
    this.#at = 24;
    for (let count = Math.min(CONCURRENT, this.#flows); count > 0; count--) rows.push(this.#begin(new Row()));
    while (rows.length > 0) {
      const index = this.#random.uint32() % rows.length;
      const row = rows[index] ?? new Row();
      if (this.#advance(row)) continue;
      if (this.#started < this.#flows) this.#begin(row);
      else {
        const last = rows.pop();
        if (last !== undefined && index < rows.length) rows[index] = last;
      }
    }
    this.#flush();
    closeSync(this.#file);
    return { bytes: this.#written, packets: this.#packets };
  }

  #begin(row: Row): Row {
    const visit = this.#visit;
    const started = this.#started++;
    const kind = visit[started % visit.length];
    if (kind === undefined) throw new Error(`${this.#shape.name}: no conversations`);
    // Turned by whole visits, so that every flow keeps a number of its own.
    const turn = visit.length * Math.ceil(this.#flows / visit.length);
    const back = kind.later ? visit.length * Math.ceil(LATER / visit.length) : 0;
    const flow = (((started - back) % turn) + turn) % turn;
    const { computers } = this.#shape;
    const scattered = computers === Infinity;
    const computer = Math.floor(flow / visit.length) % computers;
    const variant = computer % VARIANTS;
    row.computer = scattered ? FIRST_SCATTERED + flow : FIRST_COMPUTER + computer;
    row.number = flow + 1;
    row.isTcp = kind.protocol === 'tcp';
    row.step = 0;
    row.script = kind.scripts?.[variant] ?? [];
    row.fate = this.#fate(kind);
    row.orig = kind.from === 'server' ? SERVER : row.computer;
    row.resp = kind.to === 'server' ? SERVER : row.computer;
    if (kind.to === 'domain_controller') row.resp = FIRST_CONTROLLER + Math.floor(flow / CLIENT_PORTS);
    row.origPort = 49152 + (flow % CLIENT_PORTS);
    row.respPort = kind.ports[variant] ?? 0;
    row.origSeq = this.#random.uint32() | 0;
    row.respSeq = this.#random.uint32() | 0;
    return row;
  }

  #fate(kind: Kind): Fate {
    const lot = this.#random.uint32() % 100;
    if (kind.scripts === null) return Fate.HalfOpen;
    if (kind.protocol === 'udp') return Fate.Complete;
    if (lot < SILENT_PERCENT) return Fate.Silent;
    return lot < SILENT_PERCENT + REFUSED_PERCENT ? Fate.Refused : Fate.Complete;
  }

  /** Writes the next packet of a flow; false when it was the last. */
  #advance(row: Row): boolean {
    const step = row.step++;
    switch (row.fate) {
      case Fate.HalfOpen:
        this.#segment(row, true, TcpFlag.Syn, NOTHING);
        return false;
      case Fate.Silent:
        this.#segment(row, true, TcpFlag.Syn, NOTHING);
        return step + 1 < ATTEMPTS;
      case Fate.Refused: {
        const isSyn = step % 2 === 0;
        this.#segment(row, isSyn, isSyn ? TcpFlag.Syn : TcpFlag.Rst | TcpFlag.Ack, NOTHING);
        return step + 1 < ATTEMPTS * 2;
      }
      case Fate.Complete:
        return row.isTcp ? this.#advanceTcp(row, step) : this.#advanceUdp(row, step);
    }
  }

  #advanceTcp(row: Row, step: number): boolean {
    const afterData = step - 3 - row.script.length;
    if (step === 0) this.#segment(row, true, TcpFlag.Syn, NOTHING);
    else if (step === 1) this.#segment(row, false, TcpFlag.Syn | TcpFlag.Ack, NOTHING);
    else if (step === 2) this.#segment(row, true, TcpFlag.Ack, NOTHING);
    else if (afterData < 0) {
      const next = row.script[step - 3] ?? NOTHING;
      this.#segment(row, next.fromOrig, next.push ? TcpFlag.Psh | TcpFlag.Ack : TcpFlag.Ack, next);
    } else {
      const isFin = afterData === 0 || afterData === 2;
      const fromOrig = afterData === 0 || afterData === 3;
      this.#segment(row, fromOrig, isFin ? TcpFlag.Fin | TcpFlag.Ack : TcpFlag.Ack, NOTHING);
    }
    return afterData < 3;
  }

  #advanceUdp(row: Row, step: number): boolean {
    const next = row.script[step] ?? NOTHING;
    const len = 8 + next.bytes.length;
    const at = this.#headers(row, next.fromOrig, 17, len);
    this.#view.setUint16(at + 4, len);
    this.#payload(row, next, at, 8, at + 6, 17);
    return step + 1 < row.script.length;
  }

  #segment(row: Row, fromOrig: boolean, flags: number, next: Segment): void {
    const optionsLen = flags & TcpFlag.Syn ? SYN_OPTIONS.length : 0;
    const headerLen = 20 + optionsLen;
    const at = this.#headers(row, fromOrig, 6, headerLen + next.bytes.length);
    const view = this.#view;
    view.setInt32(at + 4, fromOrig ? row.origSeq : row.respSeq);
    const acknowledged = fromOrig ? row.respSeq : row.origSeq + (flags & TcpFlag.Rst ? 1 : 0);
    view.setInt32(at + 8, flags & TcpFlag.Ack ? acknowledged : 0);
    view.setUint16(at + 12, ((headerLen / 4) << 12) | flags);
    view.setUint16(at + 14, flags & TcpFlag.Syn ? 64240 : 1026);
    view.setUint16(at + 18, 0);
    if (optionsLen > 0) this.#chunk.set(SYN_OPTIONS, at + 20);
    this.#payload(row, next, at, headerLen, at + 16, 6);
    if (row.fate !== Fate.Complete) return;
    const consumed = next.bytes.length + (flags & (TcpFlag.Syn | TcpFlag.Fin) ? 1 : 0);
    if (fromOrig) row.origSeq = (row.origSeq + consumed) | 0;
    else row.respSeq = (row.respSeq + consumed) | 0;
  }

  /** Record, Ethernet and IPv4 header of a frame, and the ports; returns where its transport header begins. */
  #headers(row: Row, fromOrig: boolean, protocol: number, transportLen: number): number {
    if (this.#at + FRAME_ROOM > CHUNK) this.#flush();
    const view = this.#view;
    const at = this.#at;
    const src = fromOrig ? row.orig : row.resp;
    const dst = fromOrig ? row.resp : row.orig;
    const fromServer = src === SERVER;
    this.#clock += 5 + (this.#packets & 63);
    const len = 34 + transportLen;
    view.setUint32(at, START + Math.floor(this.#clock / 1e6), true);
    view.setUint32(at + 4, this.#clock % 1e6, true);
    view.setUint32(at + 8, len, true);
    view.setUint32(at + 12, len, true);
    view.setUint32(at + 16, 0x00155d0a);
    view.setUint32(at + 20, fromServer ? 0x14010015 : 0x140a0015);
    view.setUint32(at + 24, fromServer ? 0x5d0a140a : 0x5d0a1401);
    view.setUint16(at + 28, 0x0800);
    view.setUint32(at + 30, 0x45000000 | (20 + transportLen));
    view.setUint32(at + 34, ((this.#packets & 0xffff) << 16) | 0x4000);
    view.setUint32(at + 38, ((fromServer ? 0x80 : 0x7f) << 24) | (protocol << 16));
    view.setUint32(at + 42, src);
    view.setUint32(at + 46, dst);
    let sum = 0;
    for (let word = at + 30; word < at + 50; word += 2) sum += view.getUint16(word);
    view.setUint16(at + 40, folded(sum));
    view.setUint16(at + 50, fromOrig ? row.origPort : row.respPort);
    view.setUint16(at + 52, fromOrig ? row.respPort : row.origPort);
    this.#packets++;
    this.#at = at + HEADERS + transportLen;
    return at + HEADERS;
  }

  /** The payload behind the transport header at `at`, and the checksum over both and the pseudo header. */
  #payload(
    row: Row,
    next: Segment,
    at: number,
    headerLen: number,
    checksumAt: number,
    protocol: number,
  ): void {
    const view = this.#view;
    const data = at + headerLen;
    view.setUint16(checksumAt, 0);
    let sum = protocol + headerLen + next.bytes.length + next.sum;
    for (let word = at - 8; word < data; word += 2) sum += view.getUint16(word);
    if (next.bytes.length > 0) this.#chunk.set(next.bytes, data);
    for (const blank of next.blanks) {
      const value = blank.of === 'computer' ? row.computer : row.number;
      view.setUint32(data + blank.at, value);
      const words = (value >>> 16) + (value & 0xffff);
      // At an odd offset every byte stands in the other half of its word (RFC 1071 §2 B).
      sum += blank.at & 1 ? words * 256 : words;
    }
    view.setUint16(checksumAt, folded(sum));
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
