/**
 * What a UDP datagram is, by its content; ports only tell DNS, mDNS and LLMNR apart, which have one format.
 *
 *   datagram ─> NetBIOS | DHCP | Kerberos | ... | DNS ─> facts
 */
import { LRUCache } from 'lru-cache';
import { DhcpReader } from '../names/dhcp.js';
import type { Origin } from '../../flow/record/origin.js';
import { datagramService } from '../signature/datagram-signature.js';
import { readDns } from '../names/dns.js';
import type { DnsKind } from '../names/dns.js';
import { readKerberos } from '../auth/kerberos.js';
import type { Datagram } from '../facts/datagram.js';
import type { Side } from '../facts/dissector.js';
import type { Learner } from '../facts/learner.js';
import { readNbdgm } from '../names/nbdgm.js';
import { isEncodedName } from '../names/netbios-name.js';
import { isNbns, readNbns } from '../names/nbns.js';

/** Ports of NetBIOS, whose name service has the format of DNS: what is no message of it there is not one of DNS. */
const NETBIOS_PORTS: ReadonlySet<number> = new Set([137, 138]);
const DNS_PORT = 53;
/** mDNS (RFC 6762 §5) and LLMNR (RFC 4795 §2). */
const MDNS_PORT = 5353;
const LLMNR_PORT = 5355;
/** The shortest datagram that anything is recognised in. */
const MIN_BYTES = 8;

/**
 * Datagrams of one flow that are looked at as long as nothing is recognised.
 * @reached the flow has no service
 */
export const MAX_TRIES = 4;
/**
 * Flows whose datagrams are counted for it.
 * @reached the one looked at longest ago is looked at anew
 */
const MAX_TRIED_FLOWS = 4_096;

/** One for each analysis. */
export class DatagramRecogniser {
  private readonly learner: Learner;
  private readonly dhcp: DhcpReader;
  /** Datagrams of a flow in which nothing was recognised. */
  private readonly tries = new LRUCache<number, number>({ max: MAX_TRIED_FLOWS });

  constructor(learner: Learner) {
    this.learner = learner;
    this.dhcp = new DhcpReader(learner);
  }

  /**
   * Looks at the payload of one datagram, which is not kept. True when the next datagrams of this flow can teach more; false when it is recognised for good,
   * or MAX_TRIES of its datagrams were not. Never throws on any bytes.
   * @param side that sent it
   */
  recognise(datagram: Datagram, from: Origin, side: Side = 1): boolean {
    const { srcPort, dstPort, srcText, bytes, view, at, end } = datagram;
    if (end - at < MIN_BYTES) return this.tryAgain(from.flow);
    const { learner } = this;
    if (isNbns(bytes, view, at, end) && readNbns(learner, datagram, from)) return true;
    const first = bytes[at]!;
    if (first >= 0x10 && first <= 0x16 && readNbdgm(learner, bytes, view, at, end, from)) return true;
    if (first <= 2 && this.dhcp.read(srcText, bytes, view, at, end, from)) return true;
    if (first >= 0x6a && first <= 0x7e && readKerberos(learner, srcText, bytes, at, end, from)) return true;
    const service = datagramService(datagram);
    if (service === 'quic') {
      // What the client asks for proves nothing of what answers it.
      learner.facts.spoken(from.flow, service, side);
      return side === 0;
    }
    if (service !== null) {
      learner.facts.service(from.flow, service, 'confirmed');
      return false;
    }
    // A damaged message of the name service has the form of DNS.
    const isNetbios = NETBIOS_PORTS.has(srcPort) || NETBIOS_PORTS.has(dstPort);
    if (isNetbios || isEncodedName(bytes, at + 12, end)) return this.tryAgain(from.flow);
    if (readDns(learner, kindOf(srcPort, dstPort), datagram, from)) return true;
    // A snap length may have cut an answer within its question: it was one all the same.
    const isCutAnswer = srcPort === DNS_PORT && bytes[at + 2]! >= 0x80;
    if (isCutAnswer) learner.lookups.answeredUnread(datagram.dstText(), view.getUint16(at));
    return this.tryAgain(from.flow);
  }

  /** Whether a flow in which nothing was recognised so far is worth another look. */
  private tryAgain(flow: number): boolean {
    const tries = (this.tries.get(flow) ?? 0) + 1;
    if (tries >= MAX_TRIES) {
      this.tries.delete(flow);
      return false;
    }
    this.tries.set(flow, tries);
    return true;
  }
}

function kindOf(srcPort: number, dstPort: number): DnsKind {
  if (srcPort === MDNS_PORT || dstPort === MDNS_PORT) return 'mdns';
  return srcPort === LLMNR_PORT || dstPort === LLMNR_PORT ? 'llmnr' : 'dns';
}
