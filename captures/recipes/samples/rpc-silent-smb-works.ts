/**
 * 135 does not answer. After 21 seconds Windows falls back to the service control pipe on 445, which works:
 * the installation is slow, not dead.
 */
import { TcpConversation } from '../craft/tcp.js';
import { computer } from '../craft/hosts.js';
import { NOTHING_AFTER_135, smbExchange, userActivityRound } from '../round.js';
import * as rpc from '../payload/dce-rpc.js';
import { SECOND_ROUND, pcapngOf, stage, type Sample } from '../sample.js';

/** Seconds from the first SYN to the fall-back (SCMApiConnectionParam). */
const FALL_BACK = 21;

/** A bind and calls as they would run over TCP. */
const SERVICE_CONTROL = [
  [rpc.bind(1, rpc.SVCCTL), rpc.bindAck(1, '\\PIPE\\svcctl')],
  [rpc.openScManager(2), rpc.openScManagerReply(2)],
  [rpc.closeServiceHandle(3), rpc.closeServiceHandleReply(3)],
] as const;

export const rpcSilentSmbWorks: Sample = {
  file: 'rpc-silent-smb-works.pcapng',
  make: () => {
    const { wire, server, dc } = stage(12);
    const peer = computer(1);
    const services = { epm: 'silent', ...NOTHING_AFTER_135 } as const;
    userActivityRound(wire, server, peer, { at: 3, services }, dc);
    const tcp = new TcpConversation(wire, server, peer, 445, 5 + FALL_BACK).connect();
    smbExchange(tcp, { pipe: 'svcctl', talk: SERVICE_CONTROL }).close();
    userActivityRound(wire, server, peer, { at: SECOND_ROUND, only: ['ping', 'agent', 'server'] });
    return pcapngOf(wire, {
      comment: 'No answer on TCP 135 of WS01; the svcctl pipe on 445 works 21 s later.',
    });
  },
};
