/** Who is who: more than one address for one host, one address for several. */
import { roundWithout } from '../scenario.js';
import type { Scenario } from '../scenario.js';
import { addressOf } from '../network.js';
import { MOVED_TO, NAT_ADDRESS, SECOND_SERVER } from '../settings.js';

export const IDENTITY: readonly Scenario[] = [
  {
    name: 'two-homed-server',
    title:
      'Agents report to the second address of this server, which calls from the first; nobody says which host it is',
    tries: [
      ...roundWithout('near1', 'server', 'rpc', 'smb'),
      { attempt: 'server', computer: 'near1', to: SECOND_SERVER, succeeds: true },
      ...roundWithout('far1', 'server', 'rpc', 'smb'),
      { attempt: 'server', computer: 'far1', to: SECOND_SERVER, succeeds: true },
    ],
    faults: [{ where: 'setting', setting: 'second_server_address', computers: [] }],
    serverAlso: [SECOND_SERVER],
    serverUnnamed: true,
    computers: 2,
    strangers: [SECOND_SERVER],
  },
  {
    name: 'dual-stack-computer',
    title: 'A computer is called by IPv4 and reports by IPv6: it is one computer with everything',
    tries: [
      ...roundWithout('near1', 'server', 'rpc', 'smb'),
      { attempt: '445', computer: 'near1' },
      { attempt: 'icmp', computer: 'near1', version: 6 },
      { attempt: '445', computer: 'near1', version: 6 },
      { attempt: 'server', computer: 'near1', version: 6 },
    ],
    faults: [],
    seenAs: addressOf('near1', 4),
    computers: 1,
  },
  {
    name: 'computer-moves',
    title:
      'A computer gets another address while it is watched; this server still calls the old one for a while',
    tries: [
      { attempt: 'icmp', computer: 'near1' },
      { attempt: 'agent', computer: 'near1' },
      { attempt: 'server', computer: 'near1', how: ['--name', 'NEAR1'] },
      { attempt: 'server', computer: 'near1', how: ['--name', 'NEAR1'], after: 3 },
      { attempt: 'agent', computer: 'near1', after: 3, succeeds: false },
      { attempt: 'agent', computer: 'near1', after: 10.5, to: MOVED_TO, succeeds: true },
    ],
    faults: [
      { where: 'agent_program', speaks: 'named', computers: ['near1'] },
      { where: 'setting', setting: 'moved', computers: ['near1'], after: 2 },
    ],
    overrides: [
      {
        rule: 'ua-9003',
        verdicts: ['working', 'degraded'],
        locations: ['remote_host'],
        mayBeUnknown: true,
        why: 'It works by the old address before and by the new one after; in between the old one was called.',
      },
    ],
    computers: 1,
  },
  {
    name: 'agents-behind-nat',
    title: 'Two computers report to 9004 through the address of one router (nftables masquerade)',
    tries: [
      { attempt: 'server', computer: 'far1', how: ['--name', 'FAR1', '--sessions', '2'] },
      { attempt: 'server', computer: 'far2', how: ['--name', 'FAR2', '--sessions', '2'] },
    ],
    faults: [{ where: 'setting', setting: 'masquerade', computers: ['far1', 'far2'] }],
    seenAs: NAT_ADDRESS,
  },
];
