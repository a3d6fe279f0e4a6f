import test from 'ava';
import { ByteWriter } from '../../src/report/write/byte-writer.js';
import type { Sink } from '../../src/report/write/sink.js';

async function written(write: (out: ByteWriter) => void): Promise<string> {
  let text = '';
  const out = new ByteWriter({
    write: () => undefined,
    writeBytes(bytes) {
      text += Buffer.from(bytes).toString();
      return undefined;
    },
  });
  write(out);
  await out.end();
  return text;
}

for (const value of [
  0,
  9,
  10,
  99,
  1000,
  65535,
  999_999_999,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 40,
  -1,
  NaN,
  Infinity,
]) {
  test(`the whole number ${value} is written as JSON has it`, async (t) => {
    t.is(await written((out) => out.integer(value)), JSON.stringify(value));
  });
}

for (const [value, text] of [
  [0, '0'],
  [9, '9'],
  [0.5, '0.5'],
  [0.000412, '0.000412'],
  [1e-9, '0.000000001'],
  [12.000000001, '12.000000001'],
  // 0.3 - 0.1 is 0.19999999999999998: nanoseconds are all that there is.
  [0.3 - 0.1, '0.2'],
  [0.9999999999, '1'],
  [4_194_304.25, '4194304.25'],
  [1e21, '1e+21'],
  [-0.25, '-0.25'],
  [NaN, 'null'],
] as const) {
  test(`${value} seconds are written as ${text}`, async (t) => {
    t.is(await written((out) => out.seconds(value)), text);
  });
}

test('times have all their digits, also when their seconds share a place in memory', async (t) => {
  const times = [
    [1777627800, 123456789],
    [1777627800 + 256, 0],
    [1777627800, 7],
    [0, 999_999_999],
    [2 ** 32 - 1, 1],
  ] as const;
  for (const [sec, nsec] of times) {
    const text = `${new Date(sec * 1000).toISOString().slice(0, 19)}.${String(nsec).padStart(9, '0')}Z`;
    t.is(await written((out) => out.time(sec, nsec)), text);
  }
  const together = await written((out) => times.forEach(([sec, nsec]) => out.time(sec, nsec)));
  t.is(together.length, times.length * 30);
});

for (const text of ['"', '\\', '\n', '\u007f', 'ä', '\u202e', '\ud800']) {
  test(`${JSON.stringify(text)} is not written as plain text, and nothing of it stays`, async (t) => {
    t.is(await written((out) => t.false(out.quotedPlain(`a${text}b`))), '');
  });
}

test('text of any length is written whole and in order, whatever the buffer holds', async (t) => {
  const long = 'ä€😀x'.repeat(100_000);
  let expected = '';
  const text = await written((out) => {
    for (let i = 0; i < 3; i++) {
      out.ascii('y'.repeat(300_000));
      out.text(long);
      out.integer(i);
      expected += 'y'.repeat(300_000) + long + String(i);
    }
  });
  t.true(text === expected);
});

/** Keeps what it is given until the next turn of the event loop, as a disk does. */
function slowSink(): Sink & { text: string } {
  return {
    text: '',
    write: () => undefined,
    async writeBytes(bytes) {
      await new Promise((resolve) => setImmediate(resolve));
      this.text += Buffer.from(bytes).toString();
    },
  };
}

test('a buffer that is being written is not filled again', async (t) => {
  const sink = slowSink();
  const out = new ByteWriter(sink);
  let expected = '';
  for (let i = 0; i < 200_000; i++) {
    out.integer(i);
    out.byte(10);
    expected += `${i}\n`;
    if (out.full) await out.flush();
  }
  await out.end();
  t.true(sink.text === expected);
});

test('an error of the sink reaches the writer', async (t) => {
  const sink: Sink = {
    write: () => undefined,
    writeBytes: () => Promise.reject(new Error('no space')),
  };
  const out = new ByteWriter(sink);
  out.ascii('x');
  await out.flush();
  await new Promise((resolve) => setImmediate(resolve));
  out.ascii('y');
  await t.throwsAsync(out.end(), { message: 'no space' });
});
