/** Each port turned away with an answer: by the stack, by a RST of a firewall, by an ICMP message. */
import { round, roundWithout } from '../scenario.js';
import type { FirewallFault, Port, Scenario, StoppedService } from '../scenario.js';

function stopped(name: string, service: StoppedService['service'], what: string): Scenario {
  return {
    name,
    title: `${what} is stopped on one computer`,
    tries: [...round('far1'), ...roundWithout('near1', 'rpc')],
    faults: [{ where: 'service', service, computers: ['far1'] }],
  };
}

function rejected(
  name: string,
  title: string,
  where: FirewallFault['where'],
  action: FirewallFault['action'],
  ports: readonly Port[],
): Scenario {
  return {
    name,
    title,
    tries: [...round('far1'), ...roundWithout('far2', 'rpc')],
    faults: [{ where, action, ports, computers: ['far1'] }],
  };
}

export const AGENT_PROHIBITED = rejected(
  'agent-port-prohibited',
  'The router rejects 9003 as administratively prohibited',
  'router',
  'icmp_prohibited',
  ['tcp/9003'],
);

export const REFUSED: readonly Scenario[] = [
  stopped('agent-stopped', 'agent', 'The program behind 9003'),
  stopped('mapper-stopped', 'rpc', 'The endpoint mapper'),
  stopped('smb-stopped', 'smb', 'The SMB server'),
  stopped('netbios-stopped', 'netbios', 'The NetBIOS name service'),
  rejected('agent-port-reset-by-router', 'The router resets 9003', 'router', 'reset', ['tcp/9003']),
  rejected('mapper-reset-by-router', 'The router resets 135', 'router', 'reset', ['tcp/135']),
  rejected('dynamic-reset-by-router', 'The router resets the dynamic ports', 'router', 'reset', [
    'tcp/dynamic',
  ]),
  rejected('smb-reset-by-router', 'The router resets 139 and 445', 'router', 'reset', ['tcp/139', 'tcp/445']),
  rejected('dynamic-reset-by-host', "The computer's firewall resets the dynamic ports", 'computer', 'reset', [
    'tcp/dynamic',
  ]),
  AGENT_PROHIBITED,
  rejected('mapper-prohibited', 'The router rejects 135 by ICMP', 'router', 'icmp_prohibited', ['tcp/135']),
  rejected(
    'dynamic-prohibited',
    'The router rejects the dynamic ports by ICMP',
    'router',
    'icmp_prohibited',
    ['tcp/dynamic'],
  ),
  rejected('smb-prohibited', 'The router rejects 139 and 445 by ICMP', 'router', 'icmp_prohibited', [
    'tcp/139',
    'tcp/445',
  ]),
  rejected(
    'netbios-and-ping-prohibited',
    'The router rejects 137/udp and ping by ICMP',
    'router',
    'icmp_prohibited',
    ['udp/137', 'icmp'],
  ),
  rejected(
    'agent-port-rejected-by-host',
    "The computer's firewall rejects 9003 by ICMP",
    'computer',
    'icmp_prohibited',
    ['tcp/9003'],
  ),
  rejected(
    'smb-rejected-by-host',
    "The computer's firewall says port unreachable for 139 and 445",
    'computer',
    'icmp_port',
    ['tcp/139', 'tcp/445'],
  ),
  rejected(
    'ping-rejected-by-host',
    "The computer's firewall rejects ping and 137/udp as administratively prohibited",
    'computer',
    'icmp_prohibited',
    ['icmp', 'udp/137'],
  ),
];
