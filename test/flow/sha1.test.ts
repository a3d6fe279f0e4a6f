import { createHash } from 'node:crypto';
import test from 'ava';
import { sha1Block } from '../../src/flow/sha1.js';

/** One block with a message of so many bytes, padded as FIPS 180-4 §5.1.1 says. */
function padded(message: Buffer): Int32Array {
  const bytes = Buffer.alloc(64);
  message.copy(bytes);
  bytes[message.length] = 0x80;
  bytes.writeUInt32BE(message.length * 8, 60);
  return Int32Array.from({ length: 16 }, (_, i) => bytes.readInt32BE(i * 4));
}

for (const length of [0, 1, 16, 40, 55]) {
  test(`the digest of ${length} bytes is that of Node's crypto`, (t) => {
    const digest = new Int32Array(5);
    for (let seed = 0; seed < 50; seed++) {
      const message = createHash('shake256', { outputLength: Math.max(1, length) })
        .update(`${seed}`)
        .digest()
        .subarray(0, length);
      sha1Block(padded(message), digest);
      const bytes = Buffer.alloc(20);
      digest.forEach((word, i) => bytes.writeInt32BE(word, i * 4));
      t.is(bytes.toString('hex'), createHash('sha1').update(message).digest('hex'));
    }
  });
}
