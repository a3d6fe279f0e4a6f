/** Frames of a shared report: addresses everywhere replaced, payload and what nobody knows gone, checksums as true as before. */
import { join } from 'node:path';
import test from 'ava';
import { LinkType } from '../../src/capture/frames/frame.js';
import { PcapngWriter } from '../../src/capture/pcap/pcapng-writer.js';
import { Gate } from '../../src/share/gate/gate.js';
import { GatedCapture } from '../../src/share/frames/gated-capture.js';
import { updateChecksum } from '../../src/share/frames/checksums.js';
import { SharedFrames } from '../../src/share/frames/shared-frames.js';
import { Names } from '../../src/share/names/names.js';
import { Pseudonyms } from '../../src/share/names/pseudonyms.js';
import { decode, ethernet, fromHex, ipv4, ipv6, IP6_DST, IP6_SRC, MACS, tcp, udp } from '../decode/bytes.js';
import { oneFrame } from '../decode/one-frame.js';
import { testWith } from '../test-with.js';
import { differences } from './rejoined.js';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => (i * 57 + 9) & 255);
const SECRET = '736563726574'.repeat(3);
const [SRC, DST] = ['0a140115', '0a140005'];
const ADDRESSES = { src: SRC, dst: DST };
const ORIGINALS = [SRC, DST, IP6_SRC, IP6_DST, ...MACS.split(' '), '736563726574'];
const in4 = (proto: number, payload: string, more = {}): string =>
  ipv4(proto, payload, { ...ADDRESSES, ...more });
const inner = ethernet(0x800, in4(6, tcp(SECRET)));
const SOLICITATION = `8700 0000 00000000 ${IP6_DST} 0101 ${MACS.split(' ')[1]}`;

function shared(
  text: string,
  linkType: number = LinkType.Ethernet,
): { made: string; linkType: number } | null {
  const frames = new SharedFrames(new Pseudonyms(KEY));
  const made = frames.frame(oneFrame({ bytes: fromHex(text), linkType }), 0);
  return made === null ? null : { made: Buffer.from(made.bytes).toString('hex'), linkType: made.linkType };
}

const KINDS: Readonly<Record<string, readonly [frame: string, keeps: string, linkType?: number]>> = {
  'TCP with options': [
    ethernet(0x800, in4(6, tcp(SECRET, 2, `020405b4 1312${SECRET.slice(0, 32)} 0000`))),
    '123401bd',
  ],
  'IPv4 with a route in its options': [
    ethernet(0x800, in4(17, udp(SECRET), { options: `8307 04 ${SRC} 00` })),
    '123414e9',
  ],
  'IPv6 with an address in a destination option': [
    ethernet(0x86dd, ipv6(60, `1102 c910${IP6_SRC} 01020000 ${udp(SECRET)}`)),
    '123414e9',
  ],
  'IPv6 with a route': [ethernet(0x86dd, ipv6(43, `0602 0201 00000000 ${IP6_SRC} ${tcp(SECRET)}`)), '86dd'],
  'a VLAN tag in a VLAN tag': [
    ethernet(0x88a8, `0064 8100 00c8 0800 ${in4(6, tcp(SECRET))}`),
    '0064810000c80800',
  ],
  MPLS: [ethernet(0x8847, `00064140 ${in4(6, tcp(SECRET))}`), '00064140'],
  PPPoE: [ethernet(0x8864, `1100 0001 003d 0021 ${in4(6, tcp(SECRET))}`), '0021'],
  GRE: [ethernet(0x800, in4(47, `2000 0800 0000002a ${in4(6, tcp(SECRET))}`)), '200008000000002a'],
  'IP in IP': [ethernet(0x800, in4(4, in4(6, tcp(SECRET)))), '123401bd'],
  AH: [
    ethernet(0x800, in4(51, `0604 0000 00000001 00000001 ${SECRET.slice(0, 24)} ${tcp(SECRET)}`)),
    '123401bd',
  ],
  ESP: [ethernet(0x800, in4(50, `0000002a 00000007 ${SECRET}`)), '0000002a00000007'],
  VXLAN: [ethernet(0x800, in4(17, udp(`08000000 00002a00 ${inner}`, 4789))), '0800000000002a00'],
  'Geneve with an option': [
    ethernet(0x800, in4(17, udp(`02006558 00002a00 01020301 ${SRC} ${inner}`, 6081))),
    '0200655800002a00',
  ],
  Teredo: [ethernet(0x800, in4(17, udp(`0000 1234 ${SRC} ${ipv6(6, tcp(SECRET))}`, 3544))), '123401bd'],
  ARP: [
    ethernet(0x806, `0001 0800 0604 0001 ${MACS.split(' ')[1]} ${SRC} 000000000000 ${DST}`),
    '0001080006040001',
  ],
  'a neighbor solicitation': [ethernet(0x86dd, ipv6(58, SOLICITATION)), '8700'],
  'an ICMP error': [ethernet(0x800, in4(1, `0303 0000 00000000 ${in4(17, udp(SECRET))}`)), '123414e9'],
  'an ICMP redirect': [ethernet(0x800, in4(1, `0501 0000 ${DST} ${in4(6, tcp(SECRET))}`)), '123401bd'],
  'an ICMPv6 error': [ethernet(0x86dd, ipv6(58, `0104 0000 00000000 ${ipv6(6, tcp(SECRET))}`)), '123401bd'],
  'an ICMPv6 redirect': [ethernet(0x86dd, ipv6(58, `8900 0000 00000000 ${IP6_DST} ${IP6_SRC} 0000`)), '8900'],
  'a later fragment': [ethernet(0x800, in4(17, SECRET, { fragment: 0x10 })), '0010'],
  'a type that is not known': [ethernet(0x88cc, SECRET), '88cc'],
  SLL: [
    `0000 0001 0006 ${MACS.split(' ')[1]} 7365 0800 ${in4(6, tcp(SECRET))}`,
    '123401bd',
    LinkType.LinuxSll,
  ],
  SLL2: [
    `0800 0000 00000002 0001 04 06 ${MACS.split(' ')[1]} 7365 ${in4(6, tcp(SECRET))}`,
    '123401bd',
    LinkType.LinuxSll2,
  ],
  'raw IP': [in4(6, tcp(SECRET)), '123401bd', LinkType.Raw],
};

for (const [what, [frame, keeps, linkType]] of Object.entries(KINDS)) {
  test(`of ${what} nothing original is left, and what tells of the fault is`, (t) => {
    const { made } = shared(frame, linkType)!;
    for (const original of ORIGINALS) t.false(made.includes(original), original);
    t.true(made.includes(keeps), made);
  });
}

test('what a capturing program puts before a frame is left out, and a frame of which nothing is known', (t) => {
  const radiotap = `0000 0800 00000000 0801 0000 ${MACS.replace(' ', '')} ${MACS.split(' ')[0]} 0000 aaaa03 000000 0800`;
  const found = shared(`${radiotap} ${in4(6, tcp(SECRET))}`, LinkType.Ieee80211Radiotap)!;
  t.is(found.linkType, LinkType.Raw);
  t.true(found.made.startsWith('45'));
  t.is(shared(SECRET, LinkType.Ieee80211), null);
  t.is(shared(SECRET, 147), null);
  t.is(shared('', LinkType.Ethernet), null);
});

test('a frame that was cut anywhere is shared as far as it is understood, and never throws', (t) => {
  for (const [frame, , linkType = LinkType.Ethernet] of Object.values(KINDS)) {
    const whole = frame.replaceAll(' ', '');
    for (let cut = 0; cut <= whole.length; cut += 2) {
      for (const type of new Set([linkType, LinkType.Raw, LinkType.Null])) {
        const { made = '' } = shared(whole.slice(0, cut), type) ?? {};
        t.true(made.length <= cut);
        t.false(made.includes('736563726574'));
      }
    }
  }
});

test('the shared frame is decoded as the original was', (t) => {
  for (const name of ['TCP with options', 'AH', 'an ICMP error', 'a VLAN tag in a VLAN tag']) {
    const [frame] = KINDS[name]!;
    const [was, is] = [decode(frame), decode(shared(frame)!.made)];
    for (const field of [
      'layers',
      'srcPort',
      'dstPort',
      'seq',
      'ack',
      'tcpFlags',
      'ttl',
      'ipId',
      'vlan',
      'mss',
    ] as const)
      t.is(is[field], was[field], `${name}: ${field}`);
    t.not(is.src0, was.src0);
  }
});

test('a checksum that was right stays right, a wrong one is wrong by as much, none stays none', (t) => {
  const sum = (bytes: Uint8Array): number => {
    let total = 0;
    for (let i = 0; i < bytes.length; i += 2) total += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
    while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
    return total;
  };
  let seed = 7;
  const random = (): number => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >>> 8;
  for (let round = 0; round < 500; round++) {
    const original = Uint8Array.from(
      { length: 20 + (round % 3) },
      () => random() & (round % 4 === 0 ? 1 : 255),
    );
    original[10] = original[11] = 0;
    const wrong = round % 2 === 0 ? 0 : 1 + (random() % 0xfffe);
    const right = sum(original) ^ 0xffff;
    const word = (right + wrong) % 0xffff;
    original.set([word >>> 8, word & 255], 10);
    const made = Uint8Array.from(original);
    for (let i = 0; i < 8; i++) made[12 + i] = random() & 255;
    updateChecksum(original, made, { at: 10, from: 0 });
    const after = (made[10]! << 8) | made[11]!;
    made[10] = made[11] = 0;
    t.is((after - (sum(made) ^ 0xffff) - wrong + 0x1fffe) % 0xffff, 0);
  }
  const none = new Uint8Array(20);
  const changed = new Uint8Array(20).fill(9, 12);
  updateChecksum(none, changed, { at: 10, from: 0, mayBeAbsent: true });
  t.deepEqual([changed[10], changed[11]], [0, 0]);
});

testWith('tshark')(
  'with their payload behind them, tshark finds the same checksums right and wrong',
  async (t) => {
    for (const name of [
      'ipv6.pcapng',
      'router-admin-prohibited.pcapng',
      join('lab', 'vlan-agent-prohibited.pcap.gz'),
    ])
      t.deepEqual(await differences(join('captures', name), new Pseudonyms(KEY)), [], name);
  },
);

/** A file with one frame, through the gate. */
async function gated(frame: string, comment: string, name = 'nic-1'): Promise<string[]> {
  const pseudonyms = new Pseudonyms(KEY, new Names());
  pseudonyms.host('payroll07', 'computer');
  pseudonyms.address('fe80::12:3456:789a');
  for (const address of ORIGINALS.slice(0, 2)) pseudonyms.ipBytes(fromHex(address));
  for (const mac of MACS.split(' ')) pseudonyms.macBytes(fromHex(mac));
  pseudonyms.address('10.20.1.21');
  const sink = new GatedCapture(new Gate(pseudonyms), 'evidence.pcapng', null);
  const writer = new PcapngWriter();
  await sink.writeBytes(writer.section({ comment: 'portwitness' }));
  await sink.writeBytes(writer.interfaceDescription({ name }));
  await sink.writeBytes(writer.packet({ sec: 1, nsec: 0, bytes: fromHex(frame), comment }));
  return sink.end().map(({ kind, form }) => `${kind} (${form})`);
}

test('a leak is found in every part of the file: header fields, bytes of a frame, comments, names of interfaces', async (t) => {
  const clean = shared(ethernet(0x800, in4(6, tcp(''))))!.made;
  t.deepEqual(await gated(clean, 'portwitness c1: SYN'), []);
  const [mac = '', src = '', other = ''] = [clean.slice(0, 12), clean.slice(52, 60), clean.slice(60, 68)];
  t.deepEqual(await gated(clean.replace(src, SRC), ''), ['address (header field)']);
  t.deepEqual(await gated(clean.replace(other, DST), ''), ['address (header field)']);
  t.deepEqual(await gated(clean.replace(mac, '020000000002'), ''), ['mac (header field)']);
  t.deepEqual(await gated(clean, 'payroll07 answers'), ['computer (text)']);
  t.deepEqual(await gated(clean, 'from 10.20.1.21'), ['address (text)']);
  t.deepEqual(await gated(clean, '', 'payroll07'), ['computer (text)']);
  t.deepEqual(await gated(`${clean}706179726f6c6c3037`, ''), ['computer (text)']);
  t.deepEqual(await gated(`${clean}fe80000000000000000000123456789a`, ''), ['address (bytes)']);
  const quoted = shared(ethernet(0x800, in4(1, `0303 0000 00000000 ${in4(17, udp(''))}`)))!.made;
  t.deepEqual(await gated(`${quoted.slice(0, -24)}${SRC}${quoted.slice(-16)}`, ''), [
    'address (header field)',
  ]);
  const gre = shared(ethernet(0x800, in4(47, `0000 0800 ${in4(6, tcp(''))}`)))!.made;
  t.deepEqual(await gated(gre.replace(/^(.{52})(.{8})/, `$1${SRC}`), ''), ['address (header field)']);
});
