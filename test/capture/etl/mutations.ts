/**
 * Changed traces for as long as is wanted: of headers, of records (raw, and before they are compressed), of compressed
 * bytes, and cut anywhere. Every trace is a function of one number, so whatever fails can be made again. As a program:
 *
 *   node build/test/capture/etl/mutations.js MINUTES [FIRST_SEED]
 */
import '../../../src/platform/node/install.js';
import { basename, join } from 'node:path';
import { CaptureError } from '../../../src/capture/frames/frame.js';
import { VARIANTS, packetsOf, traceOf } from '../../../captures/recipes/etl/convert.js';
import { pktmonDrop } from '../../../captures/recipes/etl/events.js';
import { writeTrace } from '../../../captures/recipes/etl/writer.js';
import { compress } from '../../../captures/recipes/etl/xpress.js';
import { isTrace, readTrace } from './memory.js';

const HEADER_BYTES = 72;
const PACKETS = 40;
const SLOW_MILLISECONDS = 2000;
const MIB = 1 << 20;
/** Values that tell more than others: bounds, and bits of flags. */
const EDGES = [0, 1, 2, 7, 8, 0x40, 0x7f, 0x80, 0xc0, 0xff] as const;

export type Random = (below: number) => number;

/** Marsaglia's xorshift32: the same numbers in every run. */
export function random(seed: number): Random {
  let state = (Math.imul(seed, 0x9e37_79b1) ^ 0x5bd1_e995) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** The traces that are changed: the four variants, and one with drops. */
export async function seedTraces(): Promise<Uint8Array[]> {
  const all = await packetsOf(join(process.cwd(), 'captures', 'lab', 'healthy.pcap.gz'));
  const packets = all.slice(0, PACKETS);
  const small = VARIANTS.map((variant) =>
    traceOf(packets, {
      ...variant,
      trace: { ...variant.trace, cpus: Math.min(3, variant.trace.cpus), bufferBytes: 4096 },
    }),
  );
  const drops = packets.map((packet, i) =>
    pktmonDrop({ ...packet, linkType: 101 }, 901 + i * 11, 0xe000_4500 + i, i % 2),
  );
  const options = { compressed: false, cpus: 2, frequency: 1e7, bufferBytes: 4096 };
  // `slice` of a Buffer is no copy.
  return [...small, writeTrace(drops, options)].map((bytes) => new Uint8Array(bytes));
}

/** Where buffers begin. */
function buffersOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: number[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length;) {
    found.push(at);
    const size = view.getUint32(at, true);
    if (size < HEADER_BYTES) break;
    at += size;
  }
  return found;
}

function scratch(bytes: Uint8Array, from: number, length: number, changes: number, next: Random): void {
  const room = Math.max(1, Math.min(length, bytes.length - from));
  for (let left = changes; left > 0; left--) {
    const at = from + next(room);
    bytes[at] = next(2) === 0 ? next(256) : EDGES[next(EDGES.length)]!;
  }
}

/** A buffer whose records are changed and then compressed, so that the damage is behind a sound decoder. */
function repacked(bytes: Uint8Array, at: number, next: Random): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const used = Math.min(view.getUint32(at + 4, true), bytes.length - at);
  const data = bytes.slice(at + HEADER_BYTES, at + Math.max(used, HEADER_BYTES));
  scratch(data, 0, data.length, 1 + next(8), next);
  const packed = compress(data);
  const whole = new Uint8Array(HEADER_BYTES + packed.length);
  whole.set(bytes.subarray(at, at + HEADER_BYTES));
  whole.set(packed, HEADER_BYTES);
  const header = new DataView(whole.buffer);
  header.setUint32(0, whole.length, true);
  header.setUint32(4, HEADER_BYTES + data.length, true);
  header.setUint16(0x34, 0x60, true);
  return whole;
}

/** The trace of a number. */
export function changedTrace(seeds: readonly Uint8Array[], seed: number): Uint8Array {
  const next = random(seed);
  const source = seeds[next(seeds.length)]!;
  const buffers = buffersOf(source);
  const at = buffers[next(buffers.length)]!;
  const raw = (source[at + 0x34]! & 0x40) === 0;
  if (at > 0 && raw && next(3) === 0) {
    const end = buffers[buffers.indexOf(at) + 1] ?? source.length;
    return Buffer.concat([source.subarray(0, at), repacked(source, at, next), source.subarray(end)]);
  }
  const bytes = source.slice();
  const kind = next(4);
  if (kind === 0) scratch(bytes, at, HEADER_BYTES, 1 + next(4), next);
  else if (kind === 1) scratch(bytes, HEADER_BYTES, 400, 1 + next(4), next);
  else scratch(bytes, at + HEADER_BYTES, kind === 2 ? 240 : 4096, 1 + next(8), next);
  return next(8) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes;
}

/** Reads it; what it says by CaptureError is an answer. @throws whatever else is thrown */
export async function readChanged(bytes: Uint8Array, seed: number): Promise<boolean> {
  if (!isTrace(bytes)) return false;
  try {
    await readTrace(bytes, seed % 10 === 0 ? (seed / 10) % 30 : -1);
    return true;
  } catch (error) {
    if (error instanceof CaptureError) return false;
    throw error;
  }
}

async function run(minutes: number, first: number): Promise<void> {
  const seeds = await seedTraces();
  const end = Date.now() + minutes * 60_000;
  let seed = first;
  let read = 0;
  let slowest = 0;
  let peak = 0;
  for (; Date.now() < end; seed++) {
    const began = performance.now();
    try {
      if (await readChanged(changedTrace(seeds, seed), seed)) read++;
    } catch (error) {
      console.error(`seed ${seed}`, error);
      process.exitCode = 1;
    }
    const took = performance.now() - began;
    if (took > slowest) slowest = took;
    if (took > SLOW_MILLISECONDS) console.error(`seed ${seed} took ${Math.round(took)} ms`);
    if (seed % 256 === 0) peak = Math.max(peak, process.memoryUsage.rss());
  }
  console.log(
    `${seed - first} traces (seeds ${first} to ${seed - 1}), ${read} read, ${seed - first - read} refused, ` +
      `slowest ${Math.round(slowest)} ms, peak ${Math.round(peak / MIB)} MiB`,
  );
}

if (process.argv[1] !== undefined && /^mutations\.[jt]s$/.test(basename(process.argv[1]))) {
  const [minutes = '1', first = '1'] = process.argv.slice(2);
  await run(Number(minutes), Number(first));
}
