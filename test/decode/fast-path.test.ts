/** The fast path against the general path on every kind of frame of the other tests; public captures: test/corpus. */
import test from 'ava';
import { fromHex } from './bytes.js';
import { pathDifferences } from './both-paths.js';
import { OTHERS, SAMPLES } from './samples.js';

test('the fast path and the general path decode every sample to the same packet, whole and cut', (t) => {
  const differences = [...SAMPLES, ...OTHERS].flatMap(({ name, linkType, hex }) => {
    const bytes = fromHex(hex);
    const frame = { at: 0, capLen: bytes.length, origLen: bytes.length, sec: 1000 };
    const pcap = { bytes, view: new DataView(bytes.buffer), linkType, frames: [frame] };
    return pathDifferences(name, pcap);
  });
  t.deepEqual(differences, []);
});
