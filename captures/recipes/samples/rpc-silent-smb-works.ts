/**
 * 135 does not answer. After 21 seconds Windows falls back to the service control pipe on 445, which works:
 * the installation is slow, not dead.
 */
import { TcpConversation } from '../craft/tcp.js';
import { computer } from '../craft/hosts.js';
import { DOMAIN, userActivityRound } from '../round.js';
import { smbVisit } from '../payload/smb2.js';
import { SECOND_ROUND, pcapngOf, stage, type Sample } from '../sample.js';

/** Seconds from the first SYN to the fall-back (SCMApiConnectionParam). */
const FALL_BACK = 21;

export const rpcSilentSmbWorks: Sample = {
  file: 'rpc-silent-smb-works.pcapng',
  make: () => {
    const { wire, server, dc } = stage(12);
    const peer = computer(1);
    userActivityRound(wire, server, peer, { at: 3, services: { epm: 'silent', dynamic: 'absent' } }, dc);
    const pipe = new TcpConversation(wire, server, peer, 445, 5 + FALL_BACK).connect();
    const parties = {
      client: server.name,
      server: peer.name,
      domain: DOMAIN,
      user: 'svc-auditor',
      pipe: 'svcctl',
    };
    for (const [question, answer] of smbVisit(parties)) pipe.exchange(question, answer);
    pipe.close();
    userActivityRound(wire, server, peer, { at: SECOND_ROUND, only: ['ping', 'agent', 'server'] });
    return pcapngOf(wire, {
      comment: 'No answer on TCP 135 of WS01; the svcctl pipe on 445 works 21 s later.',
    });
  },
};
