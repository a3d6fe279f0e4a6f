/** The ports work, the rights do not: WS01 lets nobody in on 445, WS02 lets nobody open its service control manager. */
import { computer } from '../craft/hosts.js';
import { userActivityRound } from '../round.js';
import { SECOND_ROUND, pcapngOf, stage, type Sample } from '../sample.js';

export const rightRefused: Sample = {
  file: 'right-refused.pcapng',
  make: () => {
    const { wire, server, dc } = stage(19);
    const only = ['ping', 'agent', 'server'] as const;
    const fates = [{ smb: 'denied' }, { scm: 'denied' }] as const;
    fates.forEach((services, index) => {
      const peer = computer(index + 1);
      userActivityRound(wire, server, peer, { at: 3 + index, services }, dc);
      userActivityRound(wire, server, peer, { at: SECOND_ROUND + index, only });
    });
    return pcapngOf(wire, { comment: 'WS01 refuses the logon on 445, WS02 its service control manager.' });
  },
};
