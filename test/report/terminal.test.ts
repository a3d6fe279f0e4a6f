import test from 'ava';
import { columnsOf } from '../../src/report/visible.js';
import {
  MAX_TERMINAL_FINDINGS,
  MAX_TERMINAL_HOSTS,
  terminalSummary,
} from '../../src/report/terminal/write.js';
import { empty, healthy, large, withFindings } from './fixture.js';
import { hostile } from './hostile.js';

const PLAIN = { width: 80, color: false };

test('the summary begins with the verdict, then says what to do', (t) => {
  const text = terminalSummary(withFindings(), PLAIN);
  t.regex(text, /^✗ 3 of 5 computers cannot use a required port/);
  t.regex(text, /Do first: On this server \(10\.20\.0\.5\)/);
  t.regex(text, /! Warning: The capture dropped 312/);
  t.regex(text, /Unexpected traffic: 16 flows/);
});

test('each finding says who must act, what confirms it and which frames prove it', (t) => {
  const text = terminalSummary(withFindings(), PLAIN);
  const [, card = ''] = text.split('✗ BLOCKED  9004 in · FILE01 (10.20.1.21)');
  t.regex(card, /Where: {4}On this server/);
  t.regex(card, /Who: {6}Administrator of this server/);
  t.regex(card, /Confirm: {2}Get-NetFirewallRule/);
  t.regex(card, /Evidence: frames 1204, 1219, 1262/);
});

test('few computers stand side by side, many stand below each other', (t) => {
  t.regex(terminalSummary(healthy(), PLAIN), /\nRule +FILE01 +DC01 +10\.20\.1\.40\n9004 in +✓ working/);
  t.regex(terminalSummary(large(40, 1), PLAIN), /\nComputer +9004 in +9003 out/);
});

for (const [name, make] of Object.entries({
  healthy,
  withFindings,
  empty,
  hostile,
  large: () => large(300, 1),
})) {
  for (const width of [60, 80, 132]) {
    test(`the summary of ${name} fits ${width} columns`, (t) => {
      for (const line of terminalSummary(make(), { width, color: false }).split('\n')) {
        t.true(columnsOf(line) <= width, line);
      }
    });
  }
}

test('rows and findings are capped and the rest is counted', (t) => {
  const model = large(300, 1);
  const text = terminalSummary(model, PLAIN);
  t.true(text.includes(`${300 - MAX_TERMINAL_HOSTS} more computers`));
  t.true(text.includes(`${model.findings.length - MAX_TERMINAL_FINDINGS} more findings in the report.`));
  t.true(text.split('\n').length < 150);
});

test('hostile strings reach the terminal without a control character', (t) => {
  const text = terminalSummary(hostile(), PLAIN);
  t.notRegex(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  t.true(text.includes('\\x1b]0;owned'));
});

test('colour adds nothing but colour', (t) => {
  const coloured = terminalSummary(withFindings(), { width: 80, color: true });
  const escape = String.fromCharCode(27);
  t.true(coloured.includes(`${escape}[31m`));
  const stripped = coloured
    .split(escape)
    .map((part, i) => (i === 0 ? part : part.replace(/^\[\d+m/, '')))
    .join('');
  t.is(stripped, terminalSummary(withFindings(), PLAIN));
});
