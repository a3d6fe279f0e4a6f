/**
 * 135 works and names port 49671 for the service control manager and 49680 for WMI, but nobody answers there: the
 * firewall knows 135 and not the dynamic range.
 */
import { computer } from '../craft/hosts.js';
import { SYN_SCHEDULE } from '../craft/tcp.js';
import { userActivityRound } from '../round.js';
import { SECOND_ROUND, pcapngOf, stage, type Sample } from '../sample.js';

export const dynamicPortSilent: Sample = {
  file: 'dynamic-port-silent-after-135.pcapng',
  make: () => {
    const { wire, server, dc } = stage(5);
    const peer = computer(1);
    const services = { scm: 'silent', wmi: 'silent' } as const;
    userActivityRound(wire, server, peer, { at: 3, services, synSchedule: SYN_SCHEDULE.rto1 }, dc);
    userActivityRound(wire, server, peer, { at: SECOND_ROUND, only: ['ping', 'agent', 'server'] });
    return pcapngOf(wire, { comment: 'Ports 49671 and 49680, which 135 of WS01 named, do not answer.' });
  },
};
