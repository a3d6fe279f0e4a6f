import test from 'ava';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeJson } from '../../src/report/json/write.js';
import { CONFIDENCES, LOCATIONS, OUTCOMES, TRAFFIC_CLASSES, VERDICTS } from '../../src/verdict/words.js';
import { collected } from './collect.js';
import { empty, healthy, large, withFindings } from './fixture.js';
import { withList } from './listed.js';
import { flow, flowList } from './parts.js';
import { EVERYTHING, hostile } from './hostile.js';

const SCHEMA_URL = new URL('../../../docs/report.schema.json', import.meta.url);
const SCHEMA_TEXT = readFileSync(SCHEMA_URL, 'utf8');
const WORDS = z.object({ enum: z.array(z.string()) });
const DEFS = z
  .object({
    $defs: z.object({
      outcome: WORDS,
      class: WORDS,
      verdict_word: WORDS,
      verdict: z.object({ properties: z.object({ location: WORDS, confidence: WORDS }) }),
    }),
  })
  .parse(JSON.parse(SCHEMA_TEXT)).$defs;
const Report = z.fromJSONSchema(z.looseObject({}).parse(JSON.parse(SCHEMA_TEXT)));

const models = { withList, healthy, withFindings, empty, hostile, large: () => large(20, 100) };
for (const [name, make] of Object.entries(models)) {
  test(`the JSON of the model ${name} fits docs/report.schema.json`, async (t) => {
    const parsed: unknown = JSON.parse(await collected(writeJson, make()));
    const result = Report.safeParse(parsed);
    t.true(result.success, result.success ? '' : z.prettifyError(result.error));
  });
}

test('the schema refuses an unknown key and a missing one', async (t) => {
  const parsed = z.looseObject({}).parse(JSON.parse(await collected(writeJson, healthy())));
  t.false(Report.safeParse({ ...parsed, extra: 1 }).success);
  t.false(Report.safeParse({ ...parsed, flows: undefined }).success);
});

test('the schema lists the words that the program uses', (t) => {
  t.deepEqual(DEFS.outcome.enum, [...OUTCOMES]);
  t.deepEqual(DEFS.class.enum, [...TRAFFIC_CLASSES]);
  t.deepEqual(DEFS.verdict_word.enum, [...VERDICTS]);
  t.deepEqual(DEFS.verdict.properties.location.enum, [...LOCATIONS]);
  t.deepEqual(DEFS.verdict.properties.confidence.enum, [...CONFIDENCES]);
});

test('what was not seen is null and a number that is none is null', async (t) => {
  const one = flow(1, 'no_reply', { duration: Number.NaN });
  const { flows } = z
    .object({ flows: z.array(z.looseObject({ orig: z.looseObject({}) })) })
    .parse(JSON.parse(await collected(writeJson, { ...healthy(), flows: flowList([one]) })));
  const [first] = flows;
  t.like(first, { syn_ack_delay: null, handshake_time: null, vlan: null, service: null, duration: null });
  t.like(first?.orig, { sequence_bytes: null, name: null, ip: '10.20.0.5', port: 49701 });
  t.is(first?.['first_time'], '2026-05-01T09:30:00.373456789Z');
});

test('the JSON text holds no character that acts on a terminal, and parses back to the original', async (t) => {
  const text = await collected(writeJson, hostile());
  t.notRegex(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  const { command_line: line } = z.object({ command_line: z.string() }).parse(JSON.parse(text));
  t.is(line, EVERYTHING);
});

test('long arrays have one record a line', async (t) => {
  const lines = (await collected(writeJson, healthy())).split('\n');
  const at = lines.indexOf('"flows": [');
  const record = z.object({ id: z.number() });
  t.is(record.parse(JSON.parse((lines[at + 1] ?? '').replace(/,$/, ''))).id, 1);
  t.is(lines.indexOf('],', at) - at, 41);
});
