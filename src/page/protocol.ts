/** What the page and its workers say to each other; Blobs are handed over by reference, never copied. */

/** The page to a worker. */
export type Request = AnalyseRequest | DigestsRequest | SaveRequest | DigestRequest;

export interface AnalyseRequest {
  readonly kind: 'analyse';
  /** All that was handed over, by unique names. */
  readonly files: ReadonlyMap<string, Blob>;
  /** Names of the captures among them, in their order. */
  readonly captures: readonly string[];
  /** Values by the name of the command line's option; those that name files hold names of `files`. */
  readonly options: Readonly<Record<string, string | readonly string[]>>;
  /** Texts that came with the page, by their path below src/. */
  readonly assets: Readonly<Record<string, string>>;
  readonly version: string;
}

/** The digests of all captures, hex, in the order of `captures`; '' = could not be read. */
export interface DigestsRequest {
  readonly kind: 'digests';
  readonly sha256: readonly string[];
}

/** Write what an option of the command line writes. */
export interface SaveRequest {
  readonly kind: 'save';
  readonly option: string;
  /** Name of the file. */
  readonly name: string;
  /** With pseudonyms. The first such file comes with its mapping. */
  readonly shared: boolean;
}

export interface DigestRequest {
  readonly kind: 'digest';
  readonly captures: readonly Blob[];
}

/** A worker to the page. */
export type Answer =
  ProgressAnswer | ReportAnswer | SavedAnswer | DigestedAnswer | WarningAnswer | FailedAnswer;

export interface ProgressAnswer {
  readonly kind: 'progress';
  /** 0 to 1; null = not known. */
  readonly share: number | null;
  readonly text: string;
}

export interface ReportAnswer {
  readonly kind: 'report';
  readonly html: Blob;
  /** The verdict in one sentence. */
  readonly sentence: string;
  /** Texts in the report that stand for the digests of the captures, in their order. */
  readonly placeholders: readonly string[];
  /** Sentences for the user beside the report. */
  readonly warnings: readonly string[];
}

export interface SavedAnswer {
  readonly kind: 'saved';
  readonly option: string;
  readonly files: readonly { readonly name: string; readonly file: Blob }[];
}

export interface DigestedAnswer {
  readonly kind: 'digested';
  readonly sha256: readonly string[];
}

export interface FailedAnswer {
  readonly kind: 'failed';
  /** What could not be done; null = the analysis. */
  readonly option: string | null;
  readonly message: string;
}

/** A sentence for the user, who goes on. */
export interface WarningAnswer {
  readonly kind: 'warning';
  readonly message: string;
}
