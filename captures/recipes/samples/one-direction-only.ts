/** A mirror port that copies only what the server sends: every connection has one side. Nothing may be called blocked. */
import { asPcap } from '../craft/wire.js';
import { computer } from '../craft/hosts.js';
import { userActivityRound } from '../round.js';
import { SECOND_ROUND, stage, type Sample } from '../sample.js';

export const oneDirectionOnly: Sample = {
  file: 'one-direction-only.pcap',
  make: () => {
    const { wire, server, dc } = stage(7);
    const peer = computer(1);
    userActivityRound(wire, server, peer, { at: 3 }, dc);
    userActivityRound(wire, server, peer, { at: SECOND_ROUND, only: ['ping', 'agent', 'server'] }, dc);
    wire.keepOnly((_time, from) => from === server);
    return asPcap(wire.frames());
  },
};
