import test from 'ava';
import fc from 'fast-check';
import { SmallMap } from '../../../src/recognise/bytes/small-map.js';

test('a map of few does what a Map does, in the same order', (t) => {
  const step = fc.tuple(fc.constantFrom('set', 'delete', 'clear'), fc.integer({ min: 0, max: 5 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const few = new SmallMap<{ n: number }>();
      const map = new Map<number, { n: number }>();
      for (const [n, [what, key]] of steps.entries()) {
        if (what === 'set') {
          const value = { n };
          few.set(key, value);
          map.set(key, value);
        } else if (what === 'delete') {
          few.delete(key);
          map.delete(key);
        } else if (n % 7 === 0) {
          few.clear();
          map.clear();
        }
        const keys = [...map.keys()];
        if (few.size !== map.size || few.oldest !== keys[0] || few.keys().join() !== keys.join())
          return false;
        for (let one = 0; one <= 5; one++) if (few.get(one) !== map.get(one)) return false;
      }
      return true;
    }),
    { seed: 7, numRuns: 300 },
  );
  t.pass();
});
