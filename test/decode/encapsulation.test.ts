/**
 * Every link layer, tag and tunnel leads to the same packet; every one of them may be cut anywhere.
 */
import test from 'ava';
import { Decoder } from '../../src/decode/decoder.js';
import { Layer, type Packet } from '../../src/decode/packet/packet.js';
import { weirdName } from '../../src/decode/packet/weird.js';
import { decode, fromHex, lengthOf } from './bytes.js';
import { OTHERS, PACKET4, PACKET6, SAMPLES } from './samples.js';

for (const sample of SAMPLES) {
  test(`${sample.name}: the UDP packet within is found`, (t) => {
    const decoder = new Decoder();
    const p = decode(sample.hex, { linkType: sample.linkType, decoder });
    if (sample.tunnel === 'inner') {
      t.is(p.layers, Layer.Ipv4 | Layer.Udp, 'the outer datagram comes first');
      t.is(p.src0, 0x09090909);
      t.true(decoder.inner(p, 1000));
    }
    t.false(decoder.inner(p, 1000));
    const six = p.ipVersion === 6;
    t.is(p.weird, 0, weirdName(p.weird));
    t.false(p.snapped);
    const tunnel = sample.tunnel === undefined ? 0 : Layer.Tunnel;
    const vlan = sample.vlan === undefined ? 0 : Layer.Vlan;
    t.is(p.layers, (six ? Layer.Ipv6 : Layer.Ipv4) | Layer.Udp | tunnel | vlan);
    t.is(p.vlan, sample.vlan ?? -1);
    t.is(p.ipProto, 17);
    t.is(p.ttl, 64);
    t.deepEqual([p.src0, p.src3], six ? [0x20010db8, 1] : [0x0a000001, 0]);
    t.deepEqual([p.dst0, p.dst3], six ? [0x20010db8, 2] : [0x0a000002, 0]);
    t.deepEqual([p.srcPort, p.dstPort, p.payloadLen], [0x1234, 5353, 5]);
    t.is(p.ipLen, lengthOf(six ? PACKET6 : PACKET4));
    t.is(Buffer.from(p.bytes.subarray(p.payloadAt, p.payloadEnd)).toString('hex'), '0102030405');
    if (sample.macs === true) {
      t.is(mac(p, p.srcMacAt), '020000000001');
      t.is(mac(p, p.dstMacAt), '020000000002');
    }
  });
}

const shared = new Decoder();

/** Making a decoder takes longer than a frame; only fragments leave something behind in it. */
function decoderFor(name: string): Decoder {
  return name.includes('fragment') ? new Decoder() : shared;
}

function mac(p: Packet, at: number): string {
  return Buffer.from(p.bytes.subarray(at, at + 6)).toString('hex');
}

for (const sample of [...SAMPLES, ...OTHERS]) {
  test(`${sample.name}: cut anywhere by the snap length it is snapped and nothing is weird`, (t) => {
    const bytes = fromHex(sample.hex);
    const faults: string[] = [];
    for (let capLen = 0; capLen < bytes.length; capLen++) {
      // A copy, so that a read behind the captured bytes would throw.
      const options = { linkType: sample.linkType, origLen: bytes.length };
      const p = open(decoderFor(sample.name), bytes.slice(0, capLen), options);
      const excused = sample.name === 'a fragment' ? 'incompletely_captured_fragment' : '';
      const right =
        p.snapped &&
        ['', excused].includes(weirdName(p.weird)) &&
        p.payloadAt <= p.payloadEnd &&
        p.payloadEnd <= p.bytes.length;
      if (!right) faults.push(`${capLen} bytes: ${weirdName(p.weird)}`);
    }
    t.deepEqual(faults, []);
  });

  test(`${sample.name}: a frame that ended anywhere before its end is weird and not snapped`, (t) => {
    const bytes = fromHex(sample.hex);
    const whole = open(new Decoder(), bytes.slice(), { linkType: sample.linkType });
    const faults: string[] = [];
    for (let length = 0; length < bytes.length - (sample.trailer ?? 0); length++) {
      const p = open(new Decoder(), bytes.slice(0, length), { linkType: sample.linkType });
      // A tunnel that is too short to be one, and what is not decoded, remain what they are.
      const known =
        whole.layers !== 0 && sample.tunnel !== 'inner' && !mayEnd(sample.name, length, bytes.length);
      if (p.snapped || (known && p.weird === 0)) faults.push(`${length} of ${bytes.length} bytes`);
    }
    t.deepEqual(faults, []);
  });
}

/** The lengths at which a shorter frame is a valid one as well: no IP payload is left that says how long it is. */
function mayEnd(name: string, length: number, whole: number): boolean {
  return (
    (name.startsWith('MPLS pseudowire') && length < whole - 33) || (name.startsWith('PPI') && length === 0)
  );
}

/** Decodes with what a tunnel carries. */
function open(decoder: Decoder, bytes: Uint8Array, options: { linkType: number; origLen?: number }): Packet {
  const p = decode(bytes, { ...options, decoder });
  const { weird } = p;
  while (decoder.inner(p, 1000));
  p.weird ||= weird;
  return p;
}

test('a frame of an unknown link type or EtherType holds nothing and is not weird', (t) => {
  for (const [linkType, hex] of [
    [147, '00112233'],
    [1, '020000000002 020000000001 88cc 0207'],
    [1, '020000000002 020000000001 05ff 0207'],
    [1, '020000000002 020000000001 0004 42420300'],
    [113, '0000 0001 0006 020000000001 0000 88cc 0207'],
  ] as const) {
    const p = decode(hex, { linkType });
    t.is(p.layers, 0);
    t.is(p.weird, 0);
    t.is(p.ipVersion, 0);
  }
});

test('802.11 frames without readable payload hold nothing and are not weird', (t) => {
  const packet = `aaaa03 000000 0800 ${PACKET4}`;
  const rest = '0000 ffffffffffff 020000000001 020000000002';
  for (const [what, hex] of [
    ['protected', `08 41 ${rest} 1000 ${packet}`],
    ['null function', `48 01 ${rest} 1000`],
    ['more fragments', `08 05 ${rest} 1000 ${packet}`],
    ['later fragment', `08 01 ${rest} 1100 ${packet}`],
    ['aggregate', `88 01 ${rest} 1000 8000 ${packet}`],
    ['beacon', `80 00 ${rest} 1000 ${packet}`],
    ['acknowledgment', 'd4 00 0000 020000000001'],
  ] as const) {
    const p = decode(hex, { linkType: 105 });
    t.is(p.layers, 0, what);
    t.is(p.weird, 0, what);
  }
});
