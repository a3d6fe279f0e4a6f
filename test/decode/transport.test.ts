/**
 * TCP with its options, UDP with its lengths, ICMP with the packet it quotes.
 */
import test from 'ava';
import { Layer, TcpFlag } from '../../src/decode/packet/packet.js';
import { Weird, weirdName } from '../../src/decode/packet/weird.js';
import { decode, ethernet, ipv4, ipv6, tcp, udp } from './bytes.js';

const inIpv4 = (proto: number, payload: string): string => ethernet(0x0800, ipv4(proto, payload));

test('TCP fields are read', (t) => {
  const p = decode(inIpv4(6, tcp('aabbcc', 0xd9)));
  t.is(p.layers, Layer.Ipv4 | Layer.Tcp);
  t.deepEqual([p.srcPort, p.dstPort, p.seq >>> 0, p.ack >>> 0], [0x1234, 445, 0x80000001, 0xf0000002]);
  t.deepEqual([p.tcpFlags, p.window, p.payloadLen], [0xd9, 0x2000, 3]);
  t.is(p.payloadEnd - p.payloadAt, 3);
});

for (const [what, options, mss, scale, sack, weird] of [
  ['none', '', 0, -1, false, 0],
  ['of Windows', '020405b4 01030308 01010402', 1460, 8, true, 0],
  ['of Linux', '020405b4 0402080a0000000100000000 01 030307', 1460, 7, true, 0],
  ['with a shift over 14', '030319 00', 0, 14, false, 0],
  ['after the end of the list', '00 0204 05 b4000000', 0, -1, false, 0],
  ['of length 0', '0200 0000', 0, -1, false, Weird.BadTcpOptionLength],
  ['of length 1', '0201 0000', 0, -1, false, Weird.BadTcpOptionLength],
  ['beyond the header', '01010204', 0, -1, false, Weird.BadTcpOptionLength],
  ['without a length', '01010102', 0, -1, false, Weird.BadTcpOptionLength],
  ['of a wrong length', '02060000 0000 0101', 0, -1, false, 0],
  ['with a bad one behind a good one', '020405b4 fe000000', 1460, -1, false, Weird.BadTcpOptionLength],
] as const) {
  test(`SYN options ${what}`, (t) => {
    for (const flags of [TcpFlag.Syn, TcpFlag.Syn | TcpFlag.Ack]) {
      const p = decode(inIpv4(6, tcp('', flags, options)));
      t.is(p.mss, mss);
      t.is(p.windowScale, scale);
      t.is(p.sackPermitted, sack);
      t.is(weirdName(p.weird), weirdName(weird));
      t.is(p.payloadLen, 0);
    }
  });
}

test('options are read on SYNs only', (t) => {
  const p = decode(inIpv4(6, tcp('aa', 0x10, '020405b4 fe000000')));
  t.is(p.mss, 0);
  t.is(p.weird, 0);
  t.is(p.payloadLen, 1);
});

test('SYN options that the snap length cut are no fault', (t) => {
  const text = inIpv4(6, tcp('', 2, '0101 0402 020405b4'));
  const p = decode(text, { capLen: 14 + 20 + 20 + 6, origLen: 62 });
  t.is(p.weird, 0);
  t.true(p.sackPermitted);
  t.is(p.mss, 0);
  t.true(p.snapped);
});

test('a TCP header length under 20 is weird and no TCP', (t) => {
  const p = decode(inIpv4(6, tcp('').replace('50', '40')));
  t.is(p.weird, Weird.BadTcpHeaderLen);
  t.is(p.layers, Layer.Ipv4);
});

test('a TCP header length beyond the segment is weird and leaves no payload', (t) => {
  const p = decode(inIpv4(6, tcp('aabb').replace('50', 'f0')));
  t.is(p.weird, Weird.BadTcpHeaderLen);
  t.is(p.layers, Layer.Ipv4 | Layer.Tcp);
  t.is(p.payloadLen, 0);
  t.is(p.payloadAt, p.payloadEnd);
});

test('the payload length is that on the wire when the capture has less', (t) => {
  const p = decode(inIpv4(6, tcp('aa'.repeat(100))), { capLen: 64, origLen: 154 });
  t.is(p.payloadLen, 100);
  t.is(p.payloadEnd - p.payloadAt, 10);
  t.true(p.snapped);
});

for (const [what, length, payloadLen, weird] of [
  ['that fits', 12, 4, 0],
  ['of 0', 0, 4, Weird.UdpLengthMismatch],
  ['under its header', 7, 4, Weird.UdpLengthMismatch],
  ['beyond IP', 13, 4, Weird.UdpLengthMismatch],
  ['that leaves bytes over', 10, 2, Weird.UdpLengthMismatch],
] as const) {
  test(`a UDP length ${what}`, (t) => {
    for (const text of [
      inIpv4(17, udp('01020304', 53, length)),
      ethernet(0x86dd, ipv6(17, udp('01020304', 53, length))),
    ]) {
      const p = decode(text);
      t.not(p.layers & Layer.Udp, 0);
      t.is(p.payloadLen, payloadLen);
      t.is(p.payloadEnd - p.payloadAt, payloadLen);
      t.is(weirdName(p.weird), weirdName(weird));
    }
  });
}

test('a UDP length of 0 is right when IP has none either', (t) => {
  const p = decode(ethernet(0x0800, ipv4(17, udp('01020304', 53, 0), { total: 0 })));
  t.is(p.weird, 0);
  t.is(p.payloadLen, 4);
});

test('ICMP echo gives type and code as ports, identifier and sequence', (t) => {
  const p = decode(inIpv4(1, '0800 0000 1234 0007 616263'));
  t.is(p.layers, Layer.Ipv4 | Layer.Icmp);
  t.deepEqual([p.srcPort, p.dstPort, p.icmpType, p.icmpCode], [8, 0, 8, 0]);
  t.deepEqual([p.icmpId, p.icmpSeq, p.payloadLen], [0x1234, 7, 3]);
});

test('ICMP types other than echo have no identifier', (t) => {
  const packet = decode(inIpv4(1, '0800 0000 1234 0007'));
  t.is(decode(inIpv4(1, '0b00 0000 1234 0007'), { packet }).icmpId, 0);
  t.is(packet.icmpSeq, 0);
});

const QUOTED_TCP = ipv4(6, tcp('').slice(0, 24), { src: 'c0a80001', dst: 'c0a80002', total: 60 });

for (const [type, code] of [
  [3, 13],
  [4, 0],
  [5, 1],
  [11, 0],
  [12, 0],
] as const) {
  test(`ICMP error ${type}/${code} gives the quoted packet`, (t) => {
    const head = `${type.toString(16).padStart(2, '0')}${code.toString(16).padStart(2, '0')} 0000 00000000`;
    const p = decode(inIpv4(1, `${head} ${QUOTED_TCP}`));
    t.is(p.layers, Layer.Ipv4 | Layer.Icmp | Layer.Quoted);
    t.is(p.weird, 0);
    t.deepEqual([p.icmpType, p.icmpCode, p.quotedVersion, p.quotedProto], [type, code, 4, 6]);
    t.deepEqual([p.quotedSrc0 >>> 0, p.quotedDst0 >>> 0], [0xc0a80001, 0xc0a80002]);
    t.deepEqual([p.quotedSrcPort, p.quotedDstPort, p.quotedIcmpId], [0x1234, 445, -1]);
    t.is(p.src0, 0x0a000001);
  });
}

for (const [what, quoted, expected] of [
  ['of an echo', ipv4(1, '0800 0000 0102 0304'), [1, 8, 0, 0x0102]],
  ['of another ICMP', ipv4(1, '0301 0000 0102 0304'), [1, 3, 1, -1]],
  ['without transport', ipv4(17, ''), [17, -1, -1, -1]],
  ['with 2 bytes of transport', ipv4(17, '1234'), [17, -1, -1, -1]],
  ['with 4 bytes of transport', ipv4(17, '12340035'), [17, 0x1234, 53, -1]],
  ['of a later fragment', ipv4(17, '1234003500000000', { fragment: 5 }), [17, -1, -1, -1]],
  ['of another protocol', ipv4(50, '1234003500000000'), [50, -1, -1, -1]],
  ['with options', ipv4(6, '1234003500000000', { options: '01010101' }), [6, 0x1234, 53, -1]],
] as const) {
  test(`a quotation ${what}`, (t) => {
    const p = decode(inIpv4(1, `0301 0000 00000000 ${quoted}`));
    t.not(p.layers & Layer.Quoted, 0);
    t.deepEqual([p.quotedProto, p.quotedSrcPort, p.quotedDstPort, p.quotedIcmpId], [...expected]);
    t.is(p.weird, 0);
  });
}

test('what is too short or no IP is no quotation', (t) => {
  for (const quoted of [
    '',
    QUOTED_TCP.slice(0, 20),
    `35${QUOTED_TCP.slice(2)}`,
    `44${QUOTED_TCP.slice(2)}`,
  ]) {
    const p = decode(inIpv4(1, `0301 0000 00000000 ${quoted}`));
    t.is(p.layers, Layer.Ipv4 | Layer.Icmp);
    t.is(p.weird, 0);
  }
});

for (const [what, quoted, expected] of [
  ['of UDP', ipv6(17, udp('')), [17, 0x1234, 5353, -1]],
  [
    'behind extension headers',
    ipv6(0, `3c00000000000000 1100000000000000 ${udp('')}`),
    [17, 0x1234, 5353, -1],
  ],
  ['of a first fragment', ipv6(44, `11000001 00000001 ${udp('')}`), [17, 0x1234, 5353, -1]],
  ['of a later fragment', ipv6(44, `11000101 00000001 ${udp('')}`), [17, -1, -1, -1]],
  ['of an echo', ipv6(58, '8000 0000 0102 0304'), [58, 128, 0, 0x0102]],
  ['cut in an extension header', ipv6(0, '11ff000000000000'), [17, -1, -1, -1]],
] as const) {
  test(`an ICMPv6 quotation ${what}`, (t) => {
    const p = decode(ethernet(0x86dd, ipv6(58, `0104 0000 00000000 ${quoted}`)));
    t.is(p.layers, Layer.Ipv6 | Layer.Icmpv6 | Layer.Quoted);
    t.deepEqual([p.quotedVersion, p.quotedSrc0, p.quotedSrc3, p.quotedDst3], [6, 0x20010db8, 1, 2]);
    t.deepEqual([p.quotedProto, p.quotedSrcPort, p.quotedDstPort, p.quotedIcmpId], [...expected]);
  });
}

const REDIRECTED = ipv6(6, tcp('').slice(0, 40));
const REDIRECT_TO = 'fe800000 00000000 00000000 00000002 20010db8 00000001 00000000 00000001';

for (const [what, options, found] of [
  ['at once', `0406 0000 00000000 ${REDIRECTED}`, true],
  ['behind a link-layer address', `0201 020000000002 0406 0000 00000000 ${REDIRECTED}`, true],
  ['not at all', '0201 020000000002', false],
  ['behind an option of length 0', `0200 020000000002 0406 0000 00000000 ${REDIRECTED}`, false],
] as const) {
  test(`an ICMPv6 redirect names the gateway, and quotes the packet ${what}`, (t) => {
    const p = decode(ethernet(0x86dd, ipv6(58, `8900 0000 00000000 ${REDIRECT_TO} ${options}`)));
    t.is(p.layers, Layer.Ipv6 | Layer.Icmpv6 | (found ? Layer.Quoted : 0));
    t.deepEqual([p.target0, p.target1, p.target2, p.target3], [0xfe800000 | 0, 0, 0, 2]);
    if (found) t.deepEqual([p.quotedProto, p.quotedSrcPort, p.quotedDstPort], [6, 0x1234, 445]);
  });
}

test('an ICMP redirect names the gateway', (t) => {
  const p = decode(inIpv4(1, `0501 0000 0a000002 ${QUOTED_TCP}`));
  t.deepEqual([p.target0, p.target1, p.target2, p.target3], [0x0a000002, 0, 0, 0]);
});

for (const [what, type, target, found] of [
  ['solicitation', '87', 'fd000000 00000000 00000000 00000020', true],
  ['advertisement', '88', 'fd000000 00000000 00000000 00000020', true],
  ['solicitation cut in its target', '87', 'fd000000 00000000 00000000 000000', false],
  ['router advertisement', '86', 'fd000000 00000000 00000000 00000020', false],
] as const) {
  test(`neighbor discovery names its target: ${what}`, (t) => {
    const p = decode(ethernet(0x86dd, ipv6(58, `${type}00 0000 00000000 ${target}`)));
    t.is(p.layers, Layer.Ipv6 | Layer.Icmpv6 | (found ? Layer.Neighbor : 0));
    if (found) t.deepEqual([p.target0, p.target1, p.target2, p.target3], [0xfd000000 | 0, 0, 0, 0x20]);
  });
}
