/**
 * Packets from one-line scripts, so that a test shows a whole conversation at a glance.
 *
 *   '@1.5 > SA 300 101 +10 w0'    at 1.5 s, from orig to resp, flags SYN and ACK, seq 300, ack 101, 10 bytes, window 0
 *
 * Flags are S A F R P; `>` goes from the script's first endpoint to its second, `<` back.
 */
import { IpProto, Layer, Packet, TcpFlag } from '../../src/decode/packet/packet.js';
import { parseAddress } from '../../src/flow/record/address.js';
import { Flow } from '../../src/flow/flow.js';
import { PortBit } from '../../src/flow/direction.js';
import { FlowTable } from '../../src/flow/table.js';
import type { FlowTableOptions } from '../../src/flow/table.js';
import { Origin } from '../../src/flow/record/origin.js';

export interface End {
  readonly ip: string;
  readonly port: number;
}

export const CLIENT: End = { ip: '10.0.0.1', port: 50000 };
export const SERVER: End = { ip: '10.0.0.2', port: 9003 };
/** Second at which scripts begin. */
export const START = 1_700_000_000;

const FLAG_LETTERS: Readonly<Record<string, number>> = {
  S: TcpFlag.Syn,
  A: TcpFlag.Ack,
  F: TcpFlag.Fin,
  R: TcpFlag.Rst,
  P: TcpFlag.Psh,
};

/** Sets addresses, version and what every packet has. */
export function addressed(p: Packet, src: string, dst: string): Packet {
  const from = parseAddress(src);
  const to = parseAddress(dst);
  if (from === null || to === null || from.version !== to.version) throw new Error(`${src} → ${dst}`);
  p.ipVersion = from.version;
  [p.src0, p.src1, p.src2, p.src3] = from.words;
  [p.dst0, p.dst1, p.dst2, p.dst3] = to.words;
  p.ttl = 128;
  p.ipId = from.version === 4 ? 7 : -1;
  p.layers = from.version === 4 ? Layer.Ipv4 : Layer.Ipv6;
  return p;
}

export function tcpPacket(src: End, dst: End, flags: string, seq = 0, ack = 0, len = 0): Packet {
  const p = addressed(new Packet(), src.ip, dst.ip);
  p.layers |= Layer.Tcp;
  p.ipProto = IpProto.Tcp;
  p.srcPort = src.port;
  p.dstPort = dst.port;
  p.tcpFlags = [...flags].reduce((bits, letter) => bits | (FLAG_LETTERS[letter] ?? 0), 0);
  p.seq = seq | 0;
  p.ack = ack | 0;
  p.payloadLen = len;
  p.ipLen = 40 + len;
  p.window = 1000;
  return p;
}

export function udpPacket(src: End, dst: End, len = 10): Packet {
  const p = addressed(new Packet(), src.ip, dst.ip);
  p.layers |= Layer.Udp;
  p.ipProto = IpProto.Udp;
  p.srcPort = src.port;
  p.dstPort = dst.port;
  p.payloadLen = len;
  p.ipLen = 28 + len;
  return p;
}

export function icmpPacket(src: string, dst: string, type: number, code = 0): Packet {
  const p = addressed(new Packet(), src, dst);
  p.layers |= p.ipVersion === 4 ? Layer.Icmp : Layer.Icmpv6;
  p.ipProto = p.ipVersion === 4 ? IpProto.Icmp : IpProto.Icmpv6;
  p.icmpType = type;
  p.icmpCode = code;
  p.srcPort = type;
  p.dstPort = code;
  p.ipLen = 28;
  return p;
}

/** ARP: a request (operation 1) or a reply (2) of `src` to `dst`. */
export function arpPacket(src: string, dst: string, op: number): Packet {
  const p = addressed(new Packet(), src, dst);
  p.layers = Layer.Arp;
  p.ipVersion = 0;
  p.arpOp = op;
  return p;
}

/** An ICMP error of `sender` that quotes `quoted`. */
export function icmpError(sender: string, type: number, code: number, quoted: Packet): Packet {
  const home = addressTextOf(quoted);
  const p = icmpPacket(sender, home, type, code);
  p.layers |= Layer.Quoted;
  p.quotedVersion = quoted.ipVersion;
  p.quotedProto = quoted.ipProto;
  p.quotedSrc0 = quoted.src0;
  p.quotedSrc1 = quoted.src1;
  p.quotedSrc2 = quoted.src2;
  p.quotedSrc3 = quoted.src3;
  p.quotedDst0 = quoted.dst0;
  p.quotedDst1 = quoted.dst1;
  p.quotedDst2 = quoted.dst2;
  p.quotedDst3 = quoted.dst3;
  p.quotedSrcPort = quoted.srcPort;
  p.quotedDstPort = quoted.dstPort;
  return p;
}

function addressTextOf(p: Packet): string {
  const words = [p.src0, p.src1, p.src2, p.src3];
  if (p.ipVersion === 4) return [24, 16, 8, 0].map((shift) => (p.src0 >>> shift) & 255).join('.');
  return words.map((w) => `${(w >>> 16).toString(16)}:${(w & 0xffff).toString(16)}`).join(':');
}

/** A table that knows 135, 139, 445, 9003, 9004 (TCP) and 137, 53 (UDP) as served. */
export function newTable(options: Omit<FlowTableOptions, 'servedPorts'> = {}): FlowTable {
  const servedPorts = new Uint8Array(65536);
  for (const port of [135, 139, 445, 9003, 9004]) servedPorts[port] = PortBit.Tcp;
  for (const port of [137, 53]) servedPorts[port] = PortBit.Udp;
  return new FlowTable({ ...options, servedPorts });
}

/** A table that is fed by scripts; frames are numbered from 1. */
export class Trace {
  readonly table: FlowTable;
  frame = 0;

  constructor(table: FlowTable = newTable()) {
    this.table = table;
  }

  /** Counts one packet `at` seconds after START; returns its flow. */
  add(p: Packet, at: number): number {
    const time = START + at;
    const sec = Math.floor(time);
    return this.table.add(p, new Origin().set(sec, Math.round((time - sec) * 1e9), 0, ++this.frame));
  }

  /** Plays TCP segments between two endpoints; returns the flow of each. */
  tcp(lines: readonly string[], from: End = CLIENT, to: End = SERVER): number[] {
    let at = 0;
    return lines.map((line) => {
      const words = line.split(' ');
      if (words[0]?.startsWith('@')) at = Number(words.shift()?.slice(1));
      const [way = '', flags = '', ...rest] = words;
      const numbers = rest.filter((word) => /^\d/.test(word)).map(Number);
      const len = Number(rest.find((word) => word.startsWith('+')) ?? 0);
      const [src, dst] = way === '>' ? [from, to] : [to, from];
      const p = tcpPacket(src, dst, flags === '-' ? '' : flags, numbers[0], numbers[1], len);
      if (rest.includes('w0')) p.window = 0;
      return this.add(p, at);
    });
  }

  flow(id = 0): Flow {
    return new Flow(this.table).move(id);
  }
}

/** The flows of one script. */
export function played(lines: readonly string[], from?: End, to?: End): { trace: Trace; flow: Flow } {
  const trace = new Trace();
  trace.tcp(lines, from, to);
  return { trace, flow: trace.flow() };
}
