import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ROOT, VERSION } from '../shipped.js';
import { isPlainMessage, portwitness, refusal, resultIn, sample, scratch } from './spawned.js';

const ESCAPES = /[^\P{Cc}\n]/u;

for (const [file, code, words] of [
  ['all-healthy.pcapng', 0, '✓ Every required port works'],
  ['agent-port-refused.pcap.gz', 1, '9003 to ws01.example.test (10.20.1.21): refused'],
  ['ended-too-soon.pcap', 3, '? No required port is seen to fail'],
] as const) {
  test(`${file} ends with ${code}: summary on standard output, report and JSON in the default folder`, async (t) => {
    const cwd = scratch(t);
    const run = await portwitness([sample(file)], { cwd });
    t.is(run.code, code);
    t.is(run.err, '');
    t.true(run.out.includes(words), run.out);
    t.notRegex(run.out, ESCAPES);
    const name = file.replace(/\..*/, '');
    const folder = join(cwd, 'portwitness-report');
    t.deepEqual(readdirSync(folder).sort(), [`${name}.html`, `${name}.json`]);
    t.true(
      run.out.endsWith(
        `\nWritten: ${['html', 'json'].map((e) => join('portwitness-report', `${name}.${e}`)).join(', ')}\n`,
      ),
    );
    const result = resultIn(folder, `${name}.json`);
    t.is(result.summary.exit_code, code);
    t.is(result.command_line, `portwitness ${sample(file)}`);
  });
}

test('a missing capture ends with 2 and writes nothing', async (t) => {
  const cwd = scratch(t);
  const run = await portwitness(['analyze', 'nas01.pcapng'], { cwd });
  t.deepEqual([run.code, run.out], [2, '']);
  t.is(run.err, 'portwitness: nas01.pcapng: there is no such file; check the path\n');
  t.deepEqual(readdirSync(cwd), []);
});

for (const [args, message] of [
  [['analyse', 'x.pcap'], '"analyse" is neither a file nor a command - did you mean "analyze"?'],
  [
    ['compare'],
    '"compare" is neither a file nor a command; the commands are analyze, live, show, verify, unshare, recipe, page, rules, interfaces, completion',
  ],
  [['analyze'], 'analyze needs a capture'],
  [[''], 'a capture with an empty name was given; is a variable not set?'],
  [['-q'], 'analyze needs a capture'],
  [['--serv', '1.2.3.4', 'x.pcap'], 'there is no option --serv - did you mean "--server"?'],
  [['x.pcap', '--server'], '--server needs a value.'],
  [['x.pcap', '--json', 'a', '--json', 'b'], '--json was given more than once; give it once.'],
  [
    ['x.pcap', '--agent-port', '70000'],
    '--agent-port: "70000" is not a port; give a number from 1 to 65535.',
  ],
  [['x.pcap', '--report=-'], '--report: standard output holds the summary; give a file name.'],
  [['x.pcap', '--report', '-'], '--report: standard output holds the summary; give a file name.'],
  [
    ['live', '--report', '-'],
    '--report: standard output holds the events or the summary; give a file name or a folder.',
  ],
  [['rules'], 'rules needs to know what to do: list, show or check'],
  [['rules', 'lst'], 'rules: "lst" is none of list, show, check - did you mean "list"?'],
  [['rules', 'list', 'all'], 'rules list: "all" is one word too many'],
  [['rules', 'show', 'ua-9003', 'ua-135'], 'rules show: "ua-135" is one word too many'],
  [['interfaces', 'eth0'], 'interfaces: "eth0" is one word too many'],
  [['x.pcap', '--rules', 'none.yaml'], 'none.yaml: no such file'],
] as const) {
  test(`portwitness ${args.join(' ')} is refused and says: ${message}`, async (t) => {
    const text = await refusal(t, args);
    t.is(text.split('\n')[0], message);
    t.regex(text, /^.*(\nTry: portwitness .*--help)?$/);
  });
}

test('words that cannot be understood end the program with 2 and write nothing', async (t) => {
  const cwd = scratch(t);
  const run = await portwitness(['--serv', '1.2.3.4', 'x.pcap'], { cwd });
  t.deepEqual([run.code, run.out], [2, '']);
  t.regex(run.err, /^portwitness: there is no option --serv .*\nTry: portwitness .*--help\n$/);
  t.deepEqual(readdirSync(cwd), []);
});

test('messages are English whatever the language of the system', async (t) => {
  const run = await portwitness(['--bad'], {
    cwd: scratch(t),
    env: { LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' },
  });
  t.regex(run.err, /^portwitness: there is no option --bad/);
});

test('version and help go to standard output and end with 0', async (t) => {
  const cwd = scratch(t);
  for (const args of [['-v'], ['x.pcap', '--version']]) {
    const run = await portwitness(args, { cwd });
    t.deepEqual([run.code, run.out, run.err], [0, `${VERSION}\n`, ''], args.join(' '));
  }
  for (const args of [['--help'], ['rules', '-h']]) {
    const run = await portwitness(args, { cwd });
    t.deepEqual([run.code, run.err], [0, ''], args.join(' '));
    t.regex(run.out, /^portwitness .*\n\n/);
  }
});

test('without any word the help is shown as an error, and no sample is analysed', async (t) => {
  const cwd = scratch(t);
  const run = await portwitness([], { cwd });
  t.deepEqual([run.code, run.out], [2, '']);
  t.regex(run.err, /^portwitness <capture\.\.\.> \[options\]/);
  t.deepEqual(readdirSync(cwd), []);
});

test('npm start without a capture analyses the sample and says so', async (t) => {
  const cwd = scratch(t);
  const env = { npm_lifecycle_event: 'start', INIT_CWD: cwd };
  const run = await portwitness([], { cwd: ROOT, env });
  t.is(run.code, 1);
  t.regex(
    run.err,
    /^portwitness: no capture was given: analysing the shipped sample .*several-computers\.pcapng\.\n$/,
  );
  t.true(existsSync(join(cwd, 'portwitness-report', 'several-computers.html')));
});

test('npm start takes paths from the folder where the user stands', async (t) => {
  const cwd = join(scratch(t), 'here');
  mkdirSync(cwd);
  copyFileSync(sample('ended-too-soon.pcap'), join(cwd, '..', 'x.pcap'));
  const env = { npm_lifecycle_event: 'start', INIT_CWD: cwd };
  const run = await portwitness(['../x.pcap', '--report', 'out.html'], { cwd: ROOT, env });
  t.is(run.code, 3, run.err);
  t.deepEqual(readdirSync(cwd).sort(), ['out.html', 'out.json']);
  const gone = { npm_lifecycle_event: 'start', INIT_CWD: join(cwd, 'gone') };
  t.is((await portwitness(['--version'], { cwd, env: gone })).code, 0);
});

test('standard input is analysed in every place where "-" may stand', async (t) => {
  const stdin = readFileSync(sample('all-healthy.pcapng'));
  for (const args of [
    ['analyze', '-'],
    ['--server', '10.20.0.10', '-'],
  ]) {
    const cwd = scratch(t);
    const run = await portwitness(args, { cwd, stdin });
    t.deepEqual([run.code, run.err], [0, ''], args.join(' '));
    const { captures, server } = resultIn(cwd, 'portwitness-report', 'stdin.json');
    t.is(captures[0]?.path, 'standard input');
    t.regex(captures[0]?.sha256 ?? '', /^[0-9a-f]{64}$/);
    t.is(server.source, args.length > 2 ? 'option' : 'inferred');
  }
});

test('a server that is not in the capture is no list of findings: the address is named, and the code is 3', async (t) => {
  const cwd = scratch(t);
  const args = [sample('several-computers.pcapng'), '--server', '10.9.9.9', '--report', 'r.html'];
  const run = await portwitness(args, { cwd });
  t.is(run.code, 3);
  t.regex(
    run.out.replace(/\s+/g, ' '),
    /the address 10\.9\.9\.9 given with --server does not occur in this capture\./,
  );
  t.notRegex(run.out, /Unexpected traffic/);
});

test('after -- every word is a capture, also one that begins with a dash', async (t) => {
  const cwd = scratch(t);
  copyFileSync(sample('ended-too-soon.pcap'), join(cwd, '-q'));
  const run = await portwitness(['--report', 'r.html', '--', '-q'], { cwd });
  t.is(run.code, 3);
  t.is(resultIn(cwd, 'r.json').captures[0]?.path, '-q');
});

test('paths with spaces, brackets and letters of other scripts are taken as they are', async (t) => {
  const cwd = scratch(t);
  const name = 'server [1] Prüfung 日本.pcap';
  copyFileSync(sample('ended-too-soon.pcap'), join(cwd, name));
  const run = await portwitness([name, '--report', join('new folder', 'a b.html')], { cwd });
  t.is(run.code, 3, run.err);
  t.is(resultIn(cwd, 'new folder', 'a b.json').captures[0]?.path, name);
});

test('quiet shows nothing, and only colours that are wanted are shown', async (t) => {
  const cwd = scratch(t);
  const file = sample('agent-port-silent.pcapng');
  const quiet = await portwitness(['-q', file], { cwd });
  t.deepEqual([quiet.code, quiet.out, quiet.err], [1, '', '']);
  t.regex((await portwitness([file, '--color'], { cwd })).out, ESCAPES);
  t.regex((await portwitness([file], { cwd, env: { FORCE_COLOR: '1' } })).out, ESCAPES);
  for (const env of [{}, { NO_COLOR: '1', FORCE_COLOR: '1' }, { CI: 'true' }]) {
    t.notRegex((await portwitness([file], { cwd, env })).out, ESCAPES);
  }
  t.notRegex((await portwitness([file, '--no-color'], { cwd, env: { FORCE_COLOR: '1' } })).out, ESCAPES);
});

test('a reader that closes the pipe early changes neither the files nor the exit code', async (t) => {
  for (const [args, code] of [
    [[sample('agent-port-silent.pcapng'), '--report', 'r.html'], 1],
    [['rules', 'list'], 0],
    [['--help'], 0],
  ] as const) {
    const cwd = scratch(t);
    const run = await portwitness(args, {
      cwd,
      meanwhile: (child) => {
        child.stdout?.destroy();
        child.stdin?.end();
      },
    });
    t.deepEqual([run.code, run.err], [code, ''], args.join(' '));
    if (code === 1) t.is(resultIn(cwd, 'r.json').summary.exit_code, 1);
  }
});

test('an internal error is one message without a stack trace, and with one when it is asked for', async (t) => {
  const cwd = scratch(t);
  const args = [sample('ended-too-soon.pcap'), '--report', 'r.html'];
  const node = ['--import', 'data:text/javascript,Intl.DateTimeFormat=null'];
  const run = await portwitness(args, { cwd, node });
  t.deepEqual([run.code, run.out], [2, '']);
  t.true(isPlainMessage(run.err), run.err);
  t.regex(run.err, /^portwitness: internal error: .*\nThis is a bug in portwitness\. Please report it/);
  t.deepEqual(readdirSync(cwd), []);
  const debug = await portwitness(args, { cwd, node, env: { PORTWITNESS_DEBUG: '1' } });
  t.is(debug.code, 2);
  t.regex(debug.err, /\n\s+at .*src[\\/]report[\\/]assemble[\\/]assemble\.ts:\d+/);
});

test('control characters of a file name do not reach the terminal', async (t) => {
  const run = await portwitness(['\u001b]0;owned\u0007.pcap'], { cwd: scratch(t) });
  t.is(run.code, 2);
  t.notRegex(run.err, /[^\P{Cc}\n]/u);
  t.regex(run.err, /owned.*there is no such file/);
});
