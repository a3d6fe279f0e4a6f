/** The capture stops one second after the first SYN to 9003, before Windows would have repeated it. */
import { SECOND, asPcap } from '../craft/wire.js';
import { computer } from '../craft/hosts.js';
import { ping, userActivityRound } from '../round.js';
import { stage, type Sample } from '../sample.js';

const STOPPED = 13;

export const endedTooSoon: Sample = {
  file: 'ended-too-soon.pcap',
  make: () => {
    const { wire, server, dc } = stage(8);
    const peer = computer(1);
    userActivityRound(wire, server, peer, { at: 2, services: { agent: 'absent' } }, dc);
    userActivityRound(wire, server, peer, { at: 8, only: ['agent'], services: { agent: 'silent' } });
    ping(wire, server, peer, STOPPED - 0.01, true);
    wire.keepOnly((time) => time <= STOPPED * SECOND);
    return asPcap(wire.frames(), { nanoseconds: true });
  },
};
