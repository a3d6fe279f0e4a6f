/** 9004, which the computers open towards this server. */
import { round, roundWithout } from '../scenario.js';
import type { Scenario } from '../scenario.js';

export const INBOUND_DROPPED: Scenario = {
  name: 'inbound-dropped-here',
  title: "This server's own firewall drops 9004",
  tries: [...round('far1'), ...roundWithout('near1', 'rpc')],
  faults: [{ where: 'server', action: 'drop', ports: ['tcp/9004'], computers: ['far1', 'near1'] }],
};

export const INBOUND: readonly Scenario[] = [
  INBOUND_DROPPED,
  {
    name: 'inbound-dropped-here-for-one',
    title: "This server's own firewall drops 9004 of one computer only",
    tries: [...round('far1'), ...roundWithout('near1', 'rpc')],
    faults: [{ where: 'server', action: 'drop', ports: ['tcp/9004'], computers: ['far1'] }],
  },
  {
    name: 'inbound-refused-here',
    title: 'Nothing listens on 9004 of this server',
    tries: [...roundWithout('far1', 'rpc'), ...roundWithout('near1', 'rpc')],
    faults: [{ where: 'service', service: 'server', computers: [] }],
  },
  {
    name: 'inbound-rejected-here',
    title: "This server's own firewall rejects 9004 by ICMP",
    tries: [...roundWithout('far1', 'rpc'), ...roundWithout('near1', 'rpc')],
    faults: [
      { where: 'server', action: 'icmp_prohibited', ports: ['tcp/9004'], computers: ['far1', 'near1'] },
    ],
  },
  {
    name: 'inbound-dropped-on-the-way',
    title: 'The router drops 9004 before it reaches this server',
    tries: [...roundWithout('far1', 'rpc'), ...roundWithout('near1', 'rpc')],
    faults: [{ where: 'router', action: 'drop', ports: ['tcp/9004'], computers: ['far1'] }],
  },
  {
    name: 'inbound-answers-lost',
    title: "The router drops this server's SYN-ACKs from 9004",
    tries: [...roundWithout('far1', 'rpc'), ...roundWithout('near1', 'rpc')],
    faults: [{ where: 'router', action: 'drop_answers', ports: ['tcp/9004'], computers: ['far1'] }],
    overrides: [
      {
        computer: 'far1',
        rule: 'ua-9004-in',
        locations: ['path'],
        mayBeUnknown: true,
        why: 'The SYN-ACKs leave this server and do not arrive; whether the way or the computer loses them, the packets do not tell.',
      },
    ],
  },
  {
    name: 'inbound-answers-dropped-here',
    title: "This server's own firewall drops its SYN-ACKs from 9004 before they leave",
    tries: [...roundWithout('far1', 'rpc'), ...roundWithout('near1', 'rpc')],
    faults: [{ where: 'server', action: 'drop_answers', ports: ['tcp/9004'], computers: ['far1'] }],
    overrides: [
      {
        computer: 'far1',
        rule: 'ua-9004-in',
        verdicts: ['blocked'],
        locations: ['this_server'],
        mayBeUnknown: false,
        why: 'SYNs reach the adapter and no answer leaves it.',
      },
    ],
  },
  {
    name: 'agent-in-the-wrong-direction',
    title: 'The computer opens 9003 towards this server instead of being called there',
    tries: [
      ...roundWithout('far1', 'agent', 'server', 'rpc'),
      { attempt: 'wrong_way', computer: 'far1' },
      ...roundWithout('near1', 'rpc'),
    ],
    faults: [],
  },
];
