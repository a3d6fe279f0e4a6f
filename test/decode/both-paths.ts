/** Decodes frames with the decoder's fast path and without it, and says where the packets differ. */
import { Decoder } from '../../src/decode/decoder.js';
import { Packet } from '../../src/decode/packet/packet.js';
import type { PcapFile } from './pcap-frames.js';
import { oneFrame } from './one-frame.js';

/** Bytes left out at the end of each frame, one after the other. */
const SHORTER_BY = [0, 1, 7, 20, 33];

/** Each frame whole and cut; '' differences make an empty list. */
export function pathDifferences(name: string, { bytes, view, linkType, frames }: PcapFile): string[] {
  const fast = new Decoder();
  const general = new Decoder({ fastPath: false });
  const a = new Packet();
  const b = new Packet();
  const found: string[] = [];
  frames.forEach((frame, index) => {
    for (const shortBy of SHORTER_BY) {
      const capLen = Math.max(frame.capLen - shortBy, 0);
      for (const origLen of [frame.origLen, capLen]) {
        const one = oneFrame({ bytes, view, linkType, ...frame, capLen, origLen });
        fast.decode(one, 0, a);
        general.decode(one, 0, b);
        if (text(a) !== text(b)) found.push(`${name} frame ${index + 1} short by ${shortBy}`);
      }
    }
  });
  if (fast.weirds.join() !== general.weirds.join()) found.push(`${name}: weirds`);
  if (JSON.stringify([...fast.limits]) !== JSON.stringify([...general.limits])) found.push(`${name}: limits`);
  return found;
}

/** All fields but the buffer itself. */
function text(packet: Packet): string {
  return JSON.stringify({ ...packet, bytes: 0, view: 0 });
}
