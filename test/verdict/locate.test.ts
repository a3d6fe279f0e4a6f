/** Where the fault lies, as far as the packets tell. */
import test from 'ava';
import type { Packet } from '../../src/decode/packet.js';
import { placeOfCapture } from '../../src/verdict/capture-point.js';
import { Locator } from '../../src/verdict/locate.js';
import type { Located } from '../../src/verdict/located.js';
import { hostKeyOf, hostKeyText } from '../../src/verdict/server.js';
import type { HostKey } from '../../src/verdict/server.js';
import { parseAddress } from '../../src/flow/address.js';
import { icmpError, tcpPacket, Trace } from '../flow/script.js';
import { NAS, PC, Scene } from './scene.js';

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
function located(scene: Scene): Located | undefined {
  const { verdicts } = scene.judge();
  const locator = new Locator(
    scene.trace.table,
    keys(NAS),
    verdicts,
    placeOfCapture(scene.trace.table, keys(NAS)),
  );
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
    t.true(found?.steps.join(' ').includes(sender));
  });
}

/** A refusal of 9003 with the given TTL, beside two connections of the same host with TTL 127. */
function refusedWith(ttl: number, others = 2): Scene {
  const trace = new Trace();
  for (let i = 0; i < others; i++) {
    const from = { ip: NAS, port: 40_000 + i };
    const to = { ip: PC, port: 445 };
    trace.add(tcpPacket(from, to, 'S', 100), 0);
    trace.add(withTtl(tcpPacket(to, from, 'SA', 300, 101), 127), 0.01);
    trace.add(tcpPacket(from, to, 'A', 101, 301), 0.02);
  }
  trace.add(tcpPacket(SERVER_END, PC_END, 'S', 100), 1);
  trace.add(withTtl(tcpPacket(PC_END, SERVER_END, 'RA', 0, 101), ttl), 1.01);
  return new Scene(trace);
}

test('a reset from the same distance as the host’s other packets comes from the host', (t) => {
  t.is(located(refusedWith(127))?.location, 'remote_host');
});

test('a reset from nearer than the host comes from a device on the way', (t) => {
  t.is(located(refusedWith(64))?.location, 'path');
  t.is(located(refusedWith(128))?.location, 'path');
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
  t.regex(found?.steps.join(' ') ?? '', /untouched TTL/);
});

test('where the capture was taken elsewhere, silence of this server tells no place', (t) => {
  t.is(located(silentAtServer(126))?.location, 'unknown');
});

test('silence of a computer tells no place, but says whether it answers otherwise', (t) => {
  const found = located(new Scene().tcp(NAS, PC, 445).tcp(NAS, PC, 9003, 'silent', 1));
  t.is(found?.location, 'unknown');
  t.regex(found?.steps.join(' ') ?? '', /answers on other ports/);
  const dead = located(new Scene().tcp(NAS, PC, 445, 'silent').tcp(NAS, PC, 9003, 'silent', 1));
  t.regex(dead?.steps.join(' ') ?? '', /Nothing of this computer answers/);
});
