import test from 'ava';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { embeddedIn } from '../fuzzing/well-formed.js';
import { MAX_HTML_CAUSES } from '../../src/report/html/sections/causes.js';
import { MAX_STATIC_FLOWS } from '../../src/report/html/sections/flows.js';
import { MAX_STATIC_HOSTS } from '../../src/report/html/sections/matrix.js';
import { MARGINS_BEGIN, MARGINS_END, cssString } from '../../src/report/html/page-margins.js';
import { breakable, brief, cellId, command } from '../../src/report/html/pieces/pieces.js';
import { writeHtml } from '../../src/report/html/write.js';
import type { ObservationModel } from '../../src/report/model/model.js';
import { writeCsv } from '../../src/report/csv/write.js';
import { writeJson } from '../../src/report/json/write.js';
import { terminalSummary } from '../../src/report/terminal/write.js';
import { ticketLines } from '../../src/report/text/ticket.js';
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
  return JSON.parse(embeddedIn(page));
}

/** The page without its own style and scripts. */
function body(page: string): string {
  return page.replace(/<style\b[^>]*>[^]*?<\/style>|<script[^]*?<\/script>/g, '');
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

test('the policy allows nothing but the inline style and script, by their hash', async (t) => {
  const page = await collected(writeHtml, withFindings());
  const policy = between(page, '<meta http-equiv="Content-Security-Policy" content="', '"');
  t.is(
    policy,
    `default-src 'none'; style-src ${hash(between(page, '<style>', '</style>'))} ` +
      `${hash(between(page, MARGINS_BEGIN, MARGINS_END))}; ` +
      `script-src ${hash(between(page, '<script>', '</script>'))}; ` +
      `img-src 'none'; base-uri 'none'; form-action 'none'`,
  );
  t.true(page.indexOf('Content-Security-Policy') < page.indexOf('<style>'));
  t.is(page.split('<style').length, 3);
  t.is(page.split('<script').length, 3);
});

test('tables show a suspected service as one, and a confirmed one by its name alone', async (t) => {
  const model = withFindings();
  const suspected = flow(1, 'established', { service: 'rdp', serviceCertainty: 'suspected' });
  const confirmed = flow(2, 'established', { service: 'smb', serviceCertainty: 'confirmed' });
  const page = body(await collected(writeHtml, { ...model, flows: flowList([suspected, confirmed]) }));
  t.true(page.includes('<i>rdp (suspected)</i></td>'));
  t.true(page.includes('<i>smb</i></td>'));
  t.true(page.includes('ssl (suspected) on TCP 8443'), 'unexpected traffic');
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
    'matrix',
    'causes',
    'computers',
    'unexpected',
    'observations',
    'not-found',
    'quality',
    'flows',
    'provenance',
    'how-to-read',
    'ticket',
    'evidence',
  ]);
});

test('a finding about the capture shows what was measured and the threshold', async (t) => {
  const page = await collected(writeHtml, withFindings());
  const section = between(page, 'id="quality"', '</section>').replace(/\s+/g, ' ');
  t.true(section.includes('Measured 312 frames, threshold lost-frames 1 frames'));
  t.is(section.split('class="measure"').length - 1, 1);
});

test('the top answers in counts, names the server and the time span, and lists causes with who must act', async (t) => {
  const top = between(await collected(writeHtml, withFindings()), '<main', 'id="matrix"').replaceAll(
    /\s+/g,
    ' ',
  );
  for (const part of [
    'Action needed',
    '3 of 5 computers have a failing required port; 4 causes',
    '10.20.0.5',
    '2026-05-01 09:30:00 to 09:48:42 UTC',
    '16 unexpected flows',
    'The capture dropped 312 of 61,516 frames',
    '<td data-name="Who">Admin of the computer</td>',
    'allow the port in the firewall',
    'data-copies="c1-ticket"',
  ]) {
    t.true(top.includes(part), part);
  }
  t.is(top.split('<tr class="').length - 1, 4);
});

test('what the capture is worth is amber only where it weakens verdicts', async (t) => {
  const line = (page: string): string =>
    between(page, '<p class="quality-line', '</p>').replaceAll(/\s+/g, ' ');
  t.true(line(await collected(writeHtml, withFindings())).startsWith(' weak"'));
  t.regex(line(await collected(writeHtml, healthy())), /^">[^]*nothing was found that weakens a verdict/);
});

test('a cause tells reason, place, confidence, assumptions, evidence, next step and its attempts, once', async (t) => {
  const page = await collected(writeHtml, withFindings());
  const cause = between(page, '<details class="cause blocked" id="c1">', 'id="c2"').replaceAll(/\s+/g, ' ');
  for (const part of [
    'FILE01 (10.20.1.21): ua-9004 no answer',
    'none was answered',
    'On this server.',
    'High:',
    'stealth mode',
    'frames 1204, 1219, 1262',
    'datetime="2026-05-01T09:32:01.400000000Z"',
    'ip.addr==10.20.1.21 &amp;&amp; ip.addr==10.20.0.5 &amp;&amp; tcp.port==50112',
    'For the administrator of FILE01',
    'Get-NetFirewallRule',
    'or a reset (then the service is not listening)',
    'Attempts over the whole capture',
    'Packets on a time axis</title>',
    '6 packets from the originator, 0 packets in return',
    '+3.001000 s',
    'href="#10.20.1.21/ua-9004"',
  ]) {
    t.true(cause.includes(part), part);
  }
  t.false(cause.includes('Another device'));
});

test('what would mend a fault is shown whole with the first cause that has it, and the others lead there', async (t) => {
  const page = await collected(writeHtml, withFindings());
  const mend = between(page, '<details class="mend" id="m-0">', '</details>');
  t.regex(mend, /review before use/);
  t.regex(mend, /2 computers have this\s+fault/);
  t.true(mend.replaceAll('<wbr />', '').includes(`${'10.20.1.22,'.repeat(200)}end</code>`));
  t.true(mend.includes('Look at its log.'));
  t.is(page.split('<a href="#m-0">').length - 1, 1);
});

test('a cause quotes what the product says when the rule fails', async (t) => {
  const page = await collected(writeHtml, withFindings());
  t.regex(page, /If the product says:\s+<q>Not Responding after install<\/q>/);
});

test('names break at their dots and addresses do not; commands break between words and at commas', (t) => {
  t.is(
    breakable('ws02.example.test (10.20.1.22)').toString(),
    'ws02.<wbr />example.<wbr />test (10.20.1.22)',
  );
  t.is(
    command('Test-NetConnection -Port 135').toString(),
    '<code><span class="w">Test-NetConnection</span> <span class="w">-Port</span> 135</code>',
  );
  t.regex(command(`a '${'10.20.1.22,'.repeat(9)}'`).toString(), /22,<wbr \/>10/);
});

test('three sentences show, and what is longer opens', (t) => {
  t.is(brief('One. Two at 10.0.0.1. Three.').toString(), 'One. Two at 10.0.0.1. Three.');
  t.regex(
    brief('One. Two. Three. Four.').toString(),
    /^One\. Two\. Three\.\s+<details class="more">[^]*Four\./,
  );
});

test('a cell has the same name in every report', (t) => {
  t.is(cellId({ address: '10.20.1.22', name: 'WS02' }, 'ua-9003'), '10.20.1.22/ua-9003');
  t.is(cellId({ address: 'fd00::1', name: '' }, 'ua-9003'), 'fd00::1/ua-9003');
  t.is(cellId({ address: '', name: 'a b"\ud800' }, 'x'), 'a%20b%22%EF%BF%BD/x');
});

test('the margin of a printed page names file and digest, and no file name gets out of its string', async (t) => {
  const page = await collected(writeHtml, withFindings());
  t.true(page.includes('nas01 2026-05-01.pcapng, SHA-256 9f86d081884c7d65'));
  t.is(cssString('a"}</style><b>\n\\'), '"a\\22 \\7d \\3c /style\\3e \\3c b\\3e \\a \\5c "');
});

test('the ticket text holds the change request of each fault once', (t) => {
  const text = ticketLines(withFindings()).join('\n');
  t.is(text.split('Change request (review before use): Allow TCP 9003').length - 1, 1);
  t.is(text.split('Change request: the same as above').length - 1, 1);
});

test('groups, who is not in the list, and a listed computer without an address are told', async (t) => {
  const page = await collected(writeHtml, withList());
  const part = between(page, 'id="computers"', '</section>').replaceAll(/\s+/g, ' ');
  t.true(part.includes('list.csv lists 2 computers; 1 of them was not seen at all.'));
  t.true(part.includes('Not in the list, but in the capture: DC01, SQL02'));
  t.true(part.includes('Groups of the list of computers'));
  t.regex(part, /<th scope="row">Berlin<\/th> <td class="num">1<\/td>/);
  t.regex(part, /<th scope="row">not in the list<\/th> <td class="num">4<\/td>/);
  t.is(part.split('Not in the list of computers.').length - 1, 4);
  t.regex(part, /WS99<\/span> <span class="sub">no address known<\/span>/);
  t.true(between(page, 'id="fold"', '</select>').includes('group of the list'));
  const without = await collected(writeHtml, withFindings());
  t.true(without.includes('Networks, guessed from the addresses') && without.includes('10.20.1.0/24'));
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

test('each cell has a name and says its word; a failing one leads to its cause', async (t) => {
  const page = await collected(writeHtml, withFindings());
  const grid = between(page, '<table class="grid" id="grid">', '</table>').replaceAll(/\s+/g, ' ');
  t.is([...grid.matchAll(/<td class="cell [a-z_]+" id="[^"]+">/g)].length, 40);
  t.true(
    grid.includes('<td class="cell blocked" id="10.20.1.21/ua-9004"> <a href="#c1">Failing</a>') ||
      grid.includes('<td class="cell blocked" id="10.20.1.21/ua-9004"> <a href="#c1">No answer</a>'),
  );
  t.is(grid.split('<a href="#c').length - 1, 4);
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
  t.true(page.includes('No safe answer yet') && page.includes('class="answer inconclusive"'));
  t.true(page.includes('No monitored computer was seen'));
  t.true(page.includes('only to byte 24') && page.includes('stopped by Ctrl-C'));
  const main = between(page, '<main', '</main>');
  for (const success of ['Everything required works', 'no finding to act on', 'Every flow in the capture']) {
    t.false(main.includes(success), success);
  }
});

test('a healthy capture says so and has no cause', async (t) => {
  const page = await collected(writeHtml, healthy());
  t.true(page.includes('Everything required works') && page.includes('What to do first:'));
  t.false(body(page).includes('id="causes"') || body(page).includes('href="#causes"'));
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

test('the matrix marks optional rules and says why they are', async (t) => {
  const page = await collected(writeHtml, withFindings());
  const matrix = between(page, 'id="matrix"', '</section>').replaceAll(/\s+/g, ' ');
  t.is(matrix.split('<span class="sub">optional</span>').length - 1, 2);
  t.true(matrix.includes('not required: used only while recording'));
});

test('the numbers at the top are those of required rules; what others lack is told apart', async (t) => {
  const model = healthy();
  const byVerdict = { working: 21, inconclusive: 3 };
  const page = await collected(writeHtml, { ...model, totals: { ...model.totals, byVerdict } });
  t.is(
    between(page, '<span class="tally">', '<'),
    'Required: 18 working; not required: 3 inconclusive, 3 working',
  );
});

test('beside a cause stands that it is not required, but for a finding of the payload', async (t) => {
  const model = withFindings();
  const optional = model.causes.map((cause) => ({ ...cause, required: false }));
  const page = async (causes: typeof optional): Promise<readonly number[]> => {
    const text = body(await collected(writeHtml, { ...model, causes }));
    return [
      between(text, 'id="first"', '</table>').split('(not required)').length - 1,
      text.split('. Not required.').length - 1,
    ];
  };
  t.deepEqual(await page(optional), [optional.length, optional.length]);
  t.deepEqual(await page(optional.map((cause) => ({ ...cause, cells: [] }))), [0, 0]);
});

test('pauses and losses are shaded, with a legend, in the text and in the table of each picture over time', async (t) => {
  const page = body(await collected(writeHtml, withFindings()));
  const pictures = page.split('<figure').filter((one) => /over-c1|activity-title/.test(one));
  t.is(pictures.length, 2);
  for (const picture of pictures) {
    t.regex(picture, /<title[^>]*>[^<]*1 time without a frame and 2 times with missing packets are shaded/);
    t.is(picture.split('class="loss"').length - 1, 3, 'two shades and the legend');
    t.regex(picture, /packets are missing from the capture/);
    t.regex(picture, /<td>Packets are missing: acknowledged, but not captured, 4 times<\/td>/);
    t.regex(picture, /<td>Packets are missing: counted as lost by the capture program<\/td>/);
    t.regex(picture, /<td>No frame was captured for 2 min 50 s<\/td>/);
  }
  const { activity, ...rest } = withFindings();
  const nothing = { ...rest, activity: activity === null ? null : { ...activity, gaps: [], losses: [] } };
  const whole = body(await collected(writeHtml, nothing));
  t.false(whole.includes('class="shades"'));
});

test('a cause without a command has no empty box to copy', async (t) => {
  const model = withFindings();
  const causes = model.causes.map((one) => ({ ...one, confirmWhere: '', confirm: '' }));
  const page = await collected(writeHtml, { ...model, causes });
  t.notRegex(between(page, 'id="causes"', '</section>'), /Confirm /);
});

test('a page inside its limits tells every cause and shows each picture as text and as a table', async (t) => {
  const page = await collected(writeHtml, withFindings());
  const figures = [...page.matchAll(/<figure[^>]*>([^]*?)<\/figure>/g)].map(([, figure = '']) => figure);
  t.true(figures.length >= 6);
  for (const figure of figures) {
    t.regex(figure, /<svg[^]*role="img"[^]*<title id=/);
    t.regex(figure, /<details>[^]*(<table|<ol)/);
  }
  t.true(page.includes('class="gap"'));
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
  t.regex(page, /60 of 2,000 computers stand here without JavaScript/);
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
  const rows = (start: string) => between(page, start, '</table>').split(/<tr[ >]/).length - 2;
  t.is(rows('<table class="grid" id="grid">'), MAX_STATIC_HOSTS);
  t.is(rows('<table class="flows"'), MAX_STATIC_FLOWS);
  t.is(page.split('<details class="cause').length - 1, MAX_HTML_CAUSES);
  const elements = body(page).match(/<[a-z]/g)?.length ?? 0;
  t.true(elements < 15_000, String(elements));
  t.regex(page, /200 of 5,000 computers stand here without JavaScript/);
  t.regex(page, /60 of 200,000 flows shown/);
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
