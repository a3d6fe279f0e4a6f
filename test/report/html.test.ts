import test from 'ava';
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { EMBEDDED_BEGIN, EMBEDDED_END } from '../../src/report/html/embedded.js';
import { MAX_HTML_FINDINGS } from '../../src/report/html/findings.js';
import { MAX_HTML_FLOWS } from '../../src/report/html/flows.js';
import { MAX_HTML_HOSTS } from '../../src/report/html/matrix.js';
import { writeHtml } from '../../src/report/html/write.js';
import type { ObservationModel } from '../../src/report/model.js';
import { writeCsv } from '../../src/report/csv/write.js';
import { writeJson } from '../../src/report/json/write.js';
import { terminalSummary } from '../../src/report/terminal/write.js';
import { ticketLines } from '../../src/report/ticket.js';
import { collected } from './collect.js';
import { empty, healthy, large, withFindings } from './fixture.js';
import { ATTACKS, EVERYTHING, hostile } from './hostile.js';
import { withList } from './listed.js';
import { flow, flowList } from './parts.js';

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start);
  return from < 0 ? '' : text.slice(from + start.length, text.indexOf(end, from + start.length));
}

function embedded(page: string): unknown {
  const gzip = Buffer.from(between(page, EMBEDDED_BEGIN, EMBEDDED_END), 'base64');
  return JSON.parse(gunzipSync(gzip).toString());
}

/** The page without its own style and scripts. */
function body(page: string): string {
  return page.replace(/<style>[^]*?<\/style>|<script[^]*?<\/script>/g, '');
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

test('the policy allows nothing but the inline style and script, by their hash', async (t) => {
  const page = await collected(writeHtml, withFindings());
  const policy = between(page, '<meta http-equiv="Content-Security-Policy" content="', '"');
  t.is(
    policy,
    `default-src 'none'; style-src ${hash(between(page, '<style>', '</style>'))}; ` +
      `script-src ${hash(between(page, '<script>', '</script>'))}; ` +
      `img-src 'none'; base-uri 'none'; form-action 'none'`,
  );
  t.true(page.indexOf('Content-Security-Policy') < page.indexOf('<style>'));
  t.is(page.split('<style').length, 2);
  t.is(page.split('<script').length, 3);
});

test('tables show a suspected service as one, and a confirmed one by its name alone', async (t) => {
  const model = withFindings();
  const suspected = flow(1, 'established', { service: 'rdp', serviceCertainty: 'suspected' });
  const confirmed = flow(2, 'established', { service: 'smb', serviceCertainty: 'confirmed' });
  const page = body(await collected(writeHtml, { ...model, flows: flowList([suspected, confirmed]) }));
  t.true(page.includes('<td>rdp (suspected)</td>'));
  t.true(page.includes('<td>smb</td>'));
  t.true(page.includes('<td>ssl (suspected)</td>'), 'unexpected traffic');
});

test('the page refers to nothing outside itself and has no inline handler or style', async (t) => {
  const page = await collected(writeHtml, withFindings());
  t.notRegex(
    page.replace(/<script type="application\/json"[^]*?<\/script>/, ''),
    /https?:\/\/|\burl\(|@import/,
  );
  t.notRegex(body(page), /<[^>]*\s(on[a-z]+|style)=|<(img|iframe|object|embed|link|base|form)\b/i);
  for (const [, target = ''] of body(page).matchAll(/href="([^"]*)"/g)) {
    t.true(target.startsWith('#') && page.includes(`id="${target.slice(1)}"`), target);
  }
});

test('the sections follow the order in which a reader asks', async (t) => {
  const page = await collected(writeHtml, withFindings());
  const order = [...page.matchAll(/<section[^>]*\sid="([^"]+)"/g)].map(([, id]) => id);
  t.deepEqual(order, [
    'verdict',
    'causes',
    'quality',
    'matrix',
    'findings',
    'observations',
    'unexpected',
    'not-found',
    'flows',
    'provenance',
  ]);
});

test('a finding about the capture shows what was measured and the threshold', async (t) => {
  const page = await collected(writeHtml, withFindings());
  const section = between(page, 'id="quality"', '</section>').replace(/\s+/g, ' ');
  t.true(section.includes('Measured 312 frames, threshold lost-frames 1 frames'));
  t.is(section.split('class="measure"').length - 1, 1);
});

test('the top says the verdict, what to do, the server and the time span', async (t) => {
  const top = between(await collected(writeHtml, withFindings()), '<main', 'id="quality"');
  for (const part of [
    'Action needed',
    '<h1 id="sentence">3 of 5 computers cannot use a required port',
    'allow inbound TCP 9004 in Windows Firewall',
    '10.20.0.5',
    '2026-05-01 09:30:00 to 09:48:42 UTC',
    'Result: 3 of 5 computers',
  ]) {
    t.true(top.includes(part), part);
  }
});

test('a card tells verdict, reason, place, confidence, assumptions, evidence, next step and attempts', async (t) => {
  const page = await collected(writeHtml, withFindings());
  const card = between(page, 'id="v-0"', '</article>').replaceAll('\n', ' ');
  for (const part of [
    '9004 in',
    'FILE01',
    'No answer</span>',
    'none was answered',
    'On this server.',
    'High:',
    'stealth mode',
    'frames <strong>1204, 1219, 1262</strong>',
    'datetime="2026-05-01T09:32:01.400000000Z"',
    'ip.addr==10.20.1.21 &amp;&amp; ip.addr==10.20.0.5 &amp;&amp; tcp.port==50112',
    'Administrator of this server',
    'Get-NetFirewallRule',
    'or a reset (then the service is not listening)',
    '<title id="a-0">Attempts on a time axis</title>',
    '6 packets from the originator, 0 packets in return',
    '+3.001000 s',
  ]) {
    t.true(card.includes(part), part);
  }
  t.false(card.includes('Another device'));
});

test('what would mend a fault is shown whole with the first computer that has it, and the others lead there', async (t) => {
  const page = await collected(writeHtml, withFindings());
  const mend = between(page, '<details class="mend" id="m-0">', '</details>');
  t.regex(mend, /review before use/);
  t.regex(mend, /2 computers have this\s+fault/);
  t.true(mend.includes(`${'10.20.1.22,'.repeat(200)}end</code><button type="button" class="copy" hidden>`));
  t.true(mend.includes('Look at its log.'));
  t.is(page.split('<a href="#m-0">').length - 1, 1);
});

test('a card quotes what the product says when the rule fails', async (t) => {
  const page = await collected(writeHtml, withFindings());
  t.regex(page, /If the product says:\s+<q>Not Responding after install<\/q>/);
});

test('the ticket text holds the change request of each fault once', (t) => {
  const text = ticketLines(withFindings()).join('\n');
  t.is(text.split('Change request (review before use): Allow TCP 9003').length - 1, 1);
  t.is(text.split('Change request: the same as above').length - 1, 1);
});

test('the matrix shows groups, who is not in the list, and a listed computer that has no address', async (t) => {
  const page = await collected(writeHtml, withList());
  const matrix = between(page, 'id="matrix"', '</section>').replaceAll(/\s+/g, ' ');
  t.true(matrix.includes('list.csv lists 2 computers; 1 of them was not seen at all.'));
  t.true(matrix.includes('Not in the list, but in the capture: DC01, SQL02'));
  t.true(matrix.includes('<th scope="col">Group</th>'));
  t.true(matrix.includes('<td class="group">Berlin</td>'));
  t.is(matrix.split('<i>not in the list</i>').length - 1, 4);
  t.regex(matrix, /WS99<\/span> <span class="sub">no address known<\/span>.*?Paris/);
  const without = await collected(writeHtml, withFindings());
  t.false(without.includes('class="group"') || without.includes('<th scope="col">Group</th>'));
});

test('the same is told on a terminal, in the ticket text, the JSON and the CSV', async (t) => {
  const model = withList();
  const told = /list\.csv lists 2 computers; 1 of them was not seen at all\./;
  t.regex(terminalSummary(model, { width: 200, color: false }), told);
  t.regex(ticketLines(model).join('\n'), told);
  const json = z
    .object({
      inventory: z.object({ computers: z.number(), not_seen: z.number(), unlisted: z.number() }),
      hosts: z.array(z.looseObject({ address: z.string().nullable(), group: z.string().nullable() })),
    })
    .parse(JSON.parse(await collected(writeJson, model)));
  t.deepEqual(json.inventory, { computers: 2, not_seen: 1, unlisted: 4 });
  t.like(json.hosts.at(-1), { address: null, name: 'WS99', group: 'Paris', listed: true });
  t.like(json.hosts[1], { group: null, listed: false });
  const [head, ...lines] = (await collected(writeCsv, model)).split('\r\n');
  t.true(head?.endsWith(',group'));
  t.true(lines.some((line) => line.includes('"10.20.1.21"') && line.endsWith(',"Berlin"')));
});

test('each cell of the matrix leads to what is known about it', async (t) => {
  const page = await collected(writeHtml, withFindings());
  const matrix = between(page, '<table class="matrix" id="matrix-table">', '</table>');
  t.is([...matrix.matchAll(/<td class="[a-z_]+"><a href="#v-\d+">/g)].length, 40);
  t.regex(matrix, /<td class="blocked"><a href="#v-0"><svg[^]*?<span>Failing<\/span>/);
});

test('provenance names hashes, versions, command line, limits and malformed packets', async (t) => {
  const model = withFindings();
  const part = between(await collected(writeHtml, model), 'id="provenance"', '</section>');
  for (const text of [
    model.captures[0]?.sha256 ?? '?',
    model.packs[0]?.sha256 ?? '?',
    'portwitness 0.1.0, Node.js v20.20.2',
    'portwitness analyze &quot;C:\\Captures',
    'MAX_FRAGMENTS',
    'ip_checksum_bad',
    'Europe/Berlin',
    '48,211,332 bytes',
  ]) {
    t.true(part.includes(text), text);
  }
});

test('an empty capture is never shown as a success', async (t) => {
  const page = await collected(writeHtml, empty());
  t.true(page.includes('No safe answer yet') && page.includes('class="banner inconclusive"'));
  t.true(page.includes('No monitored computer was seen'));
  t.true(page.includes('only to byte 24') && page.includes('stopped by Ctrl-C'));
  const main = between(page, '<main', '</main>');
  for (const success of ['Everything required works', 'no finding to act on', 'Every flow in the capture']) {
    t.false(main.includes(success), success);
  }
});

test('a healthy capture says so and has no card', async (t) => {
  const page = await collected(writeHtml, healthy());
  t.true(page.includes('Everything required works'));
  t.true(page.includes('There is no finding to act on.') && !page.includes('<article'));
});

test('hostile strings stay text in every section', async (t) => {
  const page = await collected(writeHtml, hostile());
  const text = body(page);
  t.is(page.split('<script').length, 3);
  for (const tag of ['<img', '<!--', '<svg onload', '<style']) t.false(text.includes(tag), tag);
  t.notRegex(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  t.true(text.includes('&lt;img src=&quot;http://192.0.2.1/x&quot;'));
  t.true(text.length < 3_000_000);
  t.true(page.length < 4_500_000, String(page.length));
});

test('the JSON inside the page holds the same values, hostile ones too', async (t) => {
  const parsed = z
    .object({
      schema: z.literal('portwitness/2'),
      hosts: z.array(z.looseObject({ name: z.string().nullable() })),
    })
    .parse(embedded(await collected(writeHtml, hostile())));
  t.deepEqual(
    parsed.hosts.slice(0, ATTACKS.length).map(({ name }) => name),
    // JSON.parse gives a lone surrogate back as it was.
    [...ATTACKS],
  );
});

test('a string of 70,000 characters is whole inside the page', async (t) => {
  const { command_line: line } = z
    .looseObject({ command_line: z.string() })
    .parse(embedded(await collected(writeHtml, hostile())));
  t.is(line, EVERYTHING);
});

test('the matrix marks required rules and says why the others are not', async (t) => {
  const page = await collected(writeHtml, withFindings());
  const matrix = between(page, 'id="matrix"', '</section>').replaceAll(/\s+/g, ' ');
  t.is([...matrix.matchAll(/<th scope="col" class="required">/g)].length, 6);
  t.is([...matrix.matchAll(/<th scope="col" class="optional">/g)].length, 2);
  t.true(matrix.includes('445 video (used only while recording)'));
});

test('the numbers at the top are those of required rules; what others lack is told apart', async (t) => {
  const model = healthy();
  const byVerdict = { working: 21, inconclusive: 3 };
  const page = await collected(writeHtml, { ...model, totals: { ...model.totals, byVerdict } });
  const top = between(page, 'class="tally"', '<dl').replaceAll(/\s+/g, ' ');
  t.notRegex(between(top, '', '</ul>'), /Inconclusive/);
  t.regex(top, /<strong>18<\/strong> Working/);
  t.regex(top, /Rules that are not required: 3 inconclusive, 3 working\./);
});

test('a verdict without a command has no empty box to copy', async (t) => {
  const model = withFindings();
  const verdicts = [...model.verdicts].map((one) => ({
    ...one,
    nextStep: { ...one.nextStep, confirmWhere: '', confirm: '' },
  }));
  const page = await collected(writeHtml, { ...model, verdicts });
  t.notRegex(between(page, 'id="findings"', '</section>'), /Confirm /);
  t.regex(between(page, 'class="action"', '</div>'), /Confirm on this server with/);
});

test('many rules and observations leave a page under 4 MB that says what it leaves out', async (t) => {
  const model = large(2000, 100);
  const [rule] = model.rules;
  const evidence = model.verdicts.at(model.findings[0] ?? -1)?.evidence[0];
  if (rule === undefined || evidence === undefined) throw new Error('the model has both');
  const observation: ObservationModel = {
    code: 'clear_remoting',
    level: 'warning',
    title: 'Remoting in clear text',
    text: 'x'.repeat(300),
    who: 'Whoever administers the product.',
    count: 9,
    evidence,
  };
  const rules = [...model.rules, ...Array.from({ length: 32 }, (_, i) => ({ ...rule, id: `more-${i}` }))];
  const page = await collected(writeHtml, {
    ...model,
    rules,
    observations: Array.from({ length: 1000 }, () => observation),
    observationsOmitted: 7,
  });
  t.true(Buffer.byteLength(page) < 4_000_000, String(Buffer.byteLength(page)));
  t.regex(page, /150 of 2,000 computers\s+shown/);
  const shown = z
    .object({ observations: z.array(z.unknown()), observations_omitted: z.number() })
    .parse(embedded(page));
  t.is(shown.observations.length + shown.observations_omitted, 1007);
  t.is(shown.observations.length, 1000);
});

test('5,000 computers and 200,000 flows make a page under 4 MB that says what it leaves out', async (t) => {
  const model = large();
  const page = await collected(writeHtml, model);
  t.true(Buffer.byteLength(page) < 4_000_000, String(Buffer.byteLength(page)));
  const rows = (start: string) => between(page, start, '</table>').split('<tr>').length - 2;
  t.is(rows('<table class="matrix" id="matrix-table">'), MAX_HTML_HOSTS);
  t.is(rows('<table class="flows"'), MAX_HTML_FLOWS);
  t.is(page.split('<article').length - 1, MAX_HTML_FINDINGS);
  t.regex(page, /500 of 5,000 computers\s+shown/);
  t.regex(page, /2,000 of 200,000 flows\s+shown/);
  t.regex(page, new RegExp(`${MAX_HTML_FINDINGS} of 1,250 findings\\s+shown`));
  const { omitted, verdicts, findings, flows } = z
    .object({
      omitted: z.object({ hosts: z.number(), verdicts: z.number(), flows: z.number() }),
      verdicts: z.array(z.array(z.unknown())),
      findings: z.array(z.number()),
      flows: z.array(z.array(z.unknown())),
    })
    .parse(embedded(page));
  t.is(omitted.hosts, 0);
  t.is(omitted.verdicts, 0);
  t.is(verdicts.length, 40_000);
  t.is(omitted.flows + flows.length, 200_000);
  t.true(findings.length > 100 && findings.every((index) => verdicts[index]?.[2] === 'blocked'));
});
