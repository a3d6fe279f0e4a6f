/** Opens a trace: its header, its buffers, and where its packets are taken from. */
import { CaptureError } from '../frames/frame.js';
import type { FileFacts } from '../frames/file-facts.js';
import { indexBuffers } from './trace/buffers.js';
import type { BufferIndex } from './trace/buffers.js';
import { nameOf, pointsByCount, pointsByRule } from './events/capture-points.js';
import type { AdapterPoint } from './events/capture-points.js';
import { TraceClock } from './trace/clock.js';
import { Component, ComponentTable } from './events/components.js';
import { StreamCounts } from './trace/cpu-stream.js';
import { EtlReader } from './etl.js';
import { readLogFileHeader } from './trace/header.js';
import type { LogFileHeader } from './trace/header.js';
import { Compression } from './trace/layout.js';
import { EtlLimit } from '../bytes/limits.js';
import { MAX_STREAMS } from './trace/limits.js';
import { NdisInterfaces } from './events/ndis-capture.js';
import type { RandomAccess } from './trace/random-access.js';
import { readFully } from './trace/random-access.js';
import { Findings, TraceSurvey } from './survey.js';

const HEADER_BYTES = 4096;
const START_AGAIN = 'pktmon start --capture --pkt-size 0 --file-name ua.etl';
const MAX_NAMED = 12;

/**
 * Opens a trace that `isEtl` has recognised.
 * @param component the component whose packets are taken; -1 = one place for each adapter
 * @throws CaptureError when it cannot be read, or when it holds no packets: the message says how to get them
 */
export async function openEtl(
  input: RandomAccess,
  facts: FileFacts,
  component: number,
  settle: () => Promise<void>,
): Promise<EtlReader> {
  const head = new Uint8Array(HEADER_BYTES);
  const length = await readFully(input, 0, head, 0, HEADER_BYTES);
  const header = readLogFileHeader(new DataView(head.buffer), length);
  if (typeof header === 'string') refuse(facts, `${header}; capture or copy it again`);
  const index = await indexBuffers(input);
  if (index.full) facts.reached(EtlLimit.Buffers);
  if (input.full === true) facts.reached(EtlLimit.Spool);
  refuseCompression(facts, header, index);
  const table = new ComponentTable(facts);
  const adapters = new NdisInterfaces();
  const clock = new TraceClock(header);
  const counts = new StreamCounts();
  const found = new Findings(table, adapters, clock);
  const lists = index.streams(MAX_STREAMS);
  const survey = new TraceSurvey(input, index, found, lists, counts);
  await survey.readEnds();
  let points = component >= 0 ? [] : pointsByRule(table);
  // An answer that rests on counts needs all of them.
  if (points.length === 0 && (component >= 0 || found.ndisPackets === 0)) {
    await survey.readAll();
    points = pointsByCount(table, component);
  }
  if (found.packets + found.ndisPackets === 0) await survey.readAll();
  refuseEmpty(facts, found, component, points);
  facts.format = `${found.packets > 0 ? 'pktmon' : 'netsh trace'} (.etl)${facts.format}`;
  facts.application = found.packets > 0 ? 'pktmon' : 'netsh trace';
  facts.os = `Windows ${header.version}`;
  facts.dropCount = BigInt(header.eventsLost) + BigInt(header.buffersLost);
  const rules = found.captureRules > 0 ? `(${found.captureRules} capture rules of netsh trace)` : '';
  const filter = table.filters.length > 0 ? joined(table.filters) : rules;
  const fresh = new StreamCounts();
  const trace = { input, header, index, lists, clock, table, adapters, counts: fresh, filter };
  return new EtlReader(facts, trace, points.length > 0 ? points : null, settle);
}

function joined(filters: readonly string[]): string {
  return filters.length === 1 ? filters[0]! : filters.map((text) => `(${text})`).join(' or ');
}

/** Buffers are decompressed as XPRESS; no other way was ever seen. */
function refuseCompression(facts: FileFacts, header: LogFileHeader, index: BufferIndex): void {
  const { compression } = header;
  const compressed = index.compressed.subarray(0, index.count).includes(1);
  if (!compressed || compression === Compression.Xpress) return;
  if (compression !== Compression.Lznt1 && compression !== Compression.XpressHuff) return;
  refuse(
    facts,
    `the trace was written with a compression that is not known here (${compression}); stop the capture again with: pktmon stop`,
  );
}

function refuseEmpty(
  facts: FileFacts,
  found: Findings,
  component: number,
  points: readonly AdapterPoint[],
): void {
  const { table } = found;
  if (component >= 0 && points.length === 0) {
    const known = [...table.points.values()].map((one) => one.component);
    const names = [...new Set(known)]
      .slice(0, MAX_NAMED)
      .map((id) => `${id} ${nameOf(table.components.get(id) ?? new Component(id))}`);
    const list =
      names.length === 0 ? 'it logged none at any component' : `those that did: ${names.join(', ')}`;
    refuse(facts, `component ${component} logged no packets; ${list}`);
  }
  if (found.packets > 0 || found.ndisPackets > 0) return;
  if (found.drops > 0) {
    refuse(
      facts,
      `pktmon logged only packets that were dropped (${found.drops}), so that no connection can be judged; capture all packets with: ${START_AGAIN}`,
    );
  }
  if (table.counted) {
    refuse(
      facts,
      `pktmon counted packets but did not log any; start it with --capture --pkt-size 0: ${START_AGAIN}`,
    );
  }
  if (found.switchPackets > 0) {
    refuse(
      facts,
      `the trace holds packets of a virtual switch only (${found.switchPackets}), which are not read; capture on the adapters with: ${START_AGAIN}`,
    );
  }
  refuse(
    facts,
    `this is a Windows event trace without packets; capture them with: ${START_AGAIN} (Windows Server 2016 and 2019: netsh trace start capture=yes report=disabled tracefile=ua.etl)`,
  );
}

/** @throws CaptureError always; the message names the path */
function refuse(facts: FileFacts, why: string): never {
  throw new CaptureError(facts.path, 0, `${facts.path}: ${why}`);
}
