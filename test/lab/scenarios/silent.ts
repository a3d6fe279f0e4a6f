/** Each port without any answer, stopped by the router, by the computer and by this server. */
import { round, roundWithout } from '../scenario.js';
import type { Port, Scenario } from '../scenario.js';

/** One computer whose one port the router drops, beside a healthy one. */
function routerDrops(name: string, ports: readonly Port[]): Scenario {
  return {
    name,
    title: `The router drops ${ports.join(' and ')} of one computer`,
    // The last attempt keeps the capture going until silence counts.
    tries: [
      ...round('far1'),
      ...roundWithout('far2', 'rpc'),
      { attempt: 'agent', computer: 'far2', after: 6 },
    ],
    faults: [{ where: 'router', action: 'drop', ports, computers: ['far1'] }],
  };
}

export const AGENT_SILENT = routerDrops('agent-port-silent', ['tcp/9003']);

export const OUTBOUND_BLOCKED: Scenario = {
  name: 'outbound-blocked-here',
  title: "This server's own firewall drops what leaves to 9003: no packet is captured",
  tries: round('far1'),
  faults: [{ where: 'server', action: 'drop', ports: ['tcp/9003'], computers: ['far1'] }],
};

export const SILENT: readonly Scenario[] = [
  AGENT_SILENT,
  routerDrops('mapper-silent', ['tcp/135']),
  routerDrops('dynamic-silent', ['tcp/dynamic']),
  routerDrops('smb-139-silent', ['tcp/139']),
  routerDrops('smb-445-silent', ['tcp/445']),
  routerDrops('smb-both-silent', ['tcp/139', 'tcp/445']),
  routerDrops('netbios-silent', ['udp/137']),
  routerDrops('ping-silent', ['icmp']),
  {
    name: 'agent-port-silent-on-host',
    title: "The computer's firewall drops 9003, one hop away and in the own subnet",
    tries: [...round('far1'), ...roundWithout('near1', 'rpc')],
    faults: [{ where: 'computer', action: 'drop', ports: ['tcp/9003'], computers: ['far1', 'near1'] }],
  },
  {
    name: 'agent-port-silent-everywhere',
    title: 'The router drops 9003 of every computer behind it, the own subnet works',
    tries: [...roundWithout('far1', 'rpc'), ...roundWithout('far2', 'rpc'), ...roundWithout('near1', 'rpc')],
    faults: [{ where: 'router', action: 'drop', ports: ['tcp/9003'], computers: ['far1', 'far2'] }],
  },
  {
    name: 'agent-answers-lost',
    title: "The router drops the computer's answers from 9003",
    tries: round('far1'),
    faults: [{ where: 'router', action: 'drop_answers', ports: ['tcp/9003'], computers: ['far1'] }],
  },
  {
    name: 'agent-answers-dropped-here',
    title: "This server's own firewall drops the answers from 9003, which the capture still shows",
    tries: round('far1'),
    faults: [{ where: 'server', action: 'drop_answers', ports: ['tcp/9003'], computers: ['far1'] }],
  },
  OUTBOUND_BLOCKED,
];
