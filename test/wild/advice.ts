/** What ICMP says, who is to blame, what is to be done first, and what is no finding at all. */
import { be16, be32, concat, text, zeros } from '../../captures/recipes/craft/bytes.js';
import { addressBytes } from '../../captures/recipes/craft/frame.js';
import { computer, computer6 } from '../../captures/recipes/craft/hosts.js';
import { SECOND, asPcap, quotation } from '../../captures/recipes/craft/wire.js';
import { rdpConfirm, rdpRequest } from '../../captures/recipes/payload/small.js';
import { Direction } from '../../src/capture/frames/frame.js';
import { later } from './later.js';
import { NO_135, NO_SMB, SERVED, at } from './situation.js';
import type { Situation, Stage } from './situation.js';

const TIMES = [3, 6, 12] as const;
/** Another host's packets in the name of this one, from the server's own segment. */
const near = (stage: Stage, ttl = 64) => ({ by: { near: { ...stage.peer, hops: 0, ttl } } });

const ICMP: readonly Situation[] = [
  {
    kind: 'icmp-evidence',
    title: "this server's SYN-ACKs circle until their hops are used up",
    services: { server: 'absent' },
    play: (stage) => {
      const talk = stage.report();
      for (const [i, now] of [3, 4, 6].entries()) {
        talk.play(i === 0 ? '>S <SA' : '>S! <SA!', now);
        stage.icmp(talk.sent.at(-1), 11, 0, { at: now + 0.001 });
      }
    },
    cells: [{ rule: 'ua-9004-in', verdict: 'blocked', says: /Not completed.*10\.20\.0\.1/ }],
    causes: 'icmp_sender unfinished network_team',
  },
  {
    kind: 'icmp-evidence',
    title: 'SYNs to 445 circle over IPv6, and come through later',
    ipv6: true,
    services: NO_SMB,
    play: (stage) => {
      for (const now of [3, 4, 6]) stage.rejected(stage.call(445), [now], 3, 0);
      stage.call(445).play(`>S <SA >A ${SERVED}`, 30);
    },
    cells: [{ rule: 'ua-smb-rpc', verdict: 'working', says: /3 earlier attempts failed/ }],
    causes: '',
  },
  {
    kind: 'icmp-evidence',
    title: 'a router rejects 445 and 139 by its policy, IPv6',
    ipv6: true,
    services: NO_SMB,
    play: (stage) => [445, 139].forEach((port) => stage.rejected(stage.call(port), TIMES, 1, 5)),
    cells: [{ rule: 'ua-smb-rpc', verdict: 'blocked', place: 'path', says: /2001:db8:20::1/ }],
    causes: 'icmp_sender rejected network_team',
  },
  {
    kind: 'icmp-evidence',
    title: 'the computer itself prohibits 135',
    services: NO_135,
    play: (stage) => stage.rejected(stage.call(135), TIMES, 3, 10, { by: stage.peer }),
    cells: [{ rule: 'ua-135', verdict: 'blocked', place: 'remote_host' }],
    causes: 'port rejected computer_admin',
  },
  {
    kind: 'icmp-evidence',
    title: 'SYNs to 135 are redirected to a gateway from which nothing comes, IPv6',
    ipv6: true,
    services: NO_135,
    play: (stage) => {
      const talk = stage.call(135);
      for (const now of TIMES) {
        talk.play(now === TIMES[0] ? '>S' : '>S!', now);
        const about = talk.sent.at(-1)!;
        // RFC 4861 §4.5: target, destination, and the redirected packet as an option.
        const body = (): Uint8Array => {
          const ends = concat(addressBytes('2001:db8:20::2'), addressBytes(stage.peer.ip));
          const quoted = quotation(about);
          const padded = concat(quoted, zeros(-quoted.length & 7));
          return concat(ends, Uint8Array.of(4, 1 + padded.length / 8), zeros(6), padded);
        };
        const message = { type: 137, code: 0, rest: zeros(4), body };
        stage.wire.icmp((now + 0.001) * SECOND, stage.gateway, stage.server, message);
      }
    },
    cells: [{ rule: 'ua-135', verdict: 'blocked', says: /2001:db8:20::2/ }],
    causes: 'port silent network_team',
  },
  {
    kind: 'icmp-evidence',
    title: "this server's answers on 9004 are too big for the next hop, and are sent again as large",
    services: { server: 'absent' },
    play: (stage) => {
      const talk = stage.report().play('>S <SA >A >P120 <P90 >A', 3);
      for (const now of [3.2, 3.6, 4.4, 6, 9.2]) {
        talk.play(now === 3.2 ? '<P1460?' : '<P1460!?', now);
        stage.icmp(talk.sent.at(-1), 3, 4, { at: now, rest: be16(0, 1300) });
      }
    },
    cells: [{ rule: 'ua-9004-in', verdict: 'degraded', place: 'path', says: /1300 bytes/ }],
    causes: 'path_mtu large_segments_lost network_team',
  },
  {
    kind: 'icmp-evidence',
    title: 'packet too big over IPv6 that is heeded is no fault',
    ipv6: true,
    services: NO_SMB,
    play: (stage) => {
      const talk = stage.call(445).play('>S <SA >A >P120 <P90 >P1440?', 3);
      stage.icmp(talk.sent.at(-1), 2, 0, { at: 3.01, rest: be32(1280) });
      talk.play('>P1220! <A >P220 <P80 >F <F >A', 3.1);
    },
    cells: [{ rule: 'ua-smb-rpc', verdict: 'working', confidence: 'high' }],
    causes: '',
  },
];

const PARTY: readonly Situation[] = [
  {
    kind: 'wrong-advice',
    title: 'the SYN-ACK of 9003 acknowledges another SYN, IPv6',
    ipv6: true,
    services: { agent: 'absent' },
    play: (stage) => {
      const talk = stage.call(9003);
      for (const [i, now] of [3, 4, 6].entries())
        talk.play(`>S${i > 0 ? '!' : ''} <SA=300/777 >R=777/0`, now);
    },
    cells: [
      { rule: 'ua-9003', verdict: 'blocked', says: /Wrong answer/, never: /originator (?:itself )?reset/ },
    ],
    causes: 'port unfit_answer network_team',
  },
  {
    kind: 'wrong-advice',
    title: '445 answers after 22 s, IPv6, when nobody waits any more',
    ipv6: true,
    services: NO_SMB,
    play: (stage) =>
      [3, 40].forEach((now) => stage.call(445).play('>S +1 >S! +2 >S! +4 >S! +15 <SA >R', now)),
    cells: [{ rule: 'ua-smb-rpc', verdict: 'inconclusive', says: /late, 22\.0 s after the SYN/ }],
  },
  {
    kind: 'wrong-advice',
    title: 'a device with TTL 255 resets 9003 after the first data',
    services: { agent: 'absent' },
    play: (stage) => {
      for (const now of [3, 13, 23]) stage.call(9003, near(stage, 255)).play('>S <SA >A >P60? <R@near', now);
    },
    cells: [{ rule: 'ua-9003', verdict: 'blocked', place: 'path' }],
    causes: 'reset_sender not_serving network_team',
  },
  {
    kind: 'wrong-advice',
    title: 'a proxy accepts 135 in the name of the host and resets it 3 s after the data',
    services: NO_135,
    play: (stage) => {
      for (const now of [3, 13, 23]) {
        stage.call(135, near(stage)).play('>S <SA@near >A >P72? +3 <R@near', now);
      }
    },
    cells: [{ rule: 'ua-135', verdict: 'blocked', place: 'path', never: /too few/ }],
    causes: 'reset_sender not_serving network_team',
  },
  {
    kind: 'wrong-advice',
    title: 'two files hold the same traffic 40 ms apart',
    play: () => undefined,
    files: (frames) => [asPcap(frames), asPcap(frames.map((frame) => later(frame, 0.04)))],
    cells: [{ rule: 'ua-9003', verdict: 'working', confidence: 'high' }],
    causes: '',
    quality: ['duplicate_packets'],
  },
  {
    kind: 'wrong-advice',
    title: 'an ACK of an older connection before each SYN-ACK of 445, IPv6',
    ipv6: true,
    services: NO_SMB,
    play: (stage) => {
      for (const now of [3, 13, 23])
        stage.call(445).play(`>S <A=700/55 >R=55/0 +1 >S! <SA >A ${SERVED}`, now);
    },
    cells: [
      {
        rule: 'ua-smb-rpc',
        verdict: 'degraded',
        says: /older connection/,
        never: /overload|lost on the way/,
      },
    ],
    causes: 'port old_connection_answers computer_admin',
  },
  {
    kind: 'wrong-advice',
    title: 'a session on 9004 is cut in the middle of a talk, IPv6: no idle timeout is to blame',
    ipv6: true,
    services: { server: 'absent' },
    play: (stage) => {
      const talk = stage.report().play('>S <SA >A', 3);
      for (let i = 0; i < 20; i++) talk.play('>P100 <P60', 4 + i);
      talk.play('<P60? +0.3 <P60!? +0.6 <P60!? +1.2 <P60!? +2.4 <P60!?', 24);
    },
    cells: [
      { rule: 'ua-9004-in', verdict: 'degraded', says: /Cut off.*no long silence/, never: /idle|timeout/i },
    ],
    causes: 'port session_cut_silently network_team',
  },
  {
    kind: 'wrong-advice',
    title: 'a session on 9004 is reset from nearer after three hours of silence',
    services: { server: 'absent' },
    play: (stage) => {
      const talk = stage.report(9004, near(stage));
      talk.play('>S <SA >A >P100 <P60 >P100 <P60 >P100 <P60 >A +10800 <P60 >R@near', 3);
    },
    cells: [{ rule: 'ua-9004-in', verdict: 'degraded', place: 'path', says: /3 h|180 min/ }],
    causes: 'reset_sender session_cut_by_reset network_team',
  },
];

const HEADLINE: readonly Situation[] = [
  {
    kind: 'headline',
    title: 'nothing that this server receives is in the capture',
    play: () => undefined,
    files: (frames) => [asPcap(frames.filter(({ direction }) => direction === Direction.Outbound))],
    headline: /both directions/,
    headlineNever: /15 minutes/,
  },
  {
    kind: 'headline',
    title: 'nothing that this server sends is in the capture, IPv6',
    ipv6: true,
    play: () => undefined,
    files: (frames) => [asPcap(frames.filter(({ direction }) => direction === Direction.Inbound))],
    headline: /both directions/,
    headlineNever: /15 minutes/,
  },
  {
    kind: 'headline',
    title: '9003 is accepted each time when the SYN comes again',
    services: { agent: 'absent' },
    play: (stage) => [3, 13, 23].forEach((now) => stage.call(9003).play(`>S +3 >S! <SA >A ${SERVED}`, now)),
    headline: /slow/i,
    headlineNever: /does not work/,
    causes: 'port slow_handshake computer_admin',
  },
];

const NETWORKS: readonly Situation[] = [
  {
    kind: 'subnet-fault',
    title: '9003 is silent for the four of a /64, and works elsewhere',
    ipv6: true,
    play: (stage) => {
      for (let i = 1; i <= 4; i++) {
        const host = at(computer6(40 + i), `2001:db8:44::${i}`);
        stage.talk(stage.server, host, 9003).play('>S +3 >S! +6 >S!', 3 + i * 0.1);
        stage.talk(host, stage.server, 9004).play(`>S <SA >A ${SERVED}`, 20 + i);
      }
    },
    causes: 'subnet silent network_team',
    says: /2001:db8:44::\/64/,
  },
  {
    kind: 'subnet-fault',
    title: 'this server lets nobody of one network in on 9004',
    play: (stage) => {
      for (let i = 1; i <= 5; i++) {
        const host = at(computer(1), `10.20.44.${i}`, { name: `PC${i}` });
        stage.talk(host, stage.server, 9004).play('>S +3 >S! +6 >S!', 3 + i * 0.1);
        stage.talk(stage.server, host, 9003).play(`>S <SA >A ${SERVED}`, 20 + i);
      }
    },
    causes: 'subnet silent server_admin',
  },
  {
    kind: 'subnet-fault',
    title: 'a group of the list has no network in common, and is silent on 135',
    listed: ['name,group', '10.20.44.1,Lab', '10.21.55.2,Lab', '10.22.66.3,Lab', '10.20.1.21,Office'],
    play: (stage) => {
      for (const ip of ['10.20.44.1', '10.21.55.2', '10.22.66.3']) {
        const host = at(computer(1), ip, { name: '' });
        stage.talk(stage.server, host, 135).play('>S +3 >S! +6 >S!', 3);
        stage.talk(stage.server, host, 9003).play(`>S <SA >A ${SERVED}`, 20);
      }
    },
    causes: 'subnet silent network_team',
    says: /to Lab: no answer for 3 of its 3 computers/,
  },
];

const WEB = {
  get: text('GET / HTTP/1.1\r\nHost: ws01\r\n\r\n'),
  page: text('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
  rdp: rdpRequest('admin'),
  confirm: rdpConfirm(),
} as const;

const ORDINARY: readonly Situation[] = [
  {
    kind: 'ordinary-life',
    title: "the admin's session, updates, activation, management and monitoring agents",
    play: (stage) => {
      const [admin, service] = [at(computer(9), '10.20.2.9'), at(computer(8), '10.20.3.8')];
      stage.talk(admin, stage.server, 3389, { bytes: WEB }).play('>S <SA >A >P:rdp <P:confirm >P40 <P60', 20);
      [8530, 5985, 1688, 10123, 5723, 10051].forEach((port, i) =>
        stage.talk(stage.server, service, port).play(`>S <SA >A ${SERVED}`, 21 + i),
      );
      [10050, 5986].forEach((port, i) =>
        stage.talk(admin, stage.server, port).play(`>S <SA >A ${SERVED}`, 40 + i),
      );
    },
    unexpected: 0,
    exit: 0,
    computers: ['WS01', 'WS02'],
  },
  {
    kind: 'ordinary-life',
    title: "recordings are read from this server's share, IPv6",
    ipv6: true,
    play: (stage) => {
      const reader = at(computer6(9), '2001:db8:22::9', { name: '' });
      stage.talk(reader, stage.server, 445).play(`>S <SA >A ${SERVED}`, 20);
    },
    unexpected: 0,
    exit: 0,
  },
  {
    kind: 'ordinary-life',
    title: 'plain HTTP on 8080 of a computer is no storage',
    play: (stage) => stage.call(8080, { bytes: WEB }).play('>S <SA >A >P:get <P:page >A >F <F >A', 20),
    never: /Isilon/,
    exit: 0,
  },
];

export const ADVICE: readonly Situation[] = [...ICMP, ...PARTY, ...HEADLINE, ...NETWORKS, ...ORDINARY];
