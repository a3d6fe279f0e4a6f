/**
 * The fields of each frame as tshark decodes them, and the same from the decoder: innermost packet last.
 */
import { execFileSync } from 'node:child_process';
import { inspect } from 'node:util';
import { Layer, IpProto, type Packet } from '../../src/decode/packet/packet.js';

const FIELDS = [
  'ip.src',
  'ip.dst',
  'ip.ttl',
  'ip.id',
  'ipv6.src',
  'ipv6.dst',
  'ipv6.hlim',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.seq_raw',
  'tcp.ack_raw',
  'tcp.flags',
  'tcp.len',
  'tcp.window_size_value',
  'tcp.options.mss_val',
  'tcp.options.wscale.shift',
  'udp.srcport',
  'udp.dstport',
  'udp.length',
  'icmp.type',
  'icmp.code',
  'icmp.ident',
  'icmp.seq',
  'icmpv6.type',
  'icmpv6.code',
  'icmpv6.echo.identifier',
  'vlan.id',
  'arp.opcode',
  'arp.src.proto_ipv4',
  'arp.dst.proto_ipv4',
] as const;
type Field = (typeof FIELDS)[number];

/** All values of a frame's fields, in the order of the headers. */
export type Fields = Map<Field, string[]>;

/** Decodes a pcap file with tshark; one entry a frame. */
export function tsharkFields(path: string): Fields[] {
  const args = ['-r', path, '-T', 'fields', '-E', 'separator=;', '-E', 'occurrence=a', '-E', 'aggregator=,'];
  args.push('-o', 'tcp.relative_sequence_numbers:FALSE', '-o', 'tcp.desegment_tcp_streams:FALSE');
  for (const field of FIELDS) args.push('-e', field);
  const text = tsharkOutput(args);
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  return lines.map((line) => {
    const fields: Fields = new Map();
    line.split(';').forEach((value, index) => {
      const field = FIELDS[index];
      if (field !== undefined && value !== '') fields.set(field, value.split(',').map(normal));
    });
    return fields;
  });
}

/** A cut file makes tshark exit with an error after it has printed what it could read. */
function tsharkOutput(args: string[]): string {
  try {
    return execFileSync('tshark', args, {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string') return error.stdout;
    throw error;
  }
}

function normal(value: string): string {
  return /^0x[0-9a-f]+$/.test(value) ? String(Number(value)) : value;
}

/** Adds what the packet holds now; call it again after `Decoder.inner`. */
export function addFields(fields: Fields, p: Packet): void {
  const has = (layer: number): boolean => (p.layers & layer) !== 0;
  const add = (field: Field, value: number | string): void => {
    fields.set(field, [...(fields.get(field) ?? []), String(value)]);
  };
  if (has(Layer.Vlan) && !fields.has('vlan.id')) add('vlan.id', p.vlan);
  if (has(Layer.Arp)) {
    add('arp.opcode', p.arpOp);
    add('arp.src.proto_ipv4', ipv4Text(p.src0));
    add('arp.dst.proto_ipv4', ipv4Text(p.dst0));
  }
  if (has(Layer.Ipv4)) {
    add('ip.src', ipv4Text(p.src0));
    add('ip.dst', ipv4Text(p.dst0));
    add('ip.ttl', p.ttl);
    add('ip.id', p.ipId);
  }
  if (has(Layer.Ipv6)) {
    add('ipv6.src', ipv6Text(p.src0, p.src1, p.src2, p.src3));
    add('ipv6.dst', ipv6Text(p.dst0, p.dst1, p.dst2, p.dst3));
    add('ipv6.hlim', p.ttl);
  }
  if (has(Layer.Tcp)) {
    add('tcp.srcport', p.srcPort);
    add('tcp.dstport', p.dstPort);
    add('tcp.seq_raw', p.seq >>> 0);
    add('tcp.ack_raw', p.ack >>> 0);
    add('tcp.flags', p.tcpFlags);
    add('tcp.len', p.payloadLen);
    add('tcp.window_size_value', p.window);
    if (p.mss !== 0) add('tcp.options.mss_val', p.mss);
    if (p.windowScale >= 0) add('tcp.options.wscale.shift', p.windowScale);
  }
  if (has(Layer.Udp)) {
    add('udp.srcport', p.srcPort);
    add('udp.dstport', p.dstPort);
    add('udp.length', p.payloadLen + 8);
  }
  if (has(Layer.Icmp)) {
    add('icmp.type', p.icmpType);
    add('icmp.code', p.icmpCode);
    if (p.icmpType === 0 || p.icmpType === 8) {
      add('icmp.ident', p.icmpId);
      add('icmp.seq', p.icmpSeq);
    }
  }
  if (has(Layer.Icmpv6)) {
    add('icmpv6.type', p.icmpType);
    add('icmpv6.code', p.icmpCode);
    if (p.icmpType === 128 || p.icmpType === 129) add('icmpv6.echo.identifier', p.icmpId);
  }
  if (has(Layer.Quoted)) addQuoted(add, p);
}

function addQuoted(add: (field: Field, value: number | string) => void, p: Packet): void {
  if (p.quotedVersion === 4) {
    add('ip.src', ipv4Text(p.quotedSrc0));
    add('ip.dst', ipv4Text(p.quotedDst0));
  } else {
    add('ipv6.src', ipv6Text(p.quotedSrc0, p.quotedSrc1, p.quotedSrc2, p.quotedSrc3));
    add('ipv6.dst', ipv6Text(p.quotedDst0, p.quotedDst1, p.quotedDst2, p.quotedDst3));
  }
  if (p.quotedSrcPort < 0) return;
  if (p.quotedProto === IpProto.Tcp || p.quotedProto === IpProto.Udp) {
    const name = p.quotedProto === IpProto.Tcp ? 'tcp' : 'udp';
    add(`${name}.srcport`, p.quotedSrcPort);
    add(`${name}.dstport`, p.quotedDstPort);
  } else if (p.quotedProto === IpProto.Icmp) {
    add('icmp.type', p.quotedSrcPort);
    add('icmp.code', p.quotedDstPort);
  } else if (p.quotedProto === IpProto.Icmpv6) {
    add('icmpv6.type', p.quotedSrcPort);
    add('icmpv6.code', p.quotedDstPort);
  }
}

/** Fields that a quotation also has in tshark but that are not kept from it. */
const NOT_QUOTED: readonly Field[] = [
  'ip.ttl',
  'ip.id',
  'ipv6.hlim',
  'tcp.seq_raw',
  'udp.length',
  'icmp.ident',
  'icmp.seq',
];

/**
 * How the decoder's fields differ from tshark's: each list must be what tshark has innermost (the headers
 * outside of a tunnel are only in tshark's). '' when nothing does.
 */
export function difference(ours: Fields, theirs: Fields, quoted: boolean): string {
  for (const field of FIELDS) {
    let reference = theirs.get(field) ?? [];
    const own = ours.get(field) ?? [];
    if (quoted && NOT_QUOTED.includes(field)) reference = reference.slice(0, own.length);
    if (field === 'vlan.id') reference = reference.slice(0, 1);
    if (own.length === 0 && reference.length === 0) continue;
    const tail = reference.slice(reference.length - own.length);
    if (own.length === 0 || own.length > reference.length || tail.join() !== own.join()) {
      return `${field}: ours ${inspect(own)}, tshark ${inspect(reference)}`;
    }
  }
  return '';
}

function ipv4Text(word: number): string {
  return [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join('.');
}

function ipv6Text(...words: number[]): string {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]).map((group) => group.toString(16));
  let longest = { from: -1, count: 1 };
  for (let from = 0; from < 8; from++) {
    let count = 0;
    while (groups[from + count] === '0') count++;
    if (count > longest.count) longest = { from, count };
  }
  if (longest.from < 0) return groups.join(':');
  const { from, count } = longest;
  return `${groups.slice(0, from).join(':')}::${groups.slice(from + count).join(':')}`;
}
