/** A DCOM activation on 135 of WS01 names 49680 for WMI; three SYNs to it get no answer. WS02 works. */
import { computer } from '../craft/hosts.js';
import { userActivityRound } from '../round.js';
import { SECOND_ROUND, pcapngOf, stage, type Sample } from '../sample.js';

export const dcomPortBlocked: Sample = {
  file: 'dcom-port-blocked.pcapng',
  make: () => {
    const { wire, server, dc } = stage(17);
    const only = ['ping', 'agent', 'server'] as const;
    // WMI alone: the service control manager would speak on another port of the same rule.
    const fates = [{ epm: 'absent', scm: 'absent', wmi: 'silent' }, {}] as const;
    fates.forEach((services, index) => {
      const peer = computer(index + 1);
      userActivityRound(wire, server, peer, { at: 3 + index, services }, dc);
      userActivityRound(wire, server, peer, { at: SECOND_ROUND + index, only });
    });
    return pcapngOf(wire, { comment: 'Port 49680, named by a DCOM activation of WS01, does not answer.' });
  },
};
