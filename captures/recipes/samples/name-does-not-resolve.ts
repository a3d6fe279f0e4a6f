/**
 * The agent of WS01 looks up the server's name, is told that there is none, and never tries 9004. Captured on a
 * mirror port of the servers' subnet, so that what WS01 asks DC01 is seen too.
 */
import { SECOND, Wire, asPcap, type Host } from '../craft/wire.js';
import { computer, dc01, nas01, neighbour } from '../craft/hosts.js';
import { officeNoise } from '../background.js';
import { DNS_SUFFIX, userActivityRound } from '../round.js';
import { dnsNoSuchName, dnsQuery } from '../payload/small.js';
import { CAPTURE_LENGTH, SECOND_ROUND, type Sample } from '../sample.js';

/** Seconds after the start at which the agent looks up the server. */
const LOOK_UPS = [8, 308, 608];

function lookUpServer(wire: Wire, peer: Host, dc: Host, server: Host, at: number): void {
  const id = wire.random.between(1, 0xffff);
  const name = `${server.name.toLowerCase()}.${DNS_SUFFIX}`;
  const port = peer.nextPort++;
  wire.udp(at * SECOND, peer, port, dc, 53, dnsQuery(id, name));
  wire.udp((at + dc.rtt) * SECOND, dc, 53, peer, port, dnsNoSuchName(id, name, DNS_SUFFIX));
}

export const nameDoesNotResolve: Sample = {
  file: 'name-does-not-resolve.pcap',
  make: () => {
    const [server, dc, peer] = [nas01(), dc01(), computer(1)];
    // The mirror port is nobody who sends.
    const wire = new Wire({ ...neighbour(), name: 'MIRROR' }, { seed: 20 });
    for (const at of [0.5, CAPTURE_LENGTH - 5]) officeNoise(wire, server, neighbour(), dc, at);
    userActivityRound(wire, server, peer, { at: 3, services: { server: 'absent' } }, dc);
    for (const at of LOOK_UPS) lookUpServer(wire, peer, dc, server, at);
    userActivityRound(wire, server, peer, { at: SECOND_ROUND, only: ['ping', 'agent'] });
    return asPcap(wire.frames());
  },
};
