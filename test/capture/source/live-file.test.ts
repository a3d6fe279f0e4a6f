/** A live capture as one file: what its segments declare has an end, which is counted. */
import test from 'ava';
import { LimitName, MAX_COMMENTS, MAX_INTERFACES, MAX_NAMES } from '../../../src/capture/bytes/limits.js';
import { StreamCopy } from '../../../src/capture/bytes/stream-copy.js';
import { FileFacts } from '../../../src/capture/frames/file-facts.js';
import { FrameBatch } from '../../../src/capture/frames/frame.js';
import { LiveFile } from '../../../src/capture/source/feed/live-file.js';

function segment(from: number, interfaces: number): FileFacts {
  const facts = new FileFacts(`${from}.pcapng`, 0, { position: 0 });
  for (let i = from; i < from + interfaces; i++) {
    facts.interfaces.push({ linkType: 1, snapLength: 0, resolution: 9, name: `eth${i}` });
  }
  return facts;
}

test('interfaces, comments and names beyond their limits are counted, over all segments', (t) => {
  const live = new LiveFile('eth*');
  const first = segment(0, MAX_INTERFACES - 1);
  for (let i = 0; i < MAX_COMMENTS; i++) first.comments.push(`${i}`);
  for (let i = 0; i < MAX_NAMES; i++) first.names.push({ address: '10.0.0.1', name: `n${i}` });
  live.take(first, new FrameBatch());
  live.settle(first);
  t.is(live.limits.size, 0);

  const second = segment(MAX_INTERFACES - 2, 4);
  second.comments.push('one more');
  second.names.push({ address: '10.0.0.1', name: 'one-more' });
  const batch = new FrameBatch();
  batch.count = 4;
  batch.iface.set([0, 1, 2, 3]);
  live.take(second, batch);
  live.settle(second);
  t.deepEqual(
    [live.interfaces.length, live.comments.length, live.names.length],
    [MAX_INTERFACES, MAX_COMMENTS, MAX_NAMES],
  );
  t.deepEqual(
    [LimitName.Interfaces, LimitName.Comments, LimitName.Names].map((name) => live.limits.get(name)),
    [2, 1, 1],
  );
  const last = MAX_INTERFACES - 1;
  t.deepEqual([...batch.iface.subarray(0, 4)], [last - 1, last, last, last]);
});

test('a copy of an input ends at its limit and says so', async (t) => {
  const copy = new StreamCopy(10);
  t.teardown(() => copy.close());
  await copy.append(Uint8Array.of(1, 2, 3, 4, 5, 6));
  t.is(copy.failure, '');
  await copy.append(Uint8Array.of(7, 8, 9, 10, 11));
  t.is(copy.failure, 'its copy ends after 10 bytes');
  await copy.append(Uint8Array.of(12));
  const read: number[] = [];
  for await (const chunk of copy.stream()) read.push(...chunk);
  t.deepEqual(read, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});
