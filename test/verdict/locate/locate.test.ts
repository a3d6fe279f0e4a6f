/** Where the fault lies, as far as the packets tell. */
import { CaptureRuns } from '../../../src/flow/vantage/capture-runs.js';
import test from 'ava';
import { locationText } from '../../../src/report/assemble/words/location-text.js';
import type { Packet } from '../../../src/decode/packet/packet.js';
import { Neighbors } from '../../../src/flow/vantage/neighbors.js';
import { SilentNeighbors } from '../../../src/verdict/hosts/silent-neighbors.js';
import { placeOfCapture } from '../../../src/verdict/quality/capture-point.js';
import { Locator } from '../../../src/verdict/locate/locate.js';
import type { Located } from '../../../src/verdict/locate/located.js';
import { hostKeyOf, hostKeyText } from '../../../src/verdict/words/host-key.js';
import type { HostKey } from '../../../src/verdict/words/host-key.js';
import { FlowScan } from '../../../src/verdict/hosts/flow-scan.js';
import { parseAddress } from '../../../src/flow/record/address.js';
import { arpPacket, icmpError, START, tcpPacket, Trace } from '../../flow/script.js';
import { NAS, PC, Scene } from '../scene.js';
import { Origin } from '../../../src/flow/record/origin.js';

const SERVER_END = { ip: NAS, port: 50_000 };
const PC_END = { ip: PC, port: 9003 };
const ROUTER = '10.0.0.1';

function keys(ip: string): ReadonlySet<HostKey> {
  const words = parseAddress(ip);
  return new Set(words === null ? [] : [hostKeyOf(words)]);
}

function withTtl(packet: Packet, ttl: number): Packet {
  packet.ttl = ttl;
  return packet;
}

/** Where the first failing verdict of the scene lies. */
function located(scene: Scene): Located | null | undefined {
  const { verdicts } = scene.judge();
  const scan = new FlowScan(scene.trace.table, 9003, 9004);
  const locator = new Locator(scan, keys(NAS), verdicts, placeOfCapture(scan, keys(NAS)));
  const failing = verdicts.find((v) => v.verdict === 'blocked' && hostKeyText(v.host) === PC);
  return failing === undefined ? undefined : locator.locate(failing);
}

const SENDERS = [
  ['a router between them', ROUTER, 'path'],
  ['the computer that was called', PC, 'remote_host'],
  ['the own stack of this server', NAS, 'this_server'],
] as const;

for (const [title, sender, location] of SENDERS) {
  test(`an ICMP error of ${title}: ${location}`, (t) => {
    const trace = new Trace();
    const syn = tcpPacket(SERVER_END, PC_END, 'S', 100);
    trace.add(syn, 0);
    trace.add(icmpError(sender, 3, 13, syn), 1);
    const found = located(new Scene(trace));
    t.is(found?.location, location);
    t.true(locationText(found?.steps ?? []).includes(sender));
  });
}

for (const [sender, type, code, place] of [
  [ROUTER, 11, 0, 'path'],
  [ROUTER, 3, 13, 'path'],
  [ROUTER, 3, 1, 'remote_host'],
  [PC, 3, 13, 'remote_host'],
] as const) {
  test(`an ICMP error ${type}/${code} of ${sender} for this server's SYN-ACKs: ${place}`, (t) => {
    const trace = new Trace();
    const caller = { ip: PC, port: 50_000 };
    const called = { ip: NAS, port: 9004 };
    for (const at of [0, 3, 9]) {
      trace.add(tcpPacket(caller, called, 'S', 100), at);
      const answer = tcpPacket(called, caller, 'SA', 300, 101);
      trace.add(answer, at + 0.001);
      trace.add(icmpError(sender, type, code, answer), at + 0.002);
    }
    const found = located(new Scene(trace));
    t.is(found?.location, place);
    t.true(locationText(found?.steps ?? []).includes(sender));
  });
}

const REDIRECTS = [
  ['IPv4', NAS, PC, ROUTER, 5, '10.0.0.2'],
  ['IPv6', '2001:db8::10', '2001:db8:1::1', 'fe80::1', 137, 'fe80::2'],
] as const;

for (const [version, nas, pc, router, type, gateway] of REDIRECTS) {
  test(`an ICMP redirect and silence, ${version}: who redirects and to which gateway is told, and no place`, (t) => {
    const trace = new Trace();
    const syn = tcpPacket({ ip: nas, port: 50_000 }, { ip: pc, port: 9003 }, 'S', 100);
    trace.add(syn, 0);
    const redirect = icmpError(router, type, type === 5 ? 1 : 0, syn);
    const words = parseAddress(gateway)?.words ?? [];
    [redirect.target0 = 0, redirect.target1 = 0, redirect.target2 = 0, redirect.target3 = 0] = words;
    trace.add(redirect, 1);
    const { verdicts } = new Scene(trace).judge([nas]);
    const scan = new FlowScan(trace.table, 9003, 9004);
    const locator = new Locator(scan, keys(nas), verdicts, placeOfCapture(scan, keys(nas)));
    const failing = verdicts.find((v) => v.verdict === 'blocked' && hostKeyText(v.host) === pc);
    const found = failing === undefined ? null : locator.locate(failing);
    t.is(found?.location, 'unknown');
    const text = locationText(found?.steps ?? []);
    t.true(text.includes(`${router}, a router, redirects the packets to the gateway ${gateway} `), text);
  });
}

/** How a RST and the SYN-ACKs of the same host look beside their TTL. */
interface Looks {
  readonly window?: number;
  readonly resetId?: number;
  readonly synAckId?: number;
}

/** A refusal of 9003 with the given TTL, beside two connections of the same host with TTL 127. */
function refusedWith(ttl: number, others = 2, { window = 0, resetId = 9, synAckId = 8 }: Looks = {}): Scene {
  const trace = new Trace();
  for (let i = 0; i < others; i++) {
    const from = { ip: NAS, port: 40_000 + i };
    const to = { ip: PC, port: 445 };
    trace.add(tcpPacket(from, to, 'S', 100), 0);
    const answer = withTtl(tcpPacket(to, from, 'SA', 300, 101), 127);
    answer.ipId = synAckId;
    trace.add(answer, 0.01);
    trace.add(tcpPacket(from, to, 'A', 101, 301), 0.02);
  }
  trace.add(tcpPacket(SERVER_END, PC_END, 'S', 100), 1);
  const reset = withTtl(tcpPacket(PC_END, SERVER_END, 'RA', 0, 101), ttl);
  reset.window = window;
  reset.ipId = resetId;
  trace.add(reset, 1.01);
  return new Scene(trace);
}

test('a reset from the same distance as the host’s other packets comes from the host', (t) => {
  t.is(located(refusedWith(127))?.location, 'remote_host');
});

test('a reset from nearer than the host comes from a device on the way', (t) => {
  t.is(located(refusedWith(64))?.location, 'path');
  t.is(located(refusedWith(128))?.location, 'path');
});

test('a reset that does not count its IP identification as the host does is doubtful, or surely foreign', (t) => {
  const doubtful = located(refusedWith(127, 2, { resetId: 0 }));
  t.is(doubtful?.location, 'unknown');
  t.regex(
    locationText(doubtful?.steps ?? []),
    /identification is 0, while the host counts it in 2 SYN-ACKs.*disagree/,
  );
  const foreign = located(refusedWith(64, 2, { resetId: 0 }));
  t.deepEqual([foreign?.location, foreign?.confidence], ['path', 'high']);
  t.is(located(refusedWith(64))?.confidence, 'medium');
});

test('a host that counts no IP identification may reset with 0', (t) => {
  t.is(located(refusedWith(127, 2, { resetId: 0, synAckId: 0 }))?.location, 'remote_host');
});

test('a refusal with another window than 0 is doubtful', (t) => {
  t.is(located(refusedWith(127, 2, { window: 512 }))?.location, 'unknown');
  t.regex(locationText(located(refusedWith(127, 2, { window: 512 }))?.steps ?? []), /window is 512/);
});

test('a reset from further away, or without anything to compare it with, tells no place', (t) => {
  t.is(located(refusedWith(120))?.location, 'unknown');
  t.is(located(refusedWith(127, 1))?.location, 'unknown');
  t.is(located(refusedWith(127, 0))?.location, 'unknown');
});

/** An unanswered SYN to this server's own port; `ttl` is that of this server's packets elsewhere. */
function silentAtServer(ttl: number): Scene {
  const trace = new Trace();
  const ping = tcpPacket({ ip: NAS, port: 40_000 }, { ip: PC, port: 9003 }, 'S', 100);
  trace.add(withTtl(ping, ttl), 0);
  trace.add(tcpPacket({ ip: PC, port: 9003 }, { ip: NAS, port: 40_000 }, 'SA', 300, 101), 0.01);
  trace.add(withTtl(tcpPacket({ ip: NAS, port: 40_000 }, { ip: PC, port: 9003 }, 'A', 101, 301), ttl), 0.02);
  return new Scene(trace).tcp(PC, NAS, 9004, 'silent', 1);
}

test('packets that arrived at this server and stayed without an answer are its own doing', (t) => {
  const found = located(silentAtServer(128));
  t.is(found?.location, 'this_server');
  t.regex(locationText(found?.steps ?? []), /untouched TTL/);
});

test('where the capture was taken elsewhere, silence of this server tells no place', (t) => {
  t.is(located(silentAtServer(126))?.location, 'unknown');
});

test('silence of a computer tells no place, but says whether it answers otherwise', (t) => {
  const found = located(new Scene().tcp(NAS, PC, 445).tcp(NAS, PC, 9003, 'silent', 1));
  t.is(found?.location, 'unknown');
  t.regex(locationText(found?.steps ?? []), /answers on other ports/);
  const dead = located(new Scene().tcp(NAS, PC, 445, 'silent').tcp(NAS, PC, 9003, 'silent', 1));
  t.regex(locationText(dead?.steps ?? []), /Nothing of this computer answers/);
});

interface ArpAt {
  readonly at: number;
  readonly from?: string;
  readonly to?: string;
  readonly reply?: boolean;
}

/** Where the first failing verdict of the scene lies, with ARP beside it; the capture ends at `end`. */
function locatedWith(scene: Scene, arps: readonly ArpAt[], end = 20): Located | null | undefined {
  const neighbors = new Neighbors();
  arps.forEach(({ at, from = NAS, to = PC, reply = false }, i) => {
    const sec = Math.floor(START + at);
    neighbors.add(
      arpPacket(from, to, reply ? 2 : 1),
      new Origin().set(sec, Math.round((START + at - sec) * 1e9), 0, 900 + i),
    );
  });
  const scan = new FlowScan(scene.trace.table, 9003, 9004);
  const { verdicts } = scene.judge();
  const silent = new SilentNeighbors(scan, neighbors, keys(NAS), CaptureRuns.until(START + end));
  const locator = new Locator(scan, keys(NAS), verdicts, placeOfCapture(scan, keys(NAS)), silent);
  const failing = verdicts.find((v) => v.verdict === 'blocked' && hostKeyText(v.host) === PC);
  return failing === undefined ? undefined : locator.locate(failing);
}

function silentScene(): Scene {
  return new Scene().tcp(NAS, PC, 445).tcp(NAS, PC, 9003, 'silent', 5);
}

test('a silent computer whose address this server asks for in vain is down', (t) => {
  const found = locatedWith(silentScene(), [{ at: 6 }, { at: 7 }]);
  t.is(found?.location, 'remote_host');
  t.regex(
    locationText(found?.steps ?? []),
    /2 ARP requests of this server for 10\.0\.1\.1 \(from frame 900 on\)/,
  );
});

const NOT_DOWN: readonly (readonly [string, readonly ArpAt[], number?])[] = [
  ['a single question', [{ at: 6 }]],
  ['copies of one question', [{ at: 6 }, { at: 6.4 }]],
  ['questions just before the end of the capture', [{ at: 6 }, { at: 6.6 }], 6.9],
  ['questions that were answered', [{ at: 6 }, { at: 7 }, { at: 7.1, from: PC, to: NAS, reply: true }]],
  ['questions of the computer itself meanwhile', [{ at: 6 }, { at: 7 }, { at: 7.1, from: PC, to: NAS }]],
  ['questions of somebody else, whose answers are not seen here', [6, 7].map((at) => ({ at, from: ROUTER }))],
  ['questions before the attempt', [{ at: 1 }, { at: 2 }]],
  ['questions long after the attempt', [{ at: 66 }, { at: 67 }], 99],
];

for (const [title, arps, end] of NOT_DOWN) {
  test(`no proof that a computer is down: ${title}`, (t) => {
    t.is(locatedWith(silentScene(), arps, end)?.location, 'unknown');
  });
}

test('questions within the life of a neighbour cache count', (t) => {
  t.is(locatedWith(silentScene(), [{ at: 64 }, { at: 65 }], 99)?.location, 'remote_host');
});

test('a computer that speaks after the questions is not down', (t) => {
  const scene = silentScene().tcp(NAS, PC, 135, 'works', 10);
  t.is(locatedWith(scene, [{ at: 6 }, { at: 7 }])?.location, 'unknown');
});

test('another neighbour that does not answer is named as a possible gateway, and accused of nothing', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003, 'silent', 5).tcp(NAS, PC, 445, 'silent', 5);
  const arps = [6, 7].map((at) => ({ at, to: ROUTER }));
  const found = locatedWith(scene, arps);
  t.is(found?.location, 'unknown');
  t.regex(locationText(found?.steps ?? []), /10\.0\.0\.1 on the segment .* if it is the gateway/);
});

const PC2 = '10.0.1.2';

test('one port that fails on one computer only points there, without being called proven', (t) => {
  const scene = new Scene().tcp(NAS, PC, 445).tcp(NAS, PC, 9003, 'silent', 1).tcp(NAS, PC2, 9003);
  t.is(located(scene)?.location, 'unknown');
  t.regex(
    locationText(located(scene)?.steps ?? []),
    /works with another computer, and this computer answers on other ports: candidates/,
  );
});

test('one port that fails everywhere points to what the computers share', (t) => {
  const scene = new Scene();
  for (const pc of [PC, PC2]) scene.tcp(NAS, pc, 445).tcp(NAS, pc, 9003, 'silent', 1);
  t.regex(locationText(located(scene)?.steps ?? []), /fails with all 2 computers .* what they share/);
  const alone = new Scene().tcp(NAS, PC, 445).tcp(NAS, PC, 9003, 'silent', 1);
  t.notRegex(locationText(located(alone)?.steps ?? []), /fails with all/);
});

test('a judgement looks for the places once, and anew for other verdicts', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003, 'silent');
  const judgement = scene.judge();
  const place = placeOfCapture(new FlowScan(scene.trace.table, 9003, 9004), keys(NAS));
  t.is(judgement.locator(place), judgement.locator(place));
  t.not(judgement.withVerdicts([]).locator(place), judgement.locator(place));
});

test('a computer that refuses a port, or speaks where no rule looks, is not said to be down', (t) => {
  const codes = (scene: Scene): string[] => (located(scene)?.steps ?? []).map(({ code }) => code);
  const silent = (at: number): Scene => {
    const scene = new Scene();
    scene.trace.tcp([`@${at} > S 1`, `@${at + 1} > S 1`, `@${at + 3} > S 1`], SERVER_END, PC_END);
    return scene;
  };
  t.true(codes(silent(1)).includes('nothing_of_host_answers'));
  t.true(codes(silent(1).tcp(NAS, PC, 3389, 'refused', 5)).includes('host_refuses_elsewhere'));
  t.true(codes(silent(1).tcp(PC, '10.0.0.5', 3389, 'works', 5)).includes('host_answers_elsewhere'));
  t.true(codes(silent(500).tcp(NAS, PC, 3389, 'works', 5)).includes('host_answered_before'));
});
