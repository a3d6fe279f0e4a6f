/**
 * Plays a plan on this server's adapter: sixteen minutes in twenty windows, in each of which a twentieth of the
 * computers has its round. A window's frames are made and written before the next begins, so memory does not grow with
 * the plan.
 */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { concat } from '../craft/bytes.js';
import { dc01, nas01 } from '../craft/hosts.js';
import { pcapHeader, pcapRecord } from '../craft/pcap.js';
import { TcpConversation } from '../craft/tcp.js';
import { Wire, type Host } from '../craft/wire.js';
import { AGENT_PORT, agentExchange, userActivityRound } from '../round.js';
import { plan, type Plan, type PlannedComputer } from './plan.js';

const WINDOWS = 20;
/** Seconds; rounds begin in the first SPREAD of them and take 15 at the most. */
const WINDOW = 48;
const SPREAD = 30;
/** Ports that this server has for one window; they come round again when older flows are long over. */
const FIRST_PORT = 49_200;
const PORTS_OF_WINDOW = 2600;
const PORT_TURNS = 6;
const SEED = 20_260_312;
/** Seconds in which a slow computer accepts: more than a second on two flows is slow. */
const SLOW = 2.5;

function slowly(wire: Wire, server: Host, peer: Host, at: number): void {
  for (const wait of [0, 6]) {
    const tcp = new TcpConversation(wire, server, peer, AGENT_PORT, at + wait).connect(SLOW);
    agentExchange(tcp, 'UAVRAgent', 'GetStatus').close();
  }
}

/** The frames of one window after the other, each window's in the order of time. */
function* windows({ computers }: Plan): Generator<Uint8Array> {
  const server = nas01();
  const dc = dc01();
  const inEach = Math.ceil(computers.length / WINDOWS);
  for (let window = 0; window < WINDOWS; window++) {
    // Whoever turns up in which window says nothing of his subnet.
    const own = computers.filter((_, i) => i % WINDOWS === window);
    const wire = new Wire(server, { seed: SEED + window });
    server.nextPort = FIRST_PORT + (window % PORT_TURNS) * PORTS_OF_WINDOW;
    own.forEach((one, i) => round(wire, server, dc, one, window * WINDOW + (i * SPREAD) / inEach));
    yield concat(...wire.frames().map((frame) => pcapRecord(frame, { nanoseconds: true })));
  }
}

function round(wire: Wire, server: Host, dc: Host, { host, fates }: PlannedComputer, at: number): void {
  const { slow, ...services } = fates;
  if (slow === true) slowly(wire, server, host, at + 4);
  const others = slow === true ? { ...services, agent: 'absent' as const } : services;
  userActivityRound(wire, server, host, { at, services: others }, dc);
}

/** The user's list: name and group of each computer that has a group. */
export function listText({ computers }: Plan): string {
  const lines = computers
    .filter(({ group }) => group !== '')
    .map(({ host, group }) => `${host.name.toLowerCase()}.example.test,${group}`);
  return ['name,group', ...lines, ''].join('\n');
}

/**
 * Writes PREFIX.pcap, PREFIX.csv (the list for `--hosts`) and PREFIX.causes.json (what must be found).
 * @param count computers; see `plan`
 */
export function writePlanted(prefix: string, count: number): Plan {
  const made = plan(count);
  const file = openSync(`${prefix}.pcap`, 'w');
  try {
    writeSync(file, pcapHeader({ nanoseconds: true }));
    for (const bytes of windows(made)) writeSync(file, bytes);
  } finally {
    closeSync(file);
  }
  writeFileSync(`${prefix}.csv`, listText(made));
  writeFileSync(`${prefix}.causes.json`, `${JSON.stringify(made.causes, null, 2)}\n`);
  return made;
}
