/** A file that is no result, or none that can be read; the message says which and what to do. */
export class ResultError extends Error {
  override readonly name = 'ResultError';
}
