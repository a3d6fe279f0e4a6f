/**
 * What Windows would have written beside a scenario's capture: its firewall's log, and a trace with reported drops. Made
 * from what the scenario did, in the forms that Windows writes; no Windows machine took part.
 */
import { netEvents, packetLog, securityEvents } from '../../captures/recipes/firewall/logs.js';
import type { Logged } from '../../captures/recipes/firewall/logs.js';
import { MADE, pktmonDrop, pktmonPacket, rundown } from '../../captures/recipes/etl/events.js';
import type { LoggedPacket } from '../../captures/recipes/etl/events.js';
import { writeTrace } from '../../captures/recipes/etl/writer.js';
import type { OutgoingEvent, TraceOptions } from '../../captures/recipes/etl/writer.js';
import { LinkType } from '../../src/capture/frames/frame.js';
import type { CapturedFrame } from './frames.js';
import { addressOf, ipv4 } from './network.js';
import type { Scenario, WindowsDrop, WindowsLog } from './scenario.js';

const ETHERNET_BYTES = 14;
const INBOUND = 1;
const TRACE: TraceOptions = { compressed: true, cpus: 2, frequency: 1e7, bufferBytes: 32_768 };
/** Windows looks at a packet so long after the adapter has it, nanoseconds. */
const DROP_DELAY = 300;
const AGENT_PORT = 9003;
export const SERVER_PORT = 9004;
/** Attempts of one connection that never left, and the local port of the first. */
const ATTEMPTS = 3;
const MADE_PORT = 52_101;
/** The local time of a machine's pfirewall.log, minutes ahead of UTC. */
const ZONE_MINUTES = 60;

/** A SYN that the capture holds: who asked whom, from which port, when. */
export interface Syn<Packet> {
  /** Seconds since 1970, UTC. */
  readonly time: number;
  readonly from: string;
  readonly fromPort: number;
  readonly to: string;
  readonly port: number;
  readonly packet: Packet;
}

/** SYNs over Ethernet and IPv4 without options, in order. */
export function synsOf<Packet extends CapturedFrame>(packets: readonly Packet[]): Syn<Packet>[] {
  return packets.flatMap((packet) => {
    const { bytes } = packet;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes.length < 54 || view.getUint16(12) !== 0x0800 || bytes[23] !== 6) return [];
    if (((bytes[47] ?? 0) & 0x12) !== 2) return [];
    const address = (at: number): string => bytes.subarray(at, at + 4).join('.');
    return {
      time: packet.sec + packet.nsec / 1e9,
      from: address(26),
      fromPort: view.getUint16(34),
      to: address(30),
      port: view.getUint16(36),
      packet,
    };
  });
}

/** The IP packet of a frame, as tcpip drops it a little later. */
export function droppedPacket(frame: CapturedFrame, direction: number): LoggedPacket {
  const bytes = frame.bytes.subarray(ETHERNET_BYTES);
  const { sec, nsec } = frame;
  return { sec, nsec: nsec + DROP_DELAY, bytes, origLen: bytes.length, linkType: LinkType.Raw, direction };
}

/** A trace of pktmon in which the SYNs to a port are reported as dropped. */
export function traceWithDrops(
  packets: readonly LoggedPacket[],
  drops: readonly WindowsDrop[],
  port: number,
  { direction = INBOUND, ...options }: Partial<TraceOptions> & { readonly direction?: number } = {},
): Uint8Array {
  const dropped = new Set(synsOf(packets).flatMap((syn) => (syn.port === port ? [syn.packet] : [])));
  const events: OutgoingEvent[] = [];
  for (const [i, packet] of packets.entries()) {
    events.push(pktmonPacket(packet, i + 1, MADE.Miniport, i % 2));
    if (!dropped.has(packet)) continue;
    for (const { reason, location } of drops)
      events.push(pktmonDrop(droppedPacket(packet, direction), reason, location, i % 2));
  }
  const last = packets.at(-1);
  if (last !== undefined) events.push(...rundown(last.sec, last.nsec, 0));
  return writeTrace(events, { ...TRACE, ...options });
}

/** The SYNs to 9004 of this server, as the log of its firewall has them. */
export function droppedIn(syns: readonly Syn<unknown>[], layer?: number): Logged[] {
  const server = ipv4('server');
  return syns
    .filter(({ to, port }) => to === server && port === SERVER_PORT)
    .map((syn): Logged => ({
      time: syn.time + 0.0002,
      action: 'block',
      direction: 'in',
      local: server,
      localPort: SERVER_PORT,
      remote: syn.from,
      remotePort: syn.fromPort,
      ...(layer === undefined ? {} : { layer }),
    }));
}

/** What this server sent and its firewall let out. */
export function letOut(syns: readonly Syn<unknown>[]): Logged[] {
  const server = ipv4('server');
  return syns
    .filter(({ from }) => from === server)
    .map((syn): Logged => ({
      time: syn.time,
      action: 'allow',
      direction: 'out',
      local: server,
      localPort: syn.fromPort,
      remote: syn.to,
      remotePort: syn.port,
    }));
}

/** Attempts on 9003 of a computer that this server's firewall stopped: their ports are made, no packet has them. */
export function blockedOut(computer: string, from: number): Logged[] {
  return Array.from({ length: ATTEMPTS }, (_, i): Logged => ({
    time: from + 1 + i,
    action: 'block',
    direction: 'out',
    local: ipv4('server'),
    localPort: MADE_PORT + i,
    remote: computer,
    remotePort: AGENT_PORT,
  }));
}

/** The log of this server's firewall in a scenario, as text. */
export function logOf(scenario: Scenario, form: WindowsLog, frames: readonly CapturedFrame[]): string {
  const syns = synsOf(frames);
  const entries = letOut(syns);
  for (const fault of scenario.faults) {
    if (fault.where !== 'server' || !('action' in fault) || fault.action !== 'drop') continue;
    if (fault.ports.includes('tcp/9004')) entries.push(...droppedIn(syns));
    if (fault.ports.includes('tcp/9003')) {
      const first = syns[0]?.time ?? 0;
      for (const computer of fault.computers) entries.push(...blockedOut(addressOf(computer, 4), first));
    }
  }
  switch (form) {
    case 'netevents':
      return netEvents(entries);
    case 'security':
      return securityEvents(
        entries.filter(({ action }) => action === 'block'),
        5157,
      );
    case 'pfirewall':
      return packetLog(entries, ZONE_MINUTES);
  }
}
