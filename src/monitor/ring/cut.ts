/**
 * A small capture out of the ring: the packets of one computer around the moment in which a verdict changed, cut to
 * their headers, so that Wireshark shows what happened and no payload leaves the machine.
 */
import type { CaptureFile } from '../../capture/frame.js';
import { Timeline } from '../../capture/merge.js';
import { PcapngWriter } from '../../capture/pcapng-writer.js';
import { Decoder } from '../../decode/decoder.js';
import { Layer, Packet } from '../../decode/packet.js';
import type { AddressWords } from '../../flow/address.js';

/**
 * Frames of one small capture.
 * @reached the last ones are kept
 */
export const MAX_CUT_FRAMES = 2_000;
/** Captured bytes of a frame whose headers are not understood. */
const PLAIN_BYTES = 128;

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
  const decoder = new Decoder();
  const packet = new Packet();
  const writer = new PcapngWriter();
  const head = [writer.section({ application: 'portwitness', comment: selection.comment })];
  const numbers = new Map<string, number>();
  const frames: Uint8Array[] = [];
  try {
    for (let run = await timeline.next(); run !== null; run = await timeline.next()) {
      const { batch } = run;
      for (let row = run.from; row < run.to; row++) {
        const sec = batch.sec[row]!;
        if (sec < selection.from || sec > selection.to) continue;
        const at = batch.at[row]!;
        const len = batch.capLen[row]!;
        const orig = batch.origLen[row]!;
        decoder.decode(batch, row, packet);
        if (!concerns(packet, selection.host)) continue;
        const key = `${run.fileIndex} ${batch.iface[row]!}`;
        let iface = numbers.get(key);
        if (iface === undefined) {
          iface = numbers.size;
          numbers.set(key, iface);
          head.push(describe(writer, timeline.files[run.fileIndex], batch.iface[row]!, batch.linkType[row]!));
        }
        const keep = Math.min(len, headerLen(packet, batch.bytes, at));
        frames.push(
          writer.packet({
            iface,
            sec,
            nsec: batch.nsec[row]!,
            bytes: batch.bytes.subarray(at, at + keep),
            origLen: orig,
          }),
        );
        if (frames.length > MAX_CUT_FRAMES) frames.shift();
      }
    }
  } finally {
    await timeline.close();
  }
  return frames.length === 0 ? null : Buffer.concat([...head, ...frames]);
}

function describe(
  writer: PcapngWriter,
  file: CaptureFile | undefined,
  index: number,
  linkType: number,
): Uint8Array {
  const name = file?.interfaces[index]?.name;
  return writer.interfaceDescription({ linkType, ...(name === undefined ? {} : { name }) });
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

/** Bytes from the frame's beginning to its payload; an ICMP error is kept with what it quotes. */
function headerLen(p: Packet, bytes: Uint8Array, at: number): number {
  const whole = p.bytes === bytes && !(p.layers & Layer.Quoted) && p.payloadAt > at;
  return whole && p.layers & (Layer.Tcp | Layer.Udp) ? p.payloadAt - at : PLAIN_BYTES;
}
