/**
 * A small capture out of the ring: the packets of one computer around the moment in which a verdict changed, cut to
 * their headers, so that Wireshark shows what happened and no payload leaves the machine.
 */
import { Timeline } from '../../capture/merge.js';
import { FrameHeaders } from '../../decode/frame-headers.js';
import { Layer } from '../../decode/packet/packet.js';
import type { Packet } from '../../decode/packet/packet.js';
import type { AddressWords } from '../../flow/record/address.js';
import { FrameFile } from '../../report/evidence/frame-file.js';
import type { KeptFrame } from '../../report/evidence/frame-file.js';

/**
 * Frames of one small capture.
 * @reached the last ones are kept
 */
export const MAX_CUT_FRAMES = 2_000;

export interface Selection {
  readonly host: AddressWords;
  /** Seconds since 1970, packet time. */
  readonly from: number;
  readonly to: number;
  /** What the capture shows, kept in the file. */
  readonly comment: string;
}

/** @returns the file's bytes, or null when no frame was found */
export async function cutCapture(paths: readonly string[], selection: Selection): Promise<Uint8Array | null> {
  const timeline = await Timeline.open(paths, { digest: false });
  const headers = new FrameHeaders();
  const file = new FrameFile();
  const frames: KeptFrame[] = [];
  let isConcerned = false;
  const look = (packet: Packet): void => {
    isConcerned ||= concerns(packet, selection.host);
  };
  try {
    for (let run = await timeline.next(); run !== null; run = await timeline.next()) {
      const { batch, fileIndex } = run;
      for (let row = run.from; row < run.to; row++) {
        const sec = batch.sec[row]!;
        if (sec < selection.from || sec > selection.to) continue;
        isConcerned = false;
        headers.length(batch, row, look);
        if (!isConcerned) continue;
        const interfaces = timeline.files[fileIndex]?.interfaces ?? [];
        frames.push(file.keep(batch, row, { index: fileIndex, interfaces }));
        if (frames.length > MAX_CUT_FRAMES) frames.shift();
      }
    }
  } finally {
    await timeline.close();
  }
  if (frames.length === 0) return null;
  return Buffer.concat([...file.head(selection.comment, []), ...frames.map((frame) => file.frame(frame))]);
}

function concerns(p: Packet, host: AddressWords): boolean {
  const [a, b, c, d] = host.words;
  if (p.layers & Layer.Arp) return host.version === 4 && (p.src0 === a || p.dst0 === a);
  if (p.ipVersion === host.version) {
    if (p.src0 === a && p.src1 === b && p.src2 === c && p.src3 === d) return true;
    if (p.dst0 === a && p.dst1 === b && p.dst2 === c && p.dst3 === d) return true;
  }
  if (!(p.layers & Layer.Quoted) || p.quotedVersion !== host.version) return false;
  return p.quotedDst0 === a && p.quotedDst1 === b && p.quotedDst2 === c && p.quotedDst3 === d;
}
