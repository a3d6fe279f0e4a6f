/** Answers from elsewhere, and which of the hosts this server is. */
import { computer, computer6 } from '../../captures/recipes/craft/hosts.js';
import { hex } from '../../captures/recipes/craft/bytes.js';
import { asPcap } from '../../captures/recipes/craft/wire.js';
import type { Host } from '../../captures/recipes/craft/wire.js';
import { userActivityRound } from '../../captures/recipes/round.js';
import { NO_135, NO_SMB, at } from './situation.js';
import type { Situation, Stage } from './situation.js';

/** A host of the server's own segment that is none of the players. */
function stranger({ server, ipv6 }: Stage): Host {
  const ip = ipv6 ? '2001:db8:20::77' : '10.20.0.66';
  return at(server, ip, { name: 'MON', mac: hex('00155d0a1477'), nextPort: 50_000 });
}

const ANSWERED_ELSEWHERE: readonly Situation[] = [
  {
    kind: 'stray-answers',
    title: 'this server answers 9004 from its second address',
    services: { server: 'absent' },
    play: (stage) => {
      const own = at(stage.server, '10.20.5.10');
      const talk = stage.report(9004, { by: { own } });
      talk.play('>S <SA@own >R~own +1 >S! <SA!@own >R!~own +2 >S! <SA!@own >R!~own', 5);
    },
    cells: [{ rule: 'ua-9004-in', verdict: 'blocked', place: 'this_server', says: /10\.20\.5\.10/ }],
    causes: 'port answered_elsewhere server_admin',
    computers: ['WS01', 'WS02'],
  },
  {
    kind: 'stray-answers',
    title: '445 is answered 8 s later from another address, IPv6',
    ipv6: true,
    services: NO_SMB,
    play: (stage) => {
      const other = at(stage.peer, '2001:db8:5::21');
      stage.call(445, { by: { other } }).play('>S +3 >S! +5 <SA@other >R~other', 5);
    },
    cells: [{ rule: 'ua-smb-rpc', verdict: 'inconclusive|blocked', says: /2001:db8:5::21/ }],
    computers: ['WS01', 'WS02'],
  },
  {
    kind: 'stray-answers',
    title: 'thirty strangers send SYN-ACKs from 135, IPv6, to which nobody says a word',
    ipv6: true,
    play: (stage) => {
      for (let i = 1; i <= 30; i++) {
        const other = at(stage.peer, `2001:db8:99::${i}`, { name: '' });
        stage.talk(stage.server, other, 135).play('<SA +1 <SA! +2 <SA!', 5 + i * 0.3);
      }
    },
    cells: [{ rule: 'ua-135', verdict: 'working' }],
    causes: '',
    computers: ['WS01', 'WS02'],
    quality: ['-one_direction_only'],
  },
  {
    kind: 'stray-answers',
    title: 'strangers send SYN-ACKs from 9003, and this server resets them',
    play: (stage) => {
      for (let i = 1; i <= 10; i++) {
        stage.talk(stage.server, at(stage.peer, `198.51.100.${i}`, { name: '' }), 9003).play('<SA >R', 5 + i);
      }
    },
    causes: '',
    computers: ['WS01', 'WS02'],
  },
];

const MORE_STRAYS: readonly Situation[] = [
  {
    kind: 'stray-answers',
    title: 'the SYN-ACKs of 135 come from another address, IPv6',
    ipv6: true,
    services: NO_135,
    play: (stage) => {
      const other = at(stage.peer, '2001:db8:21::99');
      stage.call(135, { by: { other } }).play('>S <SA@other +1 >S! <SA!@other +2 >S! <SA!@other', 3);
    },
    cells: [{ rule: 'ua-135', verdict: 'blocked', says: /Wrong address.*2001:db8:21::99/ }],
    causes: 'port answered_elsewhere computer_admin',
  },
];

const WHICH_SERVER: readonly Situation[] = [
  {
    kind: 'which-server',
    title: 'on a mirror a station reads thirty hosts by RPC and SMB, IPv6',
    ipv6: true,
    play: (stage) => {
      const station = stranger(stage);
      for (let i = 30; i < 60; i++) {
        const host = at(computer6(i), `2001:db8:21::${i}`);
        userActivityRound(stage.wire, station, host, { at: 3 + i, only: ['epm', 'scm', 'smb'] });
      }
    },
    servers: ['2001:db8:20::10'],
    computers: ['WS01', 'WS02'],
  },
  {
    kind: 'which-server',
    title: 'a scanner is refused on 9003 by two hundred hosts',
    play: (stage) => {
      const scanner = stranger(stage);
      for (let i = 1; i <= 200; i++) {
        stage.talk(scanner, at(computer(3), `10.20.7.${i}`), 9003).play('>S <RA', 5 + i * 0.1);
      }
    },
    servers: ['10.20.0.10'],
    computers: ['WS01', 'WS02'],
  },
  {
    kind: 'which-server',
    title: 'a scanner connects to 9003 of two hundred hosts and resets',
    play: (stage) => {
      const scanner = stranger(stage);
      for (let i = 1; i <= 200; i++) {
        stage.talk(scanner, at(computer(3), `10.20.7.${i}`), 9003).play('>S <SA >A >RA', 5 + i * 0.1);
      }
    },
    servers: ['10.20.0.10'],
    computers: ['WS01', 'WS02'],
  },
  {
    kind: 'which-server',
    title: 'a second Auditor Server on a mirror is named',
    play: ({ wire, server }) => {
      const second = at(server, '10.30.0.10', { name: 'NAS02', mac: hex('00155d0a1499'), nextPort: 50_000 });
      userActivityRound(wire, second, at(computer(7), '10.30.1.7'), { at: 10 });
    },
    servers: ['10.20.0.10'],
    says: /10\.30\.0\.10.*--server/,
  },
  {
    kind: 'which-server',
    title: 'captured where one computer alone is seen',
    play: () => undefined,
    files: (frames) => {
      const second = Buffer.from([10, 20, 1, 22]);
      return [asPcap(frames.filter(({ bytes }) => !Buffer.from(bytes).includes(second)))];
    },
    servers: ['10.20.0.10'],
    computers: ['WS01'],
  },
  {
    kind: 'which-server',
    title: 'this server has agents by both IP versions',
    play: ({ wire, server }) => {
      const other = at(server, '2001:db8:20::10', { nextPort: 51_000 });
      userActivityRound(wire, other, computer6(5), { at: 10 });
      userActivityRound(wire, other, computer6(6), { at: 12 });
    },
    servers: ['10.20.0.10', '2001:db8:20::10'],
    computers: ['WS01', 'WS02', 'WS05', 'WS06'],
    exit: 0,
  },
];

export const STRAYS: readonly Situation[] = [...ANSWERED_ELSEWHERE, ...MORE_STRAYS, ...WHICH_SERVER];
