/** What works in part, for a while or by a detour, and the wrong program on a port. */
import { round, roundWithout } from '../scenario.js';
import type { Scenario, Try } from '../scenario.js';

const RARE = ['--sessions', '12', '--parallel', '--first-port', '50001'] as const;

/** A session on 9003 that is quiet for five seconds and then speaks again. */
function quietSession(port: number, ...further: readonly string[]): Try {
  return {
    attempt: 'agent',
    computer: 'far1',
    how: ['--messages', '2', '--every', '5', '--give-up', '4', '--first-port', String(port), ...further],
  };
}

const KILLED = {
  rule: 'ua-9003',
  computer: 'far1',
  verdicts: ['degraded'],
  weaker: ['working'],
  locations: ['path'],
  mayBeUnknown: true,
} as const;

export const PARTIAL: readonly Scenario[] = [
  {
    name: 'service-control-detour',
    title: '135 is dropped by the router, 445 works: svcctl over its pipe',
    tries: [{ attempt: 'service_control', computer: 'far1' }, ...roundWithout('far1', 'rpc', 'netbios')],
    faults: [{ where: 'router', action: 'drop', ports: ['tcp/135'], computers: ['far1'] }],
  },
  {
    name: 'service-control-not-registered',
    title: '135 works and names no port for svcctl; its pipe on 445 is used at once',
    tries: [{ attempt: 'service_control', computer: 'far1' }, ...roundWithout('far1', 'rpc', 'smb')],
    faults: [],
  },
  {
    name: 'random-loss',
    title: 'The router loses a third of the packets of 9003 by chance, both ways',
    tries: [
      { attempt: 'agent', computer: 'far1', how: ['--sessions', '12', '--parallel'] },
      ...roundWithout('far1', 'rpc', 'agent'),
    ],
    faults: ['drop', 'drop_answers'].map((action) => ({
      where: 'router',
      action: action === 'drop' ? 'drop' : 'drop_answers',
      ports: ['tcp/9003'],
      computers: ['far1'],
      when: 'numgen random mod 3 == 0',
    })),
    overrides: [
      {
        rule: 'ua-9003',
        verdicts: ['degraded', 'working'],
        locations: ['path'],
        mayBeUnknown: true,
        why: 'Most of twelve sessions come through after repeats, by chance all of them.',
      },
    ],
  },
  {
    name: 'every-second-connection-silent',
    title: 'One of two nodes of the firewall drops 9003: connections from odd ports get no answer',
    tries: [{ attempt: 'agent', computer: 'far1', how: RARE }, ...roundWithout('far1', 'rpc', 'agent')],
    faults: [
      {
        where: 'router',
        action: 'drop',
        ports: ['tcp/9003'],
        computers: ['far1'],
        when: 'tcp sport & 1 == 1',
      },
    ],
    overrides: [
      {
        rule: 'ua-9003',
        verdicts: ['degraded'],
        locations: ['path'],
        mayBeUnknown: true,
        why: 'Half of twelve attempts get no answer at all, the other half work.',
      },
    ],
  },
  {
    name: 'idle-killed-silently',
    title: 'The router forgets a quiet session on 9003 and drops its later packets',
    tries: [quietSession(50101), ...roundWithout('far1', 'rpc', 'agent')],
    faults: [
      {
        where: 'router',
        action: 'drop',
        ports: ['tcp/9003'],
        computers: ['far1'],
        after: 3,
        when: 'tcp sport 50101',
      },
    ],
    overrides: [{ ...KILLED, why: 'The session was made and served, then its repeats stay without answer.' }],
  },
  {
    name: 'idle-killed-by-reset',
    title: 'The router forgets a quiet session on 9003 and resets it when it speaks again',
    tries: [quietSession(50201), ...roundWithout('far1', 'rpc', 'agent')],
    faults: [
      {
        where: 'router',
        action: 'reset',
        ports: ['tcp/9003'],
        computers: ['far1'],
        after: 3,
        when: 'tcp sport 50201',
      },
    ],
    cause: { kinds: ['reset_sender'] },
    overrides: [{ ...KILLED, why: "The session was made and served; the RST has the router's TTL." }],
  },
  {
    name: 'keep-alive-unanswered',
    title: 'The router forgets a quiet session on 9003, whose keep-alives get no answer',
    tries: [quietSession(50301, '--keepalive', '--every', '8'), ...roundWithout('far1', 'rpc', 'agent')],
    faults: [
      {
        where: 'router',
        action: 'drop',
        ports: ['tcp/9003'],
        computers: ['far1'],
        after: 4,
        when: 'tcp sport 50301',
      },
    ],
    overrides: [
      { ...KILLED, why: 'The first keep-alives are answered, the next three are not, the session ends.' },
    ],
  },
  ...(['http', 'ssh'] as const).map((speaks): Scenario => ({
    name: `wrong-service-${speaks}`,
    title: `${speaks === 'http' ? 'A web server' : 'An SSH server'} listens on 9003 of one computer`,
    tries: [...round('far1'), ...roundWithout('near1', 'rpc')],
    faults: [{ where: 'agent_program', speaks, computers: ['far1'] }],
    overrides: [
      {
        computer: 'far1',
        rule: 'ua-9003',
        verdicts: ['blocked', 'degraded'],
        locations: ['remote_host'],
        mayBeUnknown: true,
        why: 'The port is open, but what answers is not the agent: never working.',
      },
    ],
  })),
];
