/** Captured with a filter that lets only 9003 and 9004 through, on a system that lost frames: silence proves little. */
import { Wire } from '../craft/wire.js';
import { computer, nas01 } from '../craft/hosts.js';
import { userActivityRound } from '../round.js';
import { SECOND_ROUND, pcapngOf, type Sample } from '../sample.js';

export const filteredAndLossy: Sample = {
  file: 'filtered-and-lossy.pcapng',
  make: () => {
    const server = nas01();
    const wire = new Wire(server, { seed: 14 });
    const peer = computer(1);
    const services = { agent: 'silent' } as const;
    const only = ['agent', 'server'] as const;
    userActivityRound(wire, server, peer, { at: 3, only, services });
    userActivityRound(wire, server, peer, { at: SECOND_ROUND, only, services });
    return pcapngOf(wire, {
      comment: 'Only TCP 9003 and 9004 were captured, and the system lost frames.',
      filter: 'tcp port 9003 or tcp port 9004',
      osDropped: 37n,
    });
  },
};
