/** Nobody answers the server on 9003 of WS01, in two attempts; everything else works. */
import { computer } from '../craft/hosts.js';
import { userActivityRound } from '../round.js';
import { SECOND_ROUND, pcapngOf, stage, type Sample } from '../sample.js';

export const agentPortSilent: Sample = {
  file: 'agent-port-silent.pcapng',
  make: () => {
    const { wire, server, dc } = stage(2);
    const peer = computer(1);
    const services = { agent: 'silent' } as const;
    userActivityRound(wire, server, peer, { at: 3, services }, dc);
    userActivityRound(
      wire,
      server,
      peer,
      { at: SECOND_ROUND, only: ['ping', 'agent', 'server'], services },
      dc,
    );
    return pcapngOf(wire, { comment: 'No answer on TCP 9003 of WS01.' });
  },
};
