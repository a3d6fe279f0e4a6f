/** A saved result is read back as the model that it was written from. */
import test from 'ava';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ExecutionContext } from 'ava';
import { EMBEDDED_BEGIN, EMBEDDED_END } from '../../src/report/html/pieces/embedded.js';
import { writeHtml } from '../../src/report/html/write.js';
import { writeJson } from '../../src/report/json/write.js';
import { writeJson2 } from '../../src/report/json/write-2.js';
import type { ReportModel } from '../../src/report/model/model.js';
import { resultText } from '../../src/report/saved/open.js';
import { resultOf } from '../../src/report/saved/result.js';
import { collected } from './collect.js';
import { empty, healthy, large, withFindings } from './fixture.js';
import { hostile } from './hostile.js';
import { withList } from './listed.js';

/** A verdict is required when its rule is: version 2 does not say it again. */
function asRuled(model: ReportModel): ReportModel {
  const required = new Map(model.rules.map((rule) => [rule.id, rule.required]));
  const verdicts = [...model.verdicts].map((one) => ({ ...one, required: required.get(one.rule) ?? true }));
  return { ...model, verdicts };
}

/** Of an event trace of pktmon, whose components may have neither driver nor MAC address. */
function ofTrace(): ReportModel {
  const model = healthy();
  const component = {
    id: 3,
    name: 'Filter',
    driver: '',
    mac: '',
    addresses: [],
    packets: 9,
    drops: 1,
    taken: true,
  };
  const trace = {
    windows: '10.0.20348',
    utcOffsetMinutes: 60,
    zone: '',
    eventsLost: 0,
    buffersLost: 0,
    circular: false,
    stopped: true,
    filters: [],
    components: [
      component,
      { ...component, id: 4, driver: 'e1d.sys', mac: '00:15:5d:01:02:03', taken: false },
    ],
    drops: [{ reason: 7, location: 0, text: '', count: 1 }],
    cutFrames: 0,
    cutBytes: 0,
    packetsElsewhere: 9,
    switchPackets: 0,
    otherEvents: 0,
    clockGuessed: false,
    notes: [],
  };
  return { ...model, captures: model.captures.map((capture) => ({ ...capture, trace })) };
}

const models: Readonly<Record<string, () => ReportModel>> = {
  healthy,
  ofTrace,
  withFindings,
  withList,
  empty,
  hostile: () => asRuled(hostile()),
  large: () => large(20, 100),
};

/** Where two texts differ first; a whole page of both would help nobody. */
function difference(is: string, wanted: string): string {
  if (is === wanted) return '';
  let at = 0;
  while (is[at] === wanted[at]) at++;
  return `${is.slice(Math.max(0, at - 80), at + 80)} ≠ ${wanted.slice(Math.max(0, at - 80), at + 80)}`;
}

for (const [name, make] of Object.entries(models)) {
  test(`${name}: either version of the JSON comes back as the same model`, async (t) => {
    const model = make();
    const first = await collected(writeJson, model);
    const second = await collected(writeJson2, model);
    t.is(difference(await collected(writeJson, resultOf(first)), first), '', 'version 1');
    t.is(difference(await collected(writeJson, resultOf(second)), first), '', 'version 2');
    t.is(difference(await collected(writeJson2, resultOf(second)), second), '');
  });
}

test('a sentence stands once, however many computers it is said of', async (t) => {
  const few = JSON.parse(await collected(writeJson2, large(20, 10))) as { texts: string[] };
  const many = JSON.parse(await collected(writeJson2, large(2000, 10))) as { texts: string[] };
  t.true(many.texts.length < few.texts.length + 10, `${few.texts.length} → ${many.texts.length}`);
});

function saved(t: ExecutionContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness saved '));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'file');
  writeFileSync(path, text);
  return path;
}

test('a report holds the result that the JSON holds', async (t) => {
  const model = withFindings();
  const page = await collected(writeHtml, model);
  const inside = resultOf(await resultText(saved(t, page)));
  t.deepEqual([...inside.verdicts], [...resultOf(await collected(writeJson2, model)).verdicts]);
  t.is(inside.flows.count, model.flows.count);
});

const json = (change: (text: string) => string) => async () =>
  change(await collected(writeJson2, withFindings()));
const page = (change: (text: string) => string) => async () =>
  change(await collected(writeHtml, withFindings()));
const REFUSED: readonly (readonly [string, () => Promise<string>, RegExp])[] = [
  ['another text', () => Promise.resolve('<html>hello</html>'), /neither a report nor a result/],
  ['another JSON', () => Promise.resolve('{"schema":"portwitness-state/1"}'), /not a result of portwitness/],
  [
    'a newer schema',
    json((text) => text.replace('portwitness/2', 'portwitness/3')),
    /newer portwitness.*portwitness\/3/,
  ],
  ['half a JSON', json((text) => text.slice(0, text.length / 2)), /damaged: its JSON/],
  [
    'a JSON with a wrong word',
    json((text) => text.replace('"status":"findings"', '"status":"fine"')),
    /damaged: summary\.status/,
  ],
  [
    'half a report',
    page((text) => text.slice(0, text.indexOf(EMBEDDED_BEGIN) + 200)),
    /ends inside the result/,
  ],
  [
    'a report with a changed result',
    page((text) => text.replace(/(portwitness-result">\n.{300})./, '$1A')),
    /damaged/,
  ],
  ['an older report', () => Promise.resolve('<script id="portwitness-json">'), /older portwitness/],
];
for (const [name, make, message] of REFUSED) {
  test(`${name} is refused in words`, async (t) => {
    const path = saved(t, await make());
    await t.throwsAsync(async () => resultOf(await resultText(path)), { name: 'ResultError', message });
  });
}

test('a file that is too long, and a result inside a report that is, are refused', async (t) => {
  const most = 100_000;
  const text = '{}'.padEnd(most);
  t.is(await resultText(saved(t, text), most), text);
  await t.throwsAsync(resultText(saved(t, `${text} `), most), {
    name: 'ResultError',
    message: 'it has more than 0.1 MB',
  });
  const inside = (result: string): string =>
    `<html>${EMBEDDED_BEGIN}${gzipSync(result).toString('base64')}${EMBEDDED_END}</html>`;
  t.is(await resultText(saved(t, inside(text)), most), text);
  await t.throwsAsync(resultText(saved(t, inside(`${text} `)), most), {
    name: 'ResultError',
    message: 'the result inside the report is too long',
  });
});

test('a verdict that refers to nothing is refused when it is asked for', async (t) => {
  const text = await collected(writeJson2, withFindings());
  const result = resultOf(text.replace(/\["ua-9003",\d+,/, '["ua-9003",999,'));
  t.throws(() => [...result.verdicts], {
    name: 'ResultError',
    message: /verdicts\[\d+\] refers to what is not there/,
  });
});
