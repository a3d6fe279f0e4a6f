/**
 * What reading an event trace costs beside the pcapng of the same packets: a capture of the lab again and again, each
 * packet logged once, as pcapng, as a raw trace and as one that XPRESS compressed.
 *
 *   npm run build && node build/test/bench/trace.js [PACKETS]
 *
 * Prints CPU seconds of the best of seven readings, and bytes of decompressed trace a second.
 */
import '../../src/platform/node/install.js';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoggedPacket } from '../../captures/recipes/etl/events.js';
import { VARIANTS, packetsOf, traceOf } from '../../captures/recipes/etl/convert.js';
import { openCapture } from '../../src/capture/open.js';
import { PcapngWriter } from '../../src/capture/pcap/pcapng-writer.js';

const SOURCE = join('captures', 'lab', 'healthy.pcap.gz');
const ROUNDS = 7;
/** Seconds between one round of the packets and the next. */
const APART = 600;

async function repeated(count: number): Promise<LoggedPacket[]> {
  const once = await packetsOf(SOURCE);
  return Array.from({ length: Math.ceil(count / once.length) }, (_, round) =>
    once.map((packet) => ({ ...packet, sec: packet.sec + round * APART })),
  ).flat();
}

function pcapngOf(packets: readonly LoggedPacket[]): Uint8Array {
  const writer = new PcapngWriter();
  const head = [writer.section(), writer.interfaceDescription()];
  return Buffer.concat([...head, ...packets.map((packet) => writer.packet(packet))]);
}

/** CPU seconds of reading all frames, and their number. */
async function read(path: string): Promise<{ readonly seconds: number; readonly frames: number }> {
  const before = process.cpuUsage();
  const reader = await openCapture(path, { digest: false });
  let frames = 0;
  for (let batch = await reader.nextBatch(); batch !== null; batch = await reader.nextBatch()) {
    frames += batch.count;
  }
  await reader.close();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, frames };
}

const folder = mkdtempSync(join(tmpdir(), 'portwitness-trace-'));
try {
  const packets = await repeated(Number(process.argv[2] ?? 150_000));
  const netsh = VARIANTS.find(({ name }) => name === 'netsh')!;
  const trace = (compressed: boolean): Uint8Array =>
    traceOf(packets, { ...netsh, trace: { ...netsh.trace, compressed } });
  const raw = trace(false);
  for (const [name, bytes] of [
    ['packets.pcapng', pcapngOf(packets)],
    ['raw.etl', raw],
    ['xpress.etl', trace(true)],
  ] as const) {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const readings = [];
    for (let round = 0; round < ROUNDS; round++) readings.push(await read(path));
    const best = Math.min(...readings.map(({ seconds }) => seconds));
    const rate = name.endsWith('.etl') ? `, ${(raw.length / best / 1e6).toFixed(0)} MB/s of trace` : '';
    const size = (statSync(path).size / 1e6).toFixed(1);
    console.log(`${name}: ${size} MB, ${readings[0]?.frames} frames, ${best.toFixed(3)} s${rate}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
