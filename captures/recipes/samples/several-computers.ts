/** Seven computers, each with a fate of its own: the sample that fills every colour of the matrix. */
import { computer, router } from '../craft/hosts.js';
import { SYN_SCHEDULE } from '../craft/tcp.js';
import { NOTHING_AFTER_135, userActivityRound, type Service, type Treatment } from '../round.js';
import { SECOND_ROUND, pcapngOf, stage, type Sample } from '../sample.js';
import { strangeTraffic } from './strange-traffic.js';

const OFF: Partial<Record<Service, Treatment>> = {
  ping: 'silent',
  nbns: 'silent',
  nbds: 'works',
  epm: 'silent',
  ...NOTHING_AFTER_135,
  smb: 'silent',
  session: 'silent',
  agent: 'silent',
  server: 'absent',
};

/** Computers whose dynamic port is the service control manager's alone: the file stays small. */
const WITHOUT_WMI = { activation: 'absent', wmi: 'absent' } as const;

export const severalComputers: Sample = {
  file: 'several-computers.pcapng',
  make: () => {
    const { wire, server, dc } = stage(9);
    const fates: Partial<Record<Service, Treatment>>[] = [
      {},
      { agent: 'silent', ...WITHOUT_WMI },
      { agent: 'refused', ...WITHOUT_WMI },
      { epm: { prohibitedBy: router() }, ...NOTHING_AFTER_135 },
      { scm: 'silent', wmi: 'silent' },
      { server: 'silent', ...WITHOUT_WMI },
      OFF,
    ];
    fates.forEach((services, index) => {
      const peer = computer(index + 1);
      const synSchedule = SYN_SCHEDULE.rto3;
      userActivityRound(wire, server, peer, { at: 3 + index * 2, services, synSchedule }, dc);
      const later = {
        at: SECOND_ROUND + index,
        only: ['agent', 'server'] as const,
        services,
        synSchedule,
      };
      userActivityRound(wire, server, peer, later);
      if (index === 0) strangeTraffic(wire, peer, server, 120);
    });
    return pcapngOf(wire, { comment: 'Seven computers, each with a fate of its own.' });
  },
};
