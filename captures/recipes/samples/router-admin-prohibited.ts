/** The firewall FW01 rejects 135 of WS01 with "communication administratively prohibited"; WS02 is let through. */
import { computer, router } from '../craft/hosts.js';
import { NOTHING_AFTER_135, userActivityRound } from '../round.js';
import { SECOND_ROUND, pcapngOf, stage, type Sample } from '../sample.js';

export const routerAdminProhibited: Sample = {
  file: 'router-admin-prohibited.pcapng',
  make: () => {
    const { wire, server, dc } = stage(4);
    const services = { epm: { prohibitedBy: router() }, ...NOTHING_AFTER_135 } as const;
    const [first, second] = [computer(1), computer(2)];
    userActivityRound(wire, server, first, { at: 3, services }, dc);
    userActivityRound(wire, server, second, { at: 4 }, dc);
    userActivityRound(wire, server, first, {
      at: SECOND_ROUND,
      only: ['ping', 'agent', 'server', 'epm'],
      services,
    });
    return pcapngOf(wire, { comment: 'FW01 rejects TCP 135 of WS01.' });
  },
};
