/** What works, and works badly; and a computer that goes down while it is watched. */
import { roundWithout } from '../scenario.js';
import type { Scenario } from '../scenario.js';

export const HEALTH: readonly Scenario[] = [
  {
    name: 'first-syn-lost',
    title: 'The router loses the first SYN of every connection to 9003, so that each takes a second longer',
    tries: [
      { attempt: 'agent', computer: 'far1', how: ['--sessions', '3', '--first-port', '50401'] },
      ...roundWithout('far1', 'rpc', 'agent'),
    ],
    faults: [
      {
        where: 'router',
        action: 'drop',
        ports: ['tcp/9003'],
        computers: ['far1'],
        when: 'tcp flags & (syn | ack) == syn numgen inc mod 2 == 0',
      },
    ],
    overrides: [
      {
        rule: 'ua-9003',
        verdicts: ['degraded'],
        weaker: ['working'],
        locations: ['path'],
        mayBeUnknown: true,
        why: 'Each of three handshakes is answered only after the SYN was repeated: slow, not blocked.',
      },
    ],
  },
  {
    name: 'window-stays-closed',
    title: 'The agent hangs for eight seconds in the middle of a message: its window closes',
    tries: [
      {
        attempt: 'agent',
        computer: 'far1',
        how: ['--messages', '2', '--last-bytes', '60000', '--give-up', '12'],
      },
      ...roundWithout('far1', 'rpc', 'agent'),
    ],
    faults: [{ where: 'agent_program', speaks: 'stall', computers: ['far1'] }],
    overrides: [
      {
        rule: 'ua-9003',
        verdicts: ['degraded'],
        weaker: ['working'],
        locations: ['remote_host'],
        mayBeUnknown: false,
        why: 'The computer itself announces a window of 0 for seconds: its program takes nothing.',
      },
    ],
  },
  {
    name: 'computer-goes-down',
    title:
      'A computer of the own subnet goes down: 9003 works, then SYNs and ARP requests stay without answer',
    tries: [
      ...roundWithout('near1', 'rpc', 'smb'),
      { attempt: 'agent', computer: 'near1', after: 3 },
      { attempt: 'agent', computer: 'near1', after: 11 },
    ],
    faults: [{ where: 'link', computers: ['near1'], after: 2.5 }],
    // Its other ports were not tried any more.
    cause: { kinds: ['host', 'port'] },
    overrides: [
      {
        rule: 'ua-9003',
        verdicts: ['degraded'],
        weaker: ['blocked'],
        locations: ['remote_host'],
        mayBeUnknown: false,
        why: 'It worked; later nobody answers, neither on 9003 nor for the link address.',
      },
    ],
  },
];
