/**
 * Drops that Windows reports, as evidence: captures of the lab with events 170 beside their packets. The events are made
 * by Microsoft's description of the reasons; no capture of a Windows firewall at work was at hand.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { VerdictModel } from '../../src/report/model/model.js';
import { packetsOf } from '../../captures/recipes/etl/convert.js';
import type { TraceOptions } from '../../captures/recipes/etl/writer.js';
import { reportOf } from './score.js';
import { SERVER_PORT, traceWithDrops } from './windows.js';

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

interface Told {
  readonly all: VerdictModel[];
  readonly packets: number;
  readonly quality: readonly string[];
}

async function blocked(drops: readonly Drop[], scene: Scene = ARRIVING): Promise<Told> {
  const packets = await packetsOf(join(process.cwd(), 'captures', 'lab', `${scene.capture}.pcap.gz`));
  const trace = traceWithDrops(
    packets,
    drops.map(([reason, location]) => ({ reason, location })),
    scene.port,
    { direction: scene.direction, ...scene.options },
  );
  const folder = mkdtempSync(join(tmpdir(), 'portwitness-drops-'));
  try {
    const path = join(folder, 'ua.etl');
    writeFileSync(path, trace);
    const model = await reportOf(path, []);
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
