/** `--hosts`: what a list of computers does to the result, and what is refused before the first packet. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { portwitness, sample, scratch } from './spawned.js';

const HEALTHY = sample('all-healthy.pcapng');

test('a list of what appeared changes nothing; one computer that did not appear makes the result unproven', async (t) => {
  const cwd = scratch(t);
  writeFileSync(join(cwd, 'both.csv'), 'WS01,Berlin\nWS02,Berlin\n');
  writeFileSync(join(cwd, 'more.csv'), 'WS01,Berlin\nWS02,Berlin\nWS03,Paris\n');
  const both = await portwitness([HEALTHY, '--hosts', 'both.csv'], { cwd });
  t.is(both.code, 0);
  t.regex(both.out, /both\.csv lists 2 computers; all were seen\./);
  const more = await portwitness([HEALTHY, '--hosts', 'more.csv', '--json', 'more.json'], { cwd });
  t.is(more.code, 3);
  t.regex(more.out, /one listed computer was not seen at all/);
  t.regex(readFileSync(join(cwd, 'more.json'), 'utf8'), /"group":"Paris","listed":true/);
});

test('a wrong list is refused before anything is read or written', async (t) => {
  const cwd = scratch(t);
  writeFileSync(join(cwd, 'bad.csv'), 'WS01\n10.0.0.300\n');
  const { code, out, err } = await portwitness(['no-such.pcapng', '--hosts', 'bad.csv'], { cwd });
  t.is(code, 2);
  t.is(out, '');
  t.is(err, 'portwitness: bad.csv:2: "10.0.0.300" is not an IP address\n');
  t.false(existsSync(join(cwd, 'portwitness-report')));
});

test('the list is never written over, and repeated lines are told', async (t) => {
  const cwd = scratch(t);
  writeFileSync(join(cwd, 'list.csv'), 'WS01\nWS02\nws01\n');
  const over = await portwitness([HEALTHY, '--hosts', 'list.csv', '--csv', 'list.csv'], { cwd });
  t.is(over.code, 2);
  t.regex(over.err, /--csv would write over the input list\.csv/);
  const twice = await portwitness([HEALTHY, '--hosts', 'list.csv'], { cwd });
  t.is(twice.code, 0);
  t.regex(twice.err, /list\.csv: 1 line names a computer again/);
});
