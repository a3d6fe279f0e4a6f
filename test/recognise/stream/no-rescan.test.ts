/** A message that comes byte by byte costs what its bytes cost: no dissector begins again with each. */
import test from 'ava';
import { FLOW, everySplit, origin, taught } from '../driver/dissecting.js';
import { smallDissector } from '../../../src/recognise/driver/small-dissectors.js';
import { Facts } from '../../../src/recognise/facts/facts.js';
import { Learner } from '../../../src/recognise/facts/learner.js';
import type { ServiceName } from '../../../src/recognise/facts/services.js';
import { StreamBuffer } from '../../../src/recognise/stream/stream-buffer.js';

const ENDS = { text: (): string => '10.0.0.1' };

/** Feeds `bytes` one by one as the client's; returns how many bytes were read by index and by view meanwhile. */
function readsOf(service: ServiceName, bytes: Uint8Array): number {
  const facts = new Facts();
  facts.service(FLOW, service, 'suspected');
  const dissector = smallDissector(service, new Learner(facts), ENDS);
  if (dissector === null) throw new Error(service);
  let reads = 0;
  const counted = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (of, name) => {
        const value: unknown = Reflect.get(of, name, of);
        if (typeof name === 'string' && (/^\d+$/.test(name) || name.startsWith('get'))) reads++;
        return typeof value === 'function' ? (value.bind(of) as unknown) : value;
      },
    });
  const counting = new StreamBuffer(
    {
      data: (side, all, view, at, end, from) =>
        dissector.data(side, counted(all), counted(view), at, end, from),
      gap: (side, length, from) => dissector.gap(side, length, from),
      end: () => dissector.end(),
      get done() {
        return dissector.done;
      },
    },
    0,
  );
  const from = origin();
  for (const byte of bytes) {
    const one = Uint8Array.of(byte);
    counting.feed(one, new DataView(one.buffer), 0, 1, from);
  }
  return reads;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function remoting(headers: number): Uint8Array {
  const fixed = [0x2e, 0x4e, 0x45, 0x54, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const uri = [4, 0, 1, 1, 200, 0, 0, 0, ...new Array<number>(200).fill(0x41)];
  return Uint8Array.from([...fixed, ...Array.from({ length: headers }, () => uri).flat(), 0, 0]);
}

for (const [name, service, small, large] of [
  [
    'an HTTP head',
    'http',
    text(`GET / HTTP/1.1\r\nA: ${'x'.repeat(1000)}\r\n\r\n`),
    text(`GET / HTTP/1.1\r\nA: ${'x'.repeat(8000)}\r\n\r\n`),
  ],
  ['a head of .NET Remoting', 'dotnet_remoting', remoting(5), remoting(40)],
] as const) {
  test(`${name} of eight times the length is read eight times as often, not sixty-four times`, (t) => {
    const a = readsOf(service, small);
    const b = readsOf(service, large);
    t.true(a >= small.length / 8 && b < 16 * a, `${a} reads, then ${b}`);
  });
}

test('a hello in ever more records of one byte is joined once', (t) => {
  // A client hello that says it has 60,000 bytes.
  const hello = [1, 0, 0xea, 0x60, 3, 3];
  let made = 0;
  const Original = globalThis.Uint8Array;
  const facts = new Facts();
  const dissector = smallDissector('ssl', new Learner(facts), ENDS);
  const from = origin();
  globalThis.Uint8Array = new Proxy(Original, {
    construct: (of, args: [number]) => {
      if (typeof args[0] === 'number') made += args[0];
      return new of(...args);
    },
  });
  try {
    for (let i = 0; i < 20_000; i++) {
      const record = Original.of(22, 3, 1, 0, 1, hello[i] ?? 0);
      dissector?.data(0, record, new DataView(record.buffer), 0, record.length, from);
    }
  } finally {
    globalThis.Uint8Array = Original;
  }
  t.false(dissector?.done);
  t.true(made < 200_000, `${made} bytes were allocated for 20,000`);
});

test('the search for a line end stays inside the segment', (t) => {
  // A window whose other bytes belong to other packets.
  const window = new Uint8Array(1 << 20).fill(0x41);
  window.set(text('SSH-2.0-x'), 0);
  window.indexOf = () => {
    t.fail('the whole window was searched');
    return -1;
  };
  const facts = new Facts();
  const dissector = smallDissector('ssh', new Learner(facts), ENDS);
  t.is(dissector?.data(1, window, new DataView(window.buffer), 0, 9, origin()), 0);
});

test('a head that comes in any pieces teaches the same', (t) => {
  const head = text('GET /wsman HTTP/1.1\r\nHost: a\r\n\r\n');
  const answer = text('HTTP/1.1 200 OK\r\n\r\n');
  const all = [
    ...everySplit('http', [
      [0, head],
      [1, answer],
    ]),
  ].map((facts) => JSON.stringify(taught(facts)));
  t.is(new Set(all).size, 1);
  t.regex(all[0] ?? '', /winrm: GET \/wsman HTTP\/1\.1 host a/);
});
