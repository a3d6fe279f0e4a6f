/**
 * XPRESS: plain LZ77 of [MS-XCA] §2.4 (decompression) and §2.3. Buffers of a trace that pktmon or netsh merged.
 *
 *   flags 4 (most significant bit first: 0 literal, 1 match) | token ... | flags 4 | token ...
 *   literal: byte 1
 *   match:   (distance − 1) × 8 + length 2 | a length of 7: half a byte (the other half is the next such match's) |
 *            15: byte | 255: 2 bytes | 0: 4 bytes         length + 3, of them each field what the ones before lack
 *
 * No match reaches back more than 8 KiB, so that the decoder goes on at any byte of the input and the output: it
 * stops before a token that is not whole, and within a match when the output is full.
 */

/** How far back a match reaches at the most. */
export const XPRESS_WINDOW_BYTES = 8192;
/** Bytes that may be looked at beyond the end of the input: flags and the longest token. */
export const XPRESS_MARGIN = 16;

/** Decodes one buffer piece by piece. The caller owns input and output. */
export class XpressDecoder {
  /** Where the next input byte is, and where the next output byte goes. */
  inAt = 0;
  outAt = 0;
  /** The data makes no sense from here on; what came out before it holds. */
  damaged = false;
  #flags = 0;
  #flagsLeft = 0;
  /** The unused half of a length byte, -1 = none. */
  #half = -1;
  /** Of the match that did not fit any more. */
  #copyLeft = 0;
  #distance = 0;
  /** Bytes decoded so far. */
  #produced = 0;

  /** Begins a buffer. */
  begin(): void {
    this.damaged = false;
    this.#flags = 0;
    this.#flagsLeft = 0;
    this.#half = -1;
    this.#copyLeft = 0;
    this.#produced = 0;
  }

  /**
   * Decodes from `input[inAt..inEnd)` to `output[outAt..outEnd)` as far as whole tokens and room go. `final`: no
   * input follows, and `XPRESS_MARGIN` bytes behind `inEnd` may be read (they decode to nothing). The 8 KiB before
   * `outAt` must be what was decoded before.
   */
  decode(input: Uint8Array, inEnd: number, output: Uint8Array, outEnd: number, final: boolean): void {
    const begun = this.outAt;
    const producedBefore = this.#produced;
    if (this.#copyLeft > 0) this.#copy(output, outEnd);
    const inLimit = final ? inEnd : inEnd - XPRESS_MARGIN;
    let inAt = this.inAt;
    let outAt = this.outAt;
    let flags = this.#flags;
    let left = this.#flagsLeft;
    while (outAt < outEnd && inAt < inLimit) {
      if (left === 0) {
        flags = input[inAt]! | (input[inAt + 1]! << 8) | (input[inAt + 2]! << 16) | (input[inAt + 3]! << 24);
        inAt += 4;
        left = 32;
        if (inAt >= inEnd) break;
      }
      left--;
      if (flags >= 0) {
        flags <<= 1;
        output[outAt++] = input[inAt++]!;
        continue;
      }
      flags <<= 1;
      const word = input[inAt]! | (input[inAt + 1]! << 8);
      inAt += 2;
      let length = word & 7;
      if (length === 7) {
        this.inAt = inAt;
        length = this.#longLength(input);
        inAt = this.inAt;
      }
      const distance = (word >> 3) + 1;
      if (length < 0 || inAt > inEnd || distance > producedBefore + outAt - begun) {
        this.damaged = true;
        break;
      }
      length += 3;
      const stop = outAt + length;
      if (stop <= outEnd) {
        for (let from = outAt - distance; outAt < stop; from++, outAt++) output[outAt] = output[from]!;
      } else {
        this.outAt = outAt;
        this.#copyLeft = length;
        this.#distance = distance;
        this.#copy(output, outEnd);
        outAt = this.outAt;
      }
    }
    if (final && inAt > inEnd) this.damaged = true;
    this.inAt = inAt;
    this.outAt = outAt;
    this.#flags = flags;
    this.#flagsLeft = left;
    this.#produced = producedBefore + outAt - begun;
  }

  /** The length of a match beyond 9, less 3; -1 = it makes no sense. */
  #longLength(input: Uint8Array): number {
    let length: number;
    if (this.#half < 0) {
      const byte = input[this.inAt++]!;
      length = byte & 15;
      this.#half = byte >> 4;
    } else {
      length = this.#half;
      this.#half = -1;
    }
    if (length < 15) return length + 7;
    const byte = input[this.inAt++]!;
    if (byte < 255) return byte + 15 + 7;
    let whole = input[this.inAt]! | (input[this.inAt + 1]! << 8);
    this.inAt += 2;
    if (whole === 0) {
      const at = this.inAt;
      whole = input[at]! + input[at + 1]! * 0x100 + input[at + 2]! * 0x1_0000 + input[at + 3]! * 0x100_0000;
      this.inAt += 4;
    }
    return whole < 22 ? -1 : whole - 22 + 15 + 7;
  }

  #copy(output: Uint8Array, outEnd: number): void {
    let at = this.outAt;
    const stop = Math.min(outEnd, at + this.#copyLeft);
    this.#copyLeft -= stop - at;
    for (let from = at - this.#distance; at < stop; from++, at++) output[at] = output[from]!;
    this.outAt = at;
  }
}
