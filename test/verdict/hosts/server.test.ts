/** Which host is this server, inferred from the product's own ports. */
import test from 'ava';
import { serverText } from '../../../src/report/assemble/words/server-text.js';
import { hostKeyText } from '../../../src/verdict/words/host-key.js';
import type { ServerIdentity } from '../../../src/verdict/hosts/server.js';
import { tcpPacket } from '../../flow/script.js';
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
  t.regex(
    serverText(found.reasons),
    /10\.0\.0\.10 speaks on the product's ports 9004 and 9003 with one host/,
  );
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
  const found = new Scene().tcp(NAS, PC, 9003, 'silent').tcp(PC, NAS, 9003, 'silent').infer();
  t.is(found.source, 'unknown');
  t.is(found.keys.size, 0);
  t.regex(serverText(found.reasons), /--server/);
});

test('who is refused on the agents’ port may be a computer that calls the wrong way', (t) => {
  t.is(new Scene().tcp(PC, NAS, 9003, 'refused').infer().source, 'unknown');
  t.deepEqual(keys(new Scene().tcp(NAS, PC, 9003).tcp(PC, NAS, 9003, 'refused').infer()), [NAS]);
});

test('a draw on the product ports is not decided by a third host', (t) => {
  const scene = new Scene().tcp(NAS, PC, 9003, 'silent').tcp(PC, NAS, 9003, 'silent');
  for (const n of [1, 2, 3]) scene.tcp('10.0.0.77', `10.0.2.${n}`, 445);
  t.is(scene.infer().source, 'unknown');
});

test('without the product ports the one who calls 135, 139 or 445 of most hosts is taken', (t) => {
  const scene = new Scene().tcp(NAS, PC, 135).tcp(NAS, '10.0.1.2', 445).tcp(PC, NAS, 445);
  const found = scene.infer();
  t.deepEqual(keys(found), [NAS]);
  t.regex(serverText(found.reasons), /calls ports 135, 139 or 445 of 2 hosts/);
});

test('nothing that tells is unknown, with advice', (t) => {
  const found = new Scene().tcp(NAS, PC, 443).udp(NAS, PC, 137, true).infer();
  t.is(found.source, 'unknown');
  t.regex(serverText(found.reasons), /No flow on the product's ports .* --server/);
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
  t.regex(serverText(found.reasons), /with 10000 hosts/);
});

test('a scanner that nobody answers is not this server, however many it asks', (t) => {
  for (const [nas, pc, scanner, net] of [
    [NAS, PC, '10.0.0.99', '10.0.3.'],
    [NAS6, PC6, '2001:db8::99', '2001:db8:3::'],
  ] as const) {
    const scene = new Scene().tcp(pc, nas, 9004).tcp(nas, pc, 9003);
    for (let n = 1; n < 60; n++) {
      for (const port of [9003, 9004, 135]) scene.tcp(scanner, `${net}${n}`, port, 'silent');
      scene.tcp(scanner, `${net}${n}`, 9003, 'scanned');
    }
    t.deepEqual(keys(scene.infer()), [nas]);
  }
});

test('a second server that speaks with nearly as many is named as a doubt', (t) => {
  const scene = new Scene();
  for (const n of [1, 2, 3]) scene.tcp(`10.0.1.${n}`, NAS, 9004);
  for (const n of [4, 5]) scene.tcp(`10.0.1.${n}`, '10.0.0.20', 9004);
  t.regex(serverText(scene.infer().reasons), /10\.0\.0\.20 does so with 2 hosts too: .*--server/);
});

/** A connection whose sides have link addresses that end in these bytes, and these TTLs. */
function linked(scene: Scene, from: Sender, to: Sender, port: number, srcPort: number): void {
  const packet = (src: Sender, dst: Sender, back: boolean, flags: string, ...more: number[]): void => {
    const ends = [
      { ip: src.ip, port: back ? port : srcPort },
      { ip: dst.ip, port: back ? srcPort : port },
    ] as const;
    const p = tcpPacket(...ends, flags, ...more);
    p.view = new DataView(Uint8Array.of(2, 0, 0, 0, 0, src.mac).buffer);
    p.srcMacAt = 0;
    p.ttl = src.ttl;
    scene.trace.add(p, 1);
  };
  packet(from, to, false, 'S', 100);
  packet(to, from, true, 'SA', 300, 101);
  packet(from, to, false, 'A', 101, 301);
  packet(from, to, false, 'A', 101, 301, 5);
  packet(to, from, true, 'A', 301, 106, 5);
}

interface Sender {
  readonly ip: string;
  readonly mac: number;
  readonly ttl: number;
}

test('an address of the same card that serves the same computers is this server too; one behind a router is not', (t) => {
  const first = { ip: NAS, mac: 1, ttl: 128 };
  const second = { ip: '10.0.0.11', mac: 1, ttl: 128 };
  const agent = { ip: PC, mac: 9, ttl: 127 };
  const scene = new Scene();
  linked(scene, first, agent, 9003, 50_001);
  linked(scene, agent, second, 9004, 50_002);
  t.deepEqual(keys(scene.infer()).sort(), [NAS, '10.0.0.11']);
  t.regex(
    serverText(scene.infer().reasons),
    /10\.0\.0\.11 is another address of this server.*02:00:00:00:00:01/,
  );

  const far = new Scene();
  linked(far, { ...first, ttl: 127 }, agent, 9003, 50_001);
  linked(far, agent, { ...second, ttl: 127 }, 9004, 50_002);
  t.is(far.infer().keys.size, 0);
});

test('a peer that tries a hundred ports is no computer, unless the agent’s service answered it', (t) => {
  const scan = (from: string): Scene => {
    const scene = new Scene().tcp(PC, NAS, 9004).tcp(NAS, PC, 9003);
    for (let port = 8950; port < 9100; port++)
      scene.tcp(from, NAS, port, port % 2 === 0 ? 'silent' : 'refused');
    return scene;
  };
  t.deepEqual(scan('10.0.0.99').computers(), [PC]);
  t.deepEqual(scan('10.0.0.99').tcp('10.0.0.99', NAS, 9004).computers(), [PC, '10.0.0.99']);
});
