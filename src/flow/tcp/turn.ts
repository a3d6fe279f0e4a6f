/**
 * A flow seen from the middle whose payload shows that the other end is the originator: everything in its record
 * that is told of a side changes sides, as in Zeek's `FlipRoles`.
 */
import { turnHistory } from '../record/history.js';
import { Field, FlowFlag, STATE_SHIFT } from '../record/record.js';
import type { Slab } from '../record/record.js';

/** Pairs of words, originator first. */
const WORD_PAIRS = [
  Field.OrigPackets,
  Field.OrigStartSeq,
  Field.OrigLastSeq,
  Field.OrigAckedSeq,
  Field.OrigPassNext,
  Field.OrigPassEnd,
] as const;
/** The same of 64-bit numbers. */
const DOUBLE_PAIRS = [Field.OrigBytes, Field.OrigPayload] as const;
/** Pairs of flags. */
const FLAG_PAIRS = [
  [FlowFlag.OrigFin, FlowFlag.RespFin],
  [FlowFlag.OrigSyn, FlowFlag.RespSyn],
  [FlowFlag.OrigOffload, FlowFlag.RespOffload],
] as const;
/** The states of the originator, present and previous, and those of the responder behind them. */
const STATES_OF_SIDE = 0o0707 << STATE_SHIFT;
const STATE_BITS = 3;

/**
 * Turns the record at `base` round. The responder's first frame becomes the flow's first, or `frame`, the present one,
 * when that was the other side's.
 */
export function turnRecord(slab: Slab, base: number, frame: number): void {
  const r = slab.i32;
  const f = slab.f64;
  for (const field of WORD_PAIRS) swap(r, base + field);
  for (const field of DOUBLE_PAIRS) swap(f, (base + field) >> 1);
  const counts = r[base + Field.Counts]!;
  r[base + Field.Counts] = (counts & ~0xffff) | ((counts & 0xff) << 8) | ((counts >>> 8) & 0xff);
  const repeats = r[base + Field.Retransmissions]!;
  r[base + Field.Retransmissions] = (repeats << 16) | (repeats >>> 16);
  const answer = (base + Field.AnswerFrame) >> 1;
  const first = f[(base + Field.FirstFrame) >> 1]!;
  f[answer] = f[answer] === first ? frame : first;
  turnFlags(r, base);
  turnHistory(r, base, (r[base + Field.Flags]! & FlowFlag.Flipped) !== 0);
}

function turnFlags(r: Int32Array, base: number): void {
  const old = r[base + Field.Flags]!;
  let flags = old ^ (FlowFlag.OrigIsHigh | FlowFlag.Flipped);
  for (const [orig, resp] of FLAG_PAIRS) {
    flags &= ~(orig | resp);
    if (old & orig) flags |= resp;
    if (old & resp) flags |= orig;
  }
  const respStates = STATES_OF_SIDE << STATE_BITS;
  flags &= ~(STATES_OF_SIDE | respStates);
  flags |= (old & STATES_OF_SIDE) << STATE_BITS;
  flags |= (old >>> STATE_BITS) & STATES_OF_SIDE;
  r[base + Field.Flags] = flags;
}

function swap(words: Int32Array | Float64Array, at: number): void {
  const kept = words[at]!;
  words[at] = words[at + 1]!;
  words[at + 1] = kept;
}
