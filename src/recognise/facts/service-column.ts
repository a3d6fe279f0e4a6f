/** The service of each flow, one byte a flow: a look-up for every flow of a large capture must not miss a cache twice. */

/** Flows that have room from the beginning. */
const FIRST_FLOWS = 1024;

/** Values out of a short list by flow id; `undefined` = none. */
export class ServiceColumn<T> {
  /** Index into `values`, 0 = none. */
  private codes = new Uint8Array(FIRST_FLOWS);
  private readonly values: readonly (T | undefined)[];
  private readonly codeOf: ReadonlyMap<T, number>;

  /** @param values all that can be set, at most 255 */
  constructor(values: readonly T[]) {
    this.values = [undefined, ...values];
    this.codeOf = new Map(values.map((value, index) => [value, index + 1]));
  }

  get(flow: number): T | undefined {
    return this.values[this.codes[flow] ?? 0];
  }

  /** What is not one of the values is none. */
  set(flow: number, value: T | undefined): void {
    if (flow >= this.codes.length) {
      if (value === undefined) return;
      const larger = new Uint8Array(2 ** Math.ceil(Math.log2(flow + 1)));
      larger.set(this.codes);
      this.codes = larger;
    }
    this.codes[flow] = value === undefined ? 0 : (this.codeOf.get(value) ?? 0);
  }
}
