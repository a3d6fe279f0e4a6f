/** Refused, silent, alone: what a first or a single packet does not decide. */
import { SECOND } from '../../captures/recipes/craft/wire.js';
import { nodeStatusQuery, nodeStatusReply } from '../../captures/recipes/payload/netbios.js';
import { ping } from '../../captures/recipes/round.js';
import { NO_135, NO_SMB, SERVED } from './situation.js';
import type { Situation } from './situation.js';

const IN_VAIN = '>S +3 >S! +6 >S!';

const ACCEPTED_AFTER: readonly Situation[] = [
  {
    kind: 'refused-then-accepted',
    title: 'a nearer device resets each SYN to 135, IPv6, and the SYN-ACK of the host comes all the same',
    ipv6: true,
    services: NO_135,
    play: (stage) => {
      const near = { ...stage.peer, hops: 0, ttl: 64 };
      for (const at of [3, 9, 15]) stage.call(135, { by: { near } }).play(`>S <RA@near <SA >A ${SERVED}`, at);
    },
    cells: [{ rule: 'ua-135', verdict: 'degraded', place: 'path', says: /Reset at first/ }],
    causes: 'reset_sender reset_at_first network_team',
  },
  {
    kind: 'refused-then-accepted',
    title: 'this server refuses 9004 for half a minute and serves it then',
    services: { server: 'absent' },
    play: (stage) => {
      for (const at of [3, 13, 23]) stage.report().play('>S <RA +0.5 >S! <RA +0.5 >S! <RA', at);
      for (const at of [40, 50, 60]) stage.report().play(`>S <SA >A ${SERVED}`, at);
    },
    cells: [{ rule: 'ua-9004-in', verdict: 'working', says: /3 earlier attempts failed/ }],
    causes: '',
  },
  {
    kind: 'refused-then-accepted',
    title: 'a router prohibits the first SYN to 445, once',
    services: NO_SMB,
    play: (stage) => {
      const talk = stage.call(445).play('>S', 3);
      stage.icmp(talk.sent.at(-1), 3, 10, { at: 3 });
      talk.play(`>S! <SA >A ${SERVED}`, 4);
    },
    cells: [{ rule: 'ua-smb-rpc', verdict: 'working', confidence: 'high' }],
    causes: '',
  },
  {
    kind: 'refused-then-accepted',
    title: 'the dynamic port refuses two of three tries',
    services: { scm: 'absent', wmi: 'absent', activation: 'absent' },
    play: (stage) => stage.call(49671).play(`>S <RA +0.5 >S! <RA +0.5 >S! <SA >A ${SERVED}`, 3.5),
    cells: [{ rule: 'ua-wmi-dynamic', verdict: 'working' }],
  },
  {
    kind: 'refused-then-accepted',
    title: '445 refuses the first SYN of each connection, IPv6',
    ipv6: true,
    services: NO_SMB,
    play: (stage) => [3, 13].forEach((at) => stage.call(445).play(`>S <RA +0.5 >S! <SA >A ${SERVED}`, at)),
    cells: [{ rule: 'ua-smb-rpc', verdict: 'degraded', says: /Reset at first/ }],
    causes: 'port reset_at_first computer_admin',
  },
  {
    kind: 'refused-then-accepted',
    title: '137 is answered when it is asked again',
    services: { nbns: 'absent' },
    play: ({ wire, server, peer }) => {
      for (const at of [3, 6]) wire.udp(at * SECOND, server, 137, peer, 137, nodeStatusQuery(7));
      const reply = nodeStatusReply(7, 'WS01', 'EXAMPLE', peer.mac);
      wire.udp(6.002 * SECOND, peer, 137, server, 137, reply);
    },
    cells: [{ rule: 'ua-udp-137', verdict: 'working' }],
  },
];

const ALONE: readonly Situation[] = [
  {
    kind: 'lone-silence',
    title: 'one SYN to 445 among successes, IPv6',
    ipv6: true,
    play: (stage) => {
      stage.round(20, ['smb']);
      stage.call(445).play('>S', 40);
    },
    cells: [{ rule: 'ua-smb-rpc', verdict: 'degraded', confidence: 'low' }],
    headlineNever: /Allow TCP/,
  },
  {
    kind: 'lone-silence',
    title: 'one SYN to 9004 between successes',
    play: (stage) => {
      stage.round(20, ['server']);
      stage.report().play('>S', 40);
      stage.round(60, ['server']);
    },
    cells: [{ rule: 'ua-9004-in', verdict: 'degraded', confidence: 'low' }],
    headlineNever: /Allow TCP/,
  },
  {
    kind: 'lone-silence',
    title: 'one ping of eight without an answer',
    play: ({ wire, server, peer }) => {
      for (let i = 0; i < 8; i++) ping(wire, server, peer, 10 + i, i !== 4);
    },
    cells: [{ rule: 'ua-icmp', verdict: 'working' }],
  },
  {
    kind: 'lone-silence',
    title: 'one SYN is all that 9003 was ever sent',
    services: { agent: 'absent' },
    play: (stage) => stage.call(9003).play('>S', 40),
    cells: [{ rule: 'ua-9003', verdict: 'blocked', confidence: 'low' }],
  },
];

const ANSWERS_OTHERWISE: readonly Situation[] = [
  {
    kind: 'host-that-answers',
    title: 'all is silent, and 139 is refused',
    services: { ...NO_135, ...NO_SMB, agent: 'absent', server: 'absent', ping: 'silent', nbns: 'absent' },
    play: (stage) => {
      stage.call(9003).play(IN_VAIN, 5);
      stage.call(445).play(IN_VAIN, 6);
      stage.call(139).play('>S <RA', 7);
    },
    cells: [{ rule: 'ua-9003', host: '10.20.1.21', verdict: 'blocked', says: /refuses other ports/ }],
    never: /nothing of (?:this computer|it) answers|is down/i,
  },
  {
    kind: 'host-that-answers',
    title: 'nothing of it answers, IPv6, and it reports to 9004 meanwhile',
    ipv6: true,
    services: { ...NO_135, ...NO_SMB, agent: 'absent', ping: 'silent' },
    play: (stage) => [9003, 135, 445, 139].forEach((port, i) => stage.call(port).play(IN_VAIN, 6 + i * 0.1)),
    cells: [{ rule: 'ua-9003', verdict: 'blocked' }],
    never: /nothing of (?:this computer|it) answers|is down/i,
  },
  {
    kind: 'host-that-answers',
    title: 'the required ports are silent, its Remote Desktop serves',
    services: { ...NO_135, ...NO_SMB, agent: 'absent', server: 'absent', ping: 'silent', nbns: 'absent' },
    play: (stage) => {
      [9003, 135].forEach((port, i) => stage.call(port).play(IN_VAIN, 6 + i * 0.1));
      stage.call(3389).play(`>S <SA >A ${SERVED}`, 12);
    },
    cells: [{ rule: 'ua-135', host: '10.20.1.21', verdict: 'blocked', says: /answers on other ports/ }],
    never: /nothing of (?:this computer|it) answers|is down/i,
  },
];

const PRESUMED: readonly Situation[] = [
  {
    kind: 'presumed-rpc',
    title: 'a port test of 135, then a silent and a refused high port',
    services: NO_135,
    play: (stage) => {
      stage.call(135).play('>S <SA >A +0.1 >F <F >A', 5);
      stage.call(5001).play(IN_VAIN, 6);
      stage.call(49701).play('>S <RA +0.5 >S! <RA', 7);
    },
    cells: [{ rule: 'ua-wmi-dynamic', verdict: 'not_observed' }],
    causes: '',
  },
  {
    kind: 'presumed-rpc',
    title: '135 is silent, then a high port is refused, IPv6',
    ipv6: true,
    services: NO_135,
    play: (stage) => {
      stage.call(135).play(IN_VAIN, 5);
      stage.call(49701).play('>S <RA +0.5 >S! <RA', 17);
    },
    cells: [{ rule: 'ua-wmi-dynamic', verdict: 'not_observed' }],
    causes: 'port silent computer_admin',
  },
];

export const REFUSED: readonly Situation[] = [...ACCEPTED_AFTER, ...ALONE, ...ANSWERS_OTHERWISE, ...PRESUMED];
