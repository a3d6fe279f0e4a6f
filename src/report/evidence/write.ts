/** Writes the frames behind the causes of a report as pcapng; the captures are read a second time for it. */
import type { FrameBatch } from '../../capture/frame.js';
import { readAgain, readFailure } from '../../capture/read-again.js';
import { parseAddress } from '../../flow/address.js';
import type { AddressWords } from '../../flow/address.js';
import type { ReportModel } from '../model.js';
import { counted } from '../quantities.js';
import type { Sink } from '../sink.js';
import { MAX_CAUSE_FRAMES, MAX_EVIDENCE_FRAMES, citedFrames } from './cited.js';
import type { Citation, CitedFrames } from './cited.js';
import { frameComment, sectionComment } from './comment.js';
import { FrameFile } from './frame-file.js';
import type { KeptFrame, NamedAddress } from './frame-file.js';
import type { EvidenceSource } from './source.js';

/**
 * Bytes of whole frames that are kept.
 * @reached frames behind them are cut to their headers
 */
export const MAX_PAYLOAD_BYTES = 64 << 20;

interface Found {
  readonly frame: KeptFrame;
  readonly comment: string;
}

/** Writes the file; without causes it holds no frames, and says so. */
export async function writeEvidence(model: ReportModel, source: EvidenceSource, sink: Sink): Promise<void> {
  const cited = citedFrames(model);
  const file = new FrameFile();
  const { found, notes } = await collect(model, source, cited, file);
  found.sort((a, b) => a.frame.sec - b.frame.sec || a.frame.nsec - b.frame.nsec);
  const comment = sectionComment(model, [...limitNotes(cited, source.payload), ...notes]);
  for (const block of file.head(comment, namesOf(cited))) await sink.writeBytes(block);
  for (const one of found) await sink.writeBytes(file.frame(one.frame, one.comment));
}

async function collect(
  model: ReportModel,
  source: EvidenceSource,
  { byCapture }: CitedFrames,
  file: FrameFile,
): Promise<{ found: Found[]; notes: string[] }> {
  const rules = new Map(model.rules.map((rule) => [rule.id, rule]));
  const found: Found[] = [];
  const notes: string[] = [];
  let room = source.payload ? MAX_PAYLOAD_BYTES : 0;
  let cut = 0;
  for (const [index, frames] of byCapture) {
    const { path = '', interfaces = [] } = model.captures[index] ?? {};
    const note = await readOne(source, index, new Set(frames.keys()), (batch, row, number) => {
      const len = batch.capLen[row]!;
      const whole = source.payload && len <= room;
      if (whole) room -= len;
      else if (source.payload) cut++;
      const citations = frames.get(number) ?? [];
      found.push({
        frame: file.keep(batch, row, { index, interfaces }, whole),
        comment: frameComment(citations, rules, number, path),
      });
    });
    if (note !== '') notes.push(`${path}: ${note}`);
  }
  if (cut > 0) notes.push(`${counted(cut, 'frame')} cut to headers: more than ${MAX_PAYLOAD_BYTES} bytes.`);
  return { found, notes };
}

/** Reads the cited frames of one input. Returns what could not be read, a sentence; '' = all were. */
async function readOne(
  source: EvidenceSource,
  index: number,
  wanted: ReadonlySet<number>,
  take: (batch: FrameBatch, row: number, number: number) => void,
): Promise<string> {
  const { copies, etlComponent } = source;
  try {
    const { missing, failure } = await readAgain(source.inputs[index] ?? '', wanted, take, {
      ...(copies === undefined ? {} : { copies }),
      ...(etlComponent === undefined ? {} : { etlComponent }),
    });
    if (missing === 0) return '';
    return `${counted(missing, 'frame')} could not be read again${failure === '' ? '' : `: ${failure}`}.`;
  } catch (error) {
    return `its frames could not be read again: ${readFailure(error)}.`;
  }
}

/** What is not in the file, by the limits; and what is. */
function limitNotes({ frames, cutCauses, causesWithoutFrames }: CitedFrames, payload: boolean): string[] {
  const notes = [
    payload
      ? 'Frames are whole, with their payload.'
      : 'Frames are cut behind their headers; no payload is kept.',
  ];
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
