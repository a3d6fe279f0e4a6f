/**
 * Traffic that no rule expects: WS01 opens 9003 towards the server (the rule is the other way round), WS02 opens
 * remote desktop and a private protocol, and the server talks to a high port of WS02 that nothing announced.
 */
import { computer } from '../craft/hosts.js';
import { TcpConversation } from '../craft/tcp.js';
import { AGENT_PORT, agentExchange, userActivityRound } from '../round.js';
import { SECOND_ROUND, pcapngOf, stage, type Sample } from '../sample.js';
import { privateExchange, strangeTraffic } from './strange-traffic.js';

const HIGH_PORT = 50505;

export const wrongDirection: Sample = {
  file: 'wrong-direction-and-unknown-service.pcapng',
  make: () => {
    const { wire, server, dc } = stage(6);
    const [first, second] = [computer(1), computer(2)];
    userActivityRound(wire, server, first, { at: 3, services: { agent: 'absent' } }, dc);
    userActivityRound(wire, server, second, { at: 4 }, dc);

    const backwards = new TcpConversation(wire, first, server, AGENT_PORT, 40).connect();
    agentExchange(backwards, 'UAVRAgent', 'GetStatus').close();
    strangeTraffic(wire, second, server, 60);
    privateExchange(wire, server, second, HIGH_PORT, 90);
    userActivityRound(wire, server, second, { at: SECOND_ROUND, only: ['ping', 'agent', 'server'] });
    return pcapngOf(wire, { comment: '9003 from WS01 to the server; RDP and private protocols with WS02.' });
  },
};
