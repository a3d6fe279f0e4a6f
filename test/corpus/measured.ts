/** Flows of one capture as plain rows, for comparison with truth. */
import { Timeline } from '../../src/capture/merge.js';
import { Flow } from '../../src/flow/flow.js';
import { FlowFlag } from '../../src/flow/record/record.js';
import { Meter } from '../../src/flow/meter.js';
import { loadPacks } from '../../src/rules/load.js';
import { servedPorts } from '../../src/rules/words/served-ports.js';

export interface MeasuredFlow {
  readonly proto: string;
  readonly orig: string;
  readonly origPort: number;
  readonly resp: string;
  readonly respPort: number;
  readonly packets: readonly [number, number];
  readonly bytes: readonly [number, number];
  readonly payload: readonly [number, number];
  readonly content: readonly [number, number];
  readonly connState: string;
  readonly history: string;
  readonly duration: number;
  readonly start: number;
  readonly communityId: string;
  readonly flipped: boolean;
  readonly notes: ReturnType<Flow['notes']>;
}

/** Copies of packets count as packets of their own, as tshark and Zeek count them. */
export async function meterOf(path: string): Promise<Meter> {
  const meter = new Meter({
    servedPorts: servedPorts(await loadPacks({ files: [] })),
    duplicateMilliseconds: 0,
  });
  const timeline = await Timeline.open([path]);
  for (let run = await timeline.next(); run !== null; run = await timeline.next()) meter.feed(run);
  await timeline.close();
  return meter;
}

export async function flowsOf(path: string): Promise<MeasuredFlow[]> {
  const meter = await meterOf(path);
  const flow = new Flow(meter.flows);
  return Array.from({ length: meter.flows.count }, (_, id) => rowOf(flow.move(id)));
}

function rowOf(flow: Flow): MeasuredFlow {
  return {
    proto: flow.transport,
    orig: flow.addressText(0),
    origPort: flow.port(0),
    resp: flow.addressText(1),
    respPort: flow.port(1),
    packets: [flow.packets(0), flow.packets(1)],
    bytes: [flow.bytes(0), flow.bytes(1)],
    payload: [flow.payload(0), flow.payload(1)],
    content: [flow.content(0), flow.content(1)],
    connState: flow.connState,
    history: flow.historyText(),
    duration: flow.duration,
    start: flow.firstSec + flow.firstNsec / 1e9,
    communityId: flow.communityIdText(),
    flipped: flow.has(FlowFlag.Flipped),
    notes: flow.notes(),
  };
}
