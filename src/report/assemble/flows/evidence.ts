/** The proof behind a verdict: frames, times, display filter, and the attempts on a time axis. */
import { dropReasonText } from '../../../capture/etl/events/drop-class.js';
import { NoteKind } from '../../../flow/tcp/attempts.js';
import type { Note } from '../../../flow/tcp/attempts.js';
import type { Flow } from '../../../flow/flow.js';
import { FlowFlag } from '../../../flow/record/record.js';
import { unansweredEnd } from '../../../flow/interruption.js';
import type { AttemptMark, EvidenceModel } from '../../model/model.js';
import { LazyTimeStamp } from '../input/time.js';

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

interface CitedFrames {
  readonly file: number;
  readonly frame: number;
  readonly sec: number;
  readonly nsec: number;
  /** Its time is not remembered: somewhere within the flow's. */
  readonly isVague?: boolean;
}

/** The frames that the flow remembers: its first and last, the first answer, repeats, resets, ICMP errors. */
function seenFrames(flow: Flow): CitedFrames[] {
  const { firstSec, firstNsec } = flow;
  const seen: CitedFrames[] = [
    { file: flow.firstFile, frame: flow.firstFrame, sec: firstSec, nsec: firstNsec },
  ];
  const isLast = flow.answerFrame === flow.lastFrame && flow.answerFile === flow.lastFile;
  if (flow.answerFrame > 0 && !isLast) {
    const isVague = flow.synAckDelay < 0;
    const nsec = firstNsec + (isVague ? 0 : Math.round(flow.synAckDelay * 1e9));
    const sec = firstSec + Math.floor(nsec / 1e9);
    insertByTime(seen, { file: flow.answerFile, frame: flow.answerFrame, sec, nsec: nsec % 1e9, isVague });
  }
  for (const { fileIndex, frame, sec, nsec } of flow.notes())
    insertByTime(seen, { file: fileIndex, frame, sec, nsec });
  const end = unansweredEnd(flow);
  if (end !== null) {
    const { fileIndex, frame, sec, nsec } = end.stall;
    insertByTime(seen, { file: fileIndex, frame, sec, nsec });
  }
  insertByTime(seen, { file: flow.lastFile, frame: flow.lastFrame, sec: flow.lastSec, nsec: flow.lastNsec });
  return seen;
}

/** They come almost in order: a look at the last one is cheaper than a sort, for evidence of thousands of verdicts. */
function insertByTime(seen: CitedFrames[], one: CitedFrames): void {
  let at = seen.length;
  while (at > 0 && isLater(seen[at - 1]!, one)) at--;
  if (at === seen.length) seen.push(one);
  else seen.splice(at, 0, one);
}

function isLater(a: CitedFrames, b: CitedFrames): boolean {
  return a.sec > b.sec || (a.sec === b.sec && a.nsec > b.nsec);
}

/** Frame numbers ascending, each once. */
function insertFrame(frames: number[], frame: number): void {
  let at = frames.length;
  while (at > 0 && frames[at - 1]! > frame) at--;
  if (at > 0 && frames[at - 1] === frame) return;
  if (at === frames.length) frames.push(frame);
  else frames.splice(at, 0, frame);
}

/** What was seen of a flow in one file. */
interface SeenInFile {
  readonly file: number;
  readonly first: CitedFrames;
  last: CitedFrames;
  readonly frames: number[];
}

/** One piece of evidence for each input file that the flow was seen in, in the order of time; at least one. */
export function evidenceOf(flow: Flow, paths: readonly string[], shows: string): EvidenceModel[] {
  const byFile: SeenInFile[] = [];
  for (const one of seenFrames(flow)) {
    // What has no time of its own lies before the flow's last packet.
    const last = one.isVague === true ? { ...one, sec: flow.lastSec, nsec: flow.lastNsec } : one;
    const known = byFile.find(({ file }) => file === one.file);
    if (known !== undefined) {
      if (!isLater(known.last, last)) known.last = last;
      insertFrame(known.frames, one.frame);
    } else if (byFile.length < MAX_FILES) {
      byFile.push({ file: one.file, first: one, last, frames: [one.frame] });
    }
  }
  const filter = displayFilter(flow);
  return byFile.map(({ file, first, last, frames }, i) => ({
    file: paths[file] ?? '',
    frames: frames.length > MAX_FRAMES ? frames.slice(0, MAX_FRAMES) : frames,
    firstTime: new LazyTimeStamp(first.sec, first.nsec),
    lastTime: new LazyTimeStamp(last.sec, last.nsec),
    filter,
    shows: i === 0 ? shows : 'the same connection, continued in this file',
  }));
}

/** Seconds from the first packet of a flow to a time, exact to the nanosecond. */
function secondsAfterFirst(flow: Flow, sec: number, nsec: number): number {
  // One rounding at the end: seconds since 1970 as one number are exact to 0.2 µs only.
  return ((sec - flow.firstSec) * 1e9 + (nsec - flow.firstNsec)) / 1e9;
}

/** The marks of one flow, in order of time from its first packet on. */
export function attemptMarks(flow: Flow, paths: readonly string[]): AttemptMark[] {
  const marks: AttemptMark[] = [];
  if (flow.packets(0) > 0) {
    const midstream = flow.transport !== 'tcp' || flow.has(FlowFlag.Midstream);
    marks.push({
      at: 0,
      frame: flow.firstFrame,
      file: paths[flow.firstFile] ?? '',
      kind: midstream ? 'request' : 'syn',
      from: 'orig',
      label: midstream ? 'first packet' : 'SYN',
    });
  }
  if (flow.synAckDelay >= 0) {
    marks.push({
      at: flow.synAckDelay,
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
    marks.push(markOf(note, secondsAfterFirst(flow, note.sec, note.nsec), paths, attempt));
  }
  const end = unansweredEnd(flow);
  if (end !== null) {
    const { stall, side } = end;
    marks.push({
      at: secondsAfterFirst(flow, stall.sec, stall.nsec),
      frame: stall.frame,
      file: paths[stall.fileIndex] ?? '',
      kind: 'request',
      from: side === 0 ? 'orig' : 'resp',
      label: `asked again ${stall.count} times, no answer`,
    });
  }
  return marks.sort((a, b) => a.at - b.at);
}

/** @param at seconds after the first packet @param attempt how many SYNs there are up to this note */
function markOf(note: Note, at: number, paths: readonly string[], attempt: number): AttemptMark {
  const [kind, label] = wordsOf(note, attempt);
  return {
    at,
    frame: note.frame,
    file: paths[note.fileIndex] ?? '',
    kind,
    from: note.side === 0 ? 'orig' : note.side === 1 ? 'resp' : 'other',
    label,
  };
}

function wordsOf({ kind, icmp, sender }: Note, attempt: number): readonly [AttemptMark['kind'], string] {
  switch (kind) {
    case NoteKind.Syn:
      return ['syn', `SYN, attempt ${attempt}`];
    case NoteKind.SynAck:
      return ['syn_ack', 'SYN-ACK again'];
    case NoteKind.Rst:
      return ['rst', 'RST'];
    case NoteKind.Icmp:
      if (icmp >> 8 === 5 || icmp >> 8 === 137) return ['icmp', 'ICMP redirect'];
      return ['icmp', `ICMP type ${icmp >> 8} code ${icmp & 255}`];
    case NoteKind.Dropped:
      if (sender[3] === 1) return ['dropped', `dropped, as Windows reports: ${dropReasonText(icmp)}`];
      return ['dropped', 'dropped by the capturing system'];
  }
}
