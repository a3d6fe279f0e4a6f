/** What the way does to packets: too small a path, a loop, redirects, an answer from another address. */
import { roundWithout } from '../scenario.js';
import type { Scenario, Try } from '../scenario.js';
import { ELSEWHERE } from '../settings.js';
import type { Setting } from '../settings.js';

/** A message that needs full-size segments, in a session that begins with a small one. */
function largeMessage(succeeds: boolean): Try {
  const how = ['--messages', '2', '--last-bytes', '20000', '--give-up', '7', '--first-port', '50601'];
  return { attempt: 'agent', computer: 'far1', how, succeeds };
}

function smallPath(name: string, title: string, setting: Setting, why: string): Scenario {
  const isHealed = setting === 'small_mtu';
  return {
    name,
    title,
    tries: [largeMessage(isHealed), ...roundWithout('far1', 'rpc', 'smb', 'netbios', 'agent')],
    faults: [{ where: 'setting', setting, computers: ['far1'] }],
    cause: { kinds: ['path_mtu'] },
    overrides: [
      {
        computer: 'far1',
        rule: 'ua-9003',
        verdicts: isHealed ? ['working'] : ['degraded', 'blocked'],
        weaker: isHealed ? ['degraded'] : [],
        locations: isHealed ? ['path'] : ['path', 'this_server'],
        mayBeUnknown: true,
        why,
      },
    ],
  };
}

const BLOCKED_ON_THE_WAY = {
  verdicts: ['blocked'],
  weaker: [],
  locations: ['path'],
} as const;

function looped(version: 4 | 6): Scenario {
  return {
    name: version === 4 ? 'routing-loop' : 'routing-loop-ipv6',
    title: `The router sends ${version === 4 ? 'what' : 'IPv6 that'} is for one computer to another, which sends it back`,
    tries: [
      { attempt: 'icmp', computer: 'far1', version, succeeds: false },
      { attempt: 'agent', computer: 'far1', version, succeeds: false },
      ...(version === 4 ? roundWithout('far2', 'rpc', 'smb', 'netbios') : []),
    ],
    faults: [{ where: 'setting', setting: 'loop', computers: ['far1'] }],
    cause: { kinds: ['icmp_sender'] },
    overrides: (['ua-9003', 'ua-icmp'] as const).map((rule) => ({
      ...BLOCKED_ON_THE_WAY,
      computer: 'far1',
      rule,
      mayBeUnknown: false,
      why: 'It circles until its hops are used up, and a device of the loop says so: time exceeded.',
    })),
  };
}

export const ROUTING: readonly Scenario[] = [
  smallPath(
    'small-path-told',
    'The way takes 1400 bytes; the router says "fragmentation needed" and this server obeys',
    'small_mtu',
    'A message is sent again in smaller segments after one ICMP message: everything arrives.',
  ),
  smallPath(
    'small-path-silent',
    'The way takes 1400 bytes, and the router may not say so: large segments vanish',
    'small_mtu_silent',
    'Small segments are answered, full-size ones never, in the same session.',
  ),
  smallPath(
    'small-path-ignored',
    "The way takes 1400 bytes; this server's firewall drops the messages that say so",
    'small_mtu_ignored',
    'The router says "fragmentation needed", with its MTU; full-size segments are sent again all the same.',
  ),
  looped(4),
  looped(6),
  {
    name: 'redirects',
    title: 'The gateway redirects this server to a better one; everything works',
    tries: roundWithout('far1', 'rpc', 'smb', 'netbios', 'server'),
    faults: [{ where: 'setting', setting: 'redirect', computers: ['far1'] }],
  },
  {
    name: 'redirect-to-nowhere',
    title: 'The gateway redirects this server to a host that forwards nothing',
    tries: [
      { attempt: 'icmp', computer: 'far1', succeeds: false },
      { attempt: 'agent', computer: 'far1', succeeds: false },
      ...roundWithout('near2', 'rpc', 'smb', 'netbios'),
    ],
    faults: [{ where: 'setting', setting: 'redirect_to_nowhere', computers: ['far1'] }],
    overrides: (['ua-9003', 'ua-icmp'] as const).map((rule) => ({
      ...BLOCKED_ON_THE_WAY,
      computer: 'far1',
      rule,
      mayBeUnknown: true,
      why: 'Nothing comes back but a redirect to a host that forwards nothing.',
    })),
  },
  {
    name: 'answer-from-another-address',
    title: 'The computer answers 9003 from another address than it was called by; this server resets it',
    tries: [
      { attempt: 'agent', computer: 'far1', succeeds: false },
      ...roundWithout('far1', 'rpc', 'smb', 'netbios', 'agent'),
      ...roundWithout('near1', 'rpc', 'smb', 'netbios'),
    ],
    faults: [{ where: 'setting', setting: 'answers_from_elsewhere', computers: ['far1'] }],
    // It may be its second card as well as a NAT.
    cause: { owners: ['computer_admin', 'network_team'] },
    overrides: [
      {
        computer: 'far1',
        rule: 'ua-9003',
        verdicts: ['blocked', 'degraded'],
        locations: ['remote_host', 'path'],
        mayBeUnknown: true,
        why: `Its SYN-ACK comes from ${ELSEWHERE}, which this server did not call and resets.`,
      },
    ],
    computers: 2,
    strangers: [ELSEWHERE],
  },
];
