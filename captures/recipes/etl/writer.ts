/**
 * Writes event traces as Windows does (layout: src/capture/etl/layout.ts): records of several processors in buffers,
 * raw as a running session leaves them or compressed as `pktmon stop` does.
 */
import { compress } from './xpress.js';

const HEADER_BYTES = 72;
const LOG_FILE_BYTES = 280;
const UNIX_EPOCH = 116_444_736_000_000_000n;
const guids = {
  pktmon: 'd9804f4dbdc8734dbb5b19c90402c5ac',
  ndis: '6e00d62e29470946b4233ee7bcd678ef',
  /** The trace's description of its own events. */
  metadata: 'c1f6ccbbd16cc44880ff839482e37671',
  other: '00112233445566778899aabbccddeeff',
} as const;

export type ProviderName = keyof typeof guids;

/** One event. `payload` is not copied. */
export interface OutgoingEvent {
  readonly provider: ProviderName;
  readonly id: number;
  /** Seconds since 1970 and nanoseconds. */
  readonly sec: number;
  readonly nsec: number;
  readonly cpu: number;
  readonly payload: Uint8Array;
  readonly keyword?: bigint;
  readonly thread?: number;
}

export interface TraceOptions {
  readonly compressed: boolean;
  readonly cpus: number;
  /** Counts of the clock a second. */
  readonly frequency: number;
  /** Bytes of a buffer before it is compressed. */
  readonly bufferBytes: number;
  /** Windows build, minutes that local time is behind UTC, mode bits (2 = circular), whether the session was stopped. */
  readonly build?: number;
  readonly bias?: number;
  readonly mode?: number;
  readonly stopped?: boolean;
  readonly eventsLost?: number;
}

/** An event trace of events that are in the order of time. */
export function writeTrace(events: readonly OutgoingEvent[], options: TraceOptions): Uint8Array {
  const first = events[0] ?? { sec: 1_700_000_000, nsec: 0 };
  const last = events.at(-1) ?? first;
  const firstCount = 123_456_789_012n;
  const startTicks = Math.floor(first.nsec / 100);
  const countOf = (sec: number, nsec: number): bigint => {
    const nanos = BigInt(sec - first.sec) * 1_000_000_000n + BigInt(nsec - startTicks * 100);
    return firstCount + (nanos * BigInt(options.frequency) + 999_999_999n) / 1_000_000_000n;
  };
  const buffers: Uint8Array[] = [];
  const filling = Array.from({ length: options.cpus }, () => ({
    records: [] as Uint8Array[],
    bytes: HEADER_BYTES,
  }));
  const flush = (cpu: number): void => {
    const one = filling[cpu]!;
    if (one.records.length === 0) return;
    buffers.push(buffer(one.records, one.bytes, cpu, buffers.length + 1, options));
    filling[cpu] = { records: [], bytes: HEADER_BYTES };
  };
  for (const event of events) {
    const bytes = record(event, countOf(event.sec, event.nsec));
    const padded = (bytes.length + 7) & ~7;
    if (filling[event.cpu]!.bytes + padded > options.bufferBytes) flush(event.cpu);
    const one = filling[event.cpu]!;
    one.records.push(bytes);
    one.bytes += padded;
  }
  for (let cpu = options.cpus - 1; cpu >= 0; cpu--) flush(cpu);
  const startTime = BigInt(first.sec) * 10_000_000n + BigInt(startTicks) + UNIX_EPOCH;
  const endTime = BigInt(last.sec + 1) * 10_000_000n + UNIX_EPOCH;
  const head = logFileHeader(firstCount, startTime, endTime, buffers.length + 1, options);
  return Buffer.concat([head, ...buffers]);
}

function record(event: OutgoingEvent, count: bigint): Uint8Array {
  const classic = event.provider === 'metadata';
  const header = classic ? 48 : 80;
  const bytes = Buffer.alloc(header + event.payload.length);
  bytes.writeUInt16LE(bytes.length, 0);
  bytes[2] = classic ? 20 : 19;
  bytes[3] = 0xc0;
  if (classic) bytes[4] = event.id;
  else bytes.writeUInt16LE(0x40, 4);
  bytes.writeUInt32LE(event.thread ?? 4, 8);
  bytes.writeUInt32LE(4, 12);
  bytes.writeBigInt64LE(count, 16);
  bytes.set(Buffer.from(guids[event.provider], 'hex'), 24);
  if (!classic) {
    bytes.writeUInt16LE(event.id, 40);
    bytes.writeBigUInt64LE(event.keyword ?? 0x10n, 48);
  }
  bytes.set(event.payload, header);
  return bytes;
}

function buffer(
  records: readonly Uint8Array[],
  used: number,
  cpu: number,
  sequence: number,
  options: TraceOptions,
): Uint8Array {
  const data = Buffer.alloc(used - HEADER_BYTES);
  let at = 0;
  for (const one of records) {
    data.set(one, at);
    at += (one.length + 7) & ~7;
  }
  const stored = options.compressed ? compress(data) : data;
  const size = options.compressed ? HEADER_BYTES + stored.length : Math.max(options.bufferBytes, used);
  const bytes = Buffer.alloc(size, 0xff);
  bytes.fill(0, 0, HEADER_BYTES);
  bytes.writeUInt32LE(size, 0);
  bytes.writeUInt32LE(used, 4);
  bytes.writeBigInt64LE(BigInt(sequence), 0x18);
  bytes.writeUInt16LE(cpu, 0x28);
  bytes.writeUInt32LE(3, 0x2c);
  bytes.writeUInt32LE(used, 0x30);
  bytes.writeUInt16LE(options.compressed ? 0x60 : 0x20, 0x34);
  bytes.set(stored, HEADER_BYTES);
  return bytes;
}

function logFileHeader(
  firstCount: bigint,
  startTime: bigint,
  endTime: bigint,
  buffers: number,
  options: TraceOptions,
): Uint8Array {
  const names = Buffer.from('Relogger\0C:\\ua.etl\0', 'utf16le');
  const size = 32 + LOG_FILE_BYTES + names.length;
  const used = HEADER_BYTES + size;
  const bytes = Buffer.alloc(options.compressed ? 1024 : options.bufferBytes);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.writeUInt32LE(used, 4);
  bytes.writeUInt32LE(3, 0x2c);
  bytes.writeUInt32LE(used, 0x30);
  bytes.writeUInt16LE(1, 0x34);
  bytes.writeUInt16LE(4, 0x36);
  bytes.writeUInt16LE(2, HEADER_BYTES);
  bytes[HEADER_BYTES + 2] = 2;
  bytes[HEADER_BYTES + 3] = 0xc0;
  bytes.writeUInt16LE(size, HEADER_BYTES + 4);
  bytes.writeBigInt64LE(firstCount, HEADER_BYTES + 16);
  const at = HEADER_BYTES + 32;
  bytes.writeUInt32LE(options.bufferBytes, at);
  bytes[at + 4] = 10;
  bytes.writeUInt32LE(options.build ?? 20348, at + 8);
  bytes.writeUInt32LE(options.cpus, at + 12);
  bytes.writeBigInt64LE((options.stopped ?? true) ? endTime : 0n, at + 16);
  bytes.writeUInt32LE(options.mode ?? (options.compressed ? 0x0401_0000 : 0x1_0000), at + 32);
  bytes.writeUInt32LE(buffers, at + 36);
  bytes.writeUInt32LE(8, at + 44);
  bytes.writeUInt32LE(options.eventsLost ?? 0, at + 48);
  bytes.writeInt32LE(options.bias ?? 0, at + 72);
  bytes.write('W. Europe Standard Time\0', at + 76, 'utf16le');
  bytes.writeBigInt64LE(BigInt(options.frequency), at + 256);
  bytes.writeBigInt64LE(startTime, at + 264);
  bytes.writeUInt32LE(1, at + 272);
  bytes.set(names, at + LOG_FILE_BYTES);
  return bytes;
}
