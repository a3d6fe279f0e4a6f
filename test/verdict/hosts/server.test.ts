/** Which host is this server, inferred from the product's own ports. */
import test from 'ava';
import { hostKeyText } from '../../../src/verdict/words/host-key.js';
import type { ServerIdentity } from '../../../src/verdict/hosts/server.js';
import { NAS, PC, Scene } from '../scene.js';

const NAS6 = '2001:db8::10';
const PC6 = '2001:db8:1::1';

function keys(found: ServerIdentity): string[] {
  return [...found.keys].map(hostKeyText);
}

test('one computer on both ports is enough', (t) => {
  const found = new Scene().tcp(PC, NAS, 9004).tcp(NAS, PC, 9003).infer();
  t.deepEqual(keys(found), [NAS]);
  t.is(found.source, 'inferred');
  t.regex(found.reason, /10\.0\.0\.10 speaks on the product's ports 9004 and 9003 with one host/);
});

test('attempts that fail tell as much', (t) => {
  t.deepEqual(keys(new Scene().tcp(NAS, PC, 9003, 'silent').infer()), [NAS]);
  t.deepEqual(keys(new Scene().tcp(PC, NAS, 9004, 'refused').infer()), [NAS]);
});

test('the host with the most peers wins over one that uses a port the wrong way round', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003).tcp(NAS, '10.0.1.2', 9003).tcp(PC, NAS, 9003, 'refused');
  t.deepEqual(keys(scene.infer()), [NAS]);
});

test('a draw on the product ports is settled by calls to 135, 139 or 445', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003).tcp(PC, NAS, 9003, 'refused').tcp(NAS, PC, 445);
  t.deepEqual(keys(scene.infer()), [NAS]);
});

test('a draw that nothing settles is unknown, with advice', (t) => {
  const found = new Scene().tcp(NAS, PC, 9003).tcp(PC, NAS, 9003, 'silent').infer();
  t.is(found.source, 'unknown');
  t.is(found.keys.size, 0);
  t.regex(found.reason, /--server/);
});

test('who is refused on the agents’ port may be a computer that calls the wrong way', (t) => {
  t.is(new Scene().tcp(PC, NAS, 9003, 'refused').infer().source, 'unknown');
  t.deepEqual(keys(new Scene().tcp(NAS, PC, 9003).tcp(PC, NAS, 9003, 'refused').infer()), [NAS]);
});

test('a draw on the product ports is not decided by a third host', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003).tcp(PC, NAS, 9003, 'silent');
  for (const n of [1, 2, 3]) scene.tcp('10.0.0.77', `10.0.2.${n}`, 445);
  t.is(scene.infer().source, 'unknown');
});

test('without the product ports the one who calls 135, 139 or 445 of most hosts is taken', (t) => {
  const scene = new Scene().tcp(NAS, PC, 135).tcp(NAS, '10.0.1.2', 445).tcp(PC, NAS, 445);
  const found = scene.infer();
  t.deepEqual(keys(found), [NAS]);
  t.regex(found.reason, /calls ports 135, 139 or 445 of 2 hosts/);
});

test('nothing that tells is unknown, with advice', (t) => {
  const found = new Scene().tcp(NAS, PC, 443).udp(NAS, PC, 137, true).infer();
  t.is(found.source, 'unknown');
  t.regex(found.reason, /No flow on the product's ports .* --server/);
});

test('a server has an address of each IP version', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003).tcp(NAS6, PC6, 9003).tcp(PC6, NAS6, 9004);
  t.deepEqual(keys(scene.infer()).sort(), [NAS, NAS6]);
});

test('IPv6 alone is enough', (t) => {
  t.deepEqual(keys(new Scene().tcp(PC6, NAS6, 9004).infer()), [NAS6]);
});

test('one version without a decision leaves both undecided', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003).tcp(NAS6, PC6, 9003).tcp(PC6, NAS6, 9003);
  t.is(scene.infer().source, 'unknown');
});

test('a scan of twenty thousand hosts leaves the inference bounded', (t) => {
  const scene = new Scene();
  for (let i = 0; i < 20_000; i++) {
    scene.tcp(`10.${1 + (i >> 14)}.${(i >> 7) & 127}.${i & 127}`, NAS, 9004, 'silent', 0, 50_000);
  }
  const found = scene.infer();
  t.deepEqual(keys(found), [NAS]);
  t.regex(found.reason, /with 10000 hosts/);
});
