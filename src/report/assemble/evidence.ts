/** The proof behind a verdict: frames, times, display filter, and the attempts on a time axis. */
import { NoteKind } from '../../flow/attempts.js';
import type { Note } from '../../flow/attempts.js';
import type { Flow } from '../../flow/flow.js';
import { FlowFlag } from '../../flow/record.js';
import { unansweredEnd } from '../../verdict/health.js';
import type { AttemptMark, EvidenceModel } from '../model.js';
import { timeStamp } from './time.js';

/** Frame numbers listed for one conversation. */
const MAX_FRAMES = 20;

/** A Wireshark display filter that shows this conversation and nothing else. */
export function displayFilter(flow: Flow): string {
  const ip = flow.version === 4 ? 'ip' : 'ipv6';
  const hosts = `${ip}.addr == ${flow.addressText(0)} && ${ip}.addr == ${flow.addressText(1)}`;
  if (flow.transport === 'tcp' || flow.transport === 'udp') {
    const proto = flow.transport;
    return `${hosts} && ${proto}.port == ${flow.port(0)} && ${proto}.port == ${flow.port(1)}`;
  }
  return `${hosts} && ${flow.transport === 'icmp' ? 'icmp' : 'icmpv6'}`;
}

/** Input files of one conversation that are listed; rotated captures can cut it into many. */
const MAX_FILES = 4;

interface Seen {
  readonly file: number;
  readonly frame: number;
  readonly sec: number;
  readonly nsec: number;
}

/** The frames that the flow remembers: its first and last, the first answer, repeats, resets, ICMP errors. */
function seenFrames(flow: Flow): Seen[] {
  const first = { file: flow.firstFile, frame: flow.firstFrame, sec: flow.firstSec, nsec: flow.firstNsec };
  const last = { file: flow.lastFile, frame: flow.lastFrame, sec: flow.lastSec, nsec: flow.lastNsec };
  const seen: Seen[] = [first, last];
  if (flow.answerFrame > 0) {
    const after = flow.synAckDelay > 0 ? Math.round(flow.synAckDelay * 1e9) : 0;
    const nsec = flow.firstNsec + after;
    const sec = flow.firstSec + Math.floor(nsec / 1e9);
    seen.push({ file: flow.answerFile, frame: flow.answerFrame, sec, nsec: nsec % 1e9 });
  }
  for (const { fileIndex, frame, sec, nsec } of flow.notes())
    seen.push({ file: fileIndex, frame, sec, nsec });
  const end = unansweredEnd(flow);
  if (end !== null) {
    const { fileIndex, frame, sec, nsec } = end.stall;
    seen.push({ file: fileIndex, frame, sec, nsec });
  }
  return seen.sort((a, b) => a.sec - b.sec || a.nsec - b.nsec);
}

/** One piece of evidence for each input file that the flow was seen in, in the order of time; at least one. */
export function evidenceOf(flow: Flow, paths: readonly string[], shows: string): EvidenceModel[] {
  const byFile = new Map<number, { first: Seen; last: Seen; frames: Set<number> }>();
  for (const one of seenFrames(flow)) {
    const known = byFile.get(one.file);
    if (known !== undefined) {
      known.last = one;
      known.frames.add(one.frame);
    } else if (byFile.size < MAX_FILES) {
      byFile.set(one.file, { first: one, last: one, frames: new Set([one.frame]) });
    }
  }
  const filter = displayFilter(flow);
  return [...byFile].map(([file, { first, last, frames }], i) => ({
    file: paths[file] ?? '',
    frames: [...frames].sort((a, b) => a - b).slice(0, MAX_FRAMES),
    firstTime: timeStamp(first.sec, first.nsec),
    lastTime: timeStamp(last.sec, last.nsec),
    filter,
    shows: i === 0 ? shows : 'the same connection, continued in this file',
  }));
}

/** The marks of one flow, in order of time; `start` is the zero of the axis in seconds since 1970. */
export function attemptMarks(flow: Flow, paths: readonly string[], start: number): AttemptMark[] {
  const tcp = flow.transport === 'tcp';
  const marks: AttemptMark[] = [];
  const first = flow.firstSec - start + flow.firstNsec / 1e9;
  if (flow.packets(0) > 0) {
    marks.push({
      at: first,
      frame: flow.firstFrame,
      file: paths[flow.firstFile] ?? '',
      kind: tcp && !flow.has(FlowFlag.Midstream) ? 'syn' : 'request',
      from: 'orig',
      label: tcp && !flow.has(FlowFlag.Midstream) ? 'SYN' : 'first packet',
    });
  }
  if (flow.synAckDelay >= 0) {
    marks.push({
      at: first + flow.synAckDelay,
      frame: flow.answerFrame,
      file: paths[flow.answerFile] ?? '',
      kind: 'syn_ack',
      from: 'resp',
      label: 'SYN-ACK',
    });
  }
  let attempt = 1;
  for (const note of flow.notes()) {
    if (note.kind === NoteKind.Syn && note.side === 0) attempt++;
    marks.push(markOf(note, start, paths, attempt));
  }
  const end = unansweredEnd(flow);
  if (end !== null) {
    const { stall, side } = end;
    marks.push({
      at: stall.sec - start + stall.nsec / 1e9,
      frame: stall.frame,
      file: paths[stall.fileIndex] ?? '',
      kind: 'request',
      from: side === 0 ? 'orig' : 'resp',
      label: `asked again ${stall.count} times, no answer`,
    });
  }
  return marks.sort((a, b) => a.at - b.at);
}

function markOf(note: Note, start: number, paths: readonly string[], attempt: number): AttemptMark {
  const kinds = {
    [NoteKind.Syn]: ['syn', `SYN, attempt ${attempt}`],
    [NoteKind.SynAck]: ['syn_ack', 'SYN-ACK again'],
    [NoteKind.Rst]: ['rst', 'RST'],
    [NoteKind.Icmp]: ['icmp', `ICMP type ${note.icmp >> 8} code ${note.icmp & 255}`],
    [NoteKind.Dropped]: ['dropped', 'dropped by the capturing system'],
  } as const;
  const [kind, label] = kinds[note.kind];
  return {
    at: note.sec - start + note.nsec / 1e9,
    frame: note.frame,
    file: paths[note.fileIndex] ?? '',
    kind,
    from: note.side === 0 ? 'orig' : note.side === 1 ? 'resp' : 'other',
    label,
  };
}
