/** Handshakes that say little: port tests, a service that starts late, one that refuses TLS, a proxy that accepts for it. */
import { roundWithout } from '../scenario.js';
import type { Attempt, Scenario, Try } from '../scenario.js';

const TESTS: readonly Attempt[] = ['test_agent', 'test_server', 'test_mapper', 'test_smb'];

/** Every TCP port of one computer is tested, nothing is said on any. */
function portTests(name: string, title: string, how: readonly string[], speaks?: 'abort'): Scenario {
  const tries: Try[] = TESTS.map((attempt) => ({ attempt, computer: 'far1', how, succeeds: true }));
  return {
    name,
    title,
    tries: [
      ...tries,
      { attempt: 'icmp', computer: 'far1' },
      ...roundWithout('near1', 'rpc', 'smb', 'netbios'),
    ],
    faults: speaks === undefined ? [] : [{ where: 'agent_program', speaks, computers: ['far1'] }],
  };
}

const PROXIED = {
  computer: 'far1',
  rule: 'ua-9003',
} as const;

export const ACCEPTED: readonly Scenario[] = [
  portTests(
    'port-tests-as-powershell',
    'Ports are tested as Test-NetConnection does: connect, FIN, and 9003 resets what was closed',
    ['--close', 'fin'],
    'abort',
  ),
  portTests('port-tests-as-nc', 'Ports are tested as nc -z does: connect and FIN, twice', [
    '--close',
    'fin',
    '--times',
    '2',
  ]),
  portTests('port-tests-as-portqry', 'Ports are tested as PortQry does: connect and RST', [
    '--close',
    'reset',
  ]),
  {
    name: 'agent-starts-late',
    title: 'Nothing listens on 9003 for two seconds: the same connection is refused, refused, and accepted',
    tries: [
      { attempt: 'agent', computer: 'far1', how: ['--first-port', '50501', '--retry', '8'], succeeds: true },
      ...roundWithout('far1', 'rpc', 'smb', 'netbios', 'agent'),
    ],
    faults: [{ where: 'service', service: 'agent', computers: ['far1'], until: 2 }],
    overrides: [
      {
        computer: 'far1',
        rule: 'ua-9003',
        verdicts: ['working'],
        weaker: ['degraded'],
        locations: ['remote_host'],
        mayBeUnknown: true,
        why: 'It was refused while the service started; the same attempt came through and was served.',
      },
    ],
  },
  {
    name: 'tls-refused',
    title: 'The program on 9003 answers each ClientHello with the fatal alert protocol_version',
    tries: [
      { attempt: 'agent', computer: 'far1', how: ['--tls', '--sessions', '3'], succeeds: false },
      ...roundWithout('far1', 'rpc', 'smb', 'netbios', 'agent'),
    ],
    faults: [{ where: 'agent_program', speaks: 'tls_alert', computers: ['far1'] }],
    overrides: [
      {
        computer: 'far1',
        rule: 'ua-9003',
        verdicts: ['blocked', 'degraded'],
        locations: ['remote_host'],
        mayBeUnknown: true,
        why: 'Three sessions of three were accepted and ended by the responder with a fatal alert: nothing was served.',
      },
    ],
  },
  {
    name: 'syn-proxy',
    title:
      'The router answers SYNs to 9003 itself (nftables synproxy) and then connects to the agent, which works',
    tries: [
      { attempt: 'agent', computer: 'far1', how: ['--sessions', '2'], succeeds: true },
      ...roundWithout('far1', 'rpc', 'smb', 'netbios', 'agent'),
    ],
    faults: [{ where: 'setting', setting: 'syn_proxy', computers: ['far1'] }],
  },
  {
    name: 'syn-proxy-agent-stopped',
    title: 'The router answers SYNs to 9003 itself (nftables synproxy); behind it nothing listens',
    tries: [
      { attempt: 'agent', computer: 'far1', how: ['--sessions', '3'], succeeds: false },
      ...roundWithout('far1', 'rpc', 'smb', 'netbios', 'agent'),
    ],
    faults: [
      { where: 'setting', setting: 'syn_proxy', computers: ['far1'] },
      { where: 'service', service: 'agent', computers: ['far1'] },
    ],
    // The proxy hides who refuses.
    cause: { owners: ['computer_admin', 'network_team'] },
    overrides: [
      {
        ...PROXIED,
        verdicts: ['blocked', 'degraded'],
        locations: ['remote_host', 'path'],
        mayBeUnknown: true,
        why: 'The router accepts, the computer refuses: no byte is ever acknowledged and nothing is served.',
      },
    ],
  },
];
