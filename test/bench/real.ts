/**
 * The benchmark's capture of real traffic: the public captures beside the project, one after the other and again and
 * again, each time at a later hour, until there is enough. Only their Ethernet frames, as classic pcap.
 */
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { LinkType } from '../../src/capture/frames/frame.js';
import { Timeline } from '../../src/capture/merge.js';
import { pcapHeader, pcapRecord } from '../../captures/recipes/craft/pcap.js';
import type { BenchCapture } from './generate.js';

/** Where the public captures are, seen from the project. */
const CAPTURES = join(process.cwd(), '..', 'shared', 'captures');
const WANTED_BYTES = 500e6;
/** Part of the cached name: change it when the bytes change. */
const VERSION = 1;
const START = 1772438400;
/** Seconds between one capture and the next: longer than a refused connection is tried again. */
const PAUSE = 10;

/** What is written of one capture: its Ethernet frames. */
interface Piece {
  readonly frames: readonly {
    readonly sec: number;
    readonly nsec: number;
    readonly bytes: Uint8Array;
    readonly origLen: number;
  }[];
  readonly seconds: number;
}

/** The cached file, or a new one; null when the public captures are not there. */
export async function realCapture(folder: string): Promise<BenchCapture | null> {
  if (!existsSync(CAPTURES)) return null;
  const path = join(folder, `real-v${VERSION}.pcap`);
  const note = `${path}.json`;
  if (existsSync(note) && existsSync(path)) return JSON.parse(readFileSync(note, 'utf8')) as BenchCapture;
  const pieces = await readPieces();
  const unfinished = `${path}.part`;
  const file = openSync(unfinished, 'w');
  let bytes = 0;
  let packets = 0;
  let clock = START;
  const write = (part: Uint8Array): void => {
    writeSync(file, part);
    bytes += part.length;
  };
  write(pcapHeader({ nanoseconds: true }));
  while (bytes < WANTED_BYTES) {
    for (const { frames, seconds } of pieces) {
      const records = frames.map((one) =>
        pcapRecord({ ...one, sec: one.sec + clock }, { nanoseconds: true }),
      );
      write(Buffer.concat(records));
      packets += frames.length;
      clock += seconds + PAUSE;
    }
  }
  closeSync(file);
  renameSync(unfinished, path);
  // How many flows there are nobody says beforehand.
  const capture = { path, shape: 'real', bytes, packets, flows: 0 };
  writeFileSync(note, JSON.stringify(capture));
  return capture;
}

/** Every capture that can be read, its times from 0 on. */
async function readPieces(): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (const name of readdirSync(CAPTURES).sort()) {
    if (!/\.(pcap|pcapng|cap)(\.gz|\.zst)?$/.test(name)) continue;
    const piece = await readPiece(join(CAPTURES, name)).catch(() => null);
    if (piece !== null && piece.frames.length > 0) pieces.push(piece);
  }
  if (pieces.length === 0) throw new Error(`${CAPTURES}: no capture with Ethernet frames`);
  return pieces;
}

async function readPiece(path: string): Promise<Piece> {
  const timeline = await Timeline.open([path], { digest: false });
  const frames = [];
  let first = -1;
  let last = 0;
  for (let run = await timeline.next(); run !== null; run = await timeline.next()) {
    const { batch } = run;
    for (let row = run.from; row < run.to; row++) {
      if (batch.linkType[row] !== LinkType.Ethernet) continue;
      const at = batch.at[row] ?? 0;
      const time = batch.sec[row] ?? 0;
      if (first < 0) first = time;
      // Captures that are out of order begin at their first frame.
      const sec = Math.max(0, time - first);
      last = Math.max(last, sec);
      const bytes = batch.bytes.slice(at, at + (batch.capLen[row] ?? 0));
      frames.push({ sec, nsec: batch.nsec[row] ?? 0, bytes, origLen: batch.origLen[row] ?? 0 });
    }
  }
  await timeline.close();
  return { frames, seconds: Math.min(last, 3600) };
}
