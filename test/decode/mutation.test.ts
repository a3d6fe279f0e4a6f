/**
 * Frames changed at random (seeded) never make the decoder throw, read outside of the frame, or grow.
 */
import test from 'ava';
import { Decoder } from '../../src/decode/decoder.js';
import { Packet } from '../../src/decode/packet/packet.js';
import { FULL_FUZZ, rounds } from '../fuzz.js';
import { captures } from './captures.js';
import { fromHex } from './bytes.js';
import { OTHERS, SAMPLES } from './samples.js';
import { oneFrame } from './one-frame.js';

const MUTATIONS = rounds(60_000, 400_000);
const LINK_TYPES = [0, 1, 9, 12, 14, 50, 51, 101, 104, 105, 108, 113, 119, 127, 163, 192, 228, 229, 276];

/** Marsaglia's xorshift32: the same numbers in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

interface Seed {
  readonly linkType: number;
  readonly bytes: Uint8Array;
}

function seeds(log: (line: string) => void): Seed[] {
  const all: Seed[] = [...SAMPLES, ...OTHERS].map(({ linkType, hex }) => ({ linkType, bytes: fromHex(hex) }));
  // Frames of public captures as well, which have to be converted first.
  for (const { pcap } of FULL_FUZZ ? captures(log) : []) {
    const step = Math.ceil(pcap.frames.length / 50);
    pcap.frames.forEach(({ at, capLen }, index) => {
      if (index % step === 0) all.push({ linkType: pcap.linkType, bytes: pcap.bytes.slice(at, at + capLen) });
    });
  }
  return all;
}

test('changed frames never throw and never point outside of the frame', (t) => {
  const all = seeds((line) => t.log(line));
  const next = random(20260101);
  const decoder = new Decoder({ fragmentBytes: 65_536 });
  const packet = new Packet();
  let outside = 0;
  for (let round = 0; round < MUTATIONS; round++) {
    const seed = all[next(all.length)];
    if (seed === undefined) continue;
    // Exactly the captured bytes, so that reading one too many throws.
    const bytes = seed.bytes.slice(0, next(4) === 0 ? next(seed.bytes.length + 1) : seed.bytes.length);
    for (let changes = next(6); changes > 0; changes--) {
      // The headers, more often than the payload.
      bytes[next(Math.min(bytes.length, next(3) === 0 ? 2000 : 80)) || 0] =
        next(2) === 0 ? next(256) : ([0, 255, 64, 69][next(4)] ?? 0);
    }
    const linkType = next(8) === 0 ? (LINK_TYPES[next(LINK_TYPES.length)] ?? 1) : seed.linkType;
    const origLen = next(3) === 0 ? bytes.length + next(3000) : bytes.length - (next(9) === 0 ? 5 : 0);
    decoder.decode(oneFrame({ bytes, origLen, linkType, sec: round >> 8 }), 0, packet);
    if (!isInside(packet)) outside++;
    while (decoder.inner(packet, round >> 8)) if (!isInside(packet)) outside++;
  }
  t.is(outside, 0);
  t.true(
    decoder.weirds.reduce((sum, count) => sum + count, 0) > MUTATIONS / 10,
    'the changes did reach the decoder',
  );
});

/** Whether all offsets and lengths of the packet make sense. */
function isInside(p: Packet): boolean {
  const { length } = p.bytes;
  const macs =
    p.srcMacAt >= -1 &&
    p.dstMacAt >= -1 &&
    p.srcMacAt + 6 <= Math.max(length, 5) &&
    p.dstMacAt + 6 <= Math.max(length, 5);
  if (!macs || (p.innerAt >= 0 && (p.innerEnd > length || p.innerAt > p.innerEnd))) return false;
  if ((p.layers & 0x78) === 0) return true;
  return (
    p.payloadAt >= 0 &&
    p.payloadAt <= p.payloadEnd &&
    p.payloadEnd <= length &&
    p.payloadLen >= p.payloadEnd - p.payloadAt
  );
}
