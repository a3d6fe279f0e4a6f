import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { SAMPLES } from '../../captures/recipes/list.js';
import { ROOT, reportName, reportTexts, sampleReport } from '../../captures/recipes/reports.js';

const folder = join(ROOT, 'reports');
const MAX_HTML_BYTES = 450_000;
const HINT =
  'The committed report is not what the program makes now: look at the change, then run `npm run samples`.';

function committed(name: string): string {
  return readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n');
}

/** The first line in which two texts differ, with its number; '' = none. A whole report would fill the screen. */
function firstDifference(before: string, after: string): string {
  const old = before.split('\n');
  const now = after.split('\n');
  const at = old.findIndex((line, i) => line !== now[i]);
  if (at < 0 && old.length === now.length) return '';
  const i = at < 0 ? old.length : at;
  return `line ${i + 1}:\n- ${(old[i] ?? '').slice(0, 300)}\n+ ${(now[i] ?? '').slice(0, 300)}`;
}

/** The values of a JSON text, one a line. */
function laidOut(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 1);
}

for (const { file } of SAMPLES) {
  test(`the report of ${file} is what the program makes now`, async (t) => {
    const name = reportName(file);
    const { html, json } = await reportTexts(await sampleReport(file));
    t.is(firstDifference(laidOut(committed(`${name}.json`)), laidOut(json)), '', HINT);
    t.is(firstDifference(committed(`${name}.html`), html), '', HINT);
    t.true(statSync(join(folder, `${name}.html`)).size < MAX_HTML_BYTES);
  });

  test(`the report of ${file} tells nothing of the machine that made it`, (t) => {
    const name = reportName(file);
    for (const ending of ['html', 'json']) {
      const text = committed(`${name}.${ending}`);
      t.false(text.includes(ROOT));
      t.notRegex(text, /\/home\/|\/root\/|\/work\/|[A-Z]:\\/);
      t.true(text.includes(`captures/${file}`));
    }
  });
}

test('a change in a report would be seen', (t) => {
  t.is(firstDifference('a\nb', 'a\nb'), '');
  t.is(firstDifference('a\nb', 'a\nc'), 'line 2:\n- b\n+ c');
  t.is(firstDifference('a', 'a\nb'), 'line 2:\n- \n+ b');
  t.is(firstDifference('a\nb', 'a'), 'line 2:\n- b\n+ ');
});

test('every report belongs to a sample', (t) => {
  const expected = SAMPLES.flatMap(({ file }) =>
    ['html', 'json'].map((ending) => `${reportName(file)}.${ending}`),
  );
  t.deepEqual(readdirSync(folder).sort(), [...expected, 'README.md'].sort());
});
