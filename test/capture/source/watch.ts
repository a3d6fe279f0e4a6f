/**
 * A process that reads a live source and tells what it gets, one JSON line each, so that a test can run it inside
 * a network namespace, without rights, or kill it.
 *
 *   node watch.js '{"source":"tcpdump","interfaces":["v0"],"seconds":3}'
 */
import '../../../src/platform/node/install.js';
import { CaptureError } from '../../../src/capture/frames/frame.js';
import { openLive } from '../../../src/capture/source/open.js';
import type { LiveOptions } from '../../../src/capture/source/open.js';
import { digestOf } from './watch-line.js';

/** What is given on the command line besides the source's own options. */
interface WatchOptions extends LiveOptions {
  /** The capture is ended in order after so long. */
  readonly seconds?: number;
  /** The capture is ended in order after so many frames. */
  readonly frames?: number;
  /** Tells the SHA-256 of each frame. */
  readonly frameDigests?: boolean;
}

function tell(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

async function main(): Promise<void> {
  const wanted = JSON.parse(process.argv[2] ?? '{}') as WatchOptions;
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort());
  const reader = await openLive({ ...wanted, signal: stop.signal });
  const { description, choice, kind, filter } = reader;
  tell({ opened: kind, description, choice, filter, pid: process.pid });
  if (wanted.seconds !== undefined) setTimeout(() => stop.abort(), wanted.seconds * 1000).unref();
  const started = process.cpuUsage();
  let frames = 0;
  let empty = 0;
  let slowest = 0;
  for (;;) {
    const before = performance.now();
    const batch = await reader.nextBatch();
    slowest = Math.max(slowest, performance.now() - before);
    for (const incident of reader.takeIncidents()) tell({ incident: incident.code, ...incident });
    if (batch === null) break;
    if (batch.count === 0) empty++;
    frames += batch.count;
    if (wanted.frameDigests === true && batch.count > 0) {
      const digests: string[] = [];
      for (let i = 0; i < batch.count; i++) {
        const at = batch.at[i] ?? 0;
        const bytes = batch.bytes.subarray(at, at + (batch.capLen[i] ?? 0));
        digests.push(digestOf(bytes));
      }
      const { firstFrame, sec, iface, linkType } = batch;
      tell({ digests, firstFrame, sec: sec[0], iface: iface[0], linkType: linkType[0], at: Date.now() });
    } else if (batch.count > 0 && frames < 100) tell({ frames, at: Date.now() });
    if (wanted.frames !== undefined && frames >= wanted.frames) stop.abort();
  }
  await reader.close();
  const { user, system } = process.cpuUsage(started);
  const cpu = (user + system) / 1e6;
  const { interfaces, format, bytesRead } = reader.file;
  tell({
    ended: true,
    frames,
    empty,
    slowest,
    cpu,
    counters: reader.counters(),
    format,
    bytesRead,
    linkTypes: interfaces.map((one) => one.linkType),
  });
}

main().catch((error: unknown) => {
  const known = error instanceof CaptureError;
  tell({ refused: known, message: error instanceof Error ? error.message : String(error) });
  if (!known) process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : ''}\n`);
  process.exitCode = 2;
});
