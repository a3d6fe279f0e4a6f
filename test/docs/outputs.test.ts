/** docs/outputs.md names every column, key and field that is written, and docs name no file that is not there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { writeCsv } from '../../src/report/csv/write.js';
import { FORMATS } from '../../src/report/formats.js';
import { FLOW_COLUMNS } from '../../src/report/json/flow-rows.js';
import { ZEEK_LOGS } from '../../src/report/zeek/logs.js';
import { collected } from '../report/collect.js';
import { healthy } from '../report/fixture.js';

const DOCUMENT = readFileSync('docs/outputs.md', 'utf8');

/** Those that the part of the document under a heading does not name. */
function unnamed(heading: string, names: readonly string[]): string[] {
  const part = DOCUMENT.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? '';
  return names.filter((name) => !part.includes(`\`${name}\``));
}

test('every option of a format, column of the CSV, key of the JSON and field of a log is in the reference', async (t) => {
  t.deepEqual(
    FORMATS.filter(({ option }) => !DOCUMENT.includes(`\`--${option} `)),
    [],
  );
  const [head = ''] = (await collected(writeCsv, healthy())).slice(1).split('\r\n');
  const columns = head.split(',');
  t.true(columns.includes('community_id'));
  t.deepEqual(unnamed('CSV', columns), []);

  const schema = JSON.parse(readFileSync('docs/report-2.schema.json', 'utf8')) as { required: string[] };
  t.deepEqual(unnamed('JSON', schema.required), []);
  const only = FLOW_COLUMNS.filter((column) => !columns.includes(column));
  t.deepEqual(unnamed('JSON', only), []);

  for (const { file, write } of ZEEK_LOGS) {
    const fields = /^#fields\t(.*)$/m.exec(await collected(write, healthy()))?.[1]?.split('\t') ?? [];
    t.deepEqual(unnamed('Zeek logs', fields), [], file);
  }
});

/** Files of the project that a text names: links, and paths below src/ or the root in backquotes. */
function filesNamed(text: string): string[] {
  const links = [...text.matchAll(/\]\(([^):#]+)(?:#[^)]*)?\)/g)].map((match) =>
    join('docs', match[1] ?? ''),
  );
  const paths = [
    ...text.matchAll(/`((?:src|test|docs|[a-z]+)(?:\/[a-z0-9.-]+)+\.(?:ts|md|mjs|yaml|json))`/g),
  ].map((match) => match[1] ?? '');
  return [...links, ...paths];
}

/** Files that docs/extending.md adds as examples. */
const EXAMPLES = /snoop|ndjson|our-backup/;
/** A table of docs/architecture.md names files within the folder of their row. */
const FOLDERS = ['.', 'docs', 'test', 'src', ...readdirSync('src').map((one) => `src/${one}`)];

test('every file that a document links or names is there', (t) => {
  const gone: string[] = [];
  for (const name of readdirSync('docs').filter((file) => file.endsWith('.md'))) {
    for (const path of filesNamed(readFileSync(join('docs', name), 'utf8'))) {
      if (EXAMPLES.test(path)) continue;
      if (!FOLDERS.some((folder) => existsSync(join(folder, path)))) gone.push(`${name}: ${path}`);
    }
  }
  t.deepEqual(gone, []);
  t.deepEqual(filesNamed('[a](../src/x.ts#y), `flow/table.ts`, `https://a.b/c.ts`'), [
    'src/x.ts',
    'flow/table.ts',
  ]);
});

test('README links every document', (t) => {
  const readme = readFileSync('README.md', 'utf8');
  t.deepEqual(
    readdirSync('docs').filter((file) => file.endsWith('.md') && !readme.includes(`(docs/${file})`)),
    [],
  );
});
