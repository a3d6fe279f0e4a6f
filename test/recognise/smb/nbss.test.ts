/** The session service of port 139, RFC 1002 §4.3. */
import test from 'ava';
import { isNbssStart } from '../../../src/recognise/smb/nbss.js';
import { ascii, body2, smb2 } from './smb-builder.js';
import { Exchange } from './smb-exchange.js';
import { viewOf } from './smb-streams.js';

/** First-level encoding of a name and its kind. */
function encoded(name: string, kind: number): number[] {
  const codes = [...ascii(name.padEnd(15)), kind];
  return [32, ...codes.flatMap((code) => [0x41 + (code >> 4), 0x41 + (code & 15)]), 0];
}

const REQUEST = Uint8Array.from([0x81, 0, 0, 68, ...encoded('FILES', 0x20), ...encoded('WS01', 0)]);
const POSITIVE = Uint8Array.from([0x82, 0, 0, 0]);

function texts(e: Exchange): string[] {
  return e.facts.details.items.map((detail) => `${detail.service}: ${detail.text}`);
}

test('a session request tells the names, and that the session service runs once it is answered', (t) => {
  const e = new Exchange().feed(0, REQUEST);
  t.deepEqual(texts(e), ['nbss: session request to FILES<20> from WS01<00>']);
  t.deepEqual(e.facts.serviceOf(7), { name: 'nbss', certainty: 'suspected' });
  e.feed(1, POSITIVE);
  t.deepEqual(e.facts.serviceOf(7), { name: 'nbss', certainty: 'confirmed' });
});

test('SMB after the session request is named SMB', (t) => {
  const e = new Exchange().feed(0, REQUEST).feed(1, POSITIVE);
  e.ask(smb2({ command: 3, id: 1 }, body2.treeRequest('\\\\WS01\\IPC$')));
  e.answer(smb2({ command: 3, id: 1, response: true, tree: 1 }, body2.treeResponse(2)));
  e.feed(0, Uint8Array.from([0x85, 0, 0, 0]));
  t.deepEqual(e.facts.serviceOf(7), { name: 'smb', certainty: 'confirmed' });
  t.is(e.learned().trees.length, 1);
});

for (const [code, words] of [
  [0x80, 'not listening on called name'],
  [0x81, 'not listening for calling name'],
  [0x82, 'called name not present'],
  [0x83, 'called name present, but insufficient resources'],
  [0x8f, 'unspecified error'],
] as const) {
  test(`a refusal with code ${code.toString(16)} is told as: ${words}`, (t) => {
    const e = new Exchange().feed(0, REQUEST).feed(1, Uint8Array.from([0x83, 0, 0, 1, code]));
    t.is(texts(e)[1], `nbss: session refused: ${words}`);
  });
}

test('a retargeted session names where to go', (t) => {
  const e = new Exchange().feed(0, REQUEST).feed(1, Uint8Array.from([0x84, 0, 0, 6, 10, 0, 0, 9, 0, 139]));
  t.is(texts(e)[1], 'nbss: session retargeted to 10.0.0.9:139');
});

test('names that are not encoded as names are not told', (t) => {
  const wrong = REQUEST.slice();
  wrong[6] = 0x5a;
  const e = new Exchange().feed(0, wrong);
  t.deepEqual(texts(e), []);
});

test('the start of a session is recognised by type and length', (t) => {
  const is = (...bytes: readonly number[]): boolean => {
    const all = Uint8Array.from(bytes);
    return isNbssStart(all, viewOf(all), 0, all.length);
  };
  t.true(is(...REQUEST));
  t.true(is(0x82, 0, 0, 0));
  t.true(is(0x83, 0, 0, 1, 0x82));
  t.true(is(0x85, 0, 0, 0));
  t.false(is(0x81, 0, 0, 67, 32));
  t.false(is(0x81, 0, 0, 68));
  t.false(is(0x83, 0, 0, 1, 0x20));
  t.false(is(0x82, 0, 0, 1));
  t.false(is(0x86, 0, 0, 0));
  t.false(is(0x82, 0, 0));
});
