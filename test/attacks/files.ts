/** Inputs that are made to cost much more than their size: what test/attacks/run.ts measures. */
import zlib from 'node:zlib';

export interface Attack {
  readonly name: string;
  /** What it does, for the table. */
  readonly means: string;
  /** Files by name; the first is the input, the others are for the options. */
  readonly files: () => ReadonlyMap<string, Uint8Array>;
  /** Options, in which a file's name stands for its path. */
  readonly options?: readonly string[];
}

const CLIENT = [10, 0, 0, 1] as const;
const SERVER = [10, 0, 0, 2] as const;
const ETHERNET = Buffer.from('0200000000010200000000020800', 'hex');
const Flag = { Fin: 1, Syn: 2, Push: 8, Ack: 16 } as const;

/** Microsecond pcap of Ethernet frames, one after the other in time. */
class Wire {
  readonly #chunks: Uint8Array[] = [];
  #frames = 0;

  constructor() {
    const header = Buffer.alloc(24);
    header.writeUInt32LE(0xa1b2c3d4, 0);
    header.writeUInt16LE(2, 4);
    header.writeUInt16LE(4, 6);
    header.writeUInt32LE(262_144, 16);
    header.writeUInt32LE(1, 20);
    this.#chunks.push(header);
  }

  /** A segment of the client (`from` 0) or the server. */
  segment(from: 0 | 1, port: number, seq: number, ack: number, flags: number, payload: Uint8Array): void {
    const frame = Buffer.alloc(16 + 54 + payload.length);
    const length = 54 + payload.length;
    frame.writeUInt32LE(1_700_000_000 + Math.floor(this.#frames / 100_000), 0);
    frame.writeUInt32LE((this.#frames % 100_000) * 10, 4);
    frame.writeUInt32LE(length, 8);
    frame.writeUInt32LE(length, 12);
    frame.set(ETHERNET, 16);
    frame.set([0x45, 0, (length - 14) >> 8, (length - 14) & 255, 0, 0, 0x40, 0, 64, 6, 0, 0], 30);
    frame.set(from === 0 ? [...CLIENT, ...SERVER] : [...SERVER, ...CLIENT], 42);
    const ports = from === 0 ? [port, 80] : [80, port];
    frame.writeUInt16BE(ports[0] ?? 0, 50);
    frame.writeUInt16BE(ports[1] ?? 0, 52);
    frame.writeUInt32BE(seq >>> 0, 54);
    frame.writeUInt32BE(ack >>> 0, 58);
    frame.set([0x50, flags, 0xff, 0xff], 62);
    frame.set(payload, 70);
    this.#chunks.push(frame);
    this.#frames++;
  }

  /** A connection in which the client sends `bytes` in segments of `size`. */
  sent(port: number, bytes: Uint8Array, size: number): void {
    this.segment(0, port, 0, 0, Flag.Syn, new Uint8Array(0));
    this.segment(1, port, 0, 1, Flag.Syn | Flag.Ack, new Uint8Array(0));
    this.segment(0, port, 1, 1, Flag.Ack, new Uint8Array(0));
    for (let at = 0; at < bytes.length; at += size) {
      this.segment(0, port, 1 + at, 1, Flag.Push | Flag.Ack, bytes.subarray(at, at + size));
    }
  }

  done(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }
}

function captureOf(make: (wire: Wire) => void): Uint8Array {
  const wire = new Wire();
  make(wire);
  return wire.done();
}

/** `connections` connections in which `bytes` come in segments of `size`. */
function pieces(bytes: Uint8Array, size: number, connections: number): Uint8Array {
  return captureOf((wire) => {
    for (let i = 0; i < connections; i++) wire.sent(1024 + i, bytes, size);
  });
}

const text = (value: string): Buffer => Buffer.from(value, 'latin1');
const SMALL = captureOf((wire) => wire.sent(1024, text('GET / HTTP/1.1\r\n\r\n'), 100));

function times(n: number, piece: Uint8Array): Buffer {
  return Buffer.alloc(n * piece.length, piece);
}

/** Handshake records of one byte each, of a hello that says it has 60,000. */
function records(n: number): Uint8Array {
  const bytes = times(n, Buffer.from('160301000100', 'hex'));
  for (const [i, byte] of [1, 0, 0xea, 0x60, 3, 3].entries()) bytes[6 * i + 5] = byte;
  return bytes;
}

/** A message of .NET Remoting whose 60 headers are long texts. */
function remoting(): Uint8Array {
  const header = Buffer.concat([Buffer.from('04000101fa000000', 'hex'), times(250, text('A'))]);
  return Buffer.concat([
    Buffer.from('2e4e455401000000000000000000000', 'hex').subarray(0, 14),
    times(60, header),
  ]);
}

/** A pcapng of `n` interfaces, each with a name of `length` bytes. */
export function manyInterfaces(n: number, length: number): Uint8Array {
  const section = Buffer.from('0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000', 'hex');
  const padded = (length + 3) & ~3;
  const size = 20 + 4 + padded + 4;
  const block = Buffer.alloc(size);
  block.writeUInt32LE(1, 0);
  block.writeUInt32LE(size, 4);
  block.writeUInt16LE(1, 8);
  block.writeUInt16LE(2, 16);
  block.writeUInt16LE(length, 18);
  block.fill('i', 20, 20 + length);
  block.writeUInt32LE(size, size - 4);
  return Buffer.concat([section, times(n, block)]);
}

/** A pcapng whose second block says that it has 4 GiB, as a zstd frame of blocks that each repeat one byte 128 KiB times. */
function zstdBomb(blocks: number): Uint8Array {
  const begin = Buffer.from(
    '0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000aa000000f0ffffff',
    'hex',
  );
  const header = (size: number, type: number): Buffer => {
    const word = (size << 3) | (type << 1);
    return Buffer.from([word & 255, (word >> 8) & 255, word >> 16]);
  };
  const block = Buffer.concat([header(128 << 10, 1), Buffer.of(0)]);
  const magic = Buffer.from('28b52ffd0088', 'hex');
  return Buffer.concat([
    magic,
    header(begin.length, 0),
    begin,
    times(blocks, block),
    Buffer.from('010000', 'hex'),
  ]);
}

function input(name: string, bytes: () => Uint8Array): Attack['files'] {
  return () => new Map([[name, bytes()]]);
}

export const ATTACKS: readonly Attack[] = [
  {
    name: 'gzip-members',
    means: '80,000 empty gzip members before a capture (1.6 MB)',
    files: input('a.pcap.gz', () =>
      Buffer.concat([
        times(80_000, Buffer.from('1f8b080000000000000303000000000000000000', 'hex')),
        zlib.gzipSync(SMALL),
      ]),
    ),
  },
  {
    name: 'gzip-small-members',
    means: 'a capture in 80,000 gzip members of one byte (1.7 MB)',
    files: input('a.pcap.gz', () => {
      const capture = pieces(text('x'.repeat(80_000)), 1000, 1).subarray(0, 80_000);
      const members = Array.from({ length: 256 }, (_, byte) => zlib.gzipSync(Buffer.of(byte)));
      return Buffer.concat(Array.from(capture, (byte) => members[byte] ?? SMALL));
    }),
  },
  {
    name: 'zstd-frames',
    means: '30,000 empty zstd frames with windows of 128 MiB (0.3 MB)',
    files: input('a.zst', () => times(30_000, Buffer.from('28b52ffd0088010000', 'hex'))),
  },
  {
    name: 'zstd-windows',
    means: '30,000 zstd frames of one byte with windows of 128 MiB (0.3 MB)',
    files: input('a.zst', () => times(30_000, Buffer.from('28b52ffd008809000078', 'hex'))),
  },
  {
    name: 'zstd-bomb',
    means: 'a pcapng block of 4 GiB in 0.13 MB of zstd, with a window of 128 MiB',
    files: input('a.pcapng.zst', () => zstdBomb(32_768)),
  },
  {
    name: 'http-bytes',
    means: 'ten HTTP heads of 32 KB in segments of one byte (23 MB)',
    files: input('a.pcap', () => pieces(text(`GET / HTTP/1.1\r\nA: ${'x'.repeat(32_700)}`), 1, 10)),
  },
  {
    name: 'http-lines',
    means: 'twenty HTTP heads of 14,000 empty lines without a colon behind them (2 MB)',
    files: input('a.pcap', () => pieces(text(`GET / HTTP/1.1\r\n${'\n'.repeat(28_000)}\r\n\r\n`), 1400, 20)),
  },
  {
    name: 'banner',
    means: '10,000 greetings without an end of line (2 MB)',
    files: input('a.pcap', () => pieces(text('SSH-2.0-x'), 9, 10_000)),
  },
  {
    name: 'tls-records',
    means: 'ten TLS hellos in 50,000 records of one byte (4 MB)',
    files: input('a.pcap', () => pieces(records(50_000), 1380, 10)),
  },
  {
    name: 'remoting-bytes',
    means: 'ten .NET Remoting heads of 15 KB in segments of one byte (11 MB)',
    files: input('a.pcap', () => pieces(remoting(), 1, 10)),
  },
  {
    name: 'interfaces',
    means: '65,536 pcapng interfaces with names of 8 bytes (2.4 MB)',
    files: input('a.pcapng', () => manyInterfaces(65_536, 8)),
  },
  {
    name: 'long-interfaces',
    means: '20,000 pcapng interfaces with names of 4,000 bytes (81 MB)',
    files: input('a.pcapng', () => manyInterfaces(20_000, 4000)),
  },
  {
    name: 'yaml-aliases',
    means: 'a rule pack of 0.9 MB of aliases that name nothing',
    files: () =>
      new Map([
        ['a.pcap', SMALL],
        ['a.yaml', text(`[${'*a,'.repeat(300_000)}]`)],
      ]),
    options: ['--rules', 'a.yaml'],
  },
];
