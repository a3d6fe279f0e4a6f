/** docs/limits.md says what the sources do. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { limits, limitsDocument } from './limits-doc.js';

/** Ends of ranges that formats or the program itself set: nothing that input makes grow. */
const NO_LIMITS = [
  'capture/etl/trace/layout.ts MAX_EXTENDED_ITEMS',
  'capture/etl/trace/limits.ts MAX_RECORD_BYTES',
  'flow/vantage/capture-sides.ts MAX_OFFSET_MICROS',
  'recognise/dcerpc/rpc-answers.ts MAX_STATUS_STUB',
  'recognise/facts/learner.ts MAX_NAME_LENGTH',
  'recognise/signature/signature-match.ts MAX_SIGNATURE_BYTES',
  'recognise/smb/smb2-message.ts MAX_SMB2_COMMAND',
  'report/html/pictures/packet-axis.ts MAX_MARKS',
  'report/json/statements.ts MAX_STATEMENTS',
  'report/json/texts.ts MAX_TEXTS',
  'report/json/verdict-rows.ts MAX_OFFSET_SECONDS',
  'rules/words/ports.ts MAX_PORT',
];

test('docs/limits.md is what the sources say; `npm run limits` writes it', (t) => {
  t.is(readFileSync('docs/limits.md', 'utf8').replaceAll('\r\n', '\n'), limitsDocument());
});

test('every exported limit says what happens when it is reached', (t) => {
  const { told, untold } = limits();
  t.deepEqual(
    untold.filter((name) => !NO_LIMITS.includes(name)),
    [],
  );
  t.true(told.length > 140);
  t.deepEqual(
    told.filter(({ value, meaning }) => !(value > 0) || meaning === '').map(({ name }) => name),
    [],
  );
});

test('what is counted in the report is told by its code', (t) => {
  const { told } = limits();
  const codes = told.flatMap(({ reached }) => [...reached.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code));
  const known = [
    'capture/bytes/limits.ts',
    'capture/etl/trace/limits.ts',
    'decode/packet/limits.ts',
    'report/assemble/limits/limits.ts',
  ]
    .map((path) => readFileSync(`src/${path}`, 'utf8'))
    .join('');
  const elsewhere = ['other', 'port_mappings_omitted', 'show'];
  t.deepEqual(
    codes.filter((code) => !elsewhere.includes(code ?? '') && !known.includes(`'${code}'`)),
    [],
  );
});
