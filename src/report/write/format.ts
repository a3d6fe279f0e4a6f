/** An output format as the command line, the monitor and the help know it; a folder each, listed in formats.ts. */
import type { EvidenceSource, FrameCleaner } from './evidence-source.js';
import type { ReportModel } from '../model/model.js';
import type { Sink } from './sink.js';

/** One file of a format. */
export interface FormatFile {
  /** Its name in the folder that the option gives; '' = the option gives the file itself. */
  readonly name: string;
  /** @param cleaner of a shared report, for what holds frames */
  readonly write: (model: ReportModel, sink: Sink, cleaner?: FrameCleaner) => Promise<void>;
  /** It is a pcapng file. */
  readonly isCapture?: boolean;
  /** False: there is nothing to write, and the file is written only over an older one. Absent: always true. */
  readonly applies?: (model: ReportModel) => boolean;
}

/** What options say of how formats are written. */
export interface FormatChoice {
  /** Version of the JSON output. */
  readonly jsonSchema: JsonSchema;
  /** Where frames can be read again; absent while monitoring. */
  readonly source?: EvidenceSource;
}

export const JSON_SCHEMAS = [1, 2] as const;
export type JsonSchema = (typeof JSON_SCHEMAS)[number];
export const DEFAULT_JSON_SCHEMA: JsonSchema = 2;

export interface Format {
  /** The option that asks for it, without dashes; its value and help as the help shows them. */
  readonly option: string;
  readonly value: 'FILE' | 'FOLDER';
  readonly help: string;
  /** Ending of the file that is written beside the report when the option is not given; absent = none is. */
  readonly beside?: string;
  /** Kept current while monitoring. */
  readonly live?: boolean;
  /** A saved result holds all that it needs, so that `show` writes it as well. */
  readonly saved?: boolean;
  /** Its writers, loaded only where they are used. */
  load(choice: FormatChoice & { readonly path: string }): Promise<readonly FormatFile[]>;
}
