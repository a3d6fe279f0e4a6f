/**
 * The zstd decoder of Node 22.15 and newer, with a stand-in for the engine where Node is older: what it is given, what
 * comes out, and what becomes of an engine that fails.
 */
import { Transform } from 'node:stream';
import zlib from 'node:zlib';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { Decompress } from 'fzstd';
import { ZlibZstdDecoder } from '../../src/platform/node/inflate.js';
import { readBytes } from '../capture/read-all.js';
import { frameBytes, pcapFile } from '../capture/file-builder.js';
import { zstdFrame } from '../fuzzing/mutate/envelope.js';

const NAME = 'createZstdDecompress';

/** Decodes as the real engine does, by other means. */
class Engine extends Transform {
  readonly #decoder = new Decompress((chunk) => this.push(chunk));

  override _transform(piece: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    try {
      this.#decoder.push(piece);
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** Defined, not set: Node's own is read-only. */
function withEngine(t: ExecutionContext, value: (() => Transform) | undefined): void {
  const before = Object.getOwnPropertyDescriptor(zlib, NAME);
  Object.defineProperty(zlib, NAME, { value, configurable: true, enumerable: true });
  t.teardown(() => {
    if (before === undefined) Reflect.deleteProperty(zlib, NAME);
    else Object.defineProperty(zlib, NAME, before);
  });
}

test.serial('where Node has no engine there is no decoder', (t) => {
  withEngine(t, undefined);
  t.is(ZlibZstdDecoder.create(), null);
});

test.serial('a capture in zstd frames is read by the engine of Node', async (t) => {
  let engines = 0;
  withEngine(t, () => {
    engines++;
    return new Engine();
  });
  const bytes = pcapFile([1, 2, 3].map((sec) => ({ sec, sub: 0, data: frameBytes(60, sec) })));
  const whole = await readBytes(bytes);
  const packed = Buffer.concat([zstdFrame(bytes.subarray(0, 100), 30), zstdFrame(bytes.subarray(100))]);
  const read = await readBytes(packed, 50);
  t.deepEqual(read.frames, whole.frames);
  t.is(read.file.damage, null);
  t.is(engines, 2, 'one for each frame');
});

test.serial('an engine that fails is damage, and the frames before it are kept', async (t) => {
  let left = 2;
  const failing = () =>
    new Transform({
      transform(piece: Uint8Array, _encoding, done) {
        if (left-- > 0) done(null, left === 0 ? piece.subarray(3) : undefined);
        else done(new Error('corrupt'));
      },
    });
  withEngine(t, failing);
  const bytes = pcapFile([1, 2, 3].map((sec) => ({ sec, sub: 0, data: frameBytes(60, sec) })));
  const read = await readBytes(zstdFrame(bytes, 24 + 76));
  t.is(read.frames.length, 1);
  t.is(read.file.damage?.kind, 'corrupt');
});
