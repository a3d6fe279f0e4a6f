/** Where a fault lies by what Windows reports of dropped packets, by IPv6, and by resets in this server's name. */
import test from 'ava';
import { Direction } from '../../../src/capture/frames/frame.js';
import { parseAddress } from '../../../src/flow/record/address.js';
import { FlowScan } from '../../../src/verdict/hosts/flow-scan.js';
import { Locator } from '../../../src/verdict/locate/locate.js';
import { placeOfCapture } from '../../../src/verdict/quality/capture-point.js';
import { hostKeyOf, hostKeyText } from '../../../src/verdict/words/host-key.js';
import { icmpError, START, tcpPacket, Trace } from '../../flow/script.js';
import type { End } from '../../flow/script.js';
import { NAS, PC, Scene } from '../scene.js';

/** 'location confidence first-step' of the failing verdict of a computer. */
function located(trace: Trace, pc: string, nas = NAS): string {
  const { verdicts } = new Scene(trace).judge([nas]);
  const words = parseAddress(nas);
  const server = new Set(words === null ? [] : [hostKeyOf(words)]);
  const scan = new FlowScan(trace.table, 9003, 9004);
  const locator = new Locator(scan, server, verdicts, placeOfCapture(scan, server));
  const failing = verdicts.find((v) => v.verdict === 'blocked' && hostKeyText(v.host) === pc);
  const found = failing === undefined ? null : locator.locate(failing);
  return [found?.location, found?.confidence, ...(found?.steps ?? []).map(({ code }) => code)]
    .slice(0, 3)
    .join(' ');
}

const TCP_MATCH = 0xe000_4500;
const FIREWALL = 909;
const NO_LISTENER = 1204;
const NO_ROUTE = 928;
const NO_NEIGHBOR = 922;

/** SYNs without an answer, each of which Windows reports as dropped. */
function dropped(from: string, to: string, port: number, reason: number, direction: number): Trace {
  const trace = new Trace();
  const syn = tcpPacket({ ip: from, port: 50_000 }, { ip: to, port }, 'S', 100);
  for (const at of [0, 1, 3]) trace.add(syn, at);
  trace.table.reportDrop(syn, START, 0, { reason, location: TCP_MATCH, component: 1, direction });
  return trace;
}

test('a reported drop lies with the machine that reports it', (t) => {
  const { Inbound, Outbound, Unknown } = Direction;
  const calling = (reason: number, direction: number): string =>
    located(dropped(NAS, PC, 9003, reason, direction), PC);
  const called = (reason: number, direction: number): string =>
    located(dropped(PC, NAS, 9004, reason, direction), PC);
  t.is(calling(FIREWALL, Outbound), 'this_server medium drop_reported');
  t.is(calling(FIREWALL, Inbound), 'remote_host medium drop_reported');
  t.is(calling(FIREWALL, Unknown), 'unknown low drop_reported');
  t.is(calling(NO_LISTENER, Inbound), 'remote_host high drop_reported');
  t.is(calling(NO_ROUTE, Outbound), 'this_server medium drop_reported');
  t.is(called(FIREWALL, Inbound), 'this_server medium drop_reported');
  t.is(called(FIREWALL, Outbound), 'remote_host medium drop_reported');
  t.is(called(NO_LISTENER, Inbound), 'this_server high drop_reported');
});

test('a link address for which nobody answers is that of a neighbour, or of a gateway', (t) => {
  const asked = (nas: string, pc: string): string =>
    located(dropped(nas, pc, 9003, NO_NEIGHBOR, Direction.Outbound), pc, nas);
  t.is(asked(NAS, '10.0.0.77'), 'remote_host medium drop_reported');
  t.is(asked(NAS, PC), 'unknown low drop_reported');
  t.is(asked('2001:db8::10', '2001:db8::77'), 'remote_host medium drop_reported');
  t.is(asked('2001:db8::10', '2001:db8:1::77'), 'unknown low drop_reported');
});

test('ICMPv6 errors for what this server answered name who turned the answer away', (t) => {
  const [nas, pc] = ['2001:db8::10', '2001:db8:1::1'];
  const errorOf = (sender: string, type: number, code: number): string => {
    const trace = new Trace();
    const caller: End = { ip: pc, port: 50_000 };
    const server: End = { ip: nas, port: 9004 };
    for (const at of [0, 3, 9]) {
      trace.add(tcpPacket(caller, server, 'S', 100), at);
      const answer = tcpPacket(server, caller, 'SA', 300, 101);
      trace.add(answer, at + 0.001);
      trace.add(icmpError(sender, type, code, answer), at + 0.002);
    }
    return located(trace, pc, nas);
  };
  t.is(errorOf('fe80::1', 1, 1), 'path high icmp_from_device');
  t.is(errorOf('fe80::1', 1, 3), 'remote_host medium icmp_host_does_not_answer');
  t.is(errorOf(pc, 1, 1), 'remote_host high icmp_from_originator');
});

test('a refusal in the name of this server is its own when it was captured there and came untouched', (t) => {
  const refusedWith = (ttl: number): string => {
    const trace = new Trace();
    const server: End = { ip: NAS, port: 40_000 };
    trace.tcp(['> S 100', '< SA 300 101', '> A 101 301'], server, { ip: PC, port: 445 });
    const caller: End = { ip: PC, port: 50_000 };
    trace.add(tcpPacket(caller, { ip: NAS, port: 9004 }, 'S', 100), 1);
    const reset = tcpPacket({ ip: NAS, port: 9004 }, caller, 'RA', 0, 101);
    reset.ttl = ttl;
    trace.add(reset, 1.001);
    return located(trace, PC);
  };
  t.is(refusedWith(128), 'this_server medium capture_place');
  t.is(refusedWith(127), 'unknown low rst_of_server_unverified');
});
