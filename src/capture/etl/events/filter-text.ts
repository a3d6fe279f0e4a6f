/**
 * A packet filter of pktmon in the words of a capture filter (pcap-filter): what is named in it must all hold, in
 * either direction.
 */
import { addressText, macText } from '../trace/address-text.js';
import { readText } from '../trace/text.js';

const MAC_BYTES = 6;
const protocols: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [58, 'icmp6'],
]);
const TCP_FLAGS = ['fin', 'syn', 'rst', 'push', 'ack', 'urg'] as const;

/** Of the event at `view[at..end)`; `addressLength` is 4 or 16. '' = it is cut, or it names nothing. */
export function filterText(view: DataView, at: number, end: number, addressLength: number): string {
  const name = readText(view, at + 2, end);
  let p = name.next;
  if (p < 0 || p + 2 * MAC_BYTES + 4 + 2 * addressLength + 6 > end) return '';
  const words: string[] = [];
  for (let i = 0; i < 2; i++, p += MAC_BYTES) {
    if (!isZero(view, p, MAC_BYTES)) words.push(`ether host ${macText(view, p)}`);
  }
  const etherType = view.getUint16(p, true);
  const vlan = view.getUint16(p + 2, true);
  p += 4;
  if (etherType === 0x0806) words.push('arp');
  else if (etherType !== 0) words.push(`ether proto 0x${etherType.toString(16).padStart(4, '0')}`);
  if (vlan !== 0) words.push(`vlan ${vlan}`);
  for (let i = 0; i < 2; i++, p += addressLength) {
    if (!isZero(view, p, addressLength)) {
      words.push(`host ${addressText(new Uint8Array(view.buffer, view.byteOffset + p, addressLength))}`);
    }
  }
  const protocol = view.getUint8(p);
  if (protocol !== 0) words.push(protocols.get(protocol) ?? `proto ${protocol}`);
  for (const portAt of [p + 1, p + 3]) {
    const port = view.getUint16(portAt, true);
    if (port !== 0) words.push(`port ${port}`);
  }
  const flags = view.getUint8(p + 5);
  const named = TCP_FLAGS.filter((_, bit) => flags & (1 << bit));
  if (named.length > 0) words.push(`tcp flags ${named.join('+')}`);
  return words.join(' and ');
}

function isZero(view: DataView, at: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (view.getUint8(at + i) !== 0) return false;
  return true;
}
