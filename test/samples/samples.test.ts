import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { SAMPLES } from '../../captures/recipes/list.js';
import { testWith } from '../test-with.js';
import { lines, linesOf } from './tshark.js';

/** From build/test/samples/ to captures/ beside the sources. */
const folder = fileURLToPath(new URL('../../../captures/', import.meta.url));
const MAX_BYTES = 100_000;

function committed(file: string): Buffer {
  const bytes = readFileSync(join(folder, file));
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

for (const { file, make } of SAMPLES) {
  test(`${file} holds exactly what its recipe makes`, (t) => {
    t.true(existsSync(join(folder, file)), 'run `npm run samples`');
    t.true(committed(file).equals(make()), 'run `npm run samples`');
    t.true(statSync(join(folder, file)).size < MAX_BYTES);
  });
}

testWith('tshark', 'mergecap')(
  'tshark finds no malformed frame and no wrong checksum in any of them',
  (t) => {
    // One after the other in one file: tshark takes longer to start than to read them all.
    const scratch = mkdtempSync(join(tmpdir(), 'portwitness-samples-'));
    t.teardown(() => rmSync(scratch, { recursive: true }));
    const all = join(scratch, 'all.pcap');
    lines('mergecap', ['-a', '-F', 'nsecpcap', '-w', all, ...SAMPLES.map(({ file }) => join(folder, file))]);
    const checked = ['ip', 'tcp', 'udp'].flatMap((layer) => ['-o', `${layer}.check_checksum:TRUE`]);
    const bad = ['ip', 'tcp', 'udp', 'icmp', 'icmpv6'].map((layer) => `${layer}.checksum.status == "Bad"`);
    const filter = ['_ws.malformed', '_ws.short', ...bad].join(' || ');
    t.deepEqual(lines('tshark', ['-r', all, ...checked, '-Y', filter]), []);
    t.true(lines('tshark', ['-r', all, '-Y', 'tcp.port == 9003']).length > SAMPLES.length);
  },
);

testWith('tshark')('a wrong checksum would be seen', (t) => {
  const bytes = Buffer.from(committed('ended-too-soon.pcap'));
  const lastByte = bytes.length - 1;
  bytes[lastByte] = (bytes[lastByte] ?? 0) ^ 0xff;
  const filter = 'icmp.checksum.status == "Bad"';
  t.is(linesOf('tshark', bytes, (path) => ['-r', path, '-Y', filter]).length, 1);
});

test('every capture in the folder has a recipe, and the guide names every one', (t) => {
  const files = readdirSync(folder).filter((name) => /\.pcap(ng)?(\.gz)?$/.test(name));
  t.deepEqual(files.sort(), SAMPLES.map((sample) => sample.file).sort());
  const guide = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const file of files) t.true(guide.includes(file), file);
});
