/** Every required port of two computers works, and every agent is heard of again after fifteen minutes. */
import { computer } from '../craft/hosts.js';
import { userActivityRound } from '../round.js';
import { SECOND_ROUND, pcapngOf, stage, type Sample } from '../sample.js';

export const allHealthy: Sample = {
  file: 'all-healthy.pcapng',
  make: () => {
    const { wire, server, dc } = stage(1);
    for (const number of [1, 2]) {
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
    return pcapngOf(wire, { comment: 'All required ports of WS01 and WS02 work.' });
  },
};
