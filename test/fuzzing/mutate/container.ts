/** Frames as a pcap or pcapng file of any variant, with blocks that nobody expects and lengths that are wrong. */
import { PcapngBuilder, pcapFile } from '../../capture/file-builder.js';
import type { Option } from '../../capture/file-builder.js';
import type { Choice } from '../choice.js';
import { get, put } from '../choice.js';
import type { Frame } from '../corpus.js';

const NANO = 0xa1b23c4d;
const MAGICS = [0xa1b2c3d4, 0xa1b2c3d4, NANO, 0xa1b2cd34];
/** if_tsresol: powers of ten and of two, some that no number holds. */
const RESOLUTIONS = [0, 1, 3, 6, 6, 6, 9, 12, 18, 19, 20, 38, 63, 127, 0x80, 0x8a, 0x94, 0xa0, 0xbf, 0xff];

/** A file taken apart where its records or blocks begin. */
export interface Container {
  readonly format: 'pcap' | 'pcapng';
  readonly little: boolean;
  /** The header of a pcap file, then a record each; or a block each. */
  readonly parts: Uint8Array[];
}

export function pcapOf(
  frames: readonly Frame[],
  magic = 0xa1b2c3d4,
  little = true,
  snapLength = 262_144,
): Container {
  const linkWord = frames[0]?.linkType ?? 1;
  const shape = { magic, little, snapLength, linkWord };
  const header = pcapFile([], shape);
  const parts: Uint8Array[] = [header];
  for (const { sec, nsec, bytes, origLen } of frames) {
    const sub = magic === NANO ? nsec : Math.floor(nsec / 1000);
    parts.push(pcapFile([{ sec, sub, data: bytes, origLen }], shape).subarray(header.length));
  }
  return { format: 'pcap', little, parts };
}

/** Ticks of a timestamp; resolutions that are no power of ten that fits count as microseconds. */
function ticksOf({ sec, nsec }: Frame, resolution: number): bigint {
  const nanos = BigInt(sec) * 1_000_000_000n + BigInt(nsec);
  return resolution === 9 ? nanos : nanos / 1000n;
}

export function pcapngOf(frames: readonly Frame[], little = true, resolution = 6): Container {
  const out = new PcapngBuilder(little);
  const linkTypes = [...new Set(frames.map(({ linkType }) => linkType))];
  const parts: Uint8Array[] = [out.section()];
  for (const type of linkTypes) parts.push(out.interface(type, 262_144, [[9, [resolution]]]));
  for (const frame of frames) {
    const { bytes, origLen } = frame;
    const iface = linkTypes.indexOf(frame.linkType);
    parts.push(out.enhanced(iface, ticksOf(frame, resolution), bytes, { origLen }));
  }
  return { format: 'pcapng', little, parts };
}

function someOptions(choice: Choice): Option[] {
  return Array.from({ length: choice.below(4) }, () => [
    choice.one([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 2988, 19_372]),
    choice.oneIn(10) ? choice.bytes(choice.between(4000, 6000)) : choice.bytes(choice.below(20)),
  ]);
}

/** A block that may stand between the packets. */
function strayBlock(out: PcapngBuilder, choice: Choice): Uint8Array {
  switch (choice.below(9)) {
    case 0:
      return out.section(someOptions(choice));
    case 1:
      return out.interface(choice.one([0, 1, 101, 113, 276, 65_535]), choice.edge(32), [
        [9, [choice.one(RESOLUTIONS)]],
        [
          14,
          out
            .bytes()
            .u64(choice.oneIn(2) ? -1n : BigInt(choice.uint32()) << 31n)
            .done(),
        ],
        ...someOptions(choice),
      ]);
    case 2:
      return out.statistics(choice.edge(32, 0), someOptions(choice));
    case 3:
      return out.names([
        [choice.one([1, 2, 3]), choice.bytes(choice.one([4, 16, 3])), ['a', 'b'.repeat(choice.below(300))]],
      ]);
    case 4:
      return out.simple(choice.edge(32, 60), choice.bytes(choice.below(80)));
    case 5:
      return out.packet(
        choice.edge(16, 0),
        choice.edge(16),
        BigInt(choice.uint32()) << 20n,
        choice.bytes(40),
      );
    case 6:
      return out.enhanced(
        choice.below(3),
        BigInt(choice.uint32()) << BigInt(choice.below(32)),
        choice.bytes(60),
        {
          options: someOptions(choice),
          origLen: choice.edge(32, 60),
        },
      );
    default:
      return out.block(choice.one([0xa, 0xbad, 0x4000_0bad, 9, 0x8000_0001]), choice.bytes(choice.below(40)));
  }
}

/** Frames in a container of any variant, some pcapng ones with further blocks. */
export function containerOf(frames: readonly Frame[], choice: Choice): Container {
  const little = !choice.oneIn(3);
  if (choice.oneIn(2)) {
    return pcapOf(frames, choice.one(MAGICS), little, choice.oneIn(4) ? choice.edge(32, 96) : 262_144);
  }
  const container = pcapngOf(frames, little, choice.oneIn(3) ? choice.one(RESOLUTIONS) : 6);
  const out = new PcapngBuilder(little);
  for (let n = choice.oneIn(2) ? choice.few(12) : 0; n > 0; n--) {
    container.parts.splice(choice.between(1, container.parts.length), 0, strayBlock(out, choice));
  }
  return container;
}

export function bytesOf({ parts }: Container): Uint8Array {
  return Buffer.concat(parts);
}

/** Offsets of the numbers in the head of a part: what readers go by. */
function fieldsOf({ format }: Container, index: number): readonly number[] {
  if (format === 'pcap') return index === 0 ? [0, 4, 8, 12, 16, 20] : [0, 4, 8, 12];
  return [0, 4, 8, 12, 16, 20, 24];
}

/** Breaks lengths, order and ends of the records or blocks, in place. */
export function breakContainer(container: Container, choice: Choice): void {
  const { parts, little } = container;
  for (let n = choice.few(4); n > 0; n--) {
    const index = choice.oneIn(4) ? choice.below(2) : choice.below(parts.length);
    const part = parts[index];
    if (part === undefined) continue;
    switch (choice.below(7)) {
      case 0:
      case 1: {
        const at = choice.one(fieldsOf(container, index));
        put(part, at, 4, choice.edge(32, get(part, at, 4, little), part.length), little);
        break;
      }
      case 2: {
        // Of an option, or of the block's end.
        const at = choice.oneIn(3) ? part.length - 4 : 2 * choice.between(4, Math.max(4, part.length >> 1));
        put(part, at, 2, choice.edge(16, get(part, at, 2, little), part.length - at), little);
        break;
      }
      case 3:
        parts[index] = part.slice(0, choice.below(part.length + 1));
        break;
      case 4:
        parts.splice(index, 1);
        break;
      case 5:
        parts.splice(choice.below(parts.length + 1), 0, part.slice());
        break;
      default:
        put(part, choice.below(part.length), 1, choice.edge(8));
    }
  }
}
