/** Nothing wrong, and what concerns a whole host or a whole subnet. */
import { round } from '../scenario.js';
import type { Scenario } from '../scenario.js';

export const HEALTHY: Scenario = {
  name: 'healthy',
  title: 'Everything works with a computer of the own subnet and one behind the router',
  tries: [...round('near1'), ...round('far1')],
  faults: [],
};

export const HEALTHY_IPV6: Scenario = {
  name: 'healthy-ipv6',
  title: 'Everything that is not NetBIOS works over IPv6',
  tries: [...round('near1', 6), ...round('far1', 6)],
  faults: [],
};

export const WHOLE: readonly Scenario[] = [
  HEALTHY,
  HEALTHY_IPV6,
  {
    name: 'host-down-near',
    title: 'A computer of the own subnet is down: its ARP requests stay without answer',
    tries: [...round('near2'), ...round('far1')],
    faults: [{ where: 'link', computers: ['near2'] }],
    overrides: [
      host('near2', 'ua-9003'),
      host('near2', 'ua-135'),
      host('near2', 'ua-icmp'),
      host('near2', 'ua-smb-rpc'),
    ],
  },
  {
    name: 'host-down-far',
    title: 'A computer behind the router is down: the router says host unreachable',
    tries: [...round('far2'), ...round('far1')],
    faults: [{ where: 'link', computers: ['far2'] }],
  },
  {
    name: 'subnet-silent',
    title: 'The router drops everything between the server and one subnet',
    tries: [...round('far1'), ...round('far2'), ...round('near1')],
    faults: [{ where: 'router', action: 'drop', ports: 'all', computers: ['far1', 'far2'] }],
  },
  {
    name: 'subnet-prohibited',
    title: 'The router rejects everything towards one subnet as administratively prohibited',
    tries: [...round('far1'), ...round('far2'), ...round('near1')],
    faults: [{ where: 'router', action: 'icmp_prohibited', ports: 'all', computers: ['far1', 'far2'] }],
  },
  {
    name: 'host-silent',
    title: "The computer's own firewall drops everything",
    tries: [...round('far2'), ...round('far1')],
    faults: [{ where: 'computer', action: 'drop', ports: 'all', computers: ['far2'] }],
  },
  {
    name: 'host-down-ipv6',
    title: 'A computer of the own subnet is down: neighbour solicitations stay without answer',
    tries: [...round('near2', 6), ...round('far1', 6)],
    faults: [{ where: 'link', computers: ['near2'] }],
    overrides: [host('near2', 'ua-9003'), host('near2', 'ua-smb-rpc'), host('near2', 'ua-icmp')],
  },
  {
    name: 'agent-port-silent-ipv6',
    title: 'The router drops 9003 over IPv6',
    tries: round('far1', 6),
    faults: [{ where: 'router', action: 'drop', ports: ['tcp/9003'], computers: ['far1'] }],
  },
  {
    name: 'agent-port-prohibited-ipv6',
    title: 'The router rejects 9003 by ICMPv6 over IPv6',
    tries: round('far1', 6),
    faults: [{ where: 'router', action: 'icmp_prohibited', ports: ['tcp/9003'], computers: ['far1'] }],
  },
];

/** ARP that stays without answer shows that the host is down: it may be said, and need not be. */
function host(
  computer: 'near2',
  rule: 'ua-9003' | 'ua-135' | 'ua-icmp' | 'ua-smb-rpc',
): {
  computer: 'near2';
  rule: typeof rule;
  verdicts: ['not_observed', 'blocked'];
  locations: ['remote_host'];
  mayBeUnknown: true;
  why: string;
} {
  return {
    computer,
    rule,
    verdicts: ['not_observed', 'blocked'],
    locations: ['remote_host'],
    mayBeUnknown: true,
    why: 'The computer is down: its address is asked for and nobody answers.',
  };
}
