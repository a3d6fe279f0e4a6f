/** A capture gives the same result however its packets come: windows, pipe, compression, several files, format. */
import { join } from 'node:path';
import test from 'ava';
import { FULL_FUZZ } from '../fuzz.js';
import { Choice } from './choice.js';
import { Corpus } from './corpus.js';
import type { Frame } from './corpus.js';
import { MemoryFiles } from './memory-files.js';
import { bytesOf, pcapOf } from './mutate/container.js';
import { differenceOf, waysOf } from './targets/differential.js';

const corpus = new Corpus();
const files = new MemoryFiles();
files.install();
/** One file of each kind: many computers, IPv6 on a VLAN, NAT and loss; in CI all. */
const FEW = ['several-computers.pcapng', 'ipv6.pcapng', join('lab', 'healthy.pcap.gz')];
const names = corpus.names.filter((name) => FULL_FUZZ || FEW.some((end) => name.endsWith(end)));

/** What a classic pcap can hold. */
function plain(frames: readonly Frame[]): Frame[] {
  return frames.map((frame) => ({
    ...frame,
    linkType: frames[0]?.linkType ?? 1,
    nsec: frame.nsec - (frame.nsec % 1000),
  }));
}

test('the captures are here', (t) => {
  t.true(names.length >= FEW.length);
});

for (const name of names) {
  test(`${name} gives the same result by every way`, async (t) => {
    const frames = plain(await corpus.framesOf(name));
    for (const way of waysOf(frames, new Choice(15))) {
      t.is(await differenceOf(bytesOf(pcapOf(frames)), way, { files }), '', way.name);
    }
  });
}
