/** What a trace may make its reader keep has an end, which is counted; filters of pktmon are told in words. */
import test from 'ava';
import { ComponentTable } from '../../../src/capture/etl/events/components.js';
import { indexBuffers } from '../../../src/capture/etl/trace/buffers.js';
import { BUFFER_HEADER_BYTES } from '../../../src/capture/etl/trace/layout.js';
import { takeEventMap } from '../../../src/capture/etl/events/event-map.js';
import { filterText } from '../../../src/capture/etl/events/filter-text.js';
import { EtlLimit } from '../../../src/capture/bytes/limits.js';
import {
  MAX_BUFFERS,
  MAX_COMPONENTS,
  MAX_FILTERS,
  MAX_MAP_ENTRIES,
  MAX_NAME_CHARS,
  MAX_PARTIAL,
  MAX_PARTIAL_BYTES,
  MAX_POINTS,
} from '../../../src/capture/etl/trace/limits.js';
import { PartialPackets } from '../../../src/capture/etl/events/partial-packets.js';
import type { RandomAccess } from '../../../src/capture/etl/trace/random-access.js';
import { FileFacts } from '../../../src/capture/frames/file-facts.js';

const facts = (): FileFacts => new FileFacts('trace.etl', 0, { position: 0 });

test('components, places and filters beyond their limits are counted, those before stay', (t) => {
  const file = facts();
  const table = new ComponentTable(file);
  for (let i = 0; i <= MAX_COMPONENTS; i++) table.declare(i, 1, 'a.sys', 'A');
  for (let i = 0; i <= MAX_POINTS; i++) table.countPacket(1 + (i >> 12), i & 0xfff, 1);
  for (let i = 0; i <= MAX_FILTERS; i++) table.addFilter(`port ${i}`);
  table.addFilter('port 1');
  t.is(table.components.size, MAX_COMPONENTS);
  t.is(table.points.size, MAX_POINTS);
  t.is(table.filters.length, MAX_FILTERS);
  t.deepEqual(
    [EtlLimit.Components, EtlLimit.Points, EtlLimit.Filters].map((code) => file.limits.get(code)),
    [1, 1, 1],
  );
});

test('of packets in parts the oldest gives way, and a long one is cut', (t) => {
  const file = facts();
  const parts = new PartialPackets(file);
  for (let thread = 0; thread <= MAX_PARTIAL; thread++) parts.begin(1, thread, 1);
  t.is(parts.open, MAX_PARTIAL);
  t.is(parts.find(1, 0, 1), undefined);
  t.is(file.limits.get(EtlLimit.Partial), 1);
  const one = parts.begin(1, 7, 1);
  const piece = new Uint8Array(60_000).fill(7);
  for (let i = 0; i < 5; i++) parts.append(one, piece, 0, piece.length);
  t.is(one.length, MAX_PARTIAL_BYTES);
  t.is(one.bytes[MAX_PARTIAL_BYTES - 1], 7);
  t.is(file.limits.get(EtlLimit.Partial), 2);
  t.is(parts.begin(1, 7, 1).length, 0, 'begun anew');
  parts.end(one);
  t.is(parts.open, MAX_PARTIAL - 1);
});

test('a map of which every entry points to one endless text costs little', (t) => {
  const view = new DataView(new Uint8Array(65_000).fill(0x41).buffer);
  let reads = 0;
  const read = view.getUint16.bind(view);
  view.getUint16 = (at, little) => {
    reads++;
    return read(at, little);
  };
  const map = 16;
  const [nameAt, name] = [60_000, 'DropReason\0'];
  view.setUint32(map, nameAt, true);
  view.setUint32(map + 8, 0xffff, true);
  for (let i = 0; i < name.length; i++) view.setUint16(map + nameAt + 2 * i, name.charCodeAt(i), true);
  for (let i = 0; i < MAX_MAP_ENTRIES; i++) {
    view.setUint32(map + 16 + 8 * i, 33_000, true);
    view.setUint32(map + 20 + 8 * i, i, true);
  }
  const table = new ComponentTable(facts());
  takeEventMap(table, view, 0, view.byteLength);
  t.is(table.dropTexts.size, MAX_MAP_ENTRIES);
  t.is(table.dropTexts.get(5)?.length, MAX_NAME_CHARS);
  t.true(reads <= MAX_MAP_ENTRIES * (MAX_NAME_CHARS + 2) + 20, `${reads} reads`);
});

test('a filter of pktmon is told in the words of a capture filter, a cut one not at all', (t) => {
  const view = new DataView(new ArrayBuffer(46));
  view.setUint16(2, 0x41, true);
  let at = 6;
  view.setUint8(at + 5, 1);
  at += 12;
  view.setUint16(at, 0x0800, true);
  view.setUint16(at + 2, 20, true);
  at += 4;
  for (const [i, byte] of [10, 20, 0, 10].entries()) view.setUint8(at + i, byte);
  at += 8;
  view.setUint8(at, 6);
  view.setUint16(at + 1, 9004, true);
  view.setUint8(at + 5, 0x12);
  t.is(
    filterText(view, 0, 46, 4),
    'ether host 00:00:00:00:00:01 and ether proto 0x0800 and vlan 20 and host 10.20.0.10 and tcp and port 9004 and tcp flags syn+ack',
  );
  view.setUint16(18, 0x0806, true);
  view.setUint8(at, 99);
  t.regex(filterText(view, 0, 46, 4), / and arp and .* and proto 99 and /);
  for (let end = 0; end < 36; end++) t.is(filterText(view, 0, end, 4), '');
});

test('of more buffers than are indexed the first are', async (t) => {
  // A file of buffers that are headers alone, made as it is read.
  const tile = new Uint8Array(2048 * BUFFER_HEADER_BYTES);
  for (let at = 0; at < tile.length; at += BUFFER_HEADER_BYTES) tile[at] = BUFFER_HEADER_BYTES;
  const file = (buffers: number): RandomAccess => ({
    size: buffers * BUFFER_HEADER_BYTES,
    failure: null,
    stopped: false,
    readAt: (position, into, at, len) => {
      const from = position % BUFFER_HEADER_BYTES;
      into.set(tile.subarray(from, from + len), at);
      return Promise.resolve(len);
    },
    close: () => Promise.resolve(),
  });
  // The first buffer is the trace's own.
  const whole = await indexBuffers(file(MAX_BUFFERS + 1));
  t.deepEqual([whole.count, whole.full, whole.damage], [MAX_BUFFERS, false, null]);
  const more = await indexBuffers(file(MAX_BUFFERS + 2));
  t.deepEqual([more.count, more.full, more.damage], [MAX_BUFFERS, true, null]);
});
