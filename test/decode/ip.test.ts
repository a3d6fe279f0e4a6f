/**
 * IPv4 and IPv6 headers that are odd, wrong or hostile, and ARP.
 */
import test from 'ava';
import { Decoder } from '../../src/decode/decoder.js';
import { MAX_TUNNELS } from '../../src/decode/ip/ip.js';
import { MAX_EXTENSION_HEADERS } from '../../src/decode/ip/ipv6.js';
import { MAX_LABELS } from '../../src/decode/link/mpls.js';
import { Layer, Packet } from '../../src/decode/packet/packet.js';
import { Weird, WEIRD_COUNT, weirdName } from '../../src/decode/packet/weird.js';
import { decode, ethernet, ipv4, ipv6, tcp, udp } from './bytes.js';

const pad = (text: string, bytes: number): string => text + '00'.repeat(bytes);

test('a total length of 0 means the length of the frame', (t) => {
  const p = decode(ethernet(0x0800, ipv4(6, tcp('aabbcc'), { total: 0 })));
  t.true(p.offloaded);
  t.is(p.weird, 0);
  t.is(p.ipLen, 43);
  t.is(p.payloadLen, 3);
});

test('a total length of 0 in a snapped frame means the original length of the frame', (t) => {
  const p = decode(ethernet(0x0800, ipv4(6, tcp('aabbcc'), { total: 0 })), { origLen: 3000 });
  t.is(p.ipLen, 2986);
  t.is(p.payloadLen, 2946);
  t.is(p.payloadEnd - p.payloadAt, 3);
  t.true(p.snapped);
});

test('the offload mark does not outlive its frame', (t) => {
  const packet = new Packet();
  decode(ethernet(0x0800, ipv4(6, tcp('aabbcc'), { total: 0 })), { packet });
  decode(ethernet(0x0800, ipv4(6, tcp('aabbcc'))), { packet });
  t.false(packet.offloaded);
});

test('Ethernet padding is no payload', (t) => {
  const p = decode(pad(ethernet(0x0800, ipv4(6, tcp(''))), 6));
  t.is(p.payloadLen, 0);
  t.is(p.payloadAt, p.payloadEnd);
});

test('a total length beyond the frame is weird, and what was there is used', (t) => {
  const p = decode(ethernet(0x0800, ipv4(6, tcp('aabbcc'), { total: 1500 })));
  t.is(p.weird, Weird.TruncatedIpLen);
  t.is(p.payloadLen, 3);
  t.is(p.ipLen, 43);
  t.not(p.layers & Layer.Tcp, 0);
});

for (const [what, text, weird] of [
  ['a version that is neither 4 nor 6', `55${ipv4(6, tcp('')).slice(2)}`, Weird.UnknownIpVersion],
  ['a header length under 20', `44${ipv4(6, tcp('')).slice(2)}`, Weird.Ipv4MinHeaderSize],
  ['a total length under the header length', ipv4(6, tcp(''), { total: 19 }), Weird.InvalidIpHeaderSize],
  ['a header that is longer than the frame', `4f${ipv4(6, '').slice(2)}`, Weird.InvalidIpHeaderSize],
] as const) {
  test(`IPv4 with ${what} is weird and no IP packet`, (t) => {
    const decoder = new Decoder();
    const p = decode(ethernet(0x0800, text), { decoder });
    t.is(weirdName(p.weird), weirdName(weird));
    t.is(decoder.weirds[weird], 1);
    t.is(p.layers, 0);
    t.is(p.ipVersion, 0);
  });
}

test('the version nibble goes before the EtherType', (t) => {
  t.is(decode(ethernet(0x0800, ipv6(17, udp('aa')))).layers, Layer.Ipv6 | Layer.Udp);
  t.is(
    decode(ethernet(0x86dd, ipv4(17, udp('aabbccddeeff00112233445566778899')))).layers,
    Layer.Ipv4 | Layer.Udp,
  );
});

test('IPv4 fields are read', (t) => {
  const p = decode(ethernet(0x0800, ipv4(132, '12345678', { id: 0xfedc })));
  t.is(p.layers, Layer.Ipv4);
  t.deepEqual([p.ipId, p.ttl, p.tos, p.ipProto, p.ipLen, p.ipVersion], [0xfedc, 64, 0, 132, 24, 4]);
});

test('IPv6 fields are read', (t) => {
  const p = decode(ethernet(0x86dd, ipv6(17, udp('aa')).replace('60000000', '6ab12345')));
  t.deepEqual([p.ipId, p.ttl, p.tos, p.ipProto, p.ipLen, p.ipVersion], [-1, 64, 0xab, 17, 49, 6]);
  t.deepEqual([p.src0, p.src1, p.src2, p.src3], [0x20010db8, 0, 0, 1]);
  t.deepEqual([p.dst0, p.dst1, p.dst2, p.dst3], [0x20010db8, 0, 0, 2]);
});

test('IPv6 extension headers are passed, whatever they are', (t) => {
  const headers = [
    `2b00 000000000000`, // hop-by-hop
    `2c02 0001 00000000 ${'00'.repeat(16)}`, // routing
    `8700 0000 00000001`, // atomic fragment
    `3300 000000000000`, // mobility
    `3c04 0000 00000001 00000002 ${'00'.repeat(12)}`, // authentication
    `8b00 000000000000`, // destination options
    `8c00 000000000000`, // host identity
    `3a00 000000000000`, // shim6
  ];
  const p = decode(ethernet(0x86dd, ipv6(0, `${headers.join('')} 8000 0000 0007 0009 61`)));
  t.is(p.layers, Layer.Ipv6 | Layer.Icmpv6);
  t.is(p.weird, 0);
  t.deepEqual([p.ipProto, p.icmpType, p.icmpId, p.icmpSeq, p.payloadLen], [58, 128, 7, 9, 1]);
});

test('no transport follows "no next header", ESP or a mobility message', (t) => {
  for (const [first, text, proto] of [
    [59, '', 59],
    [50, '0000000100000002', 50],
    [135, '3b00000000000000', 135],
    [0, '3b00000000000000', 59],
  ] as const) {
    const p = decode(ethernet(0x86dd, ipv6(first, text)));
    t.is(p.layers, Layer.Ipv6);
    t.is(p.ipProto, proto);
    t.is(p.weird, 0);
  }
});

test('an IPv6 extension header that does not fit the packet is weird', (t) => {
  const p = decode(ethernet(0x86dd, ipv6(0, '1103000000000000')));
  t.is(p.weird, Weird.InternallyTruncatedHeader);
  t.is(p.layers, Layer.Ipv6);
});

test('more IPv6 extension headers than the limit are not followed', (t) => {
  const decoder = new Decoder();
  const chain = (count: number): string =>
    `${'3c00000000000000'.repeat(count - 1)}1100000000000000 ${udp('aa')}`;
  const fits = decode(ethernet(0x86dd, ipv6(60, chain(MAX_EXTENSION_HEADERS))), { decoder });
  t.not(fits.layers & Layer.Udp, 0);
  const exceeds = decode(ethernet(0x86dd, ipv6(60, chain(MAX_EXTENSION_HEADERS + 1))), { decoder });
  t.is(exceeds.layers, Layer.Ipv6);
  t.is(exceeds.weird, Weird.ExceededIpv6ExtensionHeaderMax);
  t.is(decoder.limits.get('ipv6_extension_headers'), 1);
});

test('an IPv6 payload length of 0 is a jumbogram or offload', (t) => {
  const offload = decode(ethernet(0x86dd, ipv6(6, tcp('aabb'), 0)));
  t.true(offload.offloaded);
  t.is(offload.payloadLen, 2);
  const jumbo = ipv6(0, `0600 c204 00011170 ${tcp('aabb')}`, 0);
  const p = decode(ethernet(0x86dd, jumbo), { origLen: 14 + 40 + 70_000 });
  t.false(p.offloaded);
  t.is(p.weird, 0);
  t.is(p.ipLen, 70_040);
  t.is(p.payloadLen, 70_000 - 28);
  const empty = decode(pad(ethernet(0x86dd, ipv6(59, '', 0)), 6));
  t.false(empty.offloaded);
  t.is(empty.ipLen, 40);
});

test('IPv6 that claims more than the frame is weird, and what was there is used', (t) => {
  const p = decode(ethernet(0x86dd, ipv6(17, udp('aabb', 53, 100), 100)));
  t.is(p.weird, Weird.TruncatedIpLen);
  t.is(p.payloadLen, 2);
});

test('tunnels are entered down to the limit', (t) => {
  const nest = (depth: number): string => (depth === 0 ? ipv4(17, udp('aa')) : ipv4(4, nest(depth - 1)));
  const decoder = new Decoder();
  t.not(decode(ethernet(0x0800, nest(MAX_TUNNELS)), { decoder }).layers & Layer.Udp, 0);
  const p = decode(ethernet(0x0800, nest(MAX_TUNNELS + 1)), { decoder });
  t.is(p.layers, Layer.Ipv4 | Layer.Tunnel);
  t.is(p.ipProto, 4);
  t.is(p.weird, Weird.ExceededTunnelMaxDepth);
  t.is(decoder.limits.get('tunnel_depth'), 1);
});

test('tags and labels are followed down to the limit', (t) => {
  const decoder = new Decoder();
  const tags = decode(ethernet(0x8100, `${'00018100'.repeat(100)} 0002 0800 ${ipv4(17, udp('aa'))}`), {
    decoder,
  });
  t.is(tags.weird, Weird.ExceededLayerMax);
  const labels = (count: number): string => `${'00010040'.repeat(count - 1)}00010140 ${ipv4(17, udp('aa'))}`;
  t.is(decode(ethernet(0x8847, labels(MAX_LABELS)), { decoder }).weird, 0);
  t.is(decode(ethernet(0x8847, labels(MAX_LABELS + 1)), { decoder }).weird, Weird.ExceededLayerMax);
  t.is(decoder.limits.get('layers'), 1);
  t.is(decoder.limits.get('mpls_labels'), 1);
});

test('what cannot be opened in a tunnel leaves the outer packet', (t) => {
  for (const [what, payload, weird] of [
    ['unknown GRE payload', '0000 88cc 0207', 0],
    ['GRE version 2', '0002 0800 4500', Weird.UnknownGreVersion],
    ['GRE with a route', '4000 0800 00000000', Weird.GreRouting],
    ['GRE cut short', '2000 0800', Weird.TruncatedGre],
    ['PPTP acknowledgment', '2081 880b 0000 0001 00000002', 0],
    ['compressed PPTP', '3001 880b 0003 0001 00000001 fd1234', 0],
    ['garbage for IP', `0000 0800 ${'55'.repeat(20)}`, Weird.UnknownIpVersion],
  ] as const) {
    const p = decode(ethernet(0x0800, ipv4(47, payload)));
    t.is(p.layers, Layer.Ipv4, what);
    t.is(p.ipProto, 47, what);
    t.is(weirdName(p.weird), weirdName(weird), what);
  }
});

test('UDP to a tunnel port is a tunnel only when it looks like one', (t) => {
  const inner = ethernet(0x0800, ipv4(17, udp('aa')));
  for (const [what, text] of [
    ['VXLAN without the I flag', udp(`00000000 00007b00 ${inner}`, 4789)],
    ['VXLAN with an unknown EtherType', udp(`08000000 00007b00 ${ethernet(0x1234, '00')}`, 4789)],
    ['VXLAN too short', udp('08000000', 4789)],
    ['Geneve version 1', udp(`40 00 6558 00007b00 ${inner}`, 6081)],
    ['Geneve control packet', udp(`00 80 6558 00007b00 ${inner}`, 6081)],
    ['Geneve with IPv4 that is none', udp(`00 00 0800 00007b00 60`, 6081)],
    ['Geneve options beyond the end', udp(`3f 00 0800 00007b00 ${ipv4(17, udp(''))}`, 6081)],
    ['Teredo with a length that does not fit', udp(`${ipv6(17, udp(''))}00`, 3544)],
    ['Teredo bubble cut short', udp('0001 ff ff 00000000', 3544)],
    ['another port', udp(`08000000 00007b00 ${inner}`, 4788)],
  ] as const) {
    const decoder = new Decoder();
    const p = decode(ethernet(0x0800, ipv4(17, text)), { decoder });
    t.is(p.innerAt, -1, what);
    t.false(decoder.inner(p, 0), what);
    t.is(p.layers, Layer.Ipv4 | Layer.Udp, what);
  }
});

test('tunnels within UDP tunnels are opened down to the limit', (t) => {
  const nest = (depth: number): string =>
    ethernet(0x0800, ipv4(17, depth === 0 ? udp('aa') : udp(`08000000 00007b00 ${nest(depth - 1)}`, 4789)));
  const decoder = new Decoder();
  const p = decode(nest(MAX_TUNNELS + 3), { decoder });
  let opened = 0;
  while (decoder.inner(p, 0)) opened++;
  t.is(opened, MAX_TUNNELS);
  t.is(p.weird, Weird.ExceededTunnelMaxDepth);
});

test('ARP gives operation and both IPv4 addresses', (t) => {
  const p = decode(ethernet(0x0806, '0001 0800 06 04 0002 020000000001 0a000001 020000000002 0a000002'));
  t.is(p.layers, Layer.Arp);
  t.deepEqual([p.arpOp, p.src0, p.dst0, p.ipVersion], [2, 0x0a000001, 0x0a000002, 0]);
  t.is(decode(ethernet(0x0806, '0001 86dd 06 10 0002')).layers, 0);
});

test('every weird has a name of its own', (t) => {
  const names = Object.values(Weird).map(weirdName);
  t.is(new Set(names).size, WEIRD_COUNT);
  t.is(names.length, WEIRD_COUNT);
  t.is(weirdName(Weird.TruncatedIp), 'truncated_IP');
  t.is(weirdName(Weird.ExceededIpv6ExtensionHeaderMax), 'exceeded_IPv6_extension_header_max');
  t.is(weirdName(WEIRD_COUNT), '');
});
