/**
 * The decoder against tshark, frame by frame, and its fast path against its general path, on public captures.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decoder } from '../../src/decode/decoder.js';
import { Layer, Packet } from '../../src/decode/packet/packet.js';
import { fromHex } from '../decode/bytes.js';
import { captures } from '../decode/captures.js';
import { pathDifferences } from '../decode/both-paths.js';
import { pcapOf } from '../decode/pcap-frames.js';
import { SAMPLES } from '../decode/samples.js';
import { hasProgram, publicCaptures } from '../programs.js';
import { leftOut, testWith } from '../test-with.js';
import { addFields, difference, tsharkFields, type Fields } from './tshark-fields.js';
import { oneFrame } from '../decode/one-frame.js';

const withTshark = testWith('tshark');
const withCaptures = testWith(publicCaptures);
if (!hasProgram('editcap')) leftOut('captures of other formats than pcap', 'it needs editcap');

testWith(publicCaptures, 'tshark')(
  'every frame of the captures decodes to the fields that tshark shows',
  (t) => {
    const none: Fields = new Map();
    const differences: string[] = [];
    let frames = 0;
    for (const { name, path, pcap } of captures((line) => t.log(line))) {
      const decoder = new Decoder();
      const packet = new Packet();
      const theirs = tsharkFields(path);
      pcap.frames.forEach((frame, index) => {
        const ours: Fields = new Map();
        const { bytes, view, linkType } = pcap;
        decoder.decode(oneFrame({ bytes, view, linkType, ...frame }), 0, packet);
        addFields(ours, packet);
        while (decoder.inner(packet, frame.sec)) addFields(ours, packet);
        const quoted = (packet.layers & Layer.Quoted) !== 0;
        const found = difference(ours, theirs[index] ?? none, quoted);
        if (found !== '') differences.push(`${name} frame ${index + 1}: ${found}`);
        frames++;
      });
    }
    t.log(`${frames} frames compared`);
    t.deepEqual(differences.slice(0, 40), []);
  },
);

/** What tshark decodes only when an option tells it to, or not at all. */
const UNKNOWN_TO_TSHARK: readonly string[] = [
  'QinQ 9200',
  'MPLS pseudowire',
  'MPLS pseudowire with control word',
  'VXLAN on the old Linux port',
  'NULL IPv6 10',
  'NULL IPv6 23',
];

withTshark('tshark finds the same packet in every sample of the other tests', (t) => {
  const others: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'decode-'));
  for (const linkType of new Set(SAMPLES.map((sample) => sample.linkType))) {
    const samples = SAMPLES.filter((sample) => sample.linkType === linkType);
    const path = join(folder, `${linkType}.pcap`);
    writeFileSync(
      path,
      pcapOf(
        linkType,
        samples.map((sample) => fromHex(sample.hex)),
      ),
    );
    tsharkFields(path).forEach((fields, index) => {
      const found = (['udp.srcport', 'udp.dstport', 'udp.length'] as const).map((field) =>
        fields.get(field)?.at(-1),
      );
      if (found.join() !== '4660,5353,13') others.push(samples[index]?.name ?? '');
    });
  }
  t.deepEqual(
    others.filter((name) => !UNKNOWN_TO_TSHARK.includes(name)),
    [],
  );
});

withCaptures('the fast path and the general path decode every frame to the same packet', (t) => {
  const differences = captures((line) => t.log(line)).flatMap(({ name, pcap }) =>
    pathDifferences(name, pcap),
  );
  t.deepEqual(differences.slice(0, 20), []);
});
