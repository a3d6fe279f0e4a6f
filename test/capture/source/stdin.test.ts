/** A capture that comes through a pipe. */
import { PassThrough } from 'node:stream';
import test from 'ava';
import { CaptureError } from '../../../src/capture/frames/frame.js';
import { openLive } from '../../../src/capture/source/open.js';
import { frameBytes, pcapFile } from '../file-builder.js';

const FILE = pcapFile([60, 61, 62].map((length, sec) => ({ sec, sub: 0, data: frameBytes(length) })));

test('what has arrived is handed out, an empty batch when nothing came, and no byte is lost by it', async (t) => {
  const stdin = new PassThrough();
  const reader = await openLive({ source: 'stdin', stdin });
  t.teardown(() => reader.close());
  const lengths: number[] = [];
  let empty = 0;
  // Every cut falls into the middle of something.
  for (let at = 0; at < FILE.length; at += 37) {
    stdin.write(FILE.subarray(at, at + 37));
    const batch = await reader.nextBatch();
    t.not(batch, null);
    if (batch?.count === 0) empty++;
    for (let i = 0; i < (batch?.count ?? 0); i++) lengths.push(batch?.capLen[i] ?? 0);
  }
  t.deepEqual(lengths, [60, 61, 62]);
  t.true(empty > 0);
});

test('the end of the input is told, and the capture is over', async (t) => {
  const stdin = new PassThrough();
  const reader = await openLive({ source: 'stdin', stdin });
  t.teardown(() => reader.close());
  stdin.end(FILE);
  let frames = 0;
  for (let batch = await reader.nextBatch(); batch !== null; batch = await reader.nextBatch())
    frames += batch.count;
  t.is(frames, 3);
  t.deepEqual(
    reader.takeIncidents().map(({ code }) => code),
    ['input_ended'],
  );
  t.deepEqual(reader.takeIncidents(), []);
  t.is(reader.file.sha256, '');
});

test('an input that ends inside a frame is damaged, and what came before is kept', async (t) => {
  const stdin = new PassThrough();
  const reader = await openLive({ source: 'stdin', stdin });
  t.teardown(() => reader.close());
  stdin.end(FILE.subarray(0, -10));
  t.is((await reader.nextBatch())?.count, 2);
  t.is(await reader.nextBatch(), null);
  t.deepEqual(
    reader.takeIncidents().map(({ code }) => code),
    ['damaged_stream', 'input_ended'],
  );
  t.is(reader.file.damage?.kind, 'cut');
});

test('what is no capture is refused when it comes at once, and told when it comes late', async (t) => {
  const stdin = new PassThrough();
  stdin.end('ssh: connect to host nas01 port 22: Connection refused\n');
  await t.throwsAsync(openLive({ source: 'stdin', stdin }), {
    instanceOf: CaptureError,
    message: /this is a text file/,
  });
  const late = new PassThrough();
  const reader = await openLive({ source: 'stdin', stdin: late });
  t.teardown(() => reader.close());
  t.is((await reader.nextBatch())?.count, 0);
  late.end('Permission denied\n'.repeat(40));
  t.is(await reader.nextBatch(), null);
  t.regex(reader.takeIncidents()[0]?.text ?? '', /^standard input is not a capture: /);
});
