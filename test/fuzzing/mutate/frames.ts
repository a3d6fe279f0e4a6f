/** Changes to the frames of a capture: what they hold, how they follow one another, and when. */
import type { Choice } from '../choice.js';
import { put } from '../choice.js';
import type { Corpus, Frame } from '../corpus.js';
import { changeHeader } from './header-fields.js';
import { layersOf, mendLengths } from './layers.js';
import { fragments, nest, segments } from './nesting.js';
import { changePayload } from './payload-fields.js';

type Kind = (frames: Frame[], choice: Choice, corpus: Corpus) => void | Promise<void>;

/** Applies a change to some of the frames: one, a run of them, or each that chance names. */
function toSome(change: (frame: Frame, choice: Choice) => void): Kind {
  return (frames, choice) => {
    if (frames.length === 0) return;
    if (choice.oneIn(3)) {
      const share = choice.between(1, 12);
      for (const frame of frames) if (choice.oneIn(share)) change(frame, choice);
    } else {
      for (let n = choice.few(20); n > 0; n--) change(choice.one(frames), choice);
    }
  };
}

/** Replaces some frames by several each. */
function toMany(change: (frame: Frame, choice: Choice) => Frame[]): Kind {
  return (frames, choice) => {
    for (let n = choice.few(6); n > 0 && frames.length > 0 && frames.length < 1500; n--) {
      const at = choice.below(frames.length);
      const frame = frames[at];
      if (frame !== undefined) frames.splice(at, 1, ...change(frame, choice));
    }
  };
}

function flip(frame: Frame, choice: Choice): void {
  for (let n = choice.few(8); n > 0; n--)
    put(frame.bytes, choice.below(frame.bytes.length), 1, choice.edge(8));
}

function cut(frame: Frame, choice: Choice): void {
  frame.bytes = frame.bytes.slice(0, choice.below(frame.bytes.length + 1));
  if (choice.oneIn(3)) frame.origLen = choice.edge(31, frame.bytes.length);
}

function longer(frame: Frame, choice: Choice): void {
  frame.bytes = Buffer.concat([frame.bytes, choice.bytes(choice.between(1, 60))]);
  frame.origLen = frame.bytes.length;
  if (choice.oneIn(2)) mendLengths(frame);
}

function time(frame: Frame, choice: Choice): void {
  if (choice.oneIn(2)) frame.sec = choice.edge(32, frame.sec);
  else frame.sec = (frame.sec + choice.between(-4000, 100_000)) >>> 0;
  frame.nsec = choice.oneIn(3) ? choice.one([0, 999_999_999]) : choice.below(1_000_000_000);
}

/** Moves all frames from some on, as a clock that is set. */
const clockStep: Kind = (frames, choice) => {
  const by = choice.oneIn(2) ? choice.between(-7200, 7200) : choice.uint32();
  for (let i = choice.below(frames.length); i < frames.length; i++) {
    const frame = frames[i];
    if (frame !== undefined) frame.sec = (frame.sec + by) >>> 0;
  }
};

const order: Kind = (frames, choice) => {
  for (let n = choice.few(10); n > 0 && frames.length > 1; n--) {
    const at = choice.below(frames.length);
    const [frame] = frames.splice(at, 1);
    if (frame === undefined) break;
    if (choice.oneIn(3)) continue;
    frames.splice(choice.below(frames.length + 1), 0, frame);
    if (choice.oneIn(3)) frames.splice(at, 0, { ...frame, bytes: frame.bytes.slice() });
  }
};

/** Payload of another capture on a conversation of this one. */
const foreignPayload: Kind = async (frames, choice, corpus) => {
  const others = await corpus.some(choice, 40);
  if (others.length === 0) return;
  for (let n = choice.few(8); n > 0 && frames.length > 0; n--) {
    const frame = choice.one(frames);
    const here = layersOf(frame);
    const other = choice.one(others);
    const there = layersOf(other);
    if (here === null || there === null || here.payload > frame.bytes.length) continue;
    frame.bytes = Buffer.concat([frame.bytes.subarray(0, here.payload), other.bytes.subarray(there.payload)]);
    frame.origLen = frame.bytes.length;
    mendLengths(frame);
  }
};

const alien: Kind = async (frames, choice, corpus) => {
  frames.push(...(await corpus.some(choice, 60)));
};

const KINDS: readonly Kind[] = [
  toSome(changeHeader),
  toSome(changeHeader),
  toSome(changePayload),
  toSome(changePayload),
  toSome(changePayload),
  toSome(nest),
  toSome(flip),
  toSome(cut),
  toSome(longer),
  toSome(time),
  toMany(fragments),
  toMany(segments),
  clockStep,
  order,
  foreignPayload,
  alien,
];

/** Changes frames in one or a few ways, in place. */
export async function changeFrames(frames: Frame[], choice: Choice, corpus: Corpus): Promise<void> {
  for (let n = choice.few(5); n > 0; n--) await choice.one(KINDS)(frames, choice, corpus);
}
