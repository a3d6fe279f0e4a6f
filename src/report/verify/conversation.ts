/** Whether a frame belongs to the conversation that a display filter of a report names. */
import { IpProto, Layer, TcpFlag } from '../../decode/packet/packet.js';
import type { Packet } from '../../decode/packet/packet.js';
import { parseAddress } from '../../flow/record/address.js';
import type { AddressWords } from '../../flow/record/address.js';

export interface Conversation {
  readonly transport: 'tcp' | 'udp' | 'icmp';
  /** Who began it, and who was asked. */
  readonly orig: AddressWords;
  readonly resp: AddressWords;
  /** -1 for ICMP. */
  readonly origPort: number;
  readonly respPort: number;
}

const FILTER =
  /^(ip|ipv6)\.addr == (\S+) && \1\.addr == (\S+) && (?:(tcp|udp)\.port == (\d+) && \4\.port == (\d+)|icmp|icmpv6)$/;

/** Null: it is none that a report writes. @param original an address in place of its pseudonym */
export function conversationOf(filter: string, original: (address: string) => string): Conversation | null {
  const [, , a = '', b = '', transport, port, other] = FILTER.exec(filter) ?? [];
  const orig = parseAddress(original(a));
  const resp = parseAddress(original(b));
  if (orig === null || resp === null) return null;
  return {
    transport: transport === 'tcp' || transport === 'udp' ? transport : 'icmp',
    orig,
    resp,
    origPort: Number(port ?? -1),
    respPort: Number(other ?? -1),
  };
}

/** What a frame shows of a conversation. */
export interface Shown {
  /** Who sent it: 'other' is a packet that quotes one of the conversation. */
  readonly from: 'orig' | 'resp' | 'other';
  readonly isSyn: boolean;
  readonly isSynAck: boolean;
  readonly isRst: boolean;
  /** 'type 3 code 13'; '' = it is no ICMP. */
  readonly icmp: string;
}

/** Null: the packet is none of the conversation. */
export function shownBy(p: Packet, conversation: Conversation): Shown | null {
  const { orig, resp } = conversation;
  if (p.ipVersion === orig.version && hasTransport(p, conversation)) {
    if (isSource(p, orig) && isDestination(p, resp) && hasPorts(p, conversation)) return shown(p, 'orig');
    if (isSource(p, resp) && isDestination(p, orig) && hasPorts(p, reversed(conversation))) {
      return shown(p, 'resp');
    }
  }
  if (!(p.layers & Layer.Quoted) || p.quotedVersion !== orig.version) return null;
  return quotes(p, conversation) || quotes(p, reversed(conversation)) ? shown(p, 'other') : null;
}

function shown(p: Packet, from: Shown['from']): Shown {
  const flags = p.layers & Layer.Tcp ? p.tcpFlags : 0;
  const isIcmp = (p.layers & (Layer.Icmp | Layer.Icmpv6)) !== 0;
  return {
    from,
    isSyn: (flags & (TcpFlag.Syn | TcpFlag.Ack)) === TcpFlag.Syn,
    isSynAck: (flags & (TcpFlag.Syn | TcpFlag.Ack)) === (TcpFlag.Syn | TcpFlag.Ack),
    isRst: (flags & TcpFlag.Rst) !== 0,
    icmp: isIcmp ? `type ${p.icmpType} code ${p.icmpCode}` : '',
  };
}

function reversed({ transport, orig, resp, origPort, respPort }: Conversation): Conversation {
  return { transport, orig: resp, resp: orig, origPort: respPort, respPort: origPort };
}

function hasTransport(p: Packet, { transport }: Conversation): boolean {
  // Of a later fragment only the protocol is there.
  const pending = (p.layers & Layer.FragmentPending) !== 0;
  if (transport === 'tcp') return (p.layers & Layer.Tcp) !== 0 || (pending && p.ipProto === IpProto.Tcp);
  if (transport === 'udp') return (p.layers & Layer.Udp) !== 0 || (pending && p.ipProto === IpProto.Udp);
  return (p.layers & (Layer.Icmp | Layer.Icmpv6)) !== 0 || pending;
}

function hasPorts(p: Packet, { transport, origPort, respPort }: Conversation): boolean {
  if (transport === 'icmp' || p.layers & Layer.FragmentPending) return true;
  return p.srcPort === origPort && p.dstPort === respPort;
}

function isSource(p: Packet, { words: [a, b, c, d] }: AddressWords): boolean {
  return p.src0 === a && p.src1 === b && p.src2 === c && p.src3 === d;
}

function isDestination(p: Packet, { words: [a, b, c, d] }: AddressWords): boolean {
  return p.dst0 === a && p.dst1 === b && p.dst2 === c && p.dst3 === d;
}

function quotes(p: Packet, { transport, orig, resp, origPort, respPort }: Conversation): boolean {
  const [a, b, c, d] = orig.words;
  if (p.quotedSrc0 !== a || p.quotedSrc1 !== b || p.quotedSrc2 !== c || p.quotedSrc3 !== d) return false;
  const [e, f, g, h] = resp.words;
  if (p.quotedDst0 !== e || p.quotedDst1 !== f || p.quotedDst2 !== g || p.quotedDst3 !== h) return false;
  if (transport === 'icmp') return p.quotedProto === IpProto.Icmp || p.quotedProto === IpProto.Icmpv6;
  if (p.quotedProto !== (transport === 'tcp' ? IpProto.Tcp : IpProto.Udp)) return false;
  return p.quotedSrcPort < 0 || (p.quotedSrcPort === origPort && p.quotedDstPort === respPort);
}
