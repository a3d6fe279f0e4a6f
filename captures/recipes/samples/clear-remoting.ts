/** Every required port of WS01 works, but 9003 and 9004 carry .NET Remoting in the clear, as before version 10.5. */
import { computer } from '../craft/hosts.js';
import { userActivityRound } from '../round.js';
import { SECOND_ROUND, pcapngOf, stage, type Sample } from '../sample.js';

export const clearRemoting: Sample = {
  file: 'clear-remoting.pcapng',
  make: () => {
    const { wire, server, dc } = stage(16);
    const peer = computer(1);
    const agentProtocol = 'clear';
    userActivityRound(wire, server, peer, { at: 3, agentProtocol }, dc);
    const only = ['ping', 'agent', 'server'] as const;
    userActivityRound(wire, server, peer, { at: SECOND_ROUND, only, agentProtocol }, dc);
    return pcapngOf(wire, { comment: 'All required ports of WS01 work; 9003 and 9004 are not protected.' });
  },
};
