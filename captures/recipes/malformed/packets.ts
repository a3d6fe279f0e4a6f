/** Files whose packets are wrong: lengths, counts, pointers, times. */
import type { OutgoingFrame } from '../../../src/capture/pcap/pcapng-writer.js';
import { gzipSync } from 'node:zlib';
import { be16, concat, hex, le32, text, u8, zeros } from '../craft/bytes.js';
import { ethernet, ip, ipFrame, tcp, udp } from '../craft/frame.js';
import type { Network } from '../craft/frame.js';
import { computer, dc01, nas01 } from '../craft/hosts.js';
import { TcpConversation } from '../craft/tcp.js';
import { asPcap, Wire } from '../craft/wire.js';
import { pcapHeader, pcapRecord } from '../craft/pcap.js';
import * as rpc from '../payload/dce-rpc.js';
import { nodeStatusQuery } from '../payload/netbios.js';
import { userActivityRound } from '../round.js';
import type { Malformed } from './malformed.js';

/** Time of frames that are made one by one, seconds since 1970: that of the samples. */
export const SECONDS = 1_772_438_400;
const LINK = { src: hex('00155d0a0a0a'), dst: hex('00155d0a150b'), pad: true };
const [SERVER, COMPUTER] = [nas01().ip, computer(1).ip];
/** Index of the frame with a wrong time. */
const WRONG = 30;
/** An answer of NTP, of 48 bytes (RFC 5905 §7.3). */
const NTP = hex(`240103e9 ${'00'.repeat(36)} 0000000100000000`);
const IPV4 = 0x0800;
const STRANGE_PORTS = 12;

const network = (src: string, dst: string, id = 1): Network => ({ src, dst, ttl: 128, id });

function at(seconds: number, bytes: Uint8Array, origLen = bytes.length): OutgoingFrame {
  return { sec: SECONDS + Math.floor(seconds), nsec: Math.round((seconds % 1) * 1e9), bytes, origLen };
}

function captured(...frames: readonly OutgoingFrame[]): Uint8Array {
  return concat(pcapHeader(), ...frames.map((frame) => pcapRecord(frame)));
}

/** A question on 9003 that nobody answers: three frames of nothing strange. */
export function someFrames(): OutgoingFrame[] {
  const wire = new Wire(nas01(), { seed: 1 });
  new TcpConversation(wire, nas01(), computer(1), 9003, 0).silent();
  return wire.frames();
}

/** A connection of the server to a computer on which `talk` happens. */
function talk(port: number, play: (tcp: TcpConversation) => void): Uint8Array {
  const wire = new Wire(nas01(), { seed: 2 });
  const connection = new TcpConversation(wire, nas01(), computer(1), port, 0).connect();
  play(connection);
  connection.close();
  return asPcap(wire.frames());
}

function datagram(src: string, from: number, dst: string, to: number, payload: Uint8Array): Uint8Array {
  return ipFrame(LINK, network(src, dst), 17, udp(network(src, dst), from, to, payload));
}

/** The packet of a datagram in fragments of which the second begins inside of the first and ends behind 65,535. */
function fragments(): readonly OutgoingFrame[] {
  const whole = ip(network(COMPUTER, SERVER), 17, udp(network(COMPUTER, SERVER), 137, 137, zeros(56)));
  return [0x2000, 0x2001, 0x1fff].map((offset, i) => {
    const part = whole.slice();
    part.set(be16(offset), 6);
    return at(i / 10, ethernet(LINK, IPV4, part));
  });
}

/** A node status query and an answer of which the snap length leaves what looks like NTP. */
function cutDatagrams(): readonly OutgoingFrame[] {
  const query = datagram(SERVER, 137, COMPUTER, 137, nodeStatusQuery(0x2401));
  const answer = datagram(COMPUTER, 137, SERVER, 137, concat(NTP, zeros(100)));
  return [at(0, query), at(0.01, answer.subarray(0, 42 + NTP.length), answer.length)];
}

/** SYNs of one computer, ten a second; one bears a time years later, and the second behind it is half a second late. */
function wrongTimes(): readonly OutgoingFrame[] {
  return Array.from({ length: 45 }, (_, i) => {
    const header = { srcPort: 50_000, dstPort: 9004, seq: 1, ack: 0, flags: 2, window: 64_000 };
    const segment = tcp(network(COMPUTER, SERVER), header, zeros(0));
    const time = i === WRONG ? 48_000 * 3600 : (i === WRONG + 2 ? i - 5.5 : i) / 10;
    return at(time, ipFrame(LINK, network(COMPUTER, SERVER), 6, segment));
  });
}

/** Connections to ports that no rule names, after a round that shows who the server is. */
function strangers(): Uint8Array {
  const server = nas01();
  const wire = new Wire(server, { seed: 3 });
  userActivityRound(wire, server, computer(1), { at: 0, only: ['server'] });
  for (let i = 0; i < STRANGE_PORTS; i++) {
    new TcpConversation(wire, computer(2), server, 20_000 + i, 20 + 15 * i).connect().reset('client');
  }
  return asPcap(wire.frames());
}

function tags(count: number): Uint8Array {
  const inner = datagram(COMPUTER, 50_000, SERVER, 9004, text('x')).subarray(12);
  const tag = concat(be16(0x8100, 5));
  return concat(LINK.dst, LINK.src, ...Array.from({ length: count }, () => tag), inner);
}

function endlessTower(): Uint8Array {
  const answer = rpc.eptMapResponse(2, rpc.SVCCTL, 49_671, COMPUTER);
  // Number of towers, and of the array's places, behind the common header and the handle.
  answer.set(le32(0xffffffff, 0xffffffff, 0, 0xffffffff), 24 + 20);
  return talk(135, (tcp) =>
    tcp
      .exchange(rpc.bind(1, rpc.EPMAPPER), rpc.bindAck(1, 135))
      .exchange(rpc.eptMapRequest(2, rpc.SVCCTL), answer),
  );
}

function shortHeaders(): readonly OutgoingFrame[] {
  const header = { srcPort: 50_000, dstPort: 9004, seq: 1, ack: 0, flags: 2, window: 64_000 };
  const segment = tcp(network(COMPUTER, SERVER), header, zeros(0));
  segment[12] = 0xf0;
  const packet = ip(network(COMPUTER, SERVER), 6, segment);
  const long = packet.slice();
  long[0] = 0x4f;
  return [packet, long].map((bytes, i) => at(i, ethernet(LINK, IPV4, bytes)));
}

export const PACKETS: readonly Malformed[] = [
  {
    file: 'datagram-cut-to-the-length-of-ntp.pcap',
    wrong: 'a datagram on UDP 137 of which the snap length leaves 48 bytes, whose first is one of NTP',
    before: '"wrong service", high (fuzzing, seeds 20000 to 27516)',
    must: 'no service is named',
    make: () => captured(...cutDatagrams()),
  },
  {
    file: 'wrong-time-before-a-late-frame.pcap',
    wrong: 'frame 31 is five years later, and frame 33 comes half a second late',
    before:
      'when a read ended behind the wrong one, frames came out of their order (fuzzing, seeds 5000 to 14190)',
    must: 'the wrong time is told, and everything else is in order wherever a read ends',
    make: () => captured(...wrongTimes()),
  },
  {
    file: 'more-strange-ports-than-flows.pcap.gz',
    wrong: 'connections to twelve ports that no rule names',
    before: 'a monitor with `--max-flows 6` showed groups that named frame 0 (fuzzing, seeds 1 to 4622)',
    must: 'each group that is shown has a frame',
    make: () => gzipSync(strangers(), { level: 9 }),
  },
  {
    file: 'name-that-points-at-itself.pcap',
    wrong: 'a DNS answer whose name is a pointer to itself',
    before: 'no fault is known',
    must: 'it ends, and no name is learnt',
    make: () =>
      captured(
        at(
          0,
          datagram(
            dc01().ip,
            53,
            SERVER,
            50_000,
            hex('1234 8580 0001 0001 0000 0000 c00c 0001 0001 c00c 0001 0001 00000078 0004 0a140115'),
          ),
        ),
      ),
  },
  {
    file: 'tower-count-of-4-billion.pcap',
    wrong: 'an answer of the endpoint mapper that says it has 4,294,967,295 towers',
    before: 'no fault is known',
    must: 'no more towers are read than there are bytes',
    make: endlessTower,
  },
  {
    file: 'hello-in-records-of-one-byte.pcap',
    wrong: 'a TLS hello that says it has 60,000 bytes, in records of one byte',
    before: 'what had come was copied for each record',
    must: 'it is joined as far as it goes, and nothing is named of what is not whole',
    make: () => {
      const record = hex('16 0301 0001 00');
      const records = Array.from({ length: 300 }, () => record);
      const begin = [1, 0, 0xea, 0x60, 3, 3].map((byte) => concat(record.subarray(0, 5), u8(byte)));
      return talk(443, (tcp) => tcp.data('client', concat(...begin, ...records)));
    },
  },
  {
    file: 'forty-five-vlan-tags.pcap',
    wrong: 'a frame with 45 VLAN tags',
    before: 'no fault is known',
    must: 'it is counted as malformed',
    make: () => captured(at(0, tags(45))),
  },
  {
    file: 'headers-longer-than-their-packet.pcap',
    wrong: 'a TCP header of 60 bytes in a segment of 20, and an IP header of 60 in a packet of 40',
    before: 'no fault is known',
    must: 'both are counted as malformed',
    make: () => captured(...shortHeaders()),
  },
  {
    file: 'fragments-that-overlap.pcap',
    wrong: 'fragments that lie over one another, and one that ends behind 65,535',
    before: 'no fault is known',
    must: 'they are counted as malformed, and nothing is put together of them',
    make: () => captured(...fragments()),
  },
  {
    file: 'first-and-last-second-there-is.pcap',
    wrong: 'a frame at second 0 and one at second 4,294,967,295',
    before: 'a first frame of 1970 made a capture of half a century',
    must: 'that a clock was wrong is told; nothing is claimed by waiting times',
    make: () => {
      const [first, ...others] = someFrames();
      const [, last] = others;
      if (first === undefined || last === undefined) throw new Error('no frames');
      return captured({ ...first, sec: 0, nsec: 0 }, ...others, { ...last, sec: 0xffffffff, nsec: 0 });
    },
  },
];
