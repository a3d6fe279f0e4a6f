/** Which host captured, from its own packets. */
import test from 'ava';
import { placeOfCapture } from '../../../src/verdict/quality/capture-point.js';
import type { CapturePlace } from '../../../src/verdict/words/capture-place.js';
import { parseAddress } from '../../../src/flow/record/address.js';
import { hostKeyOf } from '../../../src/verdict/words/host-key.js';
import type { HostKey } from '../../../src/verdict/words/host-key.js';
import { Locator } from '../../../src/verdict/locate/locate.js';
import { FlowScan } from '../../../src/verdict/hosts/flow-scan.js';
import { fed, segment } from '../../flow/frames.js';
import type { SegmentParts } from '../../flow/frames.js';
import { START, Trace, udpPacket } from '../../flow/script.js';
import { Origin } from '../../../src/flow/record/origin.js';

const NAS = '10.0.0.10';
const PC = '10.0.1.1';
const LARGE = new Uint8Array(3000);

function key(ip: string): HostKey {
  const words = parseAddress(ip);
  if (words === null) throw new Error(ip);
  return hostKeyOf(words);
}

/** Four packets each way; `nas` and `pc` say how those of either side are. */
function place(nas: SegmentParts, pc: SegmentParts, each = 4): CapturePlace {
  const out = { src: NAS, dst: PC, ...nas };
  const back = { src: PC, dst: NAS, srcPort: 9003, dstPort: 50_000, ...pc };
  const frames = Array.from({ length: each }, (_, i) => [
    { at: i, bytes: segment({ ...out, id: i, seq: i }) },
    { at: i + 0.1, bytes: segment({ ...back, id: i, seq: i }) },
  ]).flat();
  const { flows, senders } = fed(frames);
  return placeOfCapture(new FlowScan(flows, 9003, 9004), new Set([key(NAS)]), senders.senders);
}

test("this server's checksums not filled in, the other's right: on its own card", (t) => {
  const found = place({ spoilChecksum: true }, { ttl: 127 });
  t.is(found.point, 'this_server');
  t.deepEqual(found.shownBy, { code: 'own_checksums_not_filled_in' });
});

test("another host's checksums not filled in: captured there, whatever the TTLs say", (t) => {
  const found = place({}, { spoilChecksum: true });
  t.is(found.point, 'elsewhere');
  t.is(found.host, key(PC));
  t.deepEqual(found.shownBy, { code: 'other_checksums_not_filled_in', address: PC });
});

test('checksums of both wrong, or of both right, say nothing: the TTL decides', (t) => {
  t.is(place({ spoilChecksum: true }, { spoilChecksum: true }).point, 'its_segment');
  t.is(place({}, { ttl: 127 }).point, 'its_segment');
  t.is(place({ ttl: 120 }, {}).point, 'elsewhere');
});

test('two wrong checksums are too few to tell', (t) => {
  t.is(place({ spoilChecksum: true }, {}, 2).point, 'its_segment');
});

test('a segment over the MTU to a computer behind a router can only have been seen at its sender', (t) => {
  t.is(place({ payload: LARGE }, { ttl: 127 }).point, 'this_server');
  t.is(place({ payload: LARGE }, {}).point, 'its_segment');
  t.is(place({}, { ttl: 127, payload: LARGE }).point, 'its_segment');
});

const TTL = { code: 'own_ttl_lowered' } as const;

const WHERE = [
  ['this server captured', { point: 'this_server', shownBy: TTL }, 'this_server high'],
  ['beside this server', { point: 'its_segment', shownBy: TTL }, 'this_server medium'],
  ['the computer captured', { point: 'elsewhere', shownBy: TTL, host: key(PC) }, 'remote_host high'],
  ['somebody else captured', { point: 'elsewhere', shownBy: TTL }, 'unknown low'],
] as const;

for (const [title, where, wanted] of WHERE) {
  test(`dropped by the capturing system, and ${title}: ${wanted}`, (t) => {
    const { flows } = fed([{ at: 0, bytes: segment({ src: PC, dst: NAS, flags: 'S' }), dropped: true }]);
    const verdict = {
      host: key(PC),
      verdict: 'blocked',
      rule: { id: 'ua-9003', to: 'computer', ports: [] },
      detail: 'dropped_by_capturing_host',
      flows: [0],
      works: 0,
    } as const;
    const v = verdict as unknown as Parameters<Locator['locate']>[0];
    const located = new Locator(new FlowScan(flows, 9003, 9004), new Set([key(NAS)]), [v], where).locate(v);
    t.is(`${located?.location} ${located?.confidence}`, wanted);
  });
}

test('a server that came behind more hosts than are looked at is not said to be absent', (t) => {
  const { table } = new Trace();
  const packet = udpPacket({ ip: '10.0.0.1', port: 9 }, { ip: '11.0.0.1', port: 9 });
  for (let n = 0; n < 200_000; n++) {
    packet.src0 = 0x0a000000 + n;
    table.add(packet, new Origin().set(START, n, 0, n + 1));
  }
  packet.src0 = 0x0c000001;
  table.add(packet, new Origin().set(START, 0, 0, 200_001));
  const found = placeOfCapture(new FlowScan(table, 9003, 9004), new Set([0x0c000001]));
  t.deepEqual(found, { point: 'unknown', shownBy: { code: 'server_not_looked_at' } });
});
