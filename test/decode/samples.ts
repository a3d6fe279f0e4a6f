/**
 * One valid frame of every kind of encapsulation, each carrying the same UDP or TCP packet or an ICMP message.
 */
import { LinkType } from '../../src/capture/frames/frame.js';
import { ethernet, hex, ipv4, ipv6, lengthOf, MACS, tcp, udp } from './bytes.js';

export interface Sample {
  readonly name: string;
  readonly linkType: number;
  readonly hex: string;
  /** Number of the outermost VLAN. */
  readonly vlan?: number;
  /** The MAC addresses of `MACS` are in it. */
  readonly macs?: boolean;
  /** It lies in a tunnel, or is only reached by `Decoder.inner`. */
  readonly tunnel?: 'through' | 'inner';
  /** Bytes at the end that do not belong to the packet. */
  readonly trailer?: number;
}

/** The packet within: UDP 10.0.0.1:4660 > 10.0.0.2:5353 with 5 bytes. */
export const PACKET4 = ipv4(17, udp('0102030405'));
/** The same in IPv6. */
export const PACKET6 = ipv6(17, udp('0102030405'));
const FRAME = ethernet(0x0800, PACKET4);
const SNAP = 'aaaa03 000000 0800';
const LINK80211 = '08 01 0000 ffffffffffff 020000000001 020000000002 1000';

function ether(name: string, text: string, more: Partial<Sample> = {}): Sample {
  return { name, linkType: LinkType.Ethernet, hex: text, macs: true, ...more };
}

function link(name: string, linkType: number, text: string, more: Partial<Sample> = {}): Sample {
  return { name, linkType, hex: text, ...more };
}

const labels = (...values: number[]): string =>
  values
    .map((label, index) => hex((label << 12) | (index === values.length - 1 ? 0x100 : 0) | 64, 4))
    .join('');

const TAGGED: readonly Sample[] = [
  ether('802.1Q', ethernet(0x8100, `0064 0800 ${PACKET4}`), { vlan: 100 }),
  ether('802.1Q with priority', ethernet(0x8100, `e064 0800 ${PACKET4}`), { vlan: 100 }),
  ether('802.1ad', ethernet(0x88a8, `000a 8100 000d 0800 ${PACKET4}`), { vlan: 10 }),
  ether('QinQ 9100', ethernet(0x9100, `000a 8100 000d 86dd ${PACKET6}`), { vlan: 10 }),
  ether('QinQ 9200', ethernet(0x9200, `000a 8100 000d 0800 ${PACKET4}`), { vlan: 10 }),
  ether('three tags', ethernet(0x8100, `0001 8100 0002 8100 0003 0800 ${PACKET4}`), { vlan: 1 }),
  ether(
    '802.1Q over LLC/SNAP',
    ethernet(0x8100, `0064 ${hex(lengthOf(PACKET4) + 8, 2)} ${SNAP} ${PACKET4}`),
    {
      vlan: 100,
    },
  ),
  ether('802.1ah', `aaaaaaaaaaaa bbbbbbbbbbbb 88e7 00001234 ${FRAME}`),
  ether('VN-Tag', ethernet(0x8926, `80000001 0800 ${PACKET4}`)),
  ether('FabricPath', `aaaaaaaaaaaa bbbbbbbbbbbb 8903 0001 ${FRAME}`),
  ether('MPLS', ethernet(0x8847, `${labels(16, 17)} ${PACKET4}`)),
  ether('MPLS multicast with IPv6', ethernet(0x8848, `${labels(16)} ${PACKET6}`)),
  ether('MPLS pseudowire', `aaaaaaaaaaaa bbbbbbbbbbbb 8847 ${labels(16)} ${FRAME}`),
  ether(
    'MPLS pseudowire with control word',
    `aaaaaaaaaaaa bbbbbbbbbbbb 8847 ${labels(16)} 00000000 ${FRAME}`,
  ),
  ether('PPPoE', ethernet(0x8864, `11 00 0001 ${hex(lengthOf(PACKET4) + 2, 2)} 0021 ${PACKET4}`)),
  ether('PPPoE with IPv6', ethernet(0x8864, `11 00 0001 ${hex(lengthOf(PACKET6) + 2, 2)} 0057 ${PACKET6}`)),
];

const LINKS: readonly Sample[] = [
  ether('Ethernet II', FRAME),
  ether('Ethernet II with IPv6', ethernet(0x86dd, PACKET6)),
  ether('Ethernet padding', `${ethernet(0x0800, PACKET4)} 000000000000`, { trailer: 6 }),
  ether('IPv6 and a trailer', `${ethernet(0x86dd, PACKET6)} ffffffff`, { trailer: 4 }),
  ether('802.3 with SNAP', ethernet(lengthOf(PACKET4) + 8, `${SNAP} ${PACKET4} 0000`), { trailer: 2 }),
  ether('802.3 with IP over LLC', ethernet(lengthOf(PACKET4) + 3, `060603 ${PACKET4}`)),
  link('SLL', LinkType.LinuxSll, `0000 0001 0006 020000000001 0000 0800 ${PACKET4}`),
  link('SLL with a VLAN', LinkType.LinuxSll, `0000 0001 0006 020000000001 0000 8100 0064 0800 ${PACKET4}`, {
    vlan: 100,
  }),
  link('SLL2', LinkType.LinuxSll2, `86dd 0000 00000002 0001 00 06 020000000001 0000 ${PACKET6}`),
  link('NULL, little-endian', LinkType.Null, `02000000 ${PACKET4}`),
  link('NULL, big-endian', LinkType.Null, `00000002 ${PACKET4}`),
  ...[10, 23, 24, 28, 30].map((family) =>
    link(`NULL IPv6 ${family}`, LinkType.Null, `${hex(family, 1)}000000 ${PACKET6}`),
  ),
  link('LOOP', LinkType.Loop, `00000018 ${PACKET6}`),
  link('raw', LinkType.Raw, PACKET4),
  link('raw IPv6', LinkType.Raw, PACKET6),
  link('raw of BSD', LinkType.RawBsd, PACKET4),
  link('raw of OpenBSD', 14, PACKET6),
  link('LINKTYPE_IPV4', LinkType.Ipv4, PACKET4),
  link('LINKTYPE_IPV6', LinkType.Ipv6, PACKET6),
  link('PPP', LinkType.Ppp, `ff03 0021 ${PACKET4}`),
  link('PPP with compressed fields', LinkType.Ppp, `21 ${PACKET4}`),
  link('PPP in HDLC', LinkType.PppHdlc, `ff03 0057 ${PACKET6}`),
  link('Cisco HDLC', LinkType.PppHdlc, `0f00 0800 ${PACKET4}`),
  link(
    'PPPoE without Ethernet',
    LinkType.PppEther,
    `11 00 0001 ${hex(lengthOf(PACKET4) + 2, 2)} 0021 ${PACKET4}`,
  ),
  link('802.11 to the access point', LinkType.Ieee80211, `${LINK80211} ${SNAP} ${PACKET4}`, { macs: true }),
  link('802.11 retry', LinkType.Ieee80211, `${LINK80211.replace('08 01', '08 09')} ${SNAP} ${PACKET4}`, {
    macs: true,
  }),
  link(
    '802.11 from the access point, QoS',
    LinkType.Ieee80211,
    `88 02 0000 020000000002 ffffffffffff 020000000001 1000 0000 ${SNAP} ${PACKET4}`,
    { macs: true },
  ),
  link(
    '802.11 between stations, QoS and HT control',
    LinkType.Ieee80211,
    `88 80 0000 020000000002 020000000001 ffffffffffff 1000 0000 00000000 ${SNAP} ${PACKET4}`,
    { macs: true },
  ),
  link(
    '802.11 with four addresses',
    LinkType.Ieee80211,
    `08 03 0000 ffffffffffff ffffffffffff 020000000002 1000 020000000001 ${SNAP} ${PACKET4}`,
    { macs: true },
  ),
  link('radiotap', LinkType.Ieee80211Radiotap, `0000 0800 00000000 ${LINK80211} ${SNAP} ${PACKET4}`, {
    macs: true,
  }),
  link(
    'radiotap with time stamp, FCS, padding',
    LinkType.Ieee80211Radiotap,
    `0000 1900 03000080 00000000 00000000 0000000000000000 30
     88 01 0000 ffffffffffff 020000000001 020000000002 1000 0000 0000 ${SNAP} ${PACKET4} deadbeef`,
    { macs: true, trailer: 4 },
  ),
  link(
    'PPI with 802.11 and FCS',
    LinkType.Ppi,
    `00 00 2000 69000000 0200 1400 0000000000000000 0100 00000000000000000000 ${LINK80211} ${SNAP} ${PACKET4} deadbeef`,
    { macs: true, trailer: 4 },
  ),
  link('PPI with Ethernet', LinkType.Ppi, `00 00 0800 01000000 ${FRAME}`, { macs: true }),
  link(
    'Prism',
    LinkType.Ieee80211Prism,
    `44000000 90000000 ${'00'.repeat(136)} ${LINK80211} ${SNAP} ${PACKET4}`,
    {
      macs: true,
    },
  ),
  link(
    'AVS',
    LinkType.Ieee80211Prism,
    `80211001 00000040 ${'00'.repeat(56)} ${LINK80211} ${SNAP} ${PACKET4}`,
    {
      macs: true,
    },
  ),
];

/** An IP packet in Ethernet that tunnels. */
function outer(
  name: string,
  proto: number,
  payload: string,
  tunnel: 'through' | 'inner' = 'through',
): Sample {
  return ether(
    name,
    `aaaaaaaaaaaa bbbbbbbbbbbb 0800 ${ipv4(proto, payload, { src: '09090909', dst: '08080808' })}`,
    {
      tunnel,
      macs: false,
    },
  );
}

const TUNNELS: readonly Sample[] = [
  outer('GRE', 47, `0000 0800 ${PACKET4}`),
  outer('GRE with IPv6', 47, `0000 86dd ${PACKET6}`),
  outer('GRE with checksum, key and sequence', 47, `b000 0800 00000000 00000001 00000002 ${PACKET4}`),
  outer('GRE with Ethernet', 47, `0000 6558 ${FRAME}`),
  outer('GRE with MPLS', 47, `0000 8847 ${labels(16)} ${PACKET4}`),
  outer('WCCP', 47, `0000 883e 00010203 ${PACKET4}`),
  outer('ERSPAN I', 47, `0000 88be ${FRAME}`),
  outer('ERSPAN II', 47, `1000 88be 00000001 1001000000000000 ${FRAME}`),
  outer('ERSPAN III', 47, `1000 22eb 00000001 200100000000000000000000 ${FRAME}`),
  outer(
    'ERSPAN III with a subheader',
    47,
    `1000 22eb 00000001 200100000000000000000001 0000000000000000 ${FRAME}`,
  ),
  outer('PPTP', 47, `3081 880b ${hex(lengthOf(PACKET4) + 4, 2)} 0001 00000001 00000002 ff03 0021 ${PACKET4}`),
  outer('GRE in GRE', 47, `0000 0800 ${ipv4(47, `2000 0800 00000001 ${PACKET4}`)}`),
  outer('IP in IP', 4, PACKET4),
  outer('IPv6 in IPv4', 41, PACKET6),
  outer('EtherIP', 97, `3000 ${FRAME}`),
  outer('MPLS in IP', 137, `${labels(16)} ${PACKET4}`),
  outer('AH', 51, `04 04 0000 00000001 00000002 000000000000000000000000 ${PACKET4}`),
  outer('VXLAN', 17, udp(`08000000 00007b00 ${FRAME}`, 4789), 'inner'),
  outer(
    'VXLAN on the old Linux port',
    17,
    udp(`08000000 00007b00 ${ethernet(0x86dd, PACKET6)}`, 8472),
    'inner',
  ),
  outer(
    'Geneve with Ethernet and an option',
    17,
    udp(`02 00 6558 00007b00 0102030400000000 ${FRAME}`, 6081),
    'inner',
  ),
  outer('Geneve with IP', 17, udp(`00 00 86dd 00007b00 ${PACKET6}`, 6081), 'inner'),
  outer('Teredo', 17, udp(PACKET6, 3544), 'inner'),
  outer(
    'Teredo with authentication and origin',
    17,
    udp(`0001 00 00 0102030405060708 00 0000 edcb fefefefe ${PACKET6}`, 3544),
    'inner',
  ),
];

/** Frames whose innermost packet is `PACKET4` or `PACKET6`. */
export const SAMPLES: readonly Sample[] = [...LINKS, ...TAGGED, ...TUNNELS];

const QUOTED = ipv4(6, tcp('').slice(0, 24));
/** Frames of other kinds, for the tests that cut and change everything. */
export const OTHERS: readonly Sample[] = [
  ether('TCP', ethernet(0x0800, ipv4(6, tcp('aabbcc')))),
  ether('TCP SYN', ethernet(0x0800, ipv4(6, tcp('', 2, '020405b4 0101 0402 01030308')))),
  ether('TCP over IPv6', ethernet(0x86dd, ipv6(6, tcp('aabbcc')))),
  ether('IPv4 options', ethernet(0x0800, ipv4(17, udp('aa'), { options: '94040000 01010100' }))),
  ether('ICMP echo', ethernet(0x0800, ipv4(1, '0800 0000 0102 0304 6162'))),
  ether('ICMP error', ethernet(0x0800, ipv4(1, `0303 0000 00000000 ${QUOTED}`))),
  ether(
    'neighbor solicitation',
    ethernet(0x86dd, ipv6(58, '8700 0000 00000000 fd000000 00000000 00000000 00000020')),
  ),
  ether(
    'ICMPv6 error',
    ethernet(0x86dd, ipv6(58, `0104 0000 00000000 ${ipv6(0, `11000000 00000000 ${udp('')}`)}`)),
  ),
  ether(
    'IPv6 extension headers',
    ethernet(0x86dd, ipv6(0, `2b00000000000000 3c00000000000000 1100000000000000 ${udp('aa')}`)),
  ),
  ether('ARP', ethernet(0x0806, `0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002`)),
  ether(
    'a fragment',
    ethernet(0x0800, ipv4(17, `${udp('', 53, 100)} ${'00'.repeat(40)}`, { fragment: 0x2000 })),
  ),
  ether('SCTP', ethernet(0x0800, ipv4(132, '1234 5678 00000000 00000000'))),
  link('nothing known', 147, `${MACS} 0800 ${PACKET4}`),
];
