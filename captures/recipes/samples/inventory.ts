/**
 * A list of computers beside the capture. WS01 and WS02 work; DC01 knows no WS08, so nothing can be sent to it; WS09 and
 * WS12 never appear, WS12 not even as a name; WS03 works and is not in the list. Which of them has 10.20.1.25, nobody says.
 */
import { SECOND } from '../craft/wire.js';
import { computer } from '../craft/hosts.js';
import { dnsNoSuchName, dnsQuery } from '../payload/small.js';
import { DNS_SUFFIX, userActivityRound } from '../round.js';
import { SECOND_ROUND, pcapngOf, stage, type Sample } from '../sample.js';

/** Seconds after the start at which this server looks up WS08. */
const LOOK_UPS = [20, 320, 620];

export const inventory: Sample = {
  file: 'inventory.pcapng',
  hosts: 'inventory.csv',
  make: () => {
    const { wire, server, dc } = stage(22);
    for (const number of [1, 2, 3]) {
      const peer = computer(number);
      userActivityRound(wire, server, peer, { at: 2 + number }, dc);
      userActivityRound(
        wire,
        server,
        peer,
        { at: SECOND_ROUND + number, only: ['ping', 'agent', 'server'] },
        dc,
      );
    }
    const name = `ws08.${DNS_SUFFIX}`;
    for (const at of LOOK_UPS) {
      const id = wire.random.between(1, 0xffff);
      const port = server.nextPort++;
      wire.udp(at * SECOND, server, port, dc, 53, dnsQuery(id, name));
      wire.udp((at + dc.rtt) * SECOND, dc, 53, server, port, dnsNoSuchName(id, name, DNS_SUFFIX));
    }
    return pcapngOf(wire, { comment: 'WS01, WS02 and WS03 work; WS08 does not resolve.' });
  },
};
