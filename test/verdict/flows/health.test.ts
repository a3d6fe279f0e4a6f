/** How well a port works that works: both sides of every threshold. */
import test from 'ava';
import { locationText } from '../../../src/report/assemble/words/location-text.js';
import type { Packet } from '../../../src/decode/packet/packet.js';
import { parseAddress } from '../../../src/flow/record/address.js';
import { placeOfCapture } from '../../../src/verdict/quality/capture-point.js';
import { HEALTH_THRESHOLDS as LIMITS } from '../../../src/verdict/flows/health.js';
import { Locator } from '../../../src/verdict/locate/locate.js';
import type { Located } from '../../../src/verdict/locate/located.js';
import { hostKeyOf } from '../../../src/verdict/words/host-key.js';
import type { HostKey } from '../../../src/verdict/words/host-key.js';
import { FlowScan } from '../../../src/verdict/hosts/flow-scan.js';
import { tcpPacket, Trace } from '../../flow/script.js';
import type { End } from '../../flow/script.js';
import { NAS, PC, Scene } from '../scene.js';

const SERVED: readonly string[] = [
  '@0 > S 100',
  '< SA 300 101',
  '> A 101 301',
  '> A 101 301 +5',
  '< A 301 106 +5',
];
const FROM: End = { ip: NAS, port: 50_000 };
const TO: End = { ip: PC, port: 9003 };

/** 'verdict reason' of 9003 after these segments of one session that was served at first. */
function judged(...lines: readonly string[]): string {
  const trace = new Trace();
  trace.tcp([...SERVED, ...lines], FROM, TO);
  return verdictOf(new Scene(trace));
}

function verdictOf(scene: Scene): string {
  const v = scene.verdict('ua-9003');
  return `${v?.verdict} ${v?.reason}`;
}

function keys(ip: string): ReadonlySet<HostKey> {
  const words = parseAddress(ip);
  return new Set(words === null ? [] : [hostKeyOf(words)]);
}

function located(scene: Scene): Located | null | undefined {
  const scan = new FlowScan(scene.trace.table, 9003, 9004);
  const { verdicts } = scene.judge();
  const v = scene.verdict('ua-9003');
  return v && new Locator(scan, keys(NAS), verdicts, placeOfCapture(scan, keys(NAS))).locate(v);
}

const DATA = '> A 106 306 +5';
const PROBE = '> A 105 306';

test('data repeated without any answer to the end: the session was cut', (t) => {
  t.is(judged(`@9 ${DATA}`, `@10 ${DATA}`, `@11 ${DATA}`, `@13 ${DATA}`), 'degraded session_cut_silently');
});

test('one repeat fewer, or repeats within less than a second, prove nothing', (t) => {
  t.is(judged(`@9 ${DATA}`, `@10 ${DATA}`, `@11 ${DATA}`), 'working works');
  t.is(judged(`@9 ${DATA}`, `@10 ${DATA}`, `@10.4 ${DATA}`, `@10.9 ${DATA}`), 'working works');
  t.is(LIMITS.unansweredRepeats, 3);
  t.is(LIMITS.unansweredSeconds, 1);
});

test('an answer after the repeats, even the very last packet, acquits the session', (t) => {
  t.is(
    judged(`@9 ${DATA}`, `@10 ${DATA}`, `@11 ${DATA}`, `@13 ${DATA}`, '@13.1 < A 306 111'),
    'working works',
  );
});

for (const [title, probe] of [
  ['without a byte, as most send them', PROBE],
  ['with one byte, as Windows sends them', `${PROBE} +1`],
] as const) {
  test(`keep-alives ${title}: unanswered three in a row the session was cut`, (t) => {
    const answered = [`@5 < A 306 106`, `@5 ${probe}`, '@5.1 < A 306 106', `@6 ${probe}`, '@6.1 < A 306 106'];
    t.is(judged(...answered, `@7 ${probe}`, `@8 ${probe}`, '@8.1 < A 306 106'), 'working works');
    t.is(judged(...answered, `@7 ${probe}`, `@8 ${probe}`, `@9 ${probe}`), 'degraded session_cut_silently');
    t.is(judged(...answered, `@7 ${probe}`, `@8 ${probe}`), 'working works');
  });
}

test('who has closed need not answer', (t) => {
  const closed = '@5 < FA 306 106';
  t.is(judged(closed, `@9 ${DATA}`, `@10 ${DATA}`, `@11 ${DATA}`, `@13 ${DATA}`), 'working works');
});

test('a session that was never answered was not cut', (t) => {
  const trace = new Trace();
  trace.tcp([`@0 ${DATA}`, `@1 ${DATA}`, `@2 ${DATA}`, `@4 ${DATA}`, `@8 ${DATA}`], FROM, TO);
  t.is(verdictOf(new Scene(trace)), 'inconclusive only_originator_captured');
});

/** Small messages, then full-size segments of which none is ever acknowledged; `first` = bytes acknowledged before. */
function fullSize(underWay: number, first = 5): readonly string[] {
  const at = 101 + 5 + first;
  return [
    `@5 > A 106 306 +${first}`,
    `@5.1 < A 306 ${at}`,
    ...Array.from({ length: underWay }, (_, i) => `@6 > A ${at + i * 1460} 306 +1460`),
    ...[6.3, 6.9, 8.1, 10.5].map((again) => `@${again} > A ${at} 306 +1460`),
  ];
}

test('large segments that vanish are told as such, alone or with a window of them under way, over both versions', (t) => {
  for (const underWay of [1, 10]) {
    t.is(judged(...fullSize(underWay)), 'degraded large_segments_lost', `${underWay} under way`);
    const trace = new Trace();
    const [from, to] = ['fd00::10', 'fd00:1::1'];
    trace.tcp([...SERVED, ...fullSize(underWay)], { ip: from, port: 50_000 }, { ip: to, port: 9003 });
    const v = new Scene(trace)
      .judge([from])
      .verdicts.find(({ rule, host }) => rule.id === 'ua-9003' && host === to);
    t.is(v?.reason, 'large_segments_lost', `IPv6, ${underWay} under way`);
  }
});

test('large segments that vanish after others of their size were acknowledged are a session that was cut', (t) => {
  t.is(judged(...fullSize(10, 1460)), 'degraded session_cut_silently');
});

test('who fell silent is told, and not where', (t) => {
  const trace = new Trace();
  trace.tcp([...SERVED, `@300 ${DATA}`, `@301 ${DATA}`, `@302 ${DATA}`, `@304 ${DATA}`], FROM, TO);
  const scene = new Scene(trace);
  t.is(scene.verdict('ua-9003')?.health?.value, 300);
  t.is(located(scene)?.location, 'unknown');
  t.regex(
    locationText(located(scene)?.steps ?? []),
    /10\.0\.1\.1 answered .* this server asked 3 more times in 3\.0 s/,
  );
});

function withTtl(packet: Packet, ttl: number): Packet {
  packet.ttl = ttl;
  return packet;
}

/** A served session whose computer is `far` hops away, then a RST in the computer's name with this TTL. */
function reset(ttl: number, far: number, answers = 2, fin = false): Scene {
  const trace = new Trace();
  trace.add(tcpPacket(FROM, TO, 'S', 100), 0);
  trace.add(withTtl(tcpPacket(TO, FROM, 'SA', 300, 101), 128 - far), 0.01);
  trace.add(tcpPacket(FROM, TO, 'A', 101, 301, 5), 0.02);
  if (answers > 1) trace.add(withTtl(tcpPacket(TO, FROM, fin ? 'FA' : 'A', 301, 106, 5), 128 - far), 0.03);
  trace.add(tcpPacket(FROM, TO, 'A', 106, 306, 5), 60);
  trace.add(withTtl(tcpPacket(TO, FROM, 'R', 306), ttl), 60.01);
  return new Scene(trace);
}

test('a RST from nearer than the other packets of its own connection cut the session on the way', (t) => {
  const scene = reset(64, 1);
  t.is(verdictOf(scene), 'degraded session_cut_by_reset');
  t.is(scene.verdict('ua-9003')?.health?.value, 60);
  t.is(located(scene)?.location, 'path');
  t.regex(locationText(located(scene)?.steps ?? []), /TTL is 64, while .* have 127/);
});

test('a RST from where the other packets come from, or from further away, is the own business of the host', (t) => {
  t.is(verdictOf(reset(127, 1)), 'working works');
  t.is(verdictOf(reset(126, 1)), 'working works');
});

test('a RST after a FIN, or with a single packet to compare it with, cut nothing', (t) => {
  t.is(verdictOf(reset(64, 1, 2, true)), 'working works');
  t.not(verdictOf(reset(64, 1, 1)), 'degraded session_cut_by_reset');
});

/** Sessions whose SYN-ACK takes so many seconds. */
function delayed(...seconds: readonly number[]): Scene {
  const trace = new Trace();
  seconds.forEach((delay, i) => {
    const lines = ['> S 100', `@${delay} < SA 300 101`, '> A 101 301', '> A 101 301 +5', '< A 301 106 +5'];
    trace.tcp(lines, { ip: NAS, port: 50_000 + i }, TO);
  });
  return new Scene(trace);
}

test('two SYN-ACKs of a second or more, or one of three, are slow', (t) => {
  t.is(verdictOf(delayed(1, 1)), 'degraded slow_handshake');
  t.is(verdictOf(delayed(0.99, 0.99)), 'working works');
  t.is(verdictOf(delayed(1)), 'working works');
  t.is(verdictOf(delayed(3)), 'degraded slow_handshake');
  t.is(verdictOf(delayed(2.9)), 'working works');
});

test('slow handshakes that are fewer than half of all are exceptions', (t) => {
  t.is(verdictOf(delayed(1, 1, 0.1, 0.1)), 'degraded slow_handshake');
  t.is(verdictOf(delayed(1, 5, 0.1, 0.1, 0.1)), 'working works');
});

test('slow is said with its measure', (t) => {
  const health = delayed(1, 2.5, 0.1).verdict('ua-9003')?.health;
  t.deepEqual([health?.flows, health?.measured, health?.value], [2, 3, 2.5]);
});

/** A session of so many data segments of the server, of which the first ones are sent twice; all are answered. */
function repeating(segments: number, repeats: number): string {
  const lines: string[] = [];
  for (let i = 0; i < segments; i++) {
    const at = 1 + i;
    const seq = 106 + i * 10;
    lines.push(`@${at} > A ${seq} 306 +10`);
    if (i < repeats) lines.push(`@${at + 0.3} > A ${seq} 306 +10`);
    lines.push(`@${at + 0.5} < A 306 ${seq + 10}`);
  }
  return judged(...lines);
}

test('retransmissions count from five in a hundred packets on', (t) => {
  // The session's beginning has three packets of this side.
  t.is(repeating(187, 10), 'degraded many_retransmissions');
  t.is(repeating(190, 10), 'working works');
});

test('a few retransmissions, or those among few packets, are no measure', (t) => {
  t.is(repeating(92, 9), 'working works');
  t.is(repeating(86, 10), 'working works');
  t.is(repeating(87, 10), 'degraded many_retransmissions');
});

/** The computer's window stays closed for so many seconds, asked every second. */
function closedFor(seconds: number): Scene {
  const trace = new Trace();
  const lines = [...SERVED, `@5 ${DATA}`, '@5 < A 306 111 w0'];
  for (let at = 1; at <= seconds; at++) lines.push(`@${5 + at} > A 110 306`, `@${5 + at} < A 306 111 w0`);
  trace.tcp([...lines, `@${6 + seconds} < A 306 111`], FROM, TO);
  return new Scene(trace);
}

test('a window that stays closed for three seconds is slow, by the side that announces it', (t) => {
  t.is(verdictOf(closedFor(3)), 'degraded zero_window');
  t.is(verdictOf(closedFor(2)), 'working works');
  t.is(located(closedFor(3))?.location, 'remote_host');
});

test('a window that opens in between begins to count anew', (t) => {
  const lines = [`@5 ${DATA}`];
  for (let at = 5; at < 15; at += 2) lines.push(`@${at} < A 306 111 w0`, `@${at + 1} < A 306 111`);
  t.is(judged(...lines), 'working works');
});

test('a closed window after a FIN means nothing', (t) => {
  t.is(judged('@5 > FA 106 306', '@5 < A 306 107 w0', '@20 < A 306 107 w0'), 'working works');
});

test('what fails at times says so first, whatever ails the rest', (t) => {
  const scene = delayed(3, 3);
  scene.tcp(NAS, PC, 9003, 'silent', 100, 51_000);
  t.is(verdictOf(scene), 'degraded stopped_working');
});

test('a late SYN-ACK of this server, captured beside it, is its own doing; of a computer it has no place', (t) => {
  const trace = new Trace();
  const from = { ip: PC, port: 50_000 };
  trace.tcp(['> S 100', '@4 < SA 300 101', '> A 101 301 +5', '< A 301 106 +5'], from, {
    ip: NAS,
    port: 9004,
  });
  const scene = new Scene(trace);
  const v = scene.verdict('ua-9004-in');
  t.is(v?.reason, 'slow_handshake');
  const scan = new FlowScan(trace.table, 9003, 9004);
  const { verdicts } = scene.judge();
  const locator = new Locator(scan, keys(NAS), verdicts, placeOfCapture(scan, keys(NAS)));
  t.is(v && locator.locate(v)?.location, 'this_server');
  t.is(located(delayed(3))?.location, 'unknown');
});
