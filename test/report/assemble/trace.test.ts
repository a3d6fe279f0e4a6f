/** What a Windows event trace tells of how it was captured, and what the verdicts make of it. */
import { join } from 'node:path';
import test from 'ava';
import { portFilter } from '../../../captures/recipes/etl/events.js';
import type { LoggedPacket } from '../../../captures/recipes/etl/events.js';
import { VARIANTS, packetsOf, traceOf } from '../../../captures/recipes/etl/convert.js';
import type { ReportModel } from '../../../src/report/model/model.js';
import { told } from './told.js';

const LAB = join(process.cwd(), 'captures', 'lab');
const PKTMON = VARIANTS.find(({ name }) => name === 'pktmon')!;
const CUT = 128;
const TCP = 6;
const AGENT_PORT = 9003;

/** TCP over IPv4 without options, over Ethernet. */
function isAgentPort({ bytes }: LoggedPacket): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 38 || view.getUint16(12) !== 0x0800 || bytes[23] !== TCP) return false;
  return view.getUint16(34) === AGENT_PORT || view.getUint16(36) === AGENT_PORT;
}

function cutNotes(model: ReportModel): string[] {
  return (model.captures[0]?.trace?.notes ?? []).filter((note) => note.includes(' cut to '));
}

test("pktmon's default of 128 bytes a packet is told with what it hides, and no verdict rests on what is missing", async (t) => {
  const packets = await packetsOf(join(LAB, 'healthy.pcap.gz'));
  const cut = packets.map((packet) => ({ ...packet, bytes: packet.bytes.subarray(0, CUT) }));
  const longer = packets.filter(({ bytes }) => bytes.length > CUT).length;
  const { model: whole } = await told(t, traceOf(packets, PKTMON));
  const { model } = await told(t, traceOf(cut, PKTMON));
  t.deepEqual(cutNotes(model), [
    `${longer} frames were cut to at most 128 bytes, as pktmon does unless it is told --pkt-size 0: what was said in the rest, and so many services and names, cannot be seen.`,
  ]);
  t.deepEqual(cutNotes(whole), []);
  t.true(model.quality.some(({ code }) => code === 'snapped_frames'));
  const verdicts = (of: ReportModel): string[] =>
    [...of.verdicts]
      .filter(({ required }) => required)
      .map((v) => `${v.rule} ${v.host.address} ${v.verdict}`);
  t.deepEqual(verdicts(model), verdicts(whole));
});

test('a filter of pktmon is told, and what it leaves out is no failure of the port', async (t) => {
  const packets = (await packetsOf(join(LAB, 'healthy.pcap.gz'))).filter(isAgentPort);
  const { model } = await told(t, traceOf(packets, PKTMON, [portFilter(TCP, AGENT_PORT)]));
  const finding = model.quality.find(({ code }) => code === 'capture_filter');
  t.regex(finding?.text ?? '', /^The capture was made with a filter: tcp and port 9003$/);
  t.regex(finding?.consequence ?? '', /hides ICMP and port 135/);
  const required = [...model.verdicts].filter((one) => one.required);
  t.deepEqual([...new Set(required.map((one) => one.verdict))].sort(), ['not_observed', 'working']);
  t.true(required.every((one) => one.verdict !== 'working' || one.rule === 'ua-9003'));
});
