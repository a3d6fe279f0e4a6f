/** Connections that are accepted: who closes them, what is asked on them, what is served. */
import { hex, text } from '../../captures/recipes/craft/bytes.js';
import { bind, EPMAPPER } from '../../captures/recipes/payload/dce-rpc.js';
import { NO_135, NO_SMB } from './situation.js';
import type { Situation } from './situation.js';

export const BYTES = {
  hello: hex(`16030100310100002d0303${'11'.repeat(32)}000002130101000000`),
  alert: hex('15030100020246'),
  get: text('GET / HTTP/1.1\r\nHost: nas01:9004\r\nUser-Agent: Mozilla/5.0\r\n\r\n'),
  ssh: text('SSH-2.0-OpenSSH_9.2p1\r\n'),
  ldap: hex('300c020101600702010304008000'),
  bind: bind(1, EPMAPPER),
} as const;

const PORT_TESTS: readonly Situation[] = [
  {
    kind: 'client-closed-first',
    title: 'a port test of 135, IPv6, whose FIN is answered by a RST',
    ipv6: true,
    services: NO_135,
    play: (stage) => stage.call(135).play('>S <SA >A +0.3 >F <RA', 3),
    cells: [{ rule: 'ua-135', verdict: 'working', confidence: 'medium' }],
    causes: '',
  },
  {
    kind: 'client-closed-first',
    title: 'a port test of 9004 whose FIN nobody answers any more',
    services: { server: 'absent' },
    play: (stage) => stage.report().play('>S <SA >A +0.3 >F +0.3 >F! +0.6 >F! +1.2 >F! +2.4 >F!', 3),
    cells: [{ rule: 'ua-9004-in', verdict: 'working', confidence: 'medium' }],
  },
  {
    kind: 'client-closed-first',
    title: 'port tests of 9003, IPv6, that end by RST',
    ipv6: true,
    services: { agent: 'absent' },
    play: (stage) => [3, 8, 13].forEach((at) => stage.call(9003).play('>S <SA >A >RA', at)),
    cells: [{ rule: 'ua-9003', verdict: 'working', confidence: 'medium' }],
  },
  {
    kind: 'client-closed-first',
    title: 'a half-open scan of 445, which the scanner resets itself',
    services: NO_SMB,
    play: (stage) => [3, 8].forEach((at) => stage.call(445).play('>S <SA >R', at)),
    cells: [
      { rule: 'ua-smb-rpc', verdict: 'inconclusive', says: /originator answered the SYN-ACK with a RST/ },
    ],
    causes: '',
  },
  {
    kind: 'client-closed-first',
    title: 'data both ways on 9003, then the FIN of this server is answered by a RST',
    services: { agent: 'absent' },
    play: (stage) => [3, 8].forEach((at) => stage.call(9003).play('>S <SA >A >P40 <P60 >A >F <R', at)),
    cells: [{ rule: 'ua-9003', verdict: 'working', confidence: 'high' }],
  },
  {
    kind: 'client-closed-first',
    title: 'request and FIN at once on 9003, IPv6, and the answer behind the FIN',
    ipv6: true,
    services: { agent: 'absent' },
    play: (stage) => stage.call(9003).play('>S <SA >A >P40 >F <A +0.2 <P30 <F >A', 3),
    cells: [{ rule: 'ua-9003', verdict: 'working', confidence: 'high' }],
  },
];

const ASKED: readonly Situation[] = [
  {
    kind: 'client-side-claims',
    title: 'a TLS hello that 9003 never answers, beside a session in its own language',
    play: (stage) => stage.call(9003, { bytes: BYTES }).play('>S <SA >A >P:hello <A +20 >F <F >A', 20),
    cells: [{ rule: 'ua-9003', verdict: 'working', confidence: 'high', never: /TLS/ }],
    causes: '',
  },
  {
    kind: 'client-side-claims',
    title: 'an LDAP bind to 135 and an SSH greeting to 445, IPv6, that nobody answers',
    ipv6: true,
    services: { ...NO_135, ...NO_SMB },
    play: (stage) => {
      stage.call(135, { bytes: BYTES }).play('>S <SA >A >P:ldap <A +8 >F <F >A', 5);
      stage.call(445, { bytes: BYTES }).play('>S <SA >A >P:ssh <A +8 >F <F >A', 6);
    },
    cells: [
      { rule: 'ua-135', verdict: 'working', confidence: 'medium', never: /LDAP/i },
      { rule: 'ua-smb-rpc', verdict: 'working', confidence: 'medium', never: /SSH/i },
    ],
  },
  {
    kind: 'client-side-claims',
    title: 'a browser that this server resets on 9004',
    services: { server: 'absent' },
    play: (stage) => stage.report(9004, { bytes: BYTES }).play('>S <SA >A >P:get <A <RA', 20),
    cells: [{ rule: 'ua-9004-in', verdict: 'working', confidence: 'medium', never: /HTTP/ }],
  },
];

const NOT_SERVED: readonly Situation[] = [
  {
    kind: 'accepted-not-served',
    title: '9003 takes bytes that nobody can read and closes, IPv6: nothing is proven',
    ipv6: true,
    services: { agent: 'absent' },
    play: (stage) => [5, 15].forEach((at) => stage.call(9003).play('>S <SA >A >P72 <A <F >A >F <A', at)),
    cells: [{ rule: 'ua-9003', verdict: 'inconclusive', says: /not known to be of this service/ }],
    headlineNever: /Nothing to do|Every required port works/,
    causes: '',
  },
  {
    kind: 'accepted-not-served',
    title: '9003 of WS01 resets each TLS hello, and other agents speak another language',
    services: { agent: 'absent' },
    play: (stage) =>
      [5, 15, 25].forEach((at) => stage.call(9003, { bytes: BYTES }).play('>S <SA >A >P:hello <RA', at)),
    cells: [{ rule: 'ua-9003', verdict: 'inconclusive', never: /TLS instead/ }],
    headline: /which program listens/,
    causes: '',
  },
  {
    kind: 'accepted-not-served',
    title: '135 acknowledges each bind and closes without a byte, IPv6',
    ipv6: true,
    services: NO_135,
    play: (stage) =>
      [5, 15].forEach((at) => stage.call(135, { bytes: BYTES }).play('>S <SA >A >P:bind <A <F >A >F <A', at)),
    cells: [{ rule: 'ua-135', verdict: 'blocked', place: 'remote_host', says: /Not served/ }],
    causes: 'port not_serving computer_admin',
  },
  {
    kind: 'accepted-not-served',
    title: 'this server acknowledges no byte on 9004, IPv6',
    ipv6: true,
    services: { server: 'absent' },
    play: (stage) =>
      [5, 30].forEach((at) =>
        stage.report().play('>S <SA >A >P50? +0.3 >P50!? +0.6 >P50!? +1.2 >P50!? +2.4 >P50!? +4 >RA', at),
      ),
    cells: [{ rule: 'ua-9004-in', verdict: 'blocked', says: /no byte sent on it was ever acknowledged/ }],
  },
  {
    kind: 'accepted-not-served',
    title: 'this server refuses TLS on 9004 by an alert, IPv6',
    ipv6: true,
    services: { server: 'absent' },
    play: (stage) =>
      [3, 8, 13].forEach((at) =>
        stage.report(9004, { bytes: BYTES }).play('>S <SA >A >P:hello <P:alert <F >RA', at),
      ),
    cells: [{ rule: 'ua-9004-in', verdict: 'blocked', says: /TLS refused.*fatal alert/ }],
    causes: 'port tls_refused server_admin',
  },
  {
    kind: 'accepted-not-served',
    title: 'twelve attempts on 9003, of which two are ever accepted',
    services: { agent: 'absent' },
    play: (stage) => {
      for (let i = 0; i < 12; i++) {
        const served = '>S <SA >A >P40 <P60 >A >F <F >A';
        stage.call(9003).play(i % 6 === 2 ? served : '>S +1 >S! +2 >S!', 3 + i * 6);
      }
    },
    cells: [{ rule: 'ua-9003', verdict: 'degraded', says: /worked 2 times/ }],
    headlineNever: /Allow TCP 9003/,
  },
];

export const ACCEPTED: readonly Situation[] = [...PORT_TESTS, ...ASKED, ...NOT_SERVED];
