/**
 * A packet monitor wrote every frame once for each component it passed, with one packet id for the copies. The SYNs
 * to 9004 reach the adapter and are marked as dropped at the second component: this server's own filter.
 */
import { concat } from '../craft/bytes.js';
import { computer } from '../craft/hosts.js';
import { PcapngWriter, type AnnotatedFrame } from '../../../src/capture/pcap/pcapng-writer.js';
import { SERVER_PORT, userActivityRound } from '../round.js';
import { SECOND_ROUND, stage, type Sample } from '../sample.js';

/** Nanoseconds between two components. */
const STEP = 3000;
/** Where the destination port of an untagged IPv4 packet without options lies. */
const DST_PORT_AT = 14 + 20 + 2;
const PROTOCOL_AT = 14 + 9;

function isToServerPort(frame: AnnotatedFrame): boolean {
  const view = new DataView(frame.bytes.buffer, frame.bytes.byteOffset, frame.bytes.length);
  return frame.bytes[PROTOCOL_AT] === 6 && view.getUint16(DST_PORT_AT) === SERVER_PORT;
}

export const pktmonCopies: Sample = {
  file: 'pktmon-copies.pcapng',
  make: () => {
    const { wire, server, dc } = stage(13);
    const peer = computer(1);
    const services = { server: 'silent' } as const;
    userActivityRound(wire, server, peer, { at: 3, services }, dc);
    userActivityRound(wire, server, peer, { at: SECOND_ROUND, only: ['ping', 'agent', 'server'], services });

    const writer = new PcapngWriter();
    const blocks = [
      writer.section({ application: 'portwitness recipe', comment: 'Each frame once for each component.' }),
      writer.interfaceDescription({ name: 'Ethernet0', description: 'network adapter', digits: 7 }),
      writer.interfaceDescription({ name: 'TCPIP', description: 'protocol above the adapter', digits: 7 }),
    ];
    wire.frames().forEach((frame, index) => {
      const packetId = BigInt(index + 1);
      const dropped = isToServerPort(frame);
      const later = frame.nsec + STEP;
      const copy = {
        ...frame,
        sec: frame.sec + Math.floor(later / 1e9),
        nsec: later % 1e9,
        iface: 1,
        dropped,
      };
      blocks.push(writer.packet({ ...frame, packetId }), writer.packet({ ...copy, packetId }));
    });
    return concat(...blocks);
  },
};
