/** What a trace tells of itself, for the report. */
import type { TraceComponent, TraceFacts } from '../frames/trace-facts.js';
import { nameOf } from './events/capture-points.js';
import type { RecordChooser } from './chooser.js';
import { Component } from './events/components.js';
import type { OpenedTrace } from './opened-trace.js';
import type { PktMonRecords } from './events/pktmon-records.js';
import type { TraceInterfaces } from './events/trace-interfaces.js';

const MAX_LISTED = 256;

export function traceFacts(
  trace: OpenedTrace,
  chooser: RecordChooser,
  pktmon: PktMonRecords,
  interfaces: TraceInterfaces,
  otherEvents: number,
): TraceFacts {
  const { header, table, clock } = trace;
  return {
    windows: header.version,
    utcOffsetMinutes: header.bias === 0 ? 0 : -header.bias,
    zone: header.zone,
    ...(header.timeZone === null ? {} : { timeZone: header.timeZone }),
    eventsLost: header.eventsLost,
    buffersLost: header.buffersLost,
    circular: header.circular,
    stopped: header.endTime !== 0n,
    filters: table.filters,
    components: componentsOf(trace, chooser),
    drops: pktmon.drops.list(table.dropTexts),
    cutFrames: interfaces.cutFrames,
    cutBytes: interfaces.cutBytes,
    packetsElsewhere: chooser.packetsElsewhere,
    switchPackets: chooser.switchPackets,
    otherEvents,
    clockGuessed: clock.guessed,
  };
}

function componentsOf({ table }: OpenedTrace, chooser: RecordChooser): TraceComponent[] {
  return [...chooser.logged]
    .map(([id, { packets, drops }]) => {
      const one = table.components.get(id) ?? new Component(id);
      const { driver, mac, addresses } = one;
      return { id, name: nameOf(one), driver, mac, addresses, packets, drops, taken: chooser.takes(id) };
    })
    .sort((a, b) => b.packets - a.packets || b.drops - a.drops || a.id - b.id)
    .slice(0, MAX_LISTED);
}
