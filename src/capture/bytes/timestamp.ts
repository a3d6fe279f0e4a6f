/**
 * Timestamps of one pcapng interface, exact to the nanosecond: draft-ietf-opsawg-pcapng §4.2 (if_tsresol,
 * if_tsoffset) and §4.3. The 64-bit count comes as two halves; it is divided in 16-bit digits, since a double
 * holds 53 bits and a bigint would be an allocation for every frame. What is finer than a nanosecond is cut off.
 *
 *   if_tsresol  | base 1 bit: 0 = 10, 1 = 2 | exponent 7 bits |     ticks a second = base ^ exponent
 */

const DIGIT = 0x1_0000;
const WORD = 0x1_0000_0000;
const MAX_SECOND = 0xffff_ffff;
const NANO_EXPONENT = 9;
/** A half below this keeps the whole count exact in a double. */
const EXACT_HIGH_HALF = 0x20_0000;

/** if_tsresol of an interface that has none: microseconds. */
export const DEFAULT_RESOLUTION = 6;

/** Turns tick counts into seconds and nanoseconds; the result lies in the fields until the next `set`. */
export class TickClock {
  sec = 0;
  nsec = 0;
  /** The time was outside 1970..2106 and was clamped. */
  clamped = false;
  /** Ticks a second, for people; exact up to 2^53. */
  readonly resolution: number;
  readonly #binary: boolean;
  readonly #exponent: number;
  /** Ticks a second and nanoseconds a tick after the decimal part finer than a nanosecond is cut off. */
  readonly #ticks: number;
  readonly #tickNanos: number;
  readonly #offset: number;
  /** The tick count at which the present second began, in two parts; NaN when it is not known exactly. */
  #baseHigh = NaN;
  #baseLow = 0;

  /** `offset` is if_tsoffset: seconds to add. */
  constructor(tsresol: number, offset: number) {
    this.#binary = (tsresol & 0x80) !== 0;
    this.#exponent = tsresol & 0x7f;
    this.resolution = (this.#binary ? 2 : 10) ** this.#exponent;
    const kept = Math.min(this.#exponent, NANO_EXPONENT);
    this.#ticks = 10 ** kept;
    this.#tickNanos = 10 ** (NANO_EXPONENT - kept);
    this.#offset = offset;
  }

  /** Takes the two unsigned halves of a tick count. */
  set(high: number, low: number): void {
    // Most frames are of the same second as the one before: then nothing is divided.
    const since = (high - this.#baseHigh) * WORD + (low - this.#baseLow);
    if (since >= 0 && since < this.#ticks) this.nsec = since * this.#tickNanos;
    else this.#setAnew(high, low);
  }

  #setAnew(high: number, low: number): void {
    if (this.#binary) this.#setBinary(high, low);
    else if (this.#exponent > NANO_EXPONENT) this.#setFine(high, low);
    else this.#setDecimal(high, low);
    this.sec += this.#offset;
    this.clamped = this.sec < 0 || this.sec > MAX_SECOND;
    const direct = !this.clamped && !this.#binary && this.#exponent <= NANO_EXPONENT;
    this.#baseHigh = direct ? high : NaN;
    this.#baseLow = low - this.nsec / this.#tickNanos;
    if (!this.clamped) return;
    this.nsec = this.sec < 0 ? 0 : 999_999_999;
    this.sec = this.sec < 0 ? 0 : MAX_SECOND;
  }

  #setDecimal(high: number, low: number): void {
    const ticks = this.#ticks;
    if (high < EXACT_HIGH_HALF) {
      const count = high * WORD + low;
      this.sec = Math.floor(count / ticks);
      this.nsec = (count - this.sec * ticks) * this.#tickNanos;
      return;
    }
    const q0 = Math.floor(high / ticks);
    const r0 = (high - q0 * ticks) * DIGIT + (low >>> 16);
    const q1 = Math.floor(r0 / ticks);
    const r1 = (r0 - q1 * ticks) * DIGIT + (low & 0xffff);
    const q2 = Math.floor(r1 / ticks);
    this.sec = (q0 * DIGIT + q1) * DIGIT + q2;
    this.nsec = (r1 - q2 * ticks) * this.#tickNanos;
  }

  /** Ticks finer than a nanosecond: first divides them down to nanoseconds. */
  #setFine(high: number, low: number): void {
    for (let finer = this.#exponent - NANO_EXPONENT; finer > 0; finer -= NANO_EXPONENT) {
      const by = 10 ** Math.min(finer, NANO_EXPONENT);
      const q0 = Math.floor(high / by);
      const r0 = (high - q0 * by) * DIGIT + (low >>> 16);
      const q1 = Math.floor(r0 / by);
      const r1 = (r0 - q1 * by) * DIGIT + (low & 0xffff);
      low = q1 * DIGIT + Math.floor(r1 / by);
      high = q0;
    }
    this.#setDecimal(high, low);
  }

  #setBinary(high: number, low: number): void {
    const n = this.#exponent;
    if (n >= 64) this.sec = 0;
    else if (n >= 32) this.sec = Math.floor(high / 2 ** (n - 32));
    else this.sec = high * 2 ** (32 - n) + Math.floor(low / 2 ** n);
    // The fraction of a second as 64 bits from the binary point on, in two halves.
    let upper = 0;
    let lower = 0;
    if (n > 64) {
      const shift = 2 ** (n - 64);
      const whole = high * WORD + low;
      upper = Math.floor(high / shift);
      lower = n < 96 ? Math.floor((high % shift) * (WORD / shift) + low / shift) : Math.floor(whole / shift);
    } else if (n > 32) {
      const shift = 2 ** (64 - n);
      upper = (high % 2 ** (n - 32)) * shift + Math.floor(low / 2 ** (n - 32));
      lower = (low % 2 ** (n - 32)) * shift;
    } else if (n > 0) {
      upper = (low % 2 ** n) * 2 ** (32 - n);
    }
    this.nsec = scaleFraction(upper, lower);
  }
}

/** floor(fraction × 10^9) for a 64-bit fraction in two unsigned halves. */
function scaleFraction(upper: number, lower: number): number {
  let carry = Math.floor(((lower & 0xffff) * 1e9) / DIGIT);
  carry = Math.floor(((lower >>> 16) * 1e9 + carry) / DIGIT);
  carry = Math.floor(((upper & 0xffff) * 1e9 + carry) / DIGIT);
  return Math.floor(((upper >>> 16) * 1e9 + carry) / DIGIT);
}
