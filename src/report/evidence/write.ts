/** Writes the frames behind the causes of a report as pcapng; the captures are read a second time for it. */
import type { FrameBatch } from '../../capture/frames/frame.js';
import { readAgain, readFailure } from '../../capture/read-again.js';
import { parseAddress } from '../../flow/record/address.js';
import type { AddressWords } from '../../flow/record/address.js';
import type { ReportModel } from '../model/model.js';
import { counted } from '../text/quantities.js';
import type { Sink } from '../write/sink.js';
import { MAX_CAUSE_FRAMES, MAX_EVIDENCE_FRAMES, citedFrames } from './cited.js';
import type { Citation, CitedFrames } from './cited.js';
import { frameComment, sectionComment } from './comment.js';
import { FrameFile } from './frame-file.js';
import type { FrameOrigin, KeptFrame, NamedAddress } from './frame-file.js';
import type { EvidenceSource } from '../write/evidence-source.js';

/**
 * Bytes of whole frames that are kept.
 * @reached frames behind them are cut to their headers
 */
export const MAX_PAYLOAD_BYTES = 64 << 20;

interface Found {
  readonly frame: KeptFrame;
  readonly comment: string;
}

/**
 * Writes the file; without causes it holds no frames, and says so. A shared model needs a cleaner of its frames.
 * @param mostPayload bytes of whole frames that are kept
 */
export async function writeEvidence(
  model: ReportModel,
  source: EvidenceSource,
  sink: Sink,
  mostPayload = MAX_PAYLOAD_BYTES,
): Promise<void> {
  if ((model.shared !== undefined) !== (source.cleaner !== undefined))
    throw new RangeError('frames and their comments are shared both or not at all');
  const cited = citedFrames(model);
  const file = new FrameFile();
  const { found, notes } = await collect(model, source, cited, new Keeper(file, source, mostPayload));
  found.sort((a, b) => a.frame.sec - b.frame.sec || a.frame.nsec - b.frame.nsec);
  const comment = sectionComment(model, [...limitNotes(cited, source), ...notes]);
  // Names in Wireshark would be pseudonyms beside pseudonyms.
  const names = source.cleaner === undefined ? namesOf(cited) : [];
  for (const block of file.head(comment, names)) await sink.writeBytes(block);
  for (const one of found) await sink.writeBytes(file.frame(one.frame, one.comment));
}

async function collect(
  model: ReportModel,
  source: EvidenceSource,
  { byCapture }: CitedFrames,
  keeper: Keeper,
): Promise<{ found: Found[]; notes: string[] }> {
  const rules = new Map(model.rules.map((rule) => [rule.id, rule]));
  const found: Found[] = [];
  const notes: string[] = [];
  for (const [index, frames] of byCapture) {
    const { path = '', interfaces = [] } = model.captures[index] ?? {};
    const note = await readOne(source, index, new Set(frames.keys()), (batch, row, number) => {
      const frame = keeper.keep(batch, row, { index, interfaces });
      if (frame === null) return;
      const comment = frameComment(frames.get(number) ?? [], rules, number, path);
      found.push({ frame, comment });
    });
    if (note !== '') notes.push(`${path}: ${note}`);
  }
  return { found, notes: [...notes, ...keeper.notes()] };
}

/** Takes frames out of batches: their headers, while there is room the whole frames, or what is left with pseudonyms. */
class Keeper {
  readonly #file: FrameFile;
  readonly #source: EvidenceSource;
  readonly #most: number;
  #room: number;
  #cut = 0;
  #leftOut = 0;

  constructor(file: FrameFile, source: EvidenceSource, most: number) {
    this.#file = file;
    this.#source = source;
    this.#most = most;
    this.#room = source.payload ? most : 0;
  }

  keep(batch: FrameBatch, row: number, origin: FrameOrigin): KeptFrame | null {
    const { payload, cleaner } = this.#source;
    if (cleaner !== undefined) {
      const made = this.#file.keepClean(batch, row, origin, cleaner);
      if (made === null) this.#leftOut++;
      return made;
    }
    const len = batch.capLen[row]!;
    const whole = payload && len <= this.#room;
    if (whole) this.#room -= len;
    else if (payload) this.#cut++;
    return this.#file.keep(batch, row, origin, whole);
  }

  *notes(): Generator<string> {
    if (this.#cut > 0) yield `${counted(this.#cut, 'frame')} cut to headers: more than ${this.#most} bytes.`;
    if (this.#leftOut > 0)
      yield `${counted(this.#leftOut, 'frame')} left out: nothing in them can be shared.`;
  }
}

/** Reads the cited frames of one input. Returns what could not be read, a sentence; '' = all were. */
async function readOne(
  source: EvidenceSource,
  index: number,
  wanted: ReadonlySet<number>,
  take: (batch: FrameBatch, row: number, number: number) => void,
): Promise<string> {
  const { copies, etlComponent, cleaner } = source;
  // What the system says of a file holds its name.
  const told = (why: string): string => (why === '' || cleaner !== undefined ? '' : `: ${why}`);
  try {
    const { missing, failure } = await readAgain(source.inputs[index] ?? '', wanted, take, {
      ...(copies === undefined ? {} : { copies }),
      ...(etlComponent === undefined ? {} : { etlComponent }),
    });
    if (missing === 0) return '';
    return `${counted(missing, 'frame')} could not be read again${told(failure)}.`;
  } catch (error) {
    return `its frames could not be read again${told(readFailure(error))}.`;
  }
}

/** What is not in the file, by the limits; and what is. */
function limitNotes(
  { frames, cutCauses, causesWithoutFrames }: CitedFrames,
  { payload, cleaner }: EvidenceSource,
): string[] {
  const notes = [
    payload
      ? 'Frames are whole, with their payload.'
      : 'Frames are cut behind their headers; no payload is kept.',
  ];
  if (cleaner !== undefined) {
    notes.push(
      'Addresses are pseudonyms. Checksums that were right are right of the whole frame, and wrong ones are wrong.',
    );
  }
  if (cutCauses > 0) {
    notes.push(
      `${counted(cutCauses, 'cause')} with more frames than are kept (at most ${MAX_CAUSE_FRAMES} each, ${MAX_EVIDENCE_FRAMES} in all).`,
    );
  }
  if (causesWithoutFrames > 0) notes.push(`${counted(causesWithoutFrames, 'cause')} without any frame.`);
  if (frames === 0) notes.push('No cause cites a frame, so none is here.');
  return notes;
}

/** The computers that the kept frames are about, by their addresses. */
function namesOf({ byCapture }: CitedFrames): NamedAddress[] {
  const names = new Map<string, string>();
  for (const frames of byCapture.values()) {
    for (const citations of frames.values()) for (const one of citations) nameOf(one, names);
  }
  return [...names].flatMap(([text, name]) => {
    const address = parseAddress(text);
    return address === null ? [] : [{ address: addressBytes(address), name }];
  });
}

function nameOf({ verdict }: Citation, names: Map<string, string>): void {
  if (verdict === null || verdict.host.name === '') return;
  for (const address of verdict.host.addresses) names.set(address, verdict.host.name);
}

function addressBytes({ version, words }: AddressWords): Uint8Array {
  const view = new DataView(new ArrayBuffer(version === 4 ? 4 : 16));
  for (let at = 0; at < view.byteLength; at += 4) view.setInt32(at, words[at >> 2] ?? 0);
  return new Uint8Array(view.buffer);
}
