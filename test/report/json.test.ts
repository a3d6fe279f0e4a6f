import test from 'ava';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeJson } from '../../src/report/json/write.js';
import { writeJson2 } from '../../src/report/json/write-2.js';
import {
  CONFIDENCES,
  LOCATIONS,
  OUTCOMES,
  TRAFFIC_CLASSES,
  VERDICTS,
} from '../../src/verdict/words/words.js';
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

/** The rows of flows with the names of their columns, as a reader joins them. */
function flowsOf(text: string): Record<string, unknown>[] {
  const { flow_columns: columns, flows } = z
    .object({ flow_columns: z.array(z.string()), flows: z.array(z.array(z.unknown())) })
    .parse(JSON.parse(text));
  return flows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])));
}

const models = { withList, healthy, withFindings, empty, hostile, large: () => large(20, 100) };
for (const [name, make] of Object.entries(models)) {
  test(`the JSON of the model ${name} fits docs/report.schema.json`, async (t) => {
    const parsed: unknown = JSON.parse(await collected(writeJson, make()));
    const result = Report.safeParse(parsed);
    t.true(result.success, result.success ? '' : z.prettifyError(result.error));
  });
}

const SCHEMA_2_URL = new URL('../../../docs/report-2.schema.json', import.meta.url);
const Report2 = z.fromJSONSchema(z.looseObject({}).parse(JSON.parse(readFileSync(SCHEMA_2_URL, 'utf8'))));
for (const [name, make] of Object.entries({
  ...models,
  interrupted: () => ({ ...withFindings(), interrupted: 'stopped by Ctrl-C' }),
})) {
  test(`the JSON of the model ${name} fits docs/report-2.schema.json`, async (t) => {
    const result = Report2.safeParse(JSON.parse(await collected(writeJson2, make())));
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
  const [first] = flowsOf(await collected(writeJson, { ...healthy(), flows: flowList([one]) }));
  t.like(first, { syn_ack_delay: null, handshake_time: null, vlan: null, service: null, duration: null });
  t.like(first, { orig_sequence_bytes: null, orig_name: null, orig_ip: '10.20.0.5', orig_port: 49701 });
  t.is(first?.['first_time'], '2026-05-01T09:30:00.373456789Z');
});

test('a row of flows says all that the model does', async (t) => {
  const one = flow(7, 'established', {
    vlan: 12,
    tunneled: true,
    fileIndex: 2,
    orig: { ...flow(7, 'established').orig, bytes: 2 ** 40 },
  });
  const [row] = flowsOf(await collected(writeJson, { ...healthy(), flows: flowList([one]) }));
  t.deepEqual(row, {
    id: 7,
    proto: 'tcp',
    orig_ip: one.orig.ip,
    orig_port: one.orig.port,
    orig_name: null,
    resp_ip: one.resp.ip,
    resp_port: 9003,
    resp_name: 'FILE01',
    outcome: 'established',
    class: 'expected',
    rule: 'ua-9003',
    reason: one.reason,
    service: one.service,
    service_certainty: 'confirmed',
    conn_state: 'SF',
    history: 'ShADadFf',
    first_time: one.firstTime.iso,
    last_time: one.lastTime.iso,
    duration: 9,
    orig_packets: 9,
    orig_bytes: 2 ** 40,
    orig_payload_bytes: 1302,
    orig_sequence_bytes: 1302,
    orig_retransmissions: 0,
    resp_packets: 7,
    resp_bytes: 4210,
    resp_payload_bytes: 3890,
    resp_sequence_bytes: 3890,
    resp_retransmissions: 0,
    syn_ack_delay: 0.000412,
    handshake_time: 0.000761,
    community_id: one.communityId,
    capture: 2,
    first_frame: 71,
    last_frame: 79,
    vlan: 12,
    tunneled: true,
  });
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
  t.is(z.array(z.unknown()).parse(JSON.parse((lines[at + 1] ?? '').replace(/,$/, '')))[0], 1);
  t.is(lines.indexOf('],', at) - at, 41);
});
