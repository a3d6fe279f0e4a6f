/** Frames of one ssh connection, and of everything else that a filter against it must leave alone. */
import { pcapFile } from '../file-builder.js';

export const SESSION = '10.78.0.2 40022 10.78.0.1 22';
const CLIENT = '0a4e0002';
const SERVER = '0a4e0001';
const OTHER = '0a4e0007';
const MAC = '020000000001020000000002';

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

function word(value: number): string {
  return value.toString(16).padStart(4, '0');
}

function ethernet(type: string, payload: string): Buffer {
  return Buffer.concat([hex(MAC + type + payload), Buffer.alloc(46)]);
}

function ipv4(protocol: string, src: string, dst: string, payload: string, fragment = '0000'): string {
  const length = word(20 + payload.length / 2);
  return `4500${length}0001${fragment}40${protocol}0000${src}${dst}${payload}`;
}

function tcp(from: number, to: number): string {
  return `${word(from)}${word(to)}000000010000000150100400` + '00000000';
}

const udp = (from: number, to: number): string => `${word(from)}${word(to)}00080000`;

const toServer = ipv4('06', CLIENT, SERVER, tcp(40022, 22));
const toClient = ipv4('06', SERVER, CLIENT, tcp(22, 40022));

/** The session itself. */
export const own: readonly Buffer[] = [ethernet('0800', toServer), ethernet('0800', toClient)];

/** Name → a frame that is none of the session's. */
export const others: Readonly<Record<string, Buffer>> = {
  'another ssh connection of the same client': ethernet('0800', ipv4('06', CLIENT, SERVER, tcp(40023, 22))),
  'the same ports of another client': ethernet('0800', ipv4('06', OTHER, SERVER, tcp(40022, 22))),
  'the ports the other way round': ethernet('0800', ipv4('06', CLIENT, SERVER, tcp(22, 40022))),
  'UDP on the same ports': ethernet('0800', ipv4('11', CLIENT, SERVER, udp(40022, 22))),
  ICMP: ethernet('0800', ipv4('01', CLIENT, SERVER, '0800000000010001')),
  ARP: ethernet('0806', `0001080006040002020000000002${CLIENT}000000000000${SERVER}`),
  DNS: ethernet('0800', ipv4('11', CLIENT, SERVER, udp(53001, 53))),
  'the endpoint mapper': ethernet('0800', ipv4('06', SERVER, OTHER, tcp(50001, 135))),
  'VLAN-tagged': ethernet('8100', `000a0800${ipv4('06', SERVER, OTHER, tcp(50001, 9004))}`),
  'VLAN-tagged ARP': ethernet('8100', `000a08060001080006040002020000000002${CLIENT}000000000000${SERVER}`),
  'a first fragment': ethernet('0800', ipv4('11', CLIENT, SERVER, udp(138, 138), '2000')),
  'a later fragment': ethernet('0800', ipv4('11', CLIENT, SERVER, '00112233', '0003')),
  IPv6: ethernet(
    '86dd',
    `6000000000083a40${'fe80'.padEnd(32, '1')}${'fe80'.padEnd(32, '2')}8000000000010001`,
  ),
};

/** All of them, as a capture file. */
export function sessionCapture(): Buffer {
  const frames = [...Object.values(others), ...own];
  return pcapFile(frames.map((frame, at) => ({ sec: 1_700_000_000 + at, sub: 0, data: frame })));
}
