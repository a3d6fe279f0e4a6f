/** The agents of WS01 and WS02 call the server on 9004 and this server does not answer: its own fault. */
import { computer } from '../craft/hosts.js';
import { SYN_SCHEDULE } from '../craft/tcp.js';
import { userActivityRound } from '../round.js';
import { SECOND_ROUND, pcapngOf, stage, type Sample } from '../sample.js';

export const serverPortSilent: Sample = {
  file: 'server-port-silent.pcapng',
  make: () => {
    const { wire, server, dc } = stage(10);
    const synSchedule = SYN_SCHEDULE.rto1;
    const services = { server: 'silent' } as const;
    for (const number of [1, 2]) {
      const peer = computer(number);
      userActivityRound(wire, server, peer, { at: 2 + number, services, synSchedule }, dc);
      const only = ['ping', 'agent', 'server'] as const;
      userActivityRound(wire, server, peer, { at: SECOND_ROUND + number, only, services, synSchedule });
    }
    return pcapngOf(wire, { comment: 'SYNs to TCP 9004 arrive at the server and get no answer.' });
  },
};
