/**
 * Firewall logs beside captures of the lab. The logs are made from what each scenario did, in the forms that Windows
 * writes: no Windows machine took part.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ReportModel, VerdictModel } from '../../src/report/model/model.js';
import { filterNames, netEvents, packetLog, securityEvents } from '../../captures/recipes/firewall/logs.js';
import type { Logged } from '../../captures/recipes/firewall/logs.js';
import { packetsOf } from '../../captures/recipes/etl/convert.js';
import type { TraceOptions } from '../../captures/recipes/etl/writer.js';
import type { WindowsDrop } from './scenario.js';
import { reportOf } from './score.js';
import { SERVER_PORT, blockedOut, droppedIn, letOut, synsOf, traceWithDrops } from './windows.js';

const LAB = join(process.cwd(), 'captures', 'lab');
const SERVER = '10.77.1.10';
const COMPUTER = '10.77.2.21';
const folder = mkdtempSync(join(tmpdir(), 'portwitness-firewall-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

interface Given {
  readonly capture: string;
  readonly logs?: readonly string[];
  readonly zoneMinutes?: number;
}

async function report({ capture, logs = [], zoneMinutes }: Given): Promise<ReportModel> {
  const paths = logs.map((text) => {
    const path = join(folder, `${files++}.log`);
    writeFileSync(path, text);
    return path;
  });
  return reportOf(capture, [], { paths, zoneMinutes: zoneMinutes ?? null });
}

function verdict(model: ReportModel, rule: string, computer = COMPUTER): VerdictModel {
  const found = [...model.verdicts].find((v) => v.rule === rule && v.host.address === computer);
  if (found === undefined) throw new Error(`no ${rule} of ${computer}`);
  return found;
}

const short = ({ verdict: word, reasonCode, location, confidence }: VerdictModel): string =>
  `${word} ${reasonCode} ${location} ${confidence}`;
const codes = ({ quality }: ReportModel): string[] =>
  quality.map(({ code }) => code).filter((code) => code.startsWith('log_'));

const lab = (name: string): string => join(LAB, `${name}.pcap.gz`);

/** What the scenario's firewall did not let out to 9003, and what it let out. */
async function outbound(): Promise<{ blocks: Logged[]; allows: Logged[] }> {
  const syns = synsOf(await packetsOf(lab('outbound-blocked-here')));
  return { blocks: blockedOut(COMPUTER, syns[0]?.time ?? 0), allows: letOut(syns) };
}

test('outbound: without a log nothing was observed, with one it is blocked here, before the wire', async (t) => {
  const { blocks } = await outbound();
  const capture = lab('outbound-blocked-here');
  const without = await report({ capture });
  t.regex(short(verdict(without, 'ua-9003')), /^not_observed nothing_sent/);
  t.is(without.firewallLogs, undefined);
  const names = filterNames({ 68893: 'Block the agents' });
  for (const log of [netEvents(blocks), securityEvents(blocks, 5157)]) {
    const model = await report({ capture, logs: [log, names] });
    const found = verdict(model, 'ua-9003');
    t.is(short(found), 'blocked logged_before_wire this_server high');
    t.regex(found.reason, /blocked before the wire.*three|3 attempts.*by its rule "Block the agents"/);
    t.is(found.evidence.length, 3);
    t.deepEqual(
      found.evidence.map(({ log: quote, frames }) => [
        quote?.unit,
        quote?.number,
        quote?.rule,
        frames.length,
      ]),
      [1, 2, 3].map((number) => ['record', number, 'Block the agents', 0]),
    );
    t.regex(found.evidence[0]?.log?.text ?? '', /9003/);
    t.is(model.summary.exitCode, 1);
    t.is(model.firewallLogs?.[0]?.use.before, 3);
    // The others keep what the packets say.
    const others = (one: ReportModel): string[] =>
      [...one.verdicts].filter(({ rule }) => rule !== 'ua-9003').map((v) => `${v.rule} ${short(v)}`);
    t.deepEqual(others(model), others(without));
  }
});

test('pfirewall.log: high in a zone that is told, medium in one that was inferred, unused where nothing tells it', async (t) => {
  const { blocks, allows } = await outbound();
  const capture = lab('outbound-blocked-here');
  const told = await report({ capture, logs: [packetLog(blocks, 60)], zoneMinutes: 60 });
  t.is(short(verdict(told, 'ua-9003')), 'blocked logged_before_wire this_server high');
  const inferred = await report({ capture, logs: [packetLog([...allows, ...blocks], -330)] });
  t.is(short(verdict(inferred, 'ua-9003')), 'blocked logged_before_wire this_server medium');
  t.deepEqual(codes(inferred), ['log_zone_inferred']);
  t.regex(inferred.quality.find(({ code }) => code === 'log_zone_inferred')?.text ?? '', /UTC−05:30/);
  const unknown = await report({ capture, logs: [packetLog(blocks, 60)] });
  t.regex(short(verdict(unknown, 'ua-9003')), /^not_observed nothing_sent/);
  t.deepEqual(codes(unknown), ['log_zone_unknown']);
});

test('a log that lies in time by an hour is noticed: moved by its packets, or not used', async (t) => {
  const { blocks, allows } = await outbound();
  const capture = lab('outbound-blocked-here');
  const late = (list: readonly Logged[]): Logged[] => list.map((one) => ({ ...one, time: one.time + 3600 }));
  const moved = await report({ capture, logs: [netEvents(late([...allows, ...blocks]))] });
  t.is(short(verdict(moved, 'ua-9003')), 'blocked logged_before_wire this_server medium');
  t.deepEqual(codes(moved), ['log_times_wrong']);
  t.regex(
    moved.quality.find(({ code }) => code === 'log_times_wrong')?.text ?? '',
    /an hour ahead of the packets/,
  );
  const alone = await report({ capture, logs: [netEvents(late(blocks))] });
  t.regex(short(verdict(alone, 'ua-9003')), /^not_observed nothing_sent/);
  t.deepEqual(codes(alone), ['log_of_other_time']);
  const wrongZone = await report({ capture, logs: [packetLog([...allows, ...blocks], 60)], zoneMinutes: 0 });
  t.is(short(verdict(wrongZone, 'ua-9003')), 'blocked logged_before_wire this_server medium');
  t.deepEqual(codes(wrongZone), ['log_times_wrong']);
});

test('inbound: the log says which rule of this server drops what arrives', async (t) => {
  const capture = lab('inbound-dropped-here');
  const drops = droppedIn(synsOf(await packetsOf(capture)));
  t.true(drops.length > 0);
  const without = verdict(await report({ capture }), 'ua-9004-in');
  t.is(without.verdict, 'blocked');
  for (const log of [
    netEvents(drops),
    securityEvents(drops, 5152),
    securityEvents(drops, 5157),
    securityEvents(drops, 5157)
      .replaceAll(/Source(Address|Port)/g, 'X$1')
      .replaceAll(/Dest(Address|Port)/g, 'Source$1')
      .replaceAll(/'X(Address|Port)/g, "'Dest$1"),
  ]) {
    const model = await report({ capture, logs: [log, filterNames({ 68893: 'No 9004' })] });
    const found = verdict(model, 'ua-9004-in');
    t.is(short(found), 'blocked logged_firewall this_server high');
    t.regex(found.reason, /dropped by this server's own firewall by its rule "No 9004"/);
    t.true(found.evidence.some(({ log: quote }) => quote !== undefined));
    t.true(found.evidence.some(({ frames }) => frames.length > 0));
  }
  const local = await report({ capture, logs: [packetLog(drops, 120)] });
  t.is(short(verdict(local, 'ua-9004-in')), 'blocked logged_firewall this_server medium');
});

test('where no socket took the packet, the service is missing and not a rule', async (t) => {
  const capture = lab('inbound-dropped-here');
  const drops = droppedIn(synsOf(await packetsOf(capture)), 13);
  const found = verdict(await report({ capture, logs: [netEvents(drops)] }), 'ua-9004-in');
  t.is(short(found), 'blocked logged_no_listener this_server high');
  t.regex(found.nextStep.who, /is the service running/);
});

async function traceWith(options: Partial<TraceOptions>, drop?: WindowsDrop): Promise<string> {
  const packets = await packetsOf(lab('inbound-dropped-here'));
  const path = join(folder, `${files++}.etl`);
  const drops = drop === undefined ? [] : [drop];
  writeFileSync(path, traceWithDrops(packets, drops, SERVER_PORT, options));
  return path;
}

test('the zone that a trace tells makes a local log as good as one in UTC', async (t) => {
  const drops = droppedIn(synsOf(await packetsOf(lab('inbound-dropped-here'))));
  const capture = await traceWith({ bias: -60 });
  const found = await report({ capture, logs: [packetLog(drops, 60)] });
  t.is(short(verdict(found, 'ua-9004-in')), 'blocked logged_firewall this_server high');
  t.deepEqual(codes(found), []);
});

test("nobody listens: Windows' report of the packet (1204) goes before the log's bare drop", async (t) => {
  const drops = droppedIn(synsOf(await packetsOf(lab('inbound-dropped-here'))));
  const capture = await traceWith({}, { reason: 1204, location: 0xe000_4500 });
  const found = verdict(await report({ capture, logs: [packetLog(drops, 0)], zoneMinutes: 0 }), 'ua-9004-in');
  t.regex(short(found), /^blocked reported_no_listener this_server (high|medium)$/);
  const filtered = await traceWith({}, { reason: 909, location: 0xe000_4503 });
  const named = verdict(await report({ capture: filtered, logs: [netEvents(drops)] }), 'ua-9004-in');
  t.is(short(named), 'blocked logged_firewall this_server high');
});

test("a computer's own log tells of its end: what it did not let out, and what it did not let in", async (t) => {
  const { allows } = await outbound();
  const capture = lab('outbound-blocked-here');
  const time = (allows[0]?.time ?? 0) + 1;
  const out: Logged = {
    time,
    action: 'block',
    direction: 'out',
    local: '10.77.2.99',
    localPort: 50_000,
    remote: SERVER,
    remotePort: 9004,
  };
  const found = verdict(await report({ capture, logs: [netEvents([out])] }), 'ua-9004-in', '10.77.2.99');
  t.is(short(found), 'blocked logged_before_wire remote_host high');
  t.regex(found.reason, /the log of 10\.77\.2\.99's own firewall/);
});

test('a server of which every call was blocked is known by its log', async (t) => {
  const { blocks } = await outbound();
  const capture = lab('host-down-near');
  const syns = synsOf(await packetsOf(capture));
  const shift = (syns[0]?.time ?? 0) - (blocks[0]?.time ?? 0);
  const moved = blocks.map((one) => ({ ...one, time: one.time + shift, remote: '10.77.2.22' }));
  const model = await report({ capture, logs: [netEvents(moved)] });
  t.is(short(verdict(model, 'ua-9003', '10.77.2.22')), 'blocked logged_before_wire this_server high');
});

test('what a log says of other traffic, of working ports and of nobody counts and changes nothing', async (t) => {
  const { allows } = await outbound();
  const capture = lab('outbound-blocked-here');
  const without = await report({ capture });
  const same = (allows[0] ?? { remotePort: 0 }) as Logged;
  const logs = [
    netEvents([
      { ...same, action: 'block' },
      { ...same, action: 'block', remote: '192.0.2.1', remotePort: 443, localPort: 60_000 },
      { ...same, action: 'block', direction: 'in', localPort: 9004, remotePort: 60_001 },
    ]),
  ];
  const model = await report({ capture, logs });
  t.deepEqual([...model.verdicts].map(short), [...without.verdicts].map(short));
  const { use } = model.firewallLogs?.[0] ?? {};
  t.deepEqual([use?.against, use?.other, use?.withoutPacket], [1, 1, 1]);
});
