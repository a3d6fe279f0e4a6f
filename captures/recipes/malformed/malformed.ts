/** What a recipe of captures/malformed hands over: a capture in which something is wrong, and what must come of it. */
export interface Malformed {
  /** File name in captures/malformed; it tells what is wrong. */
  readonly file: string;
  readonly wrong: string;
  /** What the program made of it before that was mended. */
  readonly before: string;
  readonly must: string;
  /** The bytes of the file. */
  readonly make: () => Uint8Array;
}
