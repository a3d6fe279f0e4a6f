/**
 * Soon after its exchanges on 135, the server opens remote desktop on 50389 of WS01: a port of the dynamic range,
 * where RPC would be expected, and the payload shows that it is none.
 */
import { TcpConversation } from '../craft/tcp.js';
import { computer } from '../craft/hosts.js';
import { userActivityRound } from '../round.js';
import { rdpConfirm, rdpRequest } from '../payload/small.js';
import { SECOND_ROUND, pcapngOf, stage, type Sample } from '../sample.js';

const MOVED_RDP_PORT = 50389;
/** Seconds after the start; 135 was asked for the last time at 6.3 s. */
const AT = 20;

export const rdpInDynamicRange: Sample = {
  file: 'rdp-in-dynamic-range.pcapng',
  make: () => {
    const { wire, server, dc } = stage(18);
    const peer = computer(1);
    userActivityRound(wire, server, peer, { at: 3 }, dc);
    new TcpConversation(wire, server, peer, MOVED_RDP_PORT, AT)
      .connect()
      .exchange(rdpRequest('operator'), rdpConfirm())
      .close();
    userActivityRound(wire, server, peer, { at: SECOND_ROUND, only: ['ping', 'agent', 'server'] });
    return pcapngOf(wire, { comment: 'Remote desktop on 50389 of WS01, after exchanges on 135.' });
  },
};
