import { createHash } from 'node:crypto';
import test from 'ava';
import { sha1 } from '../../src/flow/record/sha1.js';

for (const length of [0, 1, 16, 40, 55, 56, 64, 119, 120, 300]) {
  test(`the digest of ${length} bytes is that of Node's crypto`, (t) => {
    const digest = new Int32Array(5);
    for (let seed = 0; seed < 50; seed++) {
      const message = createHash('shake256', { outputLength: Math.max(1, length) })
        .update(`${seed}`)
        .digest()
        .subarray(0, length);
      sha1(message, digest);
      const bytes = Buffer.alloc(20);
      digest.forEach((word, i) => bytes.writeInt32BE(word, i * 4));
      t.is(bytes.toString('hex'), createHash('sha1').update(message).digest('hex'));
    }
  });
}
