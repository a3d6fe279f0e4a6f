/** Where the fault lies, as far as one ICMP error tells. */
import test from 'ava';
import { locate } from '../../src/verdict/locate.js';
import { hostKeyOf } from '../../src/verdict/server.js';
import type { HostKey } from '../../src/verdict/server.js';
import { parseAddress } from '../../src/flow/address.js';
import { icmpError, tcpPacket, Trace } from '../flow/script.js';

const NAS = { ip: '10.0.0.10', port: 50_000 };
const PC = { ip: '10.0.1.1', port: 9003 };

function keys(ip: string): ReadonlySet<HostKey> {
  const words = parseAddress(ip);
  return new Set(words === null ? [] : [hostKeyOf(words)]);
}

const CASES = [
  ['a router between them', '10.0.0.1', NAS.ip, 'path'],
  ['the computer that was called', PC.ip, NAS.ip, 'remote_host'],
  ['this server that was called', PC.ip, PC.ip, 'this_server'],
  ['the own stack of this server', NAS.ip, NAS.ip, 'this_server'],
  ['the own stack of the calling computer', NAS.ip, PC.ip, 'remote_host'],
] as const;

for (const [title, sender, server, location] of CASES) {
  test(`an ICMP error of ${title}: ${location}`, (t) => {
    const trace = new Trace();
    const syn = tcpPacket(NAS, PC, 'S', 100);
    trace.add(syn, 0);
    trace.add(icmpError(sender, 3, 13, syn), 1);
    const located = locate(trace.flow(), keys(server));
    t.is(located.location, location);
    t.true(located.reason.includes(sender));
  });
}

test('silence tells no place', (t) => {
  const trace = new Trace();
  trace.add(tcpPacket(NAS, PC, 'S', 100), 0);
  t.is(locate(trace.flow(), keys(NAS.ip)).location, 'unknown');
});
