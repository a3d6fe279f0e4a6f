import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { z } from 'zod';
import { SAMPLES } from '../../captures/recipes/list.js';
import { ROOT, reportName, reportTexts, sampleReport, textOf } from '../../captures/recipes/reports.js';
import { legible } from '../report/legible.js';
import { writeJson } from '../../src/report/json/write.js';
import { writeJson2 } from '../../src/report/json/write-2.js';
import { resultOf } from '../../src/report/saved/result.js';

const folder = join(ROOT, 'reports');
const schemaOf = (name: string) =>
  z.fromJSONSchema(z.looseObject({}).parse(JSON.parse(readFileSync(join(ROOT, 'docs', name), 'utf8'))));
const SCHEMA = schemaOf('report.schema.json');
const SCHEMA_2 = schemaOf('report-2.schema.json');
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
    // The result as text: compressors differ from one version of zlib to the next.
    t.is(firstDifference(legible(committed(`${name}.html`)), legible(html)), '', HINT);
    t.true(statSync(join(folder, `${name}.html`)).size < MAX_HTML_BYTES);
  });

  test(`the result of ${file} fits both schemas, and either is read back as the other`, async (t) => {
    const model = await sampleReport(file);
    const first = await textOf(writeJson, model);
    const second = await textOf(writeJson2, model);
    for (const [schema, text] of [
      [SCHEMA, first],
      [SCHEMA_2, second],
    ] as const) {
      const result = schema.safeParse(JSON.parse(text));
      t.true(result.success, result.success ? '' : z.prettifyError(result.error));
    }
    t.is(firstDifference(first, await textOf(writeJson, resultOf(second))), '');
    // Version 1 has no changes.
    const withoutChanges = second.replace(/^(\s*"changes": ).*,$/m, '$1[],');
    t.is(firstDifference(withoutChanges, await textOf(writeJson2, resultOf(first))), '');
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
