/** The proof behind a verdict: frames, times, display filter, and the attempts on a time axis. */
import { NoteKind } from '../../flow/attempts.js';
import type { Note } from '../../flow/attempts.js';
import type { Flow } from '../../flow/flow.js';
import { FlowFlag } from '../../flow/record.js';
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

/** Frames of the first input file that the flow was seen in. */
export function evidenceOf(flow: Flow, paths: readonly string[], shows: string): EvidenceModel {
  const file = flow.firstFile;
  const frames = new Set([flow.firstFrame]);
  if (flow.answerFrame > 0 && flow.answerFile === file) frames.add(flow.answerFrame);
  for (const note of flow.notes()) if (note.fileIndex === file) frames.add(note.frame);
  if (flow.lastFile === file) frames.add(flow.lastFrame);
  return {
    file: paths[file] ?? '',
    frames: [...frames].sort((a, b) => a - b).slice(0, MAX_FRAMES),
    firstTime: timeStamp(flow.firstSec, flow.firstNsec),
    lastTime: timeStamp(flow.lastSec, flow.lastNsec),
    filter: displayFilter(flow),
    shows,
  };
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
  return marks.sort((a, b) => a.at - b.at);
}

function markOf(note: Note, start: number, paths: readonly string[], attempt: number): AttemptMark {
  const kinds = {
    [NoteKind.Syn]: ['syn', `SYN, attempt ${attempt}`],
    [NoteKind.SynAck]: ['syn_ack', 'SYN-ACK again'],
    [NoteKind.Rst]: ['rst', 'RST'],
    [NoteKind.Icmp]: ['icmp', `ICMP type ${note.icmp >> 8} code ${note.icmp & 255}`],
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
