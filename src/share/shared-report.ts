/** A report with pseudonyms for its names and addresses. Its outputs are written through the gate. */
import type { ReportModel } from '../report/model/model.js';
import type { FrameCleaner } from '../report/write/evidence-source.js';
import type { Sink } from '../report/write/sink.js';
import { draw } from './draw.js';
import type { Secret } from './draw.js';
import { GatedCapture } from './frames/gated-capture.js';
import { SharedFrames } from './frames/shared-frames.js';
import { Gate } from './gate/gate.js';
import type { Leak } from './gate/gate.js';
import { GatedSink } from './gate/gated-sink.js';
import { writeMapping } from './mapping.js';
import type { Met } from './met.js';
import { sharedModel } from './model/shared-model.js';
import type { Pseudonyms } from './names/pseudonyms.js';

/** An output that can be written with pseudonyms. */
export interface SharedOutput {
  readonly path: string;
  readonly write: (model: ReportModel, sink: Sink, cleaner: FrameCleaner) => Promise<void>;
  /** It is a pcapng file. */
  readonly isCapture?: boolean;
}

export class SharedReport {
  readonly model: ReportModel;
  readonly #pseudonyms: Pseudonyms;
  /** What makes the same pseudonyms again. */
  readonly secret: Secret;
  /** Addresses that are pseudonyms of others as well. */
  readonly ambiguous: number;
  readonly #gate: Gate;
  readonly #frames: SharedFrames;

  /** @param met the names and addresses that the model holds */
  constructor(model: ReportModel, met: Met, secret: Secret) {
    const drawn = draw(met, secret);
    this.#pseudonyms = drawn.pseudonyms;
    this.secret = drawn.secret;
    this.ambiguous = drawn.ambiguous;
    this.model = sharedModel(model, drawn.pseudonyms);
    this.#gate = new Gate(drawn.pseudonyms);
    this.#frames = new SharedFrames(drawn.pseudonyms);
  }

  /** Names that were replaced and cannot be looked for. */
  get notScanned(): number {
    return this.#gate.notScanned;
  }

  /** Writes an output. @param sink null = it is only looked at @returns what was replaced and stands in it all the same */
  async write({ path, write, isCapture = false }: SharedOutput, sink: Sink | null): Promise<readonly Leak[]> {
    const through = isCapture
      ? new GatedCapture(this.#gate, path, sink)
      : new GatedSink(this.#gate, path, sink);
    await write(this.model, through, this.#frames);
    return through.end();
  }

  /** Writes an output that was looked at. */
  writeUngated({ write }: SharedOutput, sink: Sink): Promise<void> {
    return write(this.model, sink, this.#frames);
  }

  /** @returns what was replaced and stands in a text all the same */
  scan(text: string, place: string): readonly Leak[] {
    return this.#gate.scan(text, place);
  }

  writeMapping(sink: Sink): Promise<void> {
    return writeMapping(sink, this.#pseudonyms, this.secret);
  }
}
