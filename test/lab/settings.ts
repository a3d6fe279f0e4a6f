/** Networks that are built otherwise than usual: commands in the namespaces, and those that take them back. */
import type { Host, Network } from './network.js';
import type { OtherNetwork } from './scenario.js';

export type Setting =
  | 'small_mtu'
  | 'small_mtu_silent'
  | 'small_mtu_ignored'
  | 'answers_from_elsewhere'
  | 'second_server_address'
  | 'syn_proxy'
  | 'moved'
  | 'masquerade'
  | 'loop'
  | 'redirect'
  | 'redirect_to_nowhere';

/** Further addresses that settings bring. */
export const ELSEWHERE = '10.77.2.31';
export const SECOND_SERVER = '10.77.1.11';
export const MOVED_TO = '10.77.1.25';
export const NAT_ADDRESS = '10.77.1.1';

interface Step {
  readonly host: Host;
  readonly argv: readonly string[];
  /** Standard input. */
  readonly input?: string;
}

interface Change {
  readonly bring: readonly Step[];
  /** nftables rules are cleared by the lab after every scenario. */
  readonly mend: readonly Step[];
}

const step = (host: Host, line: string): Step => ({ host, argv: line.split(' ') });
const sysctl = (host: Host, ...pairs: readonly string[]): Step => ({
  host,
  argv: ['sysctl', '-q', '-w', ...pairs],
});
const nft = (host: Host, family: string, chain: string, hook: string, ...rules: readonly string[]): Step => ({
  host,
  argv: ['nft', '-f', '-'],
  input: [
    `add table ${family} setting`,
    `add chain ${family} setting ${chain} { ${hook}; policy accept; }`,
    ...rules.map((rule) => `add rule ${family} setting ${chain} ${rule}`),
    '',
  ].join('\n'),
});

const SMALL = step('router', 'ip link set br2 mtu 1400');
const NOT_SMALL = step('router', 'ip link set br2 mtu 1500');
const NO_TOO_BIG = [
  'icmp type destination-unreachable icmp code frag-needed drop',
  'icmpv6 type packet-too-big drop',
];

/** The server's way to the far subnet leads over near2, which knows a better one and says so. */
function redirected(next: string): Change {
  return {
    bring: [
      sysctl('near2', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.send_redirects=1'),
      step('near2', `ip route replace 10.77.2.0/24 via ${next}`),
      sysctl('server', 'net.ipv4.conf.all.accept_redirects=1', 'net.ipv4.conf.eth0.accept_redirects=1'),
      sysctl('server', 'net.ipv4.conf.all.secure_redirects=0', 'net.ipv4.conf.eth0.secure_redirects=0'),
      step('server', 'ip route replace 10.77.2.0/24 via 10.77.1.22'),
    ],
    mend: [
      step('server', 'ip route del 10.77.2.0/24 via 10.77.1.22'),
      step('near2', `ip route del 10.77.2.0/24 via ${next}`),
      sysctl('near2', 'net.ipv4.ip_forward=0'),
    ],
  };
}

const CHANGES: Readonly<Record<Setting, Change>> = {
  small_mtu: { bring: [SMALL], mend: [NOT_SMALL] },
  small_mtu_silent: {
    bring: [SMALL, nft('router', 'inet', 'own', 'type filter hook output priority 0', ...NO_TOO_BIG)],
    mend: [NOT_SMALL],
  },
  small_mtu_ignored: {
    bring: [SMALL, nft('server', 'inet', 'own', 'type filter hook input priority 0', ...NO_TOO_BIG)],
    mend: [NOT_SMALL],
  },
  answers_from_elsewhere: {
    bring: [
      nft(
        'far1',
        'ip',
        'own',
        'type filter hook output priority 0',
        `ip saddr 10.77.2.21 tcp sport 9003 ip saddr set ${ELSEWHERE}`,
      ),
    ],
    mend: [],
  },
  second_server_address: {
    bring: [step('server', `ip addr add ${SECOND_SERVER}/24 dev eth0`)],
    mend: [step('server', `ip addr del ${SECOND_SERVER}/24 dev eth0`)],
  },
  syn_proxy: {
    bring: [
      sysctl('router', 'net.ipv4.tcp_syncookies=1', 'net.ipv4.tcp_timestamps=1'),
      nft(
        'router',
        'ip',
        'first',
        'type filter hook prerouting priority raw',
        'tcp dport 9003 tcp flags syn notrack',
      ),
      nft(
        'router',
        'ip',
        'proxy',
        'type filter hook forward priority 0',
        'tcp dport 9003 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm',
        'ct state invalid drop',
      ),
      sysctl('router', 'net.netfilter.nf_conntrack_tcp_loose=0'),
    ],
    mend: [],
  },
  moved: {
    bring: [
      step('near1', 'ip addr del 10.77.1.21/24 dev eth0'),
      step('near1', `ip addr add ${MOVED_TO}/24 brd + dev eth0`),
      step('near1', 'ip route replace default via 10.77.1.1'),
    ],
    mend: [
      step('near1', `ip addr del ${MOVED_TO}/24 dev eth0`),
      step('near1', 'ip addr add 10.77.1.21/24 brd + dev eth0'),
      step('near1', 'ip route replace default via 10.77.1.1'),
    ],
  },
  masquerade: {
    bring: [
      nft(
        'router',
        'ip',
        'leaving',
        'type nat hook postrouting priority srcnat',
        'ip saddr 10.77.2.0/24 oif br1 masquerade',
      ),
    ],
    mend: [],
  },
  loop: {
    bring: [
      sysctl('router', 'net.ipv4.conf.all.send_redirects=0', 'net.ipv4.conf.br2.send_redirects=0'),
      sysctl('router', 'net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.br2.rp_filter=0'),
      sysctl('far2', 'net.ipv4.conf.all.send_redirects=0', 'net.ipv4.conf.eth0.send_redirects=0'),
      sysctl('far2', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'),
      step('far2', 'ip route replace 10.77.2.21/32 via 10.77.2.1'),
      step('far2', 'ip -6 route replace fd77:2::21/128 via fd77:2::1'),
      step('router', 'ip route replace 10.77.2.21/32 via 10.77.2.22'),
      step('router', 'ip -6 route replace fd77:2::21/128 via fd77:2::22'),
    ],
    mend: [
      step('router', 'ip route del 10.77.2.21/32 via 10.77.2.22'),
      step('router', 'ip -6 route del fd77:2::21/128 via fd77:2::22'),
      step('far2', 'ip route del 10.77.2.21/32 via 10.77.2.1'),
      step('far2', 'ip -6 route del fd77:2::21/128 via fd77:2::1'),
      sysctl('far2', 'net.ipv4.ip_forward=0', 'net.ipv6.conf.all.forwarding=0'),
      // What forwards ignores router advertisements and forgets its default route in some kernels.
      step('far2', 'ip -6 route replace default via fd77:2::1'),
    ],
  },
  redirect: redirected('10.77.1.1'),
  redirect_to_nowhere: redirected('10.77.1.21'),
};

export function bringSetting(network: Network, { setting }: OtherNetwork): void {
  run(network, CHANGES[setting].bring);
}

export function mendSetting(network: Network, { setting }: OtherNetwork): void {
  run(network, CHANGES[setting].mend);
}

function run(network: Network, steps: readonly Step[]): void {
  for (const { host, argv, input = '' } of steps) network.exec(host, argv, input);
}
