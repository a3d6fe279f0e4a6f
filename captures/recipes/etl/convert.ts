/**
 * Any capture as an event trace: what pktmon or netsh trace would have written of the same packets. As a program:
 *
 *   node build/captures/recipes/etl/convert.js in.pcap out.etl pktmon|pktmon-raw|netsh|netsh-parts
 */
import '../../../src/platform/node/install.js';
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { openCapture } from '../../../src/capture/open.js';
import { MADE, ndisPacket, pktmonPacket, rundown } from './events.js';
import type { LoggedPacket } from './events.js';
import { writeTrace } from './writer.js';
import type { OutgoingEvent, TraceOptions } from './writer.js';

/** How a trace is made: who writes it, how, and on how many processors. */
export interface Variant {
  readonly name: string;
  readonly writer: 'pktmon' | 'netsh';
  readonly trace: TraceOptions;
  /** Bytes of a part of a packet (netsh before Windows 8.1). */
  readonly part: number;
}

const WHOLE = 65_000;

/** The four that all captures of the lab are compared in. */
export const VARIANTS: readonly Variant[] = [
  {
    name: 'pktmon',
    writer: 'pktmon',
    part: WHOLE,
    trace: { compressed: true, cpus: 4, frequency: 10_000_000, bufferBytes: 32 << 10 },
  },
  {
    name: 'pktmon-raw',
    writer: 'pktmon',
    part: WHOLE,
    trace: { compressed: false, cpus: 8, frequency: 10_000_000, bufferBytes: 16 << 10 },
  },
  {
    name: 'netsh',
    writer: 'netsh',
    part: WHOLE,
    trace: { compressed: false, cpus: 1, frequency: 1_818_300, bufferBytes: 64 << 10 },
  },
  {
    name: 'netsh-parts',
    writer: 'netsh',
    part: 500,
    trace: { compressed: true, cpus: 2, frequency: 10_000_000, bufferBytes: 32 << 10 },
  },
];

/** Reads all packets of a capture, with copies of their bytes. */
export async function packetsOf(path: string): Promise<LoggedPacket[]> {
  const reader = await openCapture(path, { digest: false });
  const packets: LoggedPacket[] = [];
  for (let batch = await reader.nextBatch(); batch !== null; batch = await reader.nextBatch()) {
    for (let i = 0; i < batch.count; i++) {
      const at = batch.at[i]!;
      packets.push({
        sec: batch.sec[i]!,
        nsec: batch.nsec[i]!,
        bytes: batch.bytes.slice(at, at + batch.capLen[i]!),
        origLen: batch.origLen[i]!,
        linkType: batch.linkType[i]!,
        direction: batch.direction[i]!,
      });
    }
  }
  await reader.close();
  // A processor logs what it sees at once: its buffers are in order, whatever the file was.
  return packets.sort((a, b) => a.sec - b.sec || a.nsec - b.nsec);
}

/** The trace of these packets, which are in the order of time; `extra`: what pktmon writes beside them at its end. */
export function traceOf(
  packets: readonly LoggedPacket[],
  variant: Variant,
  extra: readonly [number, Uint8Array][] = [],
): Uint8Array {
  const { cpus } = variant.trace;
  const events: OutgoingEvent[] = [];
  for (const [i, packet] of packets.entries()) {
    const cpu = (i * 7 + (i >> 3)) % cpus;
    if (variant.writer === 'netsh') {
      events.push(...ndisPacket(packet, cpu, 100 + cpu, variant.part));
      continue;
    }
    // The same packet at the filter above the adapter: one of the two is left out.
    for (const component of [MADE.Miniport, MADE.Filter])
      events.push(pktmonPacket(packet, i + 1, component, cpu));
  }
  const last = packets.at(-1);
  if (variant.writer === 'pktmon' && last !== undefined)
    events.push(...rundown(last.sec, last.nsec, cpus - 1, extra));
  return writeTrace(events, variant.trace);
}

if (process.argv[1] !== undefined && /^convert\.[jt]s$/.test(basename(process.argv[1]))) {
  const [input = '', output = '', name = 'pktmon'] = process.argv.slice(2);
  const variant = VARIANTS.find((one) => one.name === name);
  if (variant === undefined) throw new Error(`one of ${VARIANTS.map((one) => one.name).join(', ')} expected`);
  writeFileSync(output, traceOf(await packetsOf(input), variant));
}
