/**
 * A capture as tshark reads it: one entry for each packet that says something of a port. Nothing of this project's own
 * decoder takes part, so that what it claims can be held against a reading that is not its own.
 */
import { spawnSync } from 'node:child_process';

/** ICMP messages: an echo, or an error about the packet that it quotes. */
type Kind = 'tcp' | 'udp' | 'echo' | 'error';

export interface ReadPacket {
  readonly kind: Kind;
  readonly file: string;
  readonly frame: number;
  /** Seconds since 1970; the file's own, steps back and all. */
  readonly time: number;
  /** Who sent it; of an error, the device that sent the message. */
  readonly sender: string;
  /** The innermost packet that is no quotation; of an error, the quoted packet. An echo has its identifier as port. */
  readonly proto: 'tcp' | 'udp' | 'icmp';
  readonly src: string;
  readonly srcPort: number;
  readonly dst: string;
  readonly dstPort: number;
  /** TCP only, else 0. */
  readonly flags: number;
  readonly seq: number;
  readonly ack: number;
  /** Bytes of payload of TCP and UDP. */
  readonly length: number;
  /** Its TLS records are alerts and nothing else. */
  readonly isAlert: boolean;
  /** Echo: the answer, not the question. */
  readonly isReply: boolean;
  /** Error: destination unreachable, but for "fragmentation needed". */
  readonly isRejection: boolean;
}

export const TCP_FLAG = { fin: 1, syn: 2, rst: 4, ack: 16 } as const;

const FIELDS = [
  'frame.number',
  'frame.time_epoch',
  'frame.protocols',
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.flags',
  'tcp.seq_raw',
  'tcp.ack_raw',
  'tcp.len',
  'udp.srcport',
  'udp.dstport',
  'udp.length',
  'icmp.type',
  'icmp.code',
  'icmp.ident',
  'icmpv6.type',
  'icmpv6.code',
  'icmpv6.echo.identifier',
  'tls.record.content_type',
] as const;
type Field = (typeof FIELDS)[number];
type Fields = ReadonlyMap<Field, readonly string[]>;

const TLS_ALERT = '21';
const UDP_HEADER = 8;
const FRAGMENTATION_NEEDED = 4;

/** @throws Error when tshark cannot be run */
export function readPackets(path: string): ReadPacket[] {
  const args = ['-n', '-r', path, '-T', 'fields', '-E', 'separator=;', '-E', 'occurrence=a'];
  args.push('-E', 'aggregator=,', '-o', 'tcp.relative_sequence_numbers:FALSE');
  args.push('-o', 'tcp.desegment_tcp_streams:FALSE', '-o', 'tcp.analyze_sequence_numbers:FALSE');
  for (const field of FIELDS) args.push('-e', field);
  // A damaged file ends tshark with an error after it has printed what could be read.
  const { stdout, error } = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 1 << 29 });
  if (error !== undefined) throw error;
  const packets: ReadPacket[] = [];
  for (const line of stdout.split(/\r?\n/)) {
    const packet = line === '' ? null : packetOf(fieldsOf(line), path);
    if (packet !== null) packets.push(packet);
  }
  return packets;
}

function fieldsOf(line: string): Fields {
  const fields = new Map<Field, readonly string[]>();
  line.split(';').forEach((value, index) => {
    const field = FIELDS[index];
    if (field !== undefined && value !== '') fields.set(field, value.split(','));
  });
  return fields;
}

interface Header {
  readonly proto: string;
  /** Which of the headers of its kind, from the outside. */
  readonly index: number;
  readonly src: string;
  readonly dst: string;
}

/** The headers from the outside to the inside, each TCP, UDP and ICMP one with the addresses it lies in. */
function headersOf(fields: Fields): Header[] {
  const seen = new Map<string, number>();
  const headers: Header[] = [];
  let [src, dst] = ['', ''];
  for (const proto of (fields.get('frame.protocols')?.[0] ?? '').split(':')) {
    const index = seen.get(proto) ?? 0;
    seen.set(proto, index + 1);
    if (proto === 'ip' || proto === 'ipv6') {
      [src, dst] = [text(fields, `${proto}.src`, index), text(fields, `${proto}.dst`, index)];
    } else if (proto === 'tcp' || proto === 'udp' || proto === 'icmp' || proto === 'icmpv6') {
      headers.push({ proto, index, src, dst });
    }
  }
  return headers;
}

function packetOf(fields: Fields, file: string): ReadPacket | null {
  const headers = headersOf(fields);
  const icmpAt = headers.findIndex(({ proto }) => proto.startsWith('icmp'));
  const head = icmpAt >= 0 ? headers[icmpAt] : headers.at(-1);
  if (head === undefined || head.src === '') return null;
  const base = {
    file,
    frame: number(fields, 'frame.number', 0),
    time: Number(text(fields, 'frame.time_epoch', 0)),
    sender: head.src,
    src: head.src,
    dst: head.dst,
    flags: 0,
    seq: 0,
    ack: 0,
    length: 0,
    isAlert: false,
    isReply: false,
    isRejection: false,
  };
  if (icmpAt >= 0) return icmpPacket(fields, head, headers[icmpAt + 1], base);
  if (head.proto === 'udp') {
    const length = number(fields, 'udp.length', head.index) - UDP_HEADER;
    return { ...base, kind: 'udp', proto: 'udp', ...ports(fields, head), length: Math.max(0, length) };
  }
  const records = fields.get('tls.record.content_type') ?? [];
  return {
    ...base,
    kind: 'tcp',
    proto: 'tcp',
    ...ports(fields, head),
    flags: number(fields, 'tcp.flags', head.index),
    seq: number(fields, 'tcp.seq_raw', head.index),
    ack: number(fields, 'tcp.ack_raw', head.index),
    length: number(fields, 'tcp.len', head.index),
    isAlert: records.length > 0 && records.every((type) => type === TLS_ALERT),
  };
}

function icmpPacket(
  fields: Fields,
  head: Header,
  quoted: Header | undefined,
  base: Omit<ReadPacket, 'kind' | 'proto' | 'srcPort' | 'dstPort'>,
): ReadPacket | null {
  const isV6 = head.proto === 'icmpv6';
  const type = number(fields, isV6 ? 'icmpv6.type' : 'icmp.type', head.index);
  const code = number(fields, isV6 ? 'icmpv6.code' : 'icmp.code', head.index);
  const [request, reply] = isV6 ? [128, 129] : [8, 0];
  if (type === request || type === reply) {
    // tshark shows an IPv4 identifier in both byte orders, the first is the network's.
    const id = number(fields, isV6 ? 'icmpv6.echo.identifier' : 'icmp.ident', 0);
    return { ...base, kind: 'echo', proto: 'icmp', srcPort: id, dstPort: id, isReply: type === reply };
  }
  const isError = isV6 ? type >= 1 && type <= 4 : type === 3 || type === 11;
  if (!isError || quoted === undefined) return null;
  const { src, dst } = quoted;
  const isRejection = isV6 ? type === 1 : type === 3 && code !== FRAGMENTATION_NEEDED;
  const error = { ...base, kind: 'error', src, dst, isRejection } as const;
  if (quoted.proto === 'tcp' || quoted.proto === 'udp') {
    return { ...error, proto: quoted.proto, ...ports(fields, quoted) };
  }
  const id = number(fields, isV6 ? 'icmpv6.echo.identifier' : 'icmp.ident', 0);
  return { ...error, proto: 'icmp', srcPort: id, dstPort: id };
}

function ports(fields: Fields, head: Header): { srcPort: number; dstPort: number } {
  const proto = head.proto === 'udp' ? 'udp' : 'tcp';
  return {
    srcPort: number(fields, `${proto}.srcport`, head.index),
    dstPort: number(fields, `${proto}.dstport`, head.index),
  };
}

function text(fields: Fields, field: Field, index: number): string {
  return fields.get(field)?.[index] ?? '';
}

/** 0 when the field is not there; tshark writes flags as 0x0012. */
function number(fields: Fields, field: Field, index: number): number {
  return Number(text(fields, field, index)) || 0;
}
