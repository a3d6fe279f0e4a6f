/** Samples cut at any byte, or beside the ends of their blocks and records, keep every whole frame and say where they end. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { CaptureError } from '../../src/capture/frames/frame.js';
import { openCapture } from '../../src/capture/open.js';
import { FULL_FUZZ } from '../fuzz.js';
import { streamOf } from './read-all.js';

const FOLDER = 'captures';
/** One of each format: every byte of them. */
const EVERY_BYTE = ['ended-too-soon.pcap', 'server-port-silent.pcapng'];
/** Of the others so many ends are tried; in CI all. */
const MOST_ENDS = FULL_FUZZ ? Infinity : 12;
/** Of the samples that are cut at every byte, so many bytes from the end are; in CI all. */
const MOST_BYTES = FULL_FUZZ ? Infinity : 1200;

interface Read {
  /** For each frame the digest of all frames up to it. */
  readonly digests: readonly string[];
  readonly damage: { readonly kind: string; readonly offset: number } | null;
}

/** null = no capture. */
async function read(bytes: Uint8Array): Promise<Read | null> {
  try {
    const reader = await openCapture('-', { stdin: streamOf(bytes), window: 1 << 16 });
    const hash = createHash('md5');
    const digests: string[] = [];
    for (let batch = await reader.nextBatch(); batch !== null; batch = await reader.nextBatch()) {
      for (let row = 0; row < batch.count; row++) {
        const at = batch.at[row] ?? 0;
        hash.update(`${batch.sec[row]} ${batch.nsec[row]} ${batch.origLen[row]} ${batch.linkType[row]} `);
        hash.update(batch.bytes.subarray(at, at + (batch.capLen[row] ?? 0)));
        digests.push(hash.copy().digest('hex'));
      }
    }
    await reader.close();
    return { digests, damage: reader.file.damage };
  } catch (error) {
    if (error instanceof CaptureError) return null;
    throw error;
  }
}

/** Where the header and each record or block ends. */
function endsOf(bytes: Buffer): number[] {
  const isPcapng = bytes.readUInt32LE(0) === 0x0a0d0d0a;
  const ends = isPcapng ? [] : [24];
  for (let at = ends[0] ?? 0; at < bytes.length;) {
    at += isPcapng ? bytes.readUInt32LE(at + 4) : 16 + bytes.readUInt32LE(at + 8);
    ends.push(at);
  }
  return ends;
}

const names = readdirSync(FOLDER).filter((name) => /\.pcap(ng)?(\.gz)?$/.test(name));

function bytesOf(name: string): Buffer {
  const bytes = readFileSync(join(FOLDER, name));
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

for (const name of names) {
  test(`${name}, cut, keeps its whole frames and says where it ends`, async (t) => {
    const bytes = bytesOf(name);
    const whole = await read(bytes);
    const ends = endsOf(bytes);
    t.is(ends.at(-1), bytes.length);
    const step = Math.max(1, Math.ceil(ends.length / MOST_ENDS));
    const cuts = EVERY_BYTE.includes(name)
      ? Array.from({ length: Math.min(bytes.length, MOST_BYTES) }, (_, i) => bytes.length - 1 - i)
      : ends.filter((_, i) => i % step === 0).flatMap((end) => [end - 1, end, end + 1]);
    const wrong: string[] = [];
    for (const cut of cuts.filter((at) => at >= (ends[0] ?? 0) && at < bytes.length)) {
      const part = await read(bytes.subarray(0, cut));
      const end = ends.findLast((at) => at <= cut);
      const last = part?.digests.at(-1);
      const sameFrames = last === whole?.digests[(part?.digests.length ?? 0) - 1];
      const damage = part?.damage ?? null;
      const told = end === cut ? damage === null : damage?.kind === 'cut' && damage.offset === end;
      if (part === null || !sameFrames || !told) wrong.push(`${cut}: ${JSON.stringify(damage)}`);
    }
    t.deepEqual(wrong, []);
  });
}
