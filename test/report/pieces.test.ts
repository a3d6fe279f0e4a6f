import test from 'ava';
import { html, textLines } from '../../src/report/html/pieces/markup.js';
import { matrixRows } from '../../src/report/text/matrix.js';
import {
  bytes,
  count,
  counted,
  decimal,
  duration,
  frameList,
  utc,
  utcSpan,
} from '../../src/report/text/quantities.js';
import { MAX_TICKET_FINDINGS, ticketLines } from '../../src/report/text/ticket.js';
import { MAX_MARKS, timeline } from '../../src/report/html/pictures/packet-axis.js';
import { columnsOf, fitted, visible } from '../../src/report/text/visible.js';
import { assumptionText } from '../../src/report/text/assumption-text.js';
import { hostLabel } from '../../src/report/text/wording.js';
import { empty, large, withFindings } from './fixture.js';
import { host, mark, stamp } from './parts.js';
import { hostile } from './hostile.js';

const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

test('control, escape, bidi, invisible and unpaired characters are spelled out', (t) => {
  t.is(visible('a\u001b[2Jb\tc\nd\re\u0000\u009b\u007f'), 'a\\x1b[2Jb\\tc\\nd\\re\\x00\\x9b\\x7f');
  t.is(visible('\u202egnp\u2066\u200b\ufeff\u2028'), '\\u202egnp\\u2066\\u200b\\ufeff\\u2028');
  t.is(visible('\ud800x'), '\\ud800x');
  t.is(visible('\u{e0041}'), '\\u{e0041}');
  t.is(visible('C:\\Übung\\日本 🙂'), 'C:\\Übung\\日本 🙂');
});

test('long text is cut with the number left out, never inside a character', (t) => {
  t.is(visible('abcdef', 3), 'abc… (3 more characters)');
  t.is(visible('ab🙂cd', 3), 'ab… (4 more characters)');
  t.true(visible('x'.repeat(1e6)).length < 1100);
  t.is(fitted('日本語テキスト', 7), '日本語…');
  t.is(columnsOf('日本x'), 5);
});

test('numbers, sizes, durations and times read as people write them', (t) => {
  t.is(count(1234567), '1,234,567');
  t.is(decimal(1234.56), '1,234.6');
  t.is(decimal(0.35), '0.4');
  t.is(decimal(999.96), '1,000');
  t.is(counted(1, 'flow'), '1 flow');
  t.is(counted(2, 'flow'), '2 flows');
  t.deepEqual([0, 999, 1000, 1_250_000, 999_600, 48_211_332, 5e12].map(bytes), [
    '0 B',
    '999 B',
    '1.0 kB',
    '1.3 MB',
    '1.0 MB',
    '48 MB',
    '5.0 TB',
  ]);
  t.deepEqual([0, Number.NaN, 0.0004, 0.25, 3, 3.21, 59.99, 591, 3600, 90_061].map(duration), [
    '0 s',
    '0 s',
    '0.4 ms',
    '250 ms',
    '3 s',
    '3.2 s',
    '1 min',
    '9 min 51 s',
    '1 h',
    '1 d 1 h',
  ]);
  t.is(utc(stamp(0.123456789)), '2026-05-01 09:30:00.123 UTC');
  t.is(utcSpan(stamp(0), stamp(912)), '2026-05-01 09:30:00 to 09:45:12 UTC (15 min 12 s)');
  t.is(utcSpan(stamp(0), stamp(86400)), '2026-05-01 09:30:00 to 2026-05-02 09:30:00 UTC (1 d)');
  t.is(utcSpan(null, null), 'no packets, so no time span');
  t.is(frameList([1, 2, 3, 7, 9, 10]), '1–3, 7, 9, 10');
});

test('an unlisted assumption code is spelled out, even one named like an object member', (t) => {
  t.is(assumptionText('one_direction'), 'The capture has one direction only.');
  t.is(assumptionText('clock_jumps_seen'), 'Clock jumps seen.');
  t.is(assumptionText('constructor'), 'Constructor.');
  t.is(hostLabel(host('10.0.0.1')), '10.0.0.1');
});

test('a template escapes what is put into text and attributes, and joins lists', (t) => {
  const bad = `<b>&"'\u202e`;
  t.is(
    html`<p title="${bad}">${[bad, 1, null, html`<i>x</i>`]}</p>`.toString(),
    '<p title="&lt;b&gt;&amp;&quot;&#39;\\u202e">&lt;b&gt;&amp;&quot;&#39;\\u202e1<i>x</i></p>',
  );
  t.is(textLines(['a<', 'b\nc']).toString(), 'a&lt;\nb\\nc');
});

// Under another name, so that the formatter does not repair what is meant to be wrong.
const markup = html;

test('a template refuses places that escaping cannot protect', (t) => {
  const x = 'x';
  t.throws(() => markup`<p class=${x}>`, { message: /inside a tag/ });
  t.throws(() => markup`<${x}>`, { message: /inside a tag/ });
  t.throws(() => markup`<p title='${x}'>`, { message: /quoted with/ });
  t.throws(() => markup`<script>${x}</script>`, { message: /not allowed/ });
  t.throws(() => markup`<p title="${markup`<b>`}">`, { message: /markup inside an attribute/ });
  t.throws(() => markup`<p title="a`, { message: /ends inside a tag/ });
});

test('the matrix puts the worst computers first and keeps the order of equals', (t) => {
  const rows = matrixRows(withFindings(), 10);
  t.deepEqual(
    rows.map(({ host: { name } }) => name),
    ['SQL02', 'FILE01', 'DC01', 'WEB-PROD-EU-CENTRAL-01', ''],
  );
  t.deepEqual(rows[1]?.cells, [0, 1, 2, 3, 4, 5, 6, 7]);
  t.is(matrixRows(large(50, 1), 7).length, 7);
});

test('a timeline cuts out long pauses, keeps the order and stays inside its width', (t) => {
  const at = [0, 3, 9, 600, 603, 609, 1001];
  const line = timeline(
    at.map((s, i) => mark(s, i, 'syn', 'orig', '')),
    100,
    700,
  );
  t.deepEqual(
    line.breaks.map(({ seconds }) => seconds),
    [591, 392],
  );
  const xs = line.placed.map(({ x }) => x);
  t.deepEqual(
    xs,
    [...xs].sort((a, b) => a - b),
  );
  t.true(xs.every((x) => x >= 100 && x <= 700) && (xs[1] ?? 0) - (xs[0] ?? 0) > 40);
});

test('a timeline draws a limited number of marks and counts the others', (t) => {
  const many = Array.from({ length: 500 }, (_, i) => mark(i, i, 'syn', 'orig', ''));
  t.is(timeline(many, 0, 700).omitted, 500 - MAX_MARKS);
  t.is(timeline([mark(Number.NaN, 1, 'syn', 'orig', '')], 0, 700).omitted, 1);
  t.is(timeline([mark(5, 1, 'syn', 'orig', '')], 0, 700).placed.length, 1);
});

test('the ticket text says verdict, action, who must act and how to see the frames', (t) => {
  const text = ticketLines(withFindings()).join('\n');
  t.regex(text, /^portwitness report\nResult: 3 of 5 computers/);
  for (const part of [
    'Do first: On this server (10.20.0.5)',
    '\nConfirm on this server with:\n  Get-NetFirewallRule',
    '1. NO ANSWER: 9004 in, computer FILE01 (10.20.1.21)',
    'Where: On this server (confidence: high)',
    'Who must act: Administrator of this server',
    '\n   Confirm on this server with:\n     Get-NetFirewallRule',
    'frames 1204, 1219, 1262',
    'tcp.port==50112',
    'Capture quality: The capture dropped 312',
    `SHA-256: ${withFindings().captures[0]?.sha256 ?? ''}`,
  ]) {
    t.true(text.includes(part), part);
  }
});

test('the ticket text is short for a thousand findings and tells how many are left out', (t) => {
  const model = large(4000, 1);
  const lines = ticketLines(model);
  t.true(lines.includes(`${model.findings.length - MAX_TICKET_FINDINGS} more findings in the report.`));
  t.true(lines.length < 110);
  t.true(ticketLines(empty()).some((line) => line.startsWith('Not complete: stopped by Ctrl-C')));
});

test('no line of the ticket text holds a character that acts', (t) => {
  t.false(ticketLines(hostile()).some((line) => ACTING.test(line)));
});
