/** How much of a frame is headers: what evidence keeps of it. */
import test from 'ava';
import { LinkType } from '../../src/capture/frames/frame.js';
import { FrameHeaders } from '../../src/decode/frame-headers.js';
import { ethernet, fromHex, hex, ipv4, ipv6, lengthOf, tcp, udp } from './bytes.js';

const SECRET = '736563726574'.repeat(4);
const headers = new FrameHeaders();

/** Bytes that are kept of a frame. */
function kept(text: string, linkType: number = LinkType.Ethernet): number {
  const bytes = fromHex(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const column = (value: number): Int32Array => Int32Array.of(value);
  return headers.length(
    {
      bytes,
      view,
      at: column(0),
      capLen: column(bytes.length),
      origLen: column(bytes.length),
      linkType: column(linkType),
      sec: Uint32Array.of(1000),
    },
    0,
  );
}

const inTcp = tcp(SECRET);
const head = (text: string): string => text.slice(0, text.lastIndexOf(SECRET));

for (const [what, frame] of [
  ['TCP with options', ethernet(0x800, ipv4(6, tcp(SECRET, 0x18, '01010101 01010101')))],
  ['UDP', ethernet(0x800, ipv4(17, udp(SECRET)))],
  ['IPv4 options', ethernet(0x800, ipv4(17, udp(SECRET), { options: '94040000' }))],
  ['IPv6 with extension headers', ethernet(0x86dd, ipv6(60, `11 00 010400000000 ${udp(SECRET)}`))],
  ['an echo', ethernet(0x800, ipv4(1, `0800 0000 0001 0001 ${SECRET}`))],
  ['a first fragment', ethernet(0x800, ipv4(17, udp(SECRET, 53, 900), { fragment: 0x2000 }))],
  ['a later fragment', ethernet(0x800, ipv4(17, SECRET, { fragment: 0x0010 }))],
  ['SCTP', ethernet(0x800, ipv4(132, `1234 5678 00000001 00000000 ${SECRET}`))],
  ['an unknown protocol', ethernet(0x800, ipv4(200, SECRET))],
  ['an unknown type of frame', ethernet(0x88cc, SECRET)],
  ['a VLAN tag', ethernet(0x8100, `0064 0800 ${ipv4(6, inTcp)}`)],
  ['GRE', ethernet(0x800, ipv4(47, `0000 0800 ${ipv4(6, inTcp)}`))],
  ['VXLAN', ethernet(0x800, ipv4(17, udp(`08000000 00000100 ${ethernet(0x800, ipv4(6, inTcp))}`, 4789)))],
  ['an ICMP error that quotes UDP', ethernet(0x800, ipv4(1, `0303 0000 00000000 ${ipv4(17, udp(SECRET))}`))],
  ['an ICMP error that quotes TCP', ethernet(0x800, ipv4(1, `0303 0000 00000000 ${ipv4(6, inTcp)}`))],
  [
    'an ICMP error that quotes a later fragment',
    ethernet(0x800, ipv4(1, `0303 0000 00000000 ${ipv4(17, SECRET, { fragment: 0x10 })}`)),
  ],
  ['an ICMPv6 error', ethernet(0x86dd, ipv6(58, `0104 0000 00000000 ${ipv6(17, udp(SECRET))}`))],
] as const) {
  test(`of ${what} the payload is left out`, (t) => {
    t.is(kept(frame), lengthOf(head(frame)));
  });
}

test('of ARP and of neighbor discovery the addresses are kept, of an RFC 4884 extension nothing', (t) => {
  const arp = `0001 0800 0604 0001 020000000001 0a000001 000000000000 0a000002`;
  t.is(kept(ethernet(0x806, arp) + '00'.repeat(18)), 14 + 28);
  const solicitation = `8700 0000 00000000 ${'20'.repeat(16)} 0101 020000000001`;
  t.is(kept(ethernet(0x86dd, ipv6(58, solicitation))), 14 + 40 + 32);
  const extended = `0b00 0000 00110000 ${ipv4(17, udp(''))} ${'00'.repeat(100)} 2000 0000 0008 0101 ${SECRET}`;
  t.is(kept(ethernet(0x800, ipv4(1, extended))), 14 + 20 + 8 + 28);
});

test('never more is kept than was captured, whatever the bytes are', (t) => {
  const frame = ethernet(0x800, ipv4(6, inTcp)).replaceAll(' ', '');
  for (let cut = 0; cut <= frame.length; cut += 2) {
    const part = frame.slice(0, cut);
    t.true(kept(part) <= cut / 2);
    for (const linkType of Object.values(LinkType)) t.true(kept(part, linkType) <= cut / 2);
  }
  t.is(kept(hex(0, 1)), 0);
});
