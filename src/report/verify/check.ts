/** Reads the frames that a report cites and says which of them no longer say what the report says. */
import type { FrameBatch } from '../../capture/frames/frame.js';
import { readAgain } from '../../capture/read-again.js';
import type { ReadAgainOptions } from '../../capture/read-again.js';
import { FrameHeaders } from '../../decode/frame-headers.js';
import type { Packet } from '../../decode/packet/packet.js';
import type { TimeStamp } from '../model/time-model.js';
import type { Claim } from './claims.js';
import { shownBy } from './conversation.js';
import type { Conversation, Shown } from './conversation.js';

/**
 * Differences that are kept of one capture.
 * @reached further ones are counted
 */
export const MAX_DIFFERENCES = 100;
/** Times of answers are kept as delays: so many nanoseconds may be lost by it. */
const TOLERANCE_NANOSECONDS = 2_000;

export interface Difference {
  readonly frame: number;
  /** What differs, and of what the frame is evidence. Raw. */
  readonly text: string;
}

export interface Checked {
  /** Frames that were read and say what the report says. */
  readonly agreeing: number;
  /** Claims whose filter cannot be read. */
  readonly unchecked: number;
  readonly differences: readonly Difference[];
  /** Frames that differ, also those that are not listed. */
  readonly differing: number;
}

/** @throws CaptureError when the file is no capture */
export async function checkCapture(
  path: string,
  claims: ReadonlyMap<number, readonly Claim[]>,
  options: ReadAgainOptions = {},
): Promise<Checked> {
  const checker = new Checker();
  const seen = new Set<number>();
  const take = (batch: FrameBatch, row: number, frame: number): void => {
    seen.add(frame);
    checker.frame(frame, batch, row, claims.get(frame) ?? []);
  };
  const { file } = await readAgain(path, new Set(claims.keys()), take, options);
  for (const frame of claims.keys()) {
    if (!seen.has(frame)) checker.differs(frame, `it is not there: the capture has ${file.frames} frames`);
  }
  const { differences, differing, unchecked } = checker;
  differences.sort((a, b) => a.frame - b.frame);
  return { agreeing: claims.size - differing, unchecked, differences, differing };
}

class Checker {
  readonly differences: Difference[] = [];
  differing = 0;
  unchecked = 0;
  readonly #headers = new FrameHeaders();
  /** Conversations that a claim about the frame names, and what the frame shows of each; null = nothing. */
  readonly #shown = new Map<string, Shown | null>();

  frame(frame: number, batch: FrameBatch, row: number, claims: readonly Claim[]): void {
    this.#shown.clear();
    const asked = new Map<string, Conversation>();
    for (const { conversations } of claims) for (const one of conversations) asked.set(keyOf(one), one);
    this.#headers.length(batch, row, (packet: Packet) => {
      for (const [key, one] of asked) {
        const shown = shownBy(packet, one);
        if (shown !== null || !this.#shown.has(key)) this.#shown.set(key, shown);
      }
    });
    for (const claim of claims) {
      const text = this.#fault(claim, batch.sec[row]!, batch.nsec[row]!);
      if (text === '') continue;
      this.differs(frame, `${text} (${claim.of})`);
      return;
    }
  }

  differs(frame: number, text: string): void {
    this.differing++;
    if (this.differences.length < MAX_DIFFERENCES) this.differences.push({ frame, text });
  }

  /** '' = the frame says what is claimed. */
  #fault({ conversations, mark, times }: Claim, sec: number, nsec: number): string {
    if (times !== null && !isWithin(times.firstTime, times.lastTime, sec, nsec)) {
      return `its time is not between ${times.firstTime.iso} and ${times.lastTime.iso}`;
    }
    if (conversations.length === 0) {
      this.unchecked++;
      return '';
    }
    const shown = conversations.flatMap((one) => this.#shown.get(keyOf(one)) ?? []);
    if (shown.length === 0) return 'it does not belong to the conversation that the report names';
    if (mark === null || shown.some((one) => isMarked(one, mark))) return '';
    const from =
      mark.from === 'other' ? '' : ` from the ${mark.from === 'orig' ? 'one who asks' : 'one who is asked'}`;
    return `the report has it as ${mark.label}${from}, which it is not`;
  }
}

function keyOf({ transport, orig, resp, origPort, respPort }: Conversation): string {
  return `${transport} ${orig.words.join()} ${origPort} ${resp.words.join()} ${respPort}`;
}

function isMarked(shown: Shown, { kind, from, label }: NonNullable<Claim['mark']>): boolean {
  if (shown.from !== 'other' && from !== 'other' && shown.from !== from) return false;
  switch (kind) {
    case 'syn':
      return shown.isSyn;
    case 'syn_ack':
      return shown.isSynAck;
    case 'rst':
      return shown.isRst;
    case 'icmp': {
      const [said] = /type \d+ code \d+/.exec(label) ?? [];
      return said === undefined ? shown.icmp !== '' : shown.icmp === said;
    }
    default:
      return true;
  }
}

function isWithin(first: TimeStamp, last: TimeStamp, sec: number, nsec: number): boolean {
  const after = (sec - first.sec) * 1e9 + nsec - first.nsec;
  const before = (last.sec - sec) * 1e9 + last.nsec - nsec;
  return after >= -TOLERANCE_NANOSECONDS && before >= -TOLERANCE_NANOSECONDS;
}
