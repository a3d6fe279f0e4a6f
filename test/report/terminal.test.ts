import test from 'ava';
import { ONE_WAY_WORDING } from '../../src/report/text/wording.js';
import { columnsOf } from '../../src/report/text/visible.js';
import { MAX_TERMINAL_CAUSES, MAX_TERMINAL_HOSTS, terminalSummary } from '../../src/report/terminal/write.js';
import { empty, healthy, large, NO_MEASURE, withFindings } from './fixture.js';
import { hostile } from './hostile.js';

const PLAIN = { width: 80, color: false };

test('the answer comes last, with what to do and the command that confirms it', (t) => {
  const text = terminalSummary(withFindings(), PLAIN);
  t.regex(text, /\n\n✗ 3 of 5 computers cannot use a required port[^✗]*$/);
  t.regex(text, /Do first: On this server \(10\.20\.0\.5\)/);
  t.regex(text, /\n {2}Confirm: {2}on this server with:\n {4}Get-NetFirewallRule .* -State Listen$/);
  t.regex(text, /! Warning: The capture dropped 312/);
  t.regex(text, /\(Measured 312 frames, threshold lost-frames\s+1 frames\.\)/);
  t.regex(text, /Unexpected traffic: 16 flows/);
});

test('each cause is a line that says what fails and a line that says who must do what', (t) => {
  const text = terminalSummary(withFindings(), { width: 200, color: false });
  t.regex(
    text,
    /\n✗ FILE01 \(10\.20\.1\.21\): ua-9004 no answer\n {2}→ the administrator of FILE01 \(10\.20\.1\.21\): On /,
  );
  t.regex(text, /\n! WEB-PROD-EU-CENTRAL-01 .*: ua-smb/);
});

test('why addresses are one computer is told, and first of all what several computers share', (t) => {
  const model = healthy();
  const [first, second, ...rest] = model.hosts;
  const hosts = [
    {
      ...first!,
      addressProofs: ['10.20.1.77 is the computer with 10.20.1.21 (likely): both are called FILE01.'],
    },
    { ...second!, shared: 'Several computers speak from 10.20.9.1: PC-A, PC-B.' },
    ...rest,
  ];
  const text = terminalSummary({ ...model, hosts }, { width: 120, color: false });
  t.regex(
    text,
    /\n\n! Several computers speak from 10\.20\.9\.1: PC-A, PC-B\.\n= 10\.20\.1\.77 is the computer/,
  );
  t.notRegex(terminalSummary(model, PLAIN), /\n= /);
});

test('few computers stand side by side, many stand below each other', (t) => {
  t.regex(terminalSummary(healthy(), PLAIN), /\nRule +FILE01 +DC01 +10\.20\.1\.40\n9004 in \* +✓ working/);
  t.regex(terminalSummary(large(40, 1), PLAIN), /\nComputer +9004 in \* +9003 out \*/);
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
      const lines = terminalSummary(make(), { width, color: false }).split('\n');
      // A command to copy stays whole on its own line.
      const texts = lines.filter((line) => !/^ {4}\S/.test(line));
      t.true(texts.length > 5);
      for (const line of texts) t.true(columnsOf(line) <= width, line);
    });
  }
}

test('rows and causes are capped and the rest is counted', (t) => {
  const model = large(300, 1);
  const text = terminalSummary(model, PLAIN);
  t.true(text.includes(`${300 - MAX_TERMINAL_HOSTS} more computers`));
  t.true(text.includes(`${model.causes.length - MAX_TERMINAL_CAUSES} more causes in the report.`));
  t.true(text.split('\n').length < 150);
});

test('a command to copy is whole on a line of its own, even where it is wider than the terminal', (t) => {
  const command = `Test-NetConnection -ComputerName ${'fd00:20:1:2:3:4:5:4a'.repeat(3)} -Port 9004`;
  const model = withFindings();
  const lines = terminalSummary(
    { ...model, summary: { ...model.summary, confirmWhere: 'on FILE01', confirm: command } },
    { width: 60, color: false },
  ).split('\n');
  t.is(lines[lines.indexOf('  Confirm:  on FILE01 with:') + 1], `    ${command}`);
});

test('what the capture lost is told once, with a full stop before its consequence', (t) => {
  const model = withFindings();
  const interrupted = 'Stopped by the user before the end of the input.';
  const text = terminalSummary(
    {
      ...model,
      interrupted,
      captures: model.captures.map((one) => ({
        ...one,
        damage: { offset: 4952, kind: 'cut', message: 'cut' },
      })),
      quality: [
        {
          ...NO_MEASURE,
          code: 'damaged_file',
          level: 'warning',
          text: 'a stops at byte 4,952: cut',
          consequence: 'Only that.',
        },
        { ...NO_MEASURE, code: 'interrupted', level: 'warning', text: interrupted, consequence: '' },
      ],
    },
    { width: 200, color: false },
  );
  t.regex(text, /! Warning: a stops at byte 4,952: cut\. Only that\.\n/);
  t.is(text.split(/4,?952/).length - 1, 1);
  t.is(text.split(interrupted).length - 1, 1);
});

test('required rules are marked and the others say why they are not', (t) => {
  const text = terminalSummary(healthy(), { width: 200, color: false });
  t.regex(text, /\* required: must be proven\. .*137-139 UDP \(one way by design\), 445 video \(/);
  t.regex(text, /\n445 video {2,}/);
});

test('a datagram that nothing answers by design looks like no open question', (t) => {
  const model = healthy();
  const at = model.rules.findIndex(({ oneWay }) => oneWay);
  const verdicts = [...model.verdicts].map((one, i) =>
    i === at ? { ...one, verdict: 'inconclusive' as const, seen: ONE_WAY_WORDING.label } : one,
  );
  const text = terminalSummary({ ...model, verdicts }, PLAIN);
  t.true(text.includes('· one way'));
  t.false(text.includes('inconclusive'));
});

test('one cause past the cap is one cause', (t) => {
  const model = large(300, 1);
  const causes = model.causes.slice(0, MAX_TERMINAL_CAUSES + 1);
  t.true(terminalSummary({ ...model, causes }, PLAIN).includes('\n1 more cause in the report.'));
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
