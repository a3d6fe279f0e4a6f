import test from 'ava';
import fc from 'fast-check';
import { TickClock } from '../../src/capture/bytes/timestamp.js';

/** The same in exact arithmetic: nanoseconds since 1970, cut off. */
function exactNanos(tsresol: number, offset: bigint, ticks: bigint): bigint {
  const base = tsresol & 0x80 ? 2n : 10n;
  return (ticks * 1_000_000_000n) / base ** BigInt(tsresol & 0x7f) + offset * 1_000_000_000n;
}

function set(clock: TickClock, ticks: bigint): void {
  clock.set(Number(ticks >> 32n), Number(ticks & 0xffff_ffffn));
}

test('every resolution and offset gives the exact nanosecond', (t) => {
  const ticks = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
  const seconds = fc.bigInt({ min: 0n, max: 0xffff_ffffn });
  const offsets = fc.oneof(fc.constant(0n), fc.bigInt({ min: -(1n << 33n), max: 1n << 33n }));
  const check = (tsresol: number, offset: bigint, count: bigint): void => {
    const clock = new TickClock(tsresol, Number(offset));
    set(clock, count);
    const nanos = exactNanos(tsresol, offset, count);
    const outside = nanos < 0n || nanos >= 1_000_000_000n << 32n;
    t.is(clock.clamped, outside, `tsresol ${tsresol} offset ${offset} ticks ${count}`);
    if (outside) t.is(clock.sec, nanos < 0n ? 0 : 0xffff_ffff);
    else
      t.is(
        BigInt(clock.sec) * 1_000_000_000n + BigInt(clock.nsec),
        nanos,
        `tsresol ${tsresol} ticks ${count}`,
      );
  };
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(fc.property(byte, offsets, ticks, check), { seed: 1, numRuns: 4000 });
  // Times of our century at every resolution.
  fc.assert(
    fc.property(byte, seconds, fc.nat({ max: 999_999_999 }), (tsresol, second, nano) => {
      const base = tsresol & 0x80 ? 2n : 10n;
      const perSecond = base ** BigInt(tsresol & 0x7f);
      const count = second * perSecond + (BigInt(nano) * perSecond) / 1_000_000_000n;
      if (count < 1n << 64n) check(tsresol, 0n, count);
    }),
    { seed: 2, numRuns: 4000 },
  );
  t.pass();
});

test('a time before 1970 or after 2106 is clamped and says so', (t) => {
  const clock = new TickClock(6, -10);
  set(clock, 9_999_999n);
  t.like(clock, { sec: 0, nsec: 0, clamped: true });
  set(clock, 10_000_001n);
  t.like(clock, { sec: 0, nsec: 1000, clamped: false });
  const nanos = new TickClock(9, 0);
  set(nanos, 4_294_967_296_000_000_000n);
  t.like(nanos, { sec: 0xffff_ffff, nsec: 999_999_999, clamped: true });
});
