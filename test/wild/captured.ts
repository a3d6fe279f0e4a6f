/** The capture itself: where it ends, in which order its frames lie, how it was taken, what of it cannot be read. */
import { be16, be32, concat, hex, le32, text, u8, zeros } from '../../captures/recipes/craft/bytes.js';
import { ipFrame } from '../../captures/recipes/craft/frame.js';
import { SECOND, asPcap, asPcapng } from '../../captures/recipes/craft/wire.js';
import { Direction } from '../../src/capture/frames/frame.js';
import type { AnnotatedFrame } from '../../src/capture/pcap/pcapng-writer.js';
import { later } from './later.js';
import { BYTES } from './accepted.js';
import { NO_135, NO_SMB } from './situation.js';
import type { Situation } from './situation.js';

const DAY = 86_400;
const ETHERNET = 14;
const SILENT_OTHERWISE = { ...NO_135, ...NO_SMB, agent: 'absent', server: 'absent' } as const;

const body = ({ bytes }: AnnotatedFrame): Uint8Array => bytes.subarray(ETHERNET);

/** In the order of their times within batches of so many seconds, received ones before sent ones. */
function inBatches(frames: readonly AnnotatedFrame[], seconds: number): AnnotatedFrame[] {
  const batch = ({ sec, nsec }: AnnotatedFrame): number =>
    Math.floor((sec % DAY) / seconds + nsec / 1e9 / seconds);
  const side = ({ direction }: AnnotatedFrame): number => (direction === Direction.Inbound ? 0 : 1);
  return [...frames].sort((a, b) => batch(a) - batch(b) || side(a) - side(b));
}

const ENDS: readonly Situation[] = [
  {
    kind: 'capture-end',
    title: 'a ring of three files cuts connections in two',
    play: (stage) => stage.round(30, ['agent', 'server']),
    files: (frames) =>
      [frames.slice(0, 60), frames.slice(60, 140), frames.slice(140)].map((part) => asPcap(part)),
    cells: [
      { rule: 'ua-9003', verdict: 'working' },
      { rule: 'ua-135', verdict: 'working' },
    ],
    causes: '',
  },
  {
    kind: 'capture-end',
    title: 'a SYN to 135 two seconds before the end of a day, and the file of the next, IPv6',
    ipv6: true,
    services: NO_135,
    play: (stage) => stage.call(135).play('>S', 88.5),
    files: (frames) => [asPcap(frames), asPcap(frames.slice(0, 30).map((frame) => later(frame, DAY)))],
    cells: [{ rule: 'ua-135', verdict: 'inconclusive' }],
    causes: '',
  },
  {
    kind: 'capture-end',
    title: 'a request on 9003 a second before the end of a day, and the file of the next',
    services: { agent: 'absent' },
    play: (stage) => stage.call(9003, { bytes: BYTES }).play('>S <SA >A >P:hello <A', 89),
    files: (frames) => [asPcap(frames), asPcap(frames.slice(0, 20).map((frame) => later(frame, DAY)))],
    cells: [{ rule: 'ua-9003', verdict: 'working', confidence: 'medium' }],
    causes: '',
  },
  {
    kind: 'capture-end',
    title: 'the last frame is of 2097, and a SYN-ACK stays without an end before it, IPv6',
    ipv6: true,
    services: { server: 'absent' },
    play: (stage) => stage.report().play('>S <SA', 89.2),
    files: (frames) => [asPcap([...frames, { ...frames.at(-1)!, sec: 4_020_000_000 }])],
    cells: [{ rule: 'ua-9004-in', verdict: 'inconclusive' }],
    quality: ['clock_outliers'],
  },
  {
    kind: 'capture-end',
    title: 'the first frame is of 1970',
    services: { agent: 'absent' },
    play: (stage) => stage.call(9003).play('>S', 89),
    files: (frames) => [asPcap([{ ...frames[0]!, sec: 3 }, ...frames])],
    cells: [{ rule: 'ua-9003', verdict: 'inconclusive' }],
    quality: ['clock_outliers', '-time_gap'],
  },
];

const ORDER: readonly Situation[] = [
  {
    kind: 'frame-order',
    title: 'two cards in batches of 0.6 s, IPv6, pcapng',
    ipv6: true,
    play: () => undefined,
    files: (frames) => [asPcapng(inBatches(frames, 0.6), { comment: 'Two cards.' })],
    cells: [
      { rule: 'ua-9003', verdict: 'working' },
      { rule: 'ua-wmi-dynamic', verdict: 'working' },
    ],
    quality: ['frames_reordered', '-one_direction_only'],
    causes: '',
  },
  {
    kind: 'frame-order',
    title: 'the clock is set back by ten minutes twice, on a VLAN',
    wire: { vlan: 7 },
    play: (stage) => {
      stage.round(30, ['agent', 'server']);
      stage.round(60, ['agent', 'smb']);
    },
    files: (frames) => [
      asPcap(frames.map((frame, i) => later(frame, -600 * Math.floor((3 * i) / frames.length)))),
    ],
    cells: [
      { rule: 'ua-9003', verdict: 'working' },
      { rule: 'ua-smb-rpc', verdict: 'working' },
    ],
    quality: ['time_goes_backwards'],
    causes: '',
  },
];

/** Linux cooked, version 1. */
function cooked(frame: AnnotatedFrame): AnnotatedFrame {
  const { bytes, direction } = frame;
  const start = be16(direction === Direction.Outbound ? 4 : 0, 1, 6);
  return { ...frame, bytes: concat(start, bytes.subarray(6, 12), zeros(2), bytes.subarray(12)) };
}

/** Apple's pktap, in whose header the link type of the frame stands. */
function pktap(frame: AnnotatedFrame): AnnotatedFrame {
  const header = concat(le32(108, 1, 1), text('en0'), zeros(21), le32(2, 2, 14, 0), zeros(56));
  return { ...frame, bytes: concat(header, frame.bytes) };
}

/** Without the first `count` TCP frames to or from a port. */
function behind(frames: readonly AnnotatedFrame[], port: number, count: number): AnnotatedFrame[] {
  let left = count;
  return frames.filter(({ bytes }) => {
    const transport = bytes[12] === 0x86 ? 54 : 34;
    const isTcp = bytes[transport === 54 ? 20 : 23] === 6;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const isOf = isTcp && [0, 2].some((at) => view.getUint16(transport + at) === port);
    return !isOf || left-- <= 0;
  });
}

const RPC_ALONE = { ...NO_135, scm: 'works' } as const;
const SCM_PORT = 49_671;

const OLDER: readonly Situation[] = [
  ['its bind_ack comes first', 4, false],
  ['its bind_ack comes first, IPv6', 4, true],
  ['a request comes first, IPv6', 5, true],
  ['a response comes first', 6, false],
].map(([title, count, ipv6]): Situation => ({
  kind: 'rpc-midstream',
  title: `an RPC session older than the capture: ${String(title)}`,
  ipv6: ipv6 === true,
  services: RPC_ALONE,
  play: () => undefined,
  files: (frames) => [asPcap(behind(frames, SCM_PORT, Number(count)))],
  cells: [{ rule: 'ua-wmi-dynamic', verdict: 'working', says: /RPC/ }],
  unexpected: 0,
  causes: '',
}));

const TAKEN: readonly Situation[] = [
  {
    kind: 'envelopes-and-copies',
    title: 'Linux cooked frames',
    play: () => undefined,
    files: (frames) => [asPcap(frames.map(cooked), { linkType: 113 })],
    cells: [{ rule: 'ua-9003', verdict: 'working', confidence: 'high' }],
    causes: '',
    exit: 0,
  },
  {
    kind: 'envelopes-and-copies',
    title: 'raw IP, IPv6',
    ipv6: true,
    play: () => undefined,
    files: (frames) => [
      asPcap(
        frames.map((frame) => ({ ...frame, bytes: body(frame) })),
        { linkType: 101 },
      ),
    ],
    cells: [{ rule: 'ua-9003', verdict: 'working', confidence: 'high' }],
    causes: '',
    exit: 0,
  },
  {
    kind: 'not-decoded',
    title: 'pktap, with Ethernet inside, is read',
    play: () => undefined,
    files: (frames) => [asPcap(frames.map(pktap), { linkType: 258 })],
    cells: [{ rule: 'ua-9003', verdict: 'working' }],
    quality: ['-link_type_not_read'],
  },
  {
    kind: 'not-decoded',
    title: 'a second file is of a link type of the user',
    play: () => undefined,
    files: (frames) => [asPcap(frames), asPcap(frames.slice(0, 60), { linkType: 147 })],
    quality: ['link_type_not_read', '-no_defect_found'],
    says: /link type 147/,
  },
  {
    kind: 'not-decoded',
    title: 'AH around everything is looked through, IPv6',
    ipv6: true,
    play: () => undefined,
    files: (frames) => [asPcap(frames.map(authenticated))],
    cells: [{ rule: 'ua-9003', verdict: 'working' }],
  },
  {
    kind: 'not-decoded',
    title: "Aruba's kind of GRE is named",
    play: () => undefined,
    files: (frames) => {
      const network = { src: '10.20.9.1', dst: '10.20.0.10', ttl: 64, id: 1 };
      const bytes = ipFrame(
        { src: zeros(6), dst: zeros(6) },
        network,
        47,
        concat(hex('00009000'), zeros(100)),
      );
      return [asPcap([...frames, ...Array.from({ length: 20 }, () => ({ ...frames.at(-1)!, bytes }))])];
    },
    quality: ['tunnels_not_opened', '-no_defect_found'],
    says: /Aruba GRE \(0x9000\): 20/,
  },
  ...[
    ['L2TP', 1701, '02020001 0001ff03 0021'],
    ['GTP', 2152, '30ff0040 00000001'],
    ['AYIYA', 5072, '44121029'],
  ].map(([name = '', port, start]): Situation => ({
    kind: 'not-decoded',
    title: `WS01 speaks with this server in ${name} alone`,
    services: SILENT_OTHERWISE,
    play: ({ wire, server, peer }) => {
      const packet = concat(hex(String(start)), zeros(64));
      for (let i = 0; i < 40; i++) {
        wire.udp((5 + i) * SECOND, server, Number(port), peer, Number(port), packet);
        wire.udp((5.001 + i) * SECOND, peer, Number(port), server, Number(port), packet);
      }
    },
    cells: [{ rule: 'ua-9003', verdict: 'not_observed' }],
    quality: ['tunnels_not_opened', '-no_defect_found'],
    says: new RegExp(`${name} \\(UDP ${port}\\): 80`),
    unexpected: 0,
  })),
  {
    kind: 'not-decoded',
    title: 'IPsec in UDP 4500 is all that WS01 says, IPv6',
    ipv6: true,
    services: SILENT_OTHERWISE,
    play: ({ wire, server, peer }) => {
      for (let i = 1; i <= 20; i++) {
        wire.udp((5 + i) * SECOND, server, 4500, peer, 4500, concat(be32(0x1234, i), zeros(64)));
        wire.udp((5.01 + i) * SECOND, peer, 4500, server, 4500, concat(be32(0x4321, i), zeros(64)));
      }
    },
    cells: [{ rule: 'ua-9003', host: '2001:db8:21::21', verdict: 'not_observed', says: /Hidden by IPsec/ }],
    headline: /Test by hand at both ends/,
    headlineNever: /15 minutes/,
    unexpected: 0,
  },
];

/** Puts an authentication header before what IPv6 carries. */
function authenticated(frame: AnnotatedFrame): AnnotatedFrame {
  const { bytes } = frame;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(18);
  const header = concat(u8(bytes[20] ?? 0, 4), be16(0), be32(1, 1), zeros(12));
  const start = concat(bytes.subarray(0, 18), be16(length + header.length), u8(51), bytes.subarray(21, 54));
  return { ...frame, bytes: concat(start, header, bytes.subarray(54)) };
}

export const CAPTURED: readonly Situation[] = [...ENDS, ...ORDER, ...OLDER, ...TAKEN];
