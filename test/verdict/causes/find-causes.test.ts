/** From failing cells to causes: each step of the ladder, its counter-proof, and that no cell is lost or told twice. */
import test from 'ava';
import { causesOf, key, lines } from './cells.js';
import type { Cell } from './cells.js';

function cells(rule: string, is: Cell['is'], ...hosts: readonly string[]): Cell[] {
  return hosts.map((host) => ({ rule, host, is }));
}

const GONE = { steps: [{ code: 'nothing_of_host_answers' }] } as const;

const CASES: readonly (readonly [string, readonly Cell[], readonly string[]])[] = [
  ['what works has no cause', cells('ua-9003', 'works', '10.0.1.1', '10.0.1.2'), []],
  [
    'one rule that fails for all of them, who answer otherwise',
    [
      ...cells('ua-9003', 'syn_silent', '10.0.1.1', '10.0.2.1'),
      ...cells('ua-135', 'works', '10.0.1.1', '10.0.2.1'),
    ],
    ['rule silent ua-9003: 10.0.1.1 10.0.2.1, network_team'],
  ],
  [
    'who asks this server is there, even if nothing else of it was seen',
    cells('ua-9004-in', 'syn_silent', '10.0.1.1', '10.0.2.1'),
    ['rule silent ua-9004-in: 10.0.1.1 10.0.2.1, server_admin'],
  ],
  [
    'computers of which nothing was ever seen to work are no proof against a rule',
    cells('ua-9003', 'syn_silent', '10.0.1.1', '10.0.2.1'),
    ['port silent ua-9003: 10.0.1.1, computer_admin', 'port silent ua-9003: 10.0.2.1, computer_admin'],
  ],
  [
    'a network in which none works, while the port works elsewhere',
    [...cells('ua-9003', 'syn_silent', '10.0.1.1', '10.0.1.2'), ...cells('ua-9003', 'works', '10.0.2.1')],
    ['subnet 10.0.1.0/24 silent ua-9003: 10.0.1.1 10.0.1.2, network_team'],
  ],
  [
    'what else is silent on a dead network belongs to it',
    [
      ...cells('ua-9003', 'syn_silent', '10.0.1.1', '10.0.1.2'),
      ...cells('ua-135', 'syn_silent', '10.0.1.1'),
      ...cells('ua-9003', 'works', '10.0.2.1'),
      ...cells('ua-135', 'works', '10.0.2.1'),
    ],
    ['subnet 10.0.1.0/24 silent ua-9003 ua-135: 10.0.1.1 10.0.1.2, network_team'],
  ],
  [
    'another fact in the same network is another cause',
    [
      ...cells('ua-9003', 'syn_silent', '10.0.1.1', '10.0.1.2'),
      ...cells('ua-9003', 'rst_answers_syn', '10.0.1.3'),
      ...cells('ua-9003', 'works', '10.0.2.1'),
    ],
    [
      'subnet 10.0.1.0/24 silent ua-9003: 10.0.1.1 10.0.1.2, network_team',
      'port refused ua-9003: 10.0.1.3, computer_admin',
    ],
  ],
  [
    'a computer of which nothing answers is one cause, whatever failed',
    [
      { rule: 'ua-9003', host: '10.0.1.1', is: 'syn_silent', ...GONE },
      { rule: 'ua-135', host: '10.0.1.1', is: 'syn_silent', ...GONE },
      ...cells('ua-9003', 'works', '10.0.1.2'),
    ],
    ['host silent ua-9003 ua-135: 10.0.1.1, computer_admin'],
  ],
  [
    'a refusal proves that it is there',
    [
      { rule: 'ua-9003', host: '10.0.1.1', is: 'syn_silent', ...GONE },
      { rule: 'ua-135', host: '10.0.1.1', is: 'rst_answers_syn' },
      ...cells('ua-9003', 'works', '10.0.1.2'),
    ],
    ['port silent ua-9003: 10.0.1.1, computer_admin', 'port refused ua-135: 10.0.1.1, computer_admin'],
  ],
  [
    'the last router says that nobody is there: whatever it says of each port, the computer is gone',
    ['ua-9003', 'ua-135'].map((rule) => ({
      rule,
      host: '10.0.1.1',
      is: 'icmp_unreachable',
      location: 'remote_host' as const,
      steps: [{ code: 'icmp_host_does_not_answer', sender: '10.0.0.1' } as const],
    })),
    ['host rejected ua-9003 ua-135: 10.0.1.1, computer_admin'],
  ],
  [
    'what a redirect led astray is no sign of a computer that is gone, and the network mends it',
    [
      {
        rule: 'ua-9003',
        host: '10.0.1.1',
        is: 'syn_silent',
        steps: [
          { code: 'nothing_of_host_answers' },
          { code: 'icmp_redirect', sender: '10.0.0.1', gateway: '10.0.0.3', frame: 7 },
        ],
      },
      { rule: 'ua-135', host: '10.0.1.1', is: 'syn_silent', ...GONE },
    ],
    ['port silent ua-9003 ua-135: 10.0.1.1, network_team'],
  ],
  [
    'one device that resets sessions is one cause, however quiet they had been',
    ['10.0.1.1', '10.0.2.1'].map((host, i) => ({
      rule: 'ua-9003',
      host,
      is: 'reset_instead_of_answer',
      location: 'path' as const,
      steps: [{ code: i === 0 ? 'rst_device_inspects' : 'rst_device_forgot_or_inspects' } as const],
    })),
    ['reset_sender not_serving ua-9003: 10.0.1.1 10.0.2.1, network_team'],
  ],
  [
    'each of what no firewall rule mends has a word of its own',
    [
      { rule: 'ua-9003', host: '10.0.1.1', is: 'icmp_time_exceeded' },
      { rule: 'ua-9003', host: '10.0.2.1', is: 'tls_refused' },
      { rule: 'ua-9003', host: '10.0.3.1', is: 'synack_unfit' },
      { rule: 'ua-9003', host: '10.0.4.1', is: 'syn_answered_elsewhere' },
      { rule: 'ua-9003', host: '10.0.5.1', is: 'never_acknowledged' },
      ...cells('ua-9003', 'works', '10.0.6.1'),
    ],
    [
      'port time_exceeded ua-9003: 10.0.1.1, network_team',
      'port tls_refused ua-9003: 10.0.2.1, computer_admin',
      'port unfit_answer ua-9003: 10.0.3.1, network_team',
      'port answered_elsewhere ua-9003: 10.0.4.1, computer_admin',
      'port not_serving ua-9003: 10.0.5.1, computer_admin',
    ],
  ],
  [
    'two ports of one computer are told together, three scattered computers as well',
    [
      ...cells('ua-9003', 'rst_answers_syn', '10.0.1.1', '10.1.1.1', '10.2.1.1'),
      ...cells('ua-135', 'syn_silent', '10.0.5.1'),
      ...cells('ua-9003', 'syn_silent', '10.0.5.1'),
      ...cells('ua-135', 'works', '10.0.1.1', '10.1.1.1', '10.2.1.1'),
      ...cells('ua-9003', 'works', '10.3.1.1'),
    ],
    [
      'ports_alike refused ua-9003: 10.0.1.1 10.1.1.1 10.2.1.1, computer_admin',
      'port silent ua-135 ua-9003: 10.0.5.1, computer_admin',
    ],
  ],
  [
    'a device that rejects comes before all, whatever rule it rejects',
    ['ua-9003', 'ua-135'].map((rule) => ({
      rule,
      host: '10.0.1.1',
      is: 'icmp_admin_prohibited',
      location: 'path' as const,
      steps: [{ code: 'icmp_from_device', sender: '10.20.0.1' } as const],
    })),
    ['icmp_sender 10.20.0.1 rejected ua-9003 ua-135: 10.0.1.1, network_team'],
  ],
  [
    'what is only slow comes after what fails',
    [
      ...cells('ua-9003', 'slow', '10.0.1.1', '10.0.1.2'),
      ...cells('ua-135', 'rst_answers_syn', '10.0.1.1'),
      ...cells('ua-9003', 'works', '10.0.2.3'),
      ...cells('ua-135', 'works', '10.0.2.3'),
    ],
    [
      'port refused ua-135: 10.0.1.1, computer_admin',
      'subnet 10.0.1.0/24 slow_handshake ua-9003: 10.0.1.1 10.0.1.2, network_team',
    ],
  ],
];

for (const [title, given, expected] of CASES) {
  test(title, (t) => {
    t.deepEqual(lines(causesOf(given)), expected);
  });
}

test('a group of the list is the network, whatever its addresses', (t) => {
  const given = [
    ...cells('ua-9003', 'syn_silent', '10.0.1.1', '192.168.7.7'),
    ...cells('ua-9003', 'works', '10.0.1.2'),
  ];
  const branch = new Set([key('10.0.1.1'), key('192.168.7.7')]);
  const found = causesOf(given, (host) => (branch.has(host) ? 'Branch Graz' : 'Head office'));
  t.deepEqual(lines(found), ['subnet Branch Graz silent ua-9003: 10.0.1.1 192.168.7.7, network_team']);
  t.is(found[0]?.worksFor, 1);
});

test('of a group that works in part, the network that fails is found by its addresses', (t) => {
  const given = [
    ...cells('ua-9003', 'syn_silent', '10.0.1.1', '10.0.1.2'),
    ...cells('ua-9003', 'works', '10.0.2.1', '10.0.2.2'),
  ];
  t.deepEqual(lines(causesOf(given, () => 'Branch Graz')), [
    'subnet 10.0.1.0/24 silent ua-9003: 10.0.1.1 10.0.1.2, network_team',
  ]);
});

/** Park and Miller, so that a failure can be repeated. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 16_807) % 2_147_483_647) % below;
}

test('each failing cell is in exactly one cause, whatever fails where', (t) => {
  const words = ['works', 'slow', 'untried', 'syn_silent', 'rst_answers_syn', 'icmp_unreachable'] as const;
  const rules = ['ua-9004-in', 'ua-9003', 'ua-135', 'ua-icmp'];
  for (let seed = 1; seed <= 200; seed++) {
    const next = random(seed);
    const given: Cell[] = [];
    for (let h = 0; h < 3 + next(30); h++) {
      const host = next(4) === 0 ? `fd00:${next(3)}::${h + 1}` : `10.${next(2)}.${next(3)}.${h + 1}`;
      for (const rule of rules) {
        const dead = next(5) === 0 ? GONE : {};
        given.push({ rule, host, is: words[next(words.length)]!, ...dead });
      }
    }
    const causes = causesOf(given, (host) => (next(3) === 0 && typeof host === 'number' ? 'A' : ''));
    const covered = causes.flatMap(({ cells: own }) => own).sort((a, b) => a - b);
    const failing = given.flatMap(({ is }, i) => (is === 'works' || is === 'untried' ? [] : [i]));
    t.deepEqual(covered, failing, `seed ${seed}`);
    for (const { hosts, cells: own } of causes) t.true(hosts.length > 0 && own.length >= hosts.length);
  }
});
