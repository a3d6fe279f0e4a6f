/** Community IDs of flows: the same string whoever was seen first, and one-way ICMP as it was sent. */
import { createHash } from 'node:crypto';
import test from 'ava';
import { CLIENT, icmpError, icmpPacket, SERVER, tcpPacket, Trace, udpPacket } from './script.js';

/** The specification's formula on bytes that are already in order. */
function id(bytes: string): string {
  const sha1 = createHash('sha1').update(Buffer.from(bytes.replaceAll(' ', ''), 'hex'));
  return `1:${sha1.digest('base64')}`;
}

test('a TCP flow has the same ID whichever side was seen first', (t) => {
  const wanted = id('0000 0a000001 0a000002 06 00 c350 232b');
  for (const packet of [tcpPacket(CLIENT, SERVER, 'S'), tcpPacket(SERVER, CLIENT, 'A')]) {
    const trace = new Trace();
    trace.add(packet, 0);
    t.is(trace.flow().communityIdText(), wanted);
  }
});

test('addresses are ordered as unsigned numbers', (t) => {
  const trace = new Trace();
  trace.add(udpPacket({ ip: '192.168.0.1', port: 5 }, { ip: '10.0.0.1', port: 6 }), 0);
  t.is(trace.flow().communityIdText(), id('0000 0a000001 c0a80001 11 00 0006 0005'));
});

test('between two ports of one address the lower comes first', (t) => {
  const trace = new Trace();
  trace.add(udpPacket({ ip: '10.0.0.1', port: 60_000 }, { ip: '10.0.0.1', port: 6 }), 0);
  t.is(trace.flow().communityIdText(), id('0000 0a000001 0a000001 11 00 0006 ea60'));
});

test('an echo has one ID for request and reply, also when the reply comes first', (t) => {
  const wanted = id('0000 0a000001 0a000002 01 00 0008 0000');
  for (const packet of [icmpPacket('10.0.0.1', '10.0.0.2', 8), icmpPacket('10.0.0.2', '10.0.0.1', 0)]) {
    const trace = new Trace();
    trace.add(packet, 0);
    t.is(trace.flow().communityIdText(), wanted);
  }
  const back = new Trace();
  back.add(icmpPacket('10.0.0.1', '10.0.0.2', 0), 0);
  t.is(back.flow().communityIdText(), id('0000 0a000001 0a000002 01 00 0000 0008'));
});

test('one-way ICMP is never swapped, even from the larger address', (t) => {
  const trace = new Trace();
  trace.add(icmpError('10.0.0.9', 3, 13, tcpPacket(CLIENT, SERVER, 'S')), 0);
  t.is(trace.flow().communityIdText(), id('0000 0a000009 0a000001 01 00 0003 000d'));
  const small = new Trace();
  small.add(icmpError('10.0.0.0', 3, 13, tcpPacket(CLIENT, SERVER, 'S')), 0);
  t.is(small.flow().communityIdText(), id('0000 0a000000 0a000001 01 00 0003 000d'));
});

test('one-way ICMP of both directions is two flows', (t) => {
  const trace = new Trace();
  t.is(trace.add(icmpPacket('10.0.0.1', '10.0.0.2', 3, 1), 0), 0);
  t.is(trace.add(icmpPacket('10.0.0.2', '10.0.0.1', 3, 1), 0), 1);
  t.is(trace.add(icmpPacket('10.0.0.1', '10.0.0.2', 3, 1), 0), 0);
});
