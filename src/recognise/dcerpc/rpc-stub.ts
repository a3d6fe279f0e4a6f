/**
 * Puts bytes of one side together that came in pieces: the body of one PDU, or the stub of one call.
 */

/**
 * Longest RPC stub that is put together; answers that name ports have some hundreds of bytes to a few thousand.
 * @reached the answer is not read
 */
export const MAX_STUB_BYTES = 128 << 10;

const FIRST_CAPACITY = 512;
const NOTHING = new Uint8Array(0);
const NOTHING_VIEW = new DataView(NOTHING.buffer);

export class StubBuffer {
  bytes: Uint8Array = NOTHING;
  view: DataView = NOTHING_VIEW;
  length = 0;

  /** Begins anew; what was there is lost. */
  begin(): void {
    this.length = 0;
  }

  /** Copies `bytes[at .. end)`; false, and everything forgotten, when it becomes too long. */
  append(bytes: Uint8Array, at: number, end: number): boolean {
    const length = this.length + (end - at);
    if (length > MAX_STUB_BYTES) {
      this.release();
      return false;
    }
    if (length > this.bytes.length) this.enlarge(length);
    this.bytes.set(bytes.subarray(at, end), this.length);
    this.length = length;
    return true;
  }

  release(): void {
    this.bytes = NOTHING;
    this.view = NOTHING_VIEW;
    this.length = 0;
  }

  private enlarge(length: number): void {
    let capacity = Math.max(FIRST_CAPACITY, this.bytes.length);
    while (capacity < length) capacity *= 2;
    const larger = new Uint8Array(capacity);
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}
