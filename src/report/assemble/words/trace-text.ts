/** What a Windows event trace tells of itself, in sentences. */
import type { TraceDrop, TraceFacts } from '../../../capture/frames/trace-facts.js';
import { count, counted } from '../../text/quantities.js';
import { zoneText } from './log-time-text.js';

/** What pktmon keeps of a packet unless it is told otherwise, in bytes. */
const DEFAULT_PACKET_BYTES = 128;
const MAX_LISTED = 8;

/** What a reader of the report should know; empty only for a trace that tells nothing. */
export function traceNotes(trace: TraceFacts): string[] {
  return [
    `Captured on Windows ${trace.windows}, whose standard time is ${zoneText(trace.utcOffsetMinutes)}.`,
    ...lossNotes(trace),
    ...cutNotes(trace),
    ...placeNotes(trace),
    ...dropNotes(trace),
  ];
}

function lossNotes(trace: TraceFacts): string[] {
  const notes: string[] = [];
  const { eventsLost, buffersLost } = trace;
  if (!trace.stopped) {
    notes.push(
      'The capture had not been stopped when the file was read: it was read as far as it was written, and what Windows writes at the end is missing.',
    );
  }
  if (trace.circular) {
    notes.push(
      'The file is circular: once it was full, the newest packets replaced the oldest, so its beginning may be missing.',
    );
  }
  if (eventsLost > 0 || buffersLost > 0) {
    notes.push(
      `Windows lost ${counted(eventsLost, 'event')} and ${counted(buffersLost, 'buffer')} while it captured.`,
    );
  }
  if (trace.clockGuessed) notes.push('The trace does not name its clock: its times are guessed.');
  return notes;
}

function cutNotes({ cutFrames, cutBytes }: TraceFacts): string[] {
  if (cutFrames === 0) return [];
  const why = cutBytes === DEFAULT_PACKET_BYTES ? ', as pktmon does unless it is told --pkt-size 0' : '';
  return [
    `${counted(cutFrames, 'frame')} ${cutFrames === 1 ? 'was' : 'were'} cut to at most ${count(cutBytes)} bytes${why}: what was said in the rest, and so many services and names, cannot be seen.`,
  ];
}

function placeNotes(trace: TraceFacts): string[] {
  const notes: string[] = [];
  const taken = trace.components.filter((one) => one.taken && one.packets > 0);
  const others = trace.components.filter((one) => !one.taken && one.packets > 0);
  if (trace.packetsElsewhere > 0 && taken.length > 0) {
    const names = taken.slice(0, MAX_LISTED).map(({ id, name }) => `${name} (component ${id})`);
    notes.push(
      `Packets were taken at ${names.join(', ')}; the same packets at ${counted(others.length, 'other component')} (${count(trace.packetsElsewhere)} entries) were left out.`,
    );
  }
  if (trace.switchPackets > 0) {
    notes.push(
      `${counted(trace.switchPackets, 'packet')} of a virtual switch ${trace.switchPackets === 1 ? 'was' : 'were'} not read.`,
    );
  }
  return notes;
}

function dropNotes({ drops }: TraceFacts): string[] {
  const byReason = new Map<number, TraceDrop>();
  for (const drop of drops) {
    const known = byReason.get(drop.reason);
    byReason.set(drop.reason, known === undefined ? drop : { ...known, count: known.count + drop.count });
  }
  if (byReason.size === 0) return [];
  const list = [...byReason.values()].sort((a, b) => b.count - a.count);
  const texts = list
    .slice(0, MAX_LISTED)
    .map(({ reason, text, count: n }) => `${count(n)} × ${reason}${text === '' ? '' : ` "${text}"`}`);
  const more = list.length > MAX_LISTED ? ` and ${counted(list.length - MAX_LISTED, 'other reason')}` : '';
  return [`Windows reported packets that it dropped, by reason: ${texts.join(', ')}${more}.`];
}
