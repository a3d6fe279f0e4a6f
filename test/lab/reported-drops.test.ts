/**
 * Drops that Windows reports, as evidence: captures of the lab with events 170 beside their packets. The events are made
 * by Microsoft's description of the reasons; no capture of a Windows firewall at work was at hand.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { analyze } from '../../src/analysis.js';
import { assembleReport } from '../../src/report/assemble/assemble.js';
import type { VerdictModel } from '../../src/report/model/model.js';
import { loadPacks } from '../../src/rules/load.js';
import { MADE, pktmonDrop, pktmonPacket, rundown } from '../../captures/recipes/etl/events.js';
import type { LoggedPacket } from '../../captures/recipes/etl/events.js';
import { packetsOf } from '../../captures/recipes/etl/convert.js';
import { writeTrace } from '../../captures/recipes/etl/writer.js';
import type { OutgoingEvent, TraceOptions } from '../../captures/recipes/etl/writer.js';

const ETHERNET_BYTES = 14;
const SERVER_PORT = 9004;
const INBOUND = 1;
const OUTBOUND = 2;
type Drop = readonly [reason: number, location: number];

interface Scene {
  readonly capture: string;
  /** TCP port whose SYNs are dropped, and as Windows sees them: 1 inbound, 2 outbound. */
  readonly port: number;
  readonly direction: number;
  readonly rule: string;
  readonly options?: Partial<TraceOptions>;
}

const ARRIVING: Scene = {
  capture: 'inbound-dropped-here',
  port: SERVER_PORT,
  direction: INBOUND,
  rule: '9004',
};
const LEAVING: Scene = { capture: 'agent-port-silent', port: 9003, direction: OUTBOUND, rule: '9003' };

/** A SYN to the port, over Ethernet and IPv4 without options. */
function isSyn(bytes: Uint8Array, port: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 54 || view.getUint16(12) !== 0x0800 || bytes[23] !== 6) return false;
  return view.getUint16(36) === port && ((bytes[47] ?? 0) & 0x12) === 2;
}

/** The IP packet that tcpip drops. */
function inside(packet: LoggedPacket, direction: number): LoggedPacket {
  const bytes = packet.bytes.subarray(ETHERNET_BYTES);
  return {
    ...packet,
    bytes,
    origLen: bytes.length,
    linkType: 101,
    direction,
    nsec: packet.nsec + 300,
  };
}

interface Told {
  readonly all: VerdictModel[];
  readonly packets: number;
  readonly quality: readonly string[];
}

async function blocked(drops: readonly Drop[], scene: Scene = ARRIVING): Promise<Told> {
  const packets = await packetsOf(join(process.cwd(), 'captures', 'lab', `${scene.capture}.pcap.gz`));
  const events: OutgoingEvent[] = [];
  for (const [i, packet] of packets.entries()) {
    events.push(pktmonPacket(packet, i + 1, MADE.Miniport, i % 2));
    if (!isSyn(packet.bytes, scene.port)) continue;
    for (const [reason, location] of drops)
      events.push(pktmonDrop(inside(packet, scene.direction), reason, location, i % 2));
  }
  const last = packets.at(-1);
  if (last !== undefined) events.push(...rundown(last.sec, last.nsec, 0));
  const folder = mkdtempSync(join(tmpdir(), 'portwitness-drops-'));
  try {
    const path = join(folder, 'ua.etl');
    writeFileSync(
      path,
      writeTrace(events, {
        compressed: true,
        cpus: 2,
        frequency: 1e7,
        bufferBytes: 32_768,
        ...scene.options,
      }),
    );
    const packs = await loadPacks({ files: [] });
    const options = { packs, server: [], agentPort: 9003, serverPort: SERVER_PORT, answerWait: 3 };
    const model = assembleReport(await analyze({ ...options, inputs: [path] }), {
      version: '0',
      commandLine: '',
      now: 0,
    });
    return {
      all: [...model.verdicts].filter(
        ({ rule, verdict }) => rule.includes(scene.rule) && verdict === 'blocked',
      ),
      packets: model.captures[0]?.packets ?? 0,
      quality: model.quality.map(({ code }) => code),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const short = ({ reasonCode, location, confidence }: VerdictModel): string =>
  `${reasonCode} ${location} ${confidence}`;

test('nobody listens: reason 1204 where the socket is looked for, whatever the firewall says of the answer', async (t) => {
  for (const drops of [
    [[1204, 0xe000_4500]],
    [
      [1204, 0xe000_4500],
      [909, 0xe000_4134],
    ],
  ] as const) {
    const { all } = await blocked(drops);
    t.true(all.length > 0);
    for (const one of all) t.regex(short(one), /^reported_no_listener this_server (high|medium)$/);
    t.true(
      all.some(({ locationReason }) => /reason 1204 .*nothing listens on the port/.test(locationReason)),
    );
  }
});

test('the firewall of Windows: a reason of its filtering platform alone, with medium confidence at the most', async (t) => {
  const { all } = await blocked([[909, 0xe000_4503]]);
  t.true(all.length > 0);
  for (const one of all) t.is(short(one), 'reported_firewall this_server medium');
  t.true(all.every(({ assumptions }) => assumptions.includes('windows_drop_reason')));
});

test('drops of a healthy stack change nothing, and no drop is a packet', async (t) => {
  const without = await blocked([]);
  const harmless = await blocked([
    [1204, 0xe000_4704],
    [1210, 0xe000_4500],
    [902, 0xe000_4122],
    [918, 0xe000_4134],
  ]);
  t.true(without.all.length > 0);
  t.deepEqual(harmless.all.map(short), without.all.map(short));
  t.is(harmless.packets, without.packets);
  t.is((await blocked([[1204, 0xe000_4500]])).packets, without.packets);
});

test('no route: this server itself has none to the computer', async (t) => {
  const { all } = await blocked([[907, 0xe000_4136]], LEAVING);
  t.true(all.length > 0);
  for (const one of all) t.is(short(one), 'reported_drop this_server medium');
  t.true(all.every(({ locationReason }) => locationReason.includes('no route to the other')));
});

test('the next hop does not answer: of another network that may be the gateway, so the place stays open', async (t) => {
  const { all } = await blocked([[922, 0xe000_413a]], LEAVING);
  t.true(all.length > 0);
  for (const one of all) {
    t.regex(short(one), /^syn_silent unknown/);
    t.regex(one.locationReason, /does not answer for its link address/);
  }
});

test('a trace that was not stopped, a circular one and lost events are told beside the verdicts', async (t) => {
  const { quality } = await blocked([], { ...ARRIVING, options: { stopped: false, mode: 2, eventsLost: 7 } });
  for (const code of ['trace_not_stopped', 'trace_circular', 'frames_lost'])
    t.true(quality.includes(code), code);
});
