/** What a reader is told of each situation, through the whole pipeline; what is expected stands beside it. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import type { ReportModel, VerdictModel } from '../../src/report/model/model.js';
import { toldOf } from '../report/assemble/told.js';
import { AT_LEAST, kindTable, missingFiles, TABLE_BEGIN, TABLE_END, titlesByKind } from './kinds.js';
import { filesOf } from './situation.js';
import type { Cell, Situation } from './situation.js';
import { SITUATIONS } from './situations.js';

const textOf = ({ seen, reason, locationReason }: VerdictModel): string =>
  `${seen}: ${reason} ${locationReason}`;

function nameOf({ name, address }: { readonly name: string; readonly address: string }): string {
  return name === '' ? address : (name.split('.')[0] ?? '').toUpperCase();
}

function checkCell(t: ExecutionContext, model: ReportModel, cell: Cell): void {
  const { rule, host = 'WS01', verdict, confidence, place, says, never } = cell;
  const found = [...model.verdicts].filter(
    (v) => v.rule === rule && (v.host.address === host || nameOf(v.host) === host),
  );
  t.is(found.length, 1, `${rule} of ${host}`);
  for (const v of found) {
    const text = textOf(v);
    t.true(verdict.split('|').includes(v.verdict), `${v.verdict}: ${text}`);
    if (confidence !== undefined) t.true(confidence.split('|').includes(v.confidence), v.confidence);
    if (place !== undefined) t.is(v.location, place, text);
    if (says !== undefined) t.regex(text, says);
    if (never !== undefined) t.notRegex(text, never);
  }
}

function sentencesOf(model: ReportModel): string {
  return [
    ...model.quality.map(({ text, consequence }) => `${text} ${consequence}`),
    ...model.hosts.flatMap(({ addressProofs, shared }) => [...addressProofs, shared]),
    ...model.causes.map(({ title, action }) => `${title}. ${action}`),
    ...[...model.verdicts].map(textOf),
    model.server.reason,
  ].join('\n');
}

function checkWhole(t: ExecutionContext, model: ReportModel, s: Situation): void {
  const headline = `${model.summary.sentence} ${model.summary.action}`;
  if (s.headline !== undefined) t.regex(headline, s.headline);
  if (s.headlineNever !== undefined) t.notRegex(headline, s.headlineNever);
  if (s.says !== undefined) t.regex(sentencesOf(model), s.says);
  if (s.never !== undefined) t.notRegex(`${headline}\n${sentencesOf(model)}`, s.never);
  if (s.exit !== undefined) t.is(model.summary.exitCode, s.exit);
  if (s.servers !== undefined) t.deepEqual([...model.server.addresses].sort(), [...s.servers].sort());
  if (s.computers !== undefined) t.deepEqual(model.hosts.map(nameOf).sort(), [...s.computers].sort());
  if (s.unexpected !== undefined) t.is(model.totals.byClass['unexpected'] ?? 0, s.unexpected);
  const codes = model.quality.map(({ code }) => code);
  for (const code of s.quality ?? []) {
    if (code.startsWith('-')) t.false(codes.includes(code.slice(1)), code);
    else t.true(codes.includes(code), `${code}, not ${codes.join()}`);
  }
  if (s.causes !== undefined) {
    const causes = model.causes.map(({ kind, fact, owner }) => `${kind} ${fact} ${owner}`);
    t.is(causes.join('; '), s.causes);
  }
}

for (const situation of SITUATIONS) {
  test(`${situation.kind}: ${situation.title}`, async (t) => {
    const { model } = await toldOf(t, filesOf(situation), situation);
    for (const cell of situation.cells ?? []) checkCell(t, model, cell);
    checkWhole(t, model, situation);
  });
}

test('each title stands once', (t) => {
  const titles = SITUATIONS.map(({ kind, title }) => `${kind}: ${title}`);
  t.is(new Set(titles).size, titles.length);
});

test('each kind has two situations, and docs/verdicts.md lists them all', (t) => {
  for (const [kind, titles] of titlesByKind()) t.true(titles.length >= AT_LEAST, kind);
  t.deepEqual(missingFiles(), []);
  const text = readFileSync('docs/verdicts.md', 'utf8');
  const table = text.slice(text.indexOf(TABLE_BEGIN) + TABLE_BEGIN.length, text.indexOf(TABLE_END));
  t.is(table.trim(), kindTable());
});
