/** Server and computers speak IPv6: WS01 works, 9003 of WS02 is rejected by the router with ICMPv6 1/1. */
import type { Host } from '../craft/wire.js';
import { Wire } from '../craft/wire.js';
import { computer6, nas01v6, router } from '../craft/hosts.js';
import { userActivityRound } from '../round.js';
import { SECOND_ROUND, pcapngOf, type Sample } from '../sample.js';

export const ipv6: Sample = {
  file: 'ipv6.pcapng',
  make: () => {
    const server = nas01v6();
    const wire = new Wire(server, { seed: 11, vlan: 20 });
    const dc: Host = { ...computer6(5), name: 'DC01', ip: '2001:db8:20::5', hops: 0 };
    const fw: Host = { ...router(), ip: '2001:db8:20::1' };
    userActivityRound(wire, server, computer6(1), { at: 3 }, dc);
    userActivityRound(wire, server, computer6(2), { at: 5, services: { agent: { prohibitedBy: fw } } }, dc);
    userActivityRound(wire, server, computer6(1), { at: SECOND_ROUND, only: ['ping', 'agent', 'server'] });
    return pcapngOf(wire, { comment: 'IPv6 on VLAN 20; the router rejects TCP 9003 of WS02.' });
  },
};
