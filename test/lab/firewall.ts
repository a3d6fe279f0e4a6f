/** Faults as nftables rules, each in the namespace of the host where it stands. */
import { DYNAMIC_PORTS } from './samba.js';
import { addressOf } from './network.js';
import type { Computer, Host } from './network.js';
import { PORTS } from './scenario.js';
import type { FirewallFault, Port } from './scenario.js';

const ACTIONS: Readonly<Record<FirewallFault['action'], string>> = {
  drop: 'drop',
  drop_answers: 'drop',
  reset: 'reject with tcp reset',
  icmp_prohibited: 'reject with icmpx admin-prohibited',
  icmp_port: 'reject with icmpx port-unreachable',
};

/** Does the computer open connections to this port? */
function isInbound(port: Port): boolean {
  return port === 'tcp/9004';
}

function portMatch(port: Port, side: 'dport' | 'sport', version: 4 | 6): string {
  if (port === 'icmp') {
    const type = side === 'dport' ? 'echo-request' : 'echo-reply';
    return version === 4 ? `icmp type ${type}` : `icmpv6 type ${type}`;
  }
  const [proto, number] = port.split('/') as [string, string];
  const ports = number === 'dynamic' ? `${DYNAMIC_PORTS.from}-${DYNAMIC_PORTS.to}` : number;
  return `${proto} ${side} ${ports}`;
}

/** Conditions for the packets of one port between the server and one computer. */
function conditions(fault: FirewallFault, port: Port, computer: Computer, version: 4 | 6): string {
  const answers = fault.action === 'drop_answers';
  const toServer = isInbound(port) !== answers;
  const family = version === 4 ? 'ip' : 'ip6';
  const [from, to] = toServer ? ([computer, 'server'] as const) : (['server', computer] as const);
  return [
    `${family} saddr ${addressOf(from, version)} ${family} daddr ${addressOf(to, version)}`,
    portMatch(port, answers ? 'sport' : 'dport', version),
    fault.when ?? '',
  ].join(' ');
}

/** Which chain of its host a packet of that port passes. */
function chainOf(fault: FirewallFault, port: Port): 'forward' | 'input' | 'output' {
  if (fault.where === 'router') return 'forward';
  const toServer = isInbound(port) !== (fault.action === 'drop_answers');
  return (fault.where === 'server') === toServer ? 'input' : 'output';
}

export interface Ruleset {
  readonly host: Host;
  /** Input of `nft -f -`. */
  readonly text: string;
}

/** The rules of one fault, for every computer that it concerns. */
export function rulesets(fault: FirewallFault): Ruleset[] {
  const lines = new Map<Host, string[]>();
  const ports = fault.ports === 'all' ? PORTS : fault.ports;
  for (const computer of fault.computers) {
    if (fault.where === 'router' && computer.startsWith('near')) {
      throw new Error(`${computer} is in the server's own subnet: no router sees its packets`);
    }
    const host = fault.where === 'computer' ? computer : fault.where;
    const list = lines.get(host) ?? [];
    lines.set(host, list);
    for (const port of ports) {
      for (const version of [4, 6] as const) {
        list.push(
          `add rule inet lab ${chainOf(fault, port)} ${conditions(fault, port, computer, version)} ${ACTIONS[fault.action]}`,
        );
      }
    }
  }
  return [...lines].map(([host, rules]) => ({ host, text: [...TABLE, ...rules, ''].join('\n') }));
}

const TABLE = ['input', 'forward', 'output'].reduce(
  (text, chain) => [
    ...text,
    `add chain inet lab ${chain} { type filter hook ${chain} priority 0; policy accept; }`,
  ],
  ['add table inet lab'],
);
