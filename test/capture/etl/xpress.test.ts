/** The XPRESS decoder against the compressor of the recipes, whose form is checked by hand here. */
import test from 'ava';
import { XPRESS_MARGIN, XPRESS_WINDOW_BYTES, XpressDecoder } from '../../../src/capture/etl/trace/xpress.js';
import { compress } from '../../../captures/recipes/etl/xpress.js';
import { fromHex } from '../../decode/bytes.js';

interface Decoded {
  readonly bytes: Uint8Array;
  readonly damaged: boolean;
  readonly leftOver: number;
}

/** Decodes with input that ends at each of `splits` first, and output that is handed on `room` bytes at a time. */
function decode(packed: Uint8Array, length: number, splits: readonly number[], room = length): Decoded {
  const decoder = new XpressDecoder();
  decoder.begin();
  const input = new Uint8Array(packed.length + XPRESS_MARGIN);
  const output = new Uint8Array(XPRESS_WINDOW_BYTES + length);
  decoder.outAt = XPRESS_WINDOW_BYTES;
  for (const end of [...splits, packed.length]) {
    input.set(packed.subarray(0, end));
    const final = end === packed.length;
    for (let before = -1; decoder.outAt > before && !decoder.damaged;) {
      before = decoder.outAt;
      decoder.decode(input, end, output, Math.min(output.length, decoder.outAt + room), final);
    }
  }
  const bytes = output.slice(XPRESS_WINDOW_BYTES, decoder.outAt);
  return { bytes, damaged: decoder.damaged, leftOver: packed.length - decoder.inAt };
}

/** Text with short and long matches, near and far. */
function sample(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    bytes[i] = i % 1000 < 500 ? (i * 7) & 15 : i % 3 === 0 ? (i * i) >> 5 : 65;
  }
  return bytes;
}

test('the vectors of [MS-XCA] §3 are decoded', (t) => {
  const alphabet = fromHex('3f0000006162636465666768696a6b6c6d6e6f707172737475767778797a');
  t.is(Buffer.from(decode(alphabet, 26, []).bytes).toString(), 'abcdefghijklmnopqrstuvwxyz');
  const repeated = fromHex('ffffff1f61626317000fff2601');
  t.is(Buffer.from(decode(repeated, 300, []).bytes).toString(), 'abc'.repeat(100));
});

test('every length of a match is decoded', (t) => {
  for (const length of [3, 4, 9, 10, 11, 24, 25, 26, 279, 280, 281, 65_537, 65_538, 65_539, 70_000]) {
    const bytes = new Uint8Array(length + 200).fill(7, 0, length + 1);
    bytes.set(sample(150), length + 50);
    const { bytes: out, damaged, leftOver } = decode(compress(bytes), bytes.length, []);
    t.false(damaged);
    t.true(leftOver <= 4);
    t.deepEqual(out, bytes);
  }
});

test('the decoder goes on at every byte of its input', (t) => {
  const bytes = sample(3000);
  const packed = compress(bytes, 300);
  for (let split = 0; split <= packed.length; split++) {
    const { bytes: out, damaged } = decode(packed, bytes.length, [split]);
    t.false(damaged);
    if (Buffer.compare(out, bytes) !== 0) t.fail(`split at ${split}`);
  }
});

test('the decoder goes on wherever its output is full', (t) => {
  const bytes = sample(3000);
  const packed = compress(bytes);
  for (const room of [1, 2, 3, 7, 64, 1000]) {
    t.deepEqual(decode(packed, bytes.length, [packed.length >> 1], room).bytes, bytes);
  }
});

test('a match that reaches before the beginning is damage, and what came before it is kept', (t) => {
  const { bytes, damaged } = decode(fromHex('0000002061626338000000'), 100, []);
  t.true(damaged);
  t.is(Buffer.from(bytes).toString(), 'ab');
});

test('input that ends early is damage, and what came before it is kept', (t) => {
  const bytes = sample(3000);
  const packed = compress(bytes);
  for (let end = 0; end < packed.length - 4; end += 13) {
    const out = decode(packed.subarray(0, end), bytes.length, []).bytes;
    t.true(out.length < bytes.length);
    if (Buffer.compare(out, bytes.subarray(0, out.length)) !== 0) t.fail(`cut at ${end}`);
  }
});
