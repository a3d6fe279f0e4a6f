/** WS01 answers each SYN to 9003 with a reset; Windows sends three SYNs for what is one attempt. */
import { asPcap } from '../craft/wire.js';
import { computer } from '../craft/hosts.js';
import { userActivityRound } from '../round.js';
import { SECOND_ROUND, stage, type Sample } from '../sample.js';

export const agentPortRefused: Sample = {
  file: 'agent-port-refused.pcap.gz',
  make: () => {
    const { wire, server, dc } = stage(3);
    const peer = computer(1);
    const services = { agent: 'refused' } as const;
    userActivityRound(wire, server, peer, { at: 3, services }, dc);
    userActivityRound(
      wire,
      server,
      peer,
      { at: SECOND_ROUND, only: ['ping', 'agent', 'server'], services },
      dc,
    );
    return asPcap(wire.frames());
  },
};
