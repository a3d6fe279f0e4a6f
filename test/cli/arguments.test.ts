import test from 'ava';
import {
  addresses,
  count,
  failOn,
  port,
  seconds,
  several,
  single,
  wantsColor,
  thresholds,
} from '../../src/cli/options/arguments.js';
import { analysisOptionsOf } from '../../src/cli/options/analysis-options.js';
import { MAX_LOGS } from '../../src/verdict/firewall/limits.js';
import { DEFAULT_THRESHOLDS } from '../../src/verdict/quality/thresholds.js';

const usage = (message: RegExp) => ({ name: 'UsageError', message });

test('an option that is given twice or without a value is refused by its name', (t) => {
  t.is(single('report', undefined), undefined);
  t.is(single('report', 'a b.html'), 'a b.html');
  t.throws(() => single('report', ['a', 'b']), usage(/^--report was given more than once/));
  t.throws(() => single('report', ''), usage(/^--report needs a value/));
});

test('a repeatable option keeps its values as typed, and splits at commas where that is meant', (t) => {
  t.deepEqual(several('rules', ['a,b.yaml', ' c.yaml'], false), ['a,b.yaml', ' c.yaml']);
  t.deepEqual(several('server', 'a, b', true), ['a', 'b']);
  t.deepEqual(several('rules', undefined, false), []);
  for (const value of ['', ' ', ['a', '']])
    t.throws(() => several('rules', value, false), usage(/needs a value/));
  t.throws(() => several('server', '10.0.0.1,', true), usage(/needs a value/));
});

test('a port is a number from 1 to 65535', (t) => {
  t.is(port('agent-port', undefined, 9003), 9003);
  t.is(port('agent-port', '65535', 9003), 65535);
  for (const text of [
    '0',
    '65536',
    '70000',
    '-1',
    '9003.0',
    '0x10',
    '1e3',
    'http',
    '９００３',
    ' 9003',
    '9003/tcp',
  ]) {
    t.throws(
      () => port('agent-port', text, 9003),
      usage(/^--agent-port: ".*" is not a port; give a number/),
      text,
    );
  }
});

test('seconds and counts are plain decimal numbers', (t) => {
  t.is(seconds('answer-wait', '0.5', 3), 0.5);
  t.is(seconds('answer-wait', undefined, 3), 3);
  for (const text of ['-1', '1e3', 'x', '.5', '5.', 'NaN', 'Infinity', '9'.repeat(400)]) {
    t.throws(() => seconds('answer-wait', text, 3), usage(/is not a number of seconds/), text);
  }
  t.is(count('max-flows', '1000', 1), 1000);
  t.is(count('max-flows', undefined, 1), undefined);
  for (const text of ['0', '1.5', '-3', '1k', '99999999999']) {
    t.throws(() => count('max-flows', text, 1), usage(/is not a whole number of at least 1/), text);
  }
});

test('thresholds are read by name, and what is wrong is said with what to write', (t) => {
  t.is(thresholds('threshold', undefined), undefined);
  const read = thresholds('threshold', ['unseen-share=0.1', 'gap-seconds=60,lost-frames=20']);
  t.deepEqual(read, { ...DEFAULT_THRESHOLDS, 'unseen-share': 0.1, 'gap-seconds': 60, 'lost-frames': 20 });
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['unsen-share=1', /no threshold "unsen-share" - did you mean "unseen-share"\?$/],
    ['xyz=1', /no threshold "xyz"; the thresholds are one-sided-share, /],
    ['unseen-share=2', /write a number from 0 to 1, for example unseen-share=0.01\.$/],
    ['unseen-share', /gives unseen-share no share/],
    ['gap-seconds=-1', /write a number of seconds, 0 or more/],
    ['gap-seconds=1e3', /gives gap-seconds no seconds/],
    ['gap-seconds=1=2', /gives gap-seconds no seconds/],
    ['gap-seconds=1,gap-seconds=2', /gap-seconds was given more than once/],
    ['', /needs a value/],
  ];
  for (const [text, message] of wrong) t.throws(() => thresholds('threshold', text), usage(message), text);
});

test('addresses of this server are read from repeated and comma-separated values', (t) => {
  t.deepEqual(addresses('server', ['10.20.0.10,10.20.0.11', '2001:db8::1']), [
    { version: 4, words: [0x0a14000a, 0, 0, 0] },
    { version: 4, words: [0x0a14000b, 0, 0, 0] },
    { version: 6, words: [0x20010db8, 0, 0, 1] },
  ]);
});

for (const [text, why] of [
  ['10.20.0.010', /leading zero, which some programs read as octal/],
  ['010.20.0.10', /leading zero/],
  ['nas01', /names are not looked up/],
  ['nas01.corp.example', /names are not looked up/],
  ['10.20.0.0/24', /is a network; give the addresses of the server itself/],
  ['2001:db8::/64', /is a network/],
  ['fe80::1%eth0', /has a zone/],
  ['10.20.0', /is not an IP address; give for example/],
  ['10.20.0.256', /is not an IP address/],
  ['167772161', /is not an IP address/],
  ['2001:db8:::1', /is not an IP address/],
  ['10.20.0.10:9004', /is not an IP address/],
  ['255.255.255.255', /is not the address of one computer/],
  ['224.0.0.1', /is not the address of one computer/],
  ['0.0.0.0', /is not the address of one computer/],
  ['::', /is not the address of one computer/],
  ['ff02::1', /is not the address of one computer/],
  ['::ffff:10.20.0.10', /write it as 10\.20\.0\.10/],
] as const) {
  test(`--server ${text} is refused with its reason`, (t) => {
    const error = t.throws(() => addresses('server', text), { name: 'UsageError' });
    t.true(error?.message.startsWith(`--server: "${text}" `), error?.message);
    t.regex(error?.message ?? '', why);
  });
}

test('colours follow the options, then NO_COLOR and FORCE_COLOR, then the terminal', (t) => {
  t.true(wantsColor({}, {}, true));
  t.false(wantsColor({}, {}, false));
  t.false(wantsColor({}, { TERM: 'dumb' }, true));
  t.false(wantsColor({}, { NO_COLOR: '1' }, true));
  t.true(wantsColor({}, { NO_COLOR: '' }, true));
  t.true(wantsColor({}, { FORCE_COLOR: '1' }, false));
  t.false(wantsColor({}, { FORCE_COLOR: '0' }, true));
  t.true(wantsColor({ color: true }, { NO_COLOR: '1' }, false));
  t.false(wantsColor({ 'no-color': true }, { FORCE_COLOR: '1' }, true));
  t.false(wantsColor({ 'no-color': true, color: true }, {}, true));
});

test('--fail-on takes a list, and refuses what is none of its words', (t) => {
  t.is(failOn('fail-on', undefined), undefined);
  t.deepEqual([...(failOn('fail-on', 'unexpected,blocked') ?? [])], ['blocked', 'unexpected']);
  t.deepEqual([...(failOn('fail-on', ['optional', 'unproven']) ?? [])], ['unproven', 'optional']);
  t.deepEqual([...(failOn('fail-on', 'none') ?? ['x'])], []);
  t.throws(
    () => failOn('fail-on', 'blockd'),
    usage(/^--fail-on: "blockd" is not one of none, .* did you mean "blocked"/),
  );
  t.throws(() => failOn('fail-on', 'none,blocked'), usage(/none stands alone/));
});

test('more firewall logs than one analysis takes are refused, before any is opened', async (t) => {
  const logs = (n: number) => analysisOptionsOf({ 'firewall-log': Array<string>(n).fill('none.log') });
  await t.throwsAsync(logs(MAX_LOGS), usage(/^none\.log: no such file/));
  await t.throwsAsync(logs(MAX_LOGS + 1), usage(/^--firewall-log was given more than 32 times\.$/));
});
