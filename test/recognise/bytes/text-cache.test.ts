import test from 'ava';
import fc from 'fast-check';
import { latin1Text, utf16Text, utf8Text } from '../../../src/recognise/bytes/byte-text.js';
import { utf16Text as smbText } from '../../../src/recognise/smb/smb-text.js';

/** Few different bytes and short texts, so that they come again and fall on each other. */
const few = fc.uint8Array({ maxLength: 8, min: 0x3e, max: 0x44 });
const any = fc.oneof(few, fc.uint8Array({ maxLength: 200 }));

function check(t: { pass(): void }, law: (bytes: Uint8Array) => boolean): void {
  fc.assert(fc.property(any, law), { seed: 11, numRuns: 3000 });
  t.pass();
}

test('texts of bytes are the same whether they were made before or not', (t) => {
  check(t, (bytes) => latin1Text(bytes, 0, bytes.length) === Buffer.from(bytes).toString('latin1'));
  check(t, (bytes) => utf8Text(bytes, 0, bytes.length) === new TextDecoder().decode(bytes));
});

test('texts of UTF-16 are the same whether they were made before or not', (t) => {
  const whole = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length & ~1);
  check(t, (bytes) => utf16Text(bytes, 0, bytes.length) === Buffer.from(whole(bytes)).toString('utf16le'));
  check(t, (bytes) => {
    const text = smbText(bytes, 0, bytes.length & ~1, bytes.length);
    return text === new TextDecoder('utf-16le').decode(whole(bytes));
  });
});

test('units that decoders do not agree on are made by each anew', (t) => {
  const lone = Uint8Array.of(0x41, 0, 0, 0xd8);
  t.is(utf16Text(lone, 0, 4), 'A\ud800');
  t.is(smbText(lone, 0, 4, 4), 'A\ufffd');
  const marked = Uint8Array.of(0xff, 0xfe, 0x41, 0);
  t.is(utf16Text(marked, 0, 4), '\ufeffA');
  t.is(smbText(marked, 0, 4, 4), 'A');
});

test('a text that is the same in bytes and in UTF-16 is stored once, and found by both', (t) => {
  t.is(latin1Text(Buffer.from('svcctl'), 0, 6), 'svcctl');
  t.is(utf16Text(Buffer.from('svcctl', 'utf16le'), 0, 12), 'svcctl');
});
