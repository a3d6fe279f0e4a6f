/** One computer is not one address, and one address not one computer. */
import { computer6, dc01 } from '../../captures/recipes/craft/hosts.js';
import { hex } from '../../captures/recipes/craft/bytes.js';
import { userActivityRound } from '../../captures/recipes/round.js';
import type { RoundOptions } from '../../captures/recipes/round.js';
import { at } from './situation.js';
import type { Situation } from './situation.js';

const REPORTS_ONLY: RoundOptions['services'] = {
  ping: 'absent',
  nbns: 'absent',
  nbds: 'absent',
  epm: 'absent',
  scm: 'absent',
  activation: 'absent',
  wmi: 'absent',
  smb: 'absent',
  session: 'absent',
  agent: 'absent',
};

export const WHO: readonly Situation[] = [
  {
    kind: 'which-computer',
    title: 'it reports by IPv4 and is called by IPv6 alone',
    services: REPORTS_ONLY,
    play: ({ wire, server }) => {
      const other = at(server, '2001:db8:20::10', { nextPort: 51_000 });
      const dc = at(dc01(), '2001:db8:20::5');
      userActivityRound(wire, other, computer6(1), { at: 10, services: { server: 'absent' } }, dc);
    },
    computers: ['WS01', 'WS02'],
    exit: 0,
  },
  {
    kind: 'which-computer',
    title: 'it has another address from the middle on, IPv6, and is called there',
    ipv6: true,
    play: ({ wire, server, peer }) => {
      userActivityRound(wire, server, at(peer, '2001:db8:21::77', { nextPort: 52_000 }), { at: 50 });
    },
    computers: ['WS01', 'WS02'],
    says: /2001:db8:21::77 is the computer with .*introduce themselves as ws01\.example\.test/,
  },
  {
    kind: 'which-computer',
    title: 'it reports from a new address, and the old one is called in vain',
    play: (stage) => {
      const { wire, server, peer } = stage;
      const moved = at(peer, '10.20.1.77', { nextPort: 52_000 });
      userActivityRound(wire, server, moved, { at: 100, only: ['server'] });
      stage.talk(server, peer, 9003).play('>S +3 >S! +6 >S!', 110);
      userActivityRound(wire, server, moved, { at: 130, only: ['server'] });
    },
    computers: ['WS01', 'WS02'],
    cells: [
      {
        rule: 'ua-9003',
        verdict: 'degraded',
        says: /heard from 10\.20\.1\.77/,
        never: /answers on other ports/,
      },
    ],
    causes: 'port unheard_address dns_admin',
  },
  {
    kind: 'which-computer',
    title: 'three agents behind one address, IPv6',
    ipv6: true,
    play: ({ wire, server }) => {
      for (const [i, name] of ['PC-A', 'PC-B', 'PC-C'].entries()) {
        const agent = { ...computer6(9), name, ip: '2001:db8:9::1', nextPort: 53_000 + i * 100 };
        userActivityRound(wire, server, agent, { at: 10 + i * 3, only: ['server'] });
      }
    },
    says: /PC-A.*PC-B.*PC-C/,
  },
  {
    kind: 'which-computer',
    title: 'a third line of the list is a third computer, seen or not',
    listed: ['name', 'ws01.example.test', '10.20.1.22', 'ws03.example.test'],
    play: () => undefined,
    computers: ['WS01', 'WS02', 'WS03'],
  },
  {
    kind: 'which-computer',
    title: 'neighbours behind one router that bear different names stay two',
    play: ({ wire, server, peer }) => {
      const twin = at(peer, '10.20.1.29', { name: 'WS01B', mac: hex('00155d0a1431'), nextPort: 52_000 });
      userActivityRound(wire, server, twin, { at: 20 });
    },
    computers: ['WS01', 'WS01B', 'WS02'],
  },
];
