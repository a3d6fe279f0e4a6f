/**
 * The optional package cap in a process of its own: it ends the whole process when its interface vanishes, and
 * captures to the rhythm of its event loop. What it captures is written to standard output as a pcap stream with
 * nanoseconds (draft-ietf-opsawg-pcap), so that the parent reads it like that of any other program:
 *
 *   magic a1b23c4d 4 | 2 2 | 4 2 | 0 4 | 0 4 | snap length 4 | link type 4
 *   seconds 4 | nanoseconds 4 | captured 4 | original 4 | frame
 *
 * The package tells neither the kernel's time nor the frame's length on the wire nor drops: times are those of
 * arrival here.
 *
 *   node cap-child.js INTERFACE FILTER SNAP-LENGTH BUFFER-MEBIBYTES [probe]
 *
 * With `probe` it only finds out whether the interface can be captured.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { LinkType } from '../../frames/frame.js';
import { errorText } from '../../bytes/byte-source.js';

/** What is used of the package; it comes without types. */
interface Cap {
  open(device: string, filter: string, bufferBytes: number, into: Buffer): string;
  on(event: 'packet', listener: (bytes: number, truncated: boolean) => void): void;
}

const MAX_FRAME = 65_535;
const RECORD_HEADER_BYTES = 16;
const OUT_BYTES = 256 << 10;
/** Frames wait so long at the most, in milliseconds. */
const HOLD_MILLISECONDS = 20;
const STDOUT = 1;
const MAGIC = 0xa1b2_3c4d;

const LINK_TYPES: Readonly<Record<string, number>> = {
  NULL: LinkType.Null,
  ETHERNET: LinkType.Ethernet,
  IEEE802_11_RADIO: LinkType.Ieee80211Radiotap,
  LINKTYPE_LINUX_SLL: LinkType.LinuxSll,
  RAW: LinkType.Raw,
};

// Both live as long as the process: the package writes to the first from outside of what the collector sees.
const frame = Buffer.alloc(MAX_FRAME);
const out = Buffer.alloc(OUT_BYTES);
const view = new DataView(out.buffer, out.byteOffset, out.length);
let outAt = 0;
let heldSince = 0;
let isScheduled = false;
let capture: Cap | null = null;

/** Ends without tidying up: the package aborts when a capture is closed whose opening had failed. */
function leave(code: number, message: string): never {
  if (message !== '') fs.writeSync(2, `cap: ${message}\n`);
  process.exit(code);
}

function flush(): void {
  let at = 0;
  while (at < outAt) {
    try {
      at += fs.writeSync(STDOUT, out, at, outAt - at);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) leave(0, '');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
  outAt = 0;
}

/** Once only: under load the event loop is not reached for long. */
function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  setTimeout(() => {
    isScheduled = false;
    flush();
  }, HOLD_MILLISECONDS);
}

/** The wall clock, finer than its own milliseconds. */
const clock = { wall: Date.now(), steady: performance.now() };
function milliseconds(): number {
  const steady = performance.now();
  const now = clock.wall + (steady - clock.steady);
  const wall = Date.now();
  if (Math.abs(wall - now) <= 1.5) return now;
  clock.wall = wall;
  clock.steady = steady;
  return wall;
}

function onPacket(bytes: number, snapLength: number): void {
  const kept = Math.min(bytes, snapLength);
  if (outAt + RECORD_HEADER_BYTES + kept > OUT_BYTES) flush();
  const now = milliseconds();
  if (outAt === 0) {
    heldSince = now;
    schedule();
  }
  const seconds = Math.floor(now / 1000);
  view.setUint32(outAt, seconds, true);
  view.setUint32(outAt + 4, Math.floor((now - seconds * 1000) * 1e6), true);
  view.setUint32(outAt + 8, kept, true);
  view.setUint32(outAt + 12, bytes, true);
  frame.copy(out, outAt + RECORD_HEADER_BYTES, 0, kept);
  outAt += RECORD_HEADER_BYTES + kept;
  // Under load the package goes on from packet to packet without coming back to the event loop.
  if (Math.abs(now - heldSince) > HOLD_MILLISECONDS) flush();
}

function load(): new () => Cap {
  try {
    return (createRequire(import.meta.url)('cap') as { Cap: new () => Cap }).Cap;
  } catch (error) {
    return leave(3, `the package cap cannot be loaded (${errorText(error).split('\n')[0] ?? ''})`);
  }
}

function main(device: string, filter: string, snap: number, bufferBytes: number, isProbe: boolean): void {
  const Cap = load();
  capture = new Cap();
  let link = '';
  try {
    link = capture.open(device, filter, bufferBytes, frame);
  } catch (error) {
    leave(1, errorText(error));
  }
  const snapLength = snap > 0 ? Math.min(snap, MAX_FRAME) : MAX_FRAME;
  const linkType = LINK_TYPES[link] ?? Number(/\d+/.exec(link)?.[0] ?? NaN);
  if (!Number.isInteger(linkType)) leave(1, `the link type "${link}" is not known`);
  if (isProbe) leave(0, '');
  capture.on('packet', (bytes) => onPacket(bytes, snapLength));
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, snapLength, true);
  view.setUint32(20, linkType, true);
  outAt = 24;
  flush();
  // The parent holds the other end and writes nothing: its end is the parent's.
  process.stdin.on('data', () => undefined);
  process.stdin.on('close', () => leave(0, ''));
  process.on('SIGTERM', () => {
    flush();
    leave(0, '');
  });
}

const [device = '', filter = '', snap = '0', mebibytes = '64', mode = ''] = process.argv.slice(2);
main(device, filter, Number(snap), Number(mebibytes) * (1 << 20), mode === 'probe');
