import test from 'ava';
import { ANALYZE, INTERFACES, PAGE, PROGRAM, RULES_COMMAND } from '../../src/cli/options/command-help.js';
import { helpText, parseWords } from '../../src/cli/options/options.js';

const COMMANDS = [PROGRAM, ANALYZE, PAGE, RULES_COMMAND, INTERFACES];

for (const columns of [80, 100, undefined, 200]) {
  test(`the help fits a terminal of ${columns ?? 'unknown'} columns and names every option`, (t) => {
    const widest = Math.min(100, columns ?? 80);
    for (const command of COMMANDS) {
      const lines = helpText(command, columns).split('\n');
      for (const line of lines) t.true(line.length <= widest, line);
      for (const { name, alias, value } of command.options) {
        const option = `${alias === undefined ? ' '.repeat(4) : `-${alias}, `}--${name} `;
        const shown = lines.filter((line) => `${line} `.includes(option));
        t.is(shown.length, 1, option);
        t.true(shown[0]?.includes(value === '' ? '' : `${value}: `));
      }
      t.false(lines.some((line) => /\[(string|boolean|array)\]|undefined/.test(line)));
      t.false(lines.some((line, i) => line === '' && lines[i - 1] === ''));
    }
  });
}

test('every command shows examples of itself, and the program shows its commands', (t) => {
  for (const command of [ANALYZE, RULES_COMMAND]) {
    t.true(command.examples.length >= 3);
    for (const [line] of command.examples) t.true(line.includes(`portwitness ${command.name}`), line);
  }
  const help = helpText(PROGRAM, 80);
  for (const { name } of [ANALYZE, PAGE, RULES_COMMAND, INTERFACES])
    t.regex(help, new RegExp(`^  ${name} `, 'm'));
  for (const code of [0, 1, 2, 3]) t.regex(help, new RegExp(`^  ${code}  \\w`, 'm'));
});

test('the words of every example are understood', (t) => {
  for (const command of [ANALYZE, RULES_COMMAND]) {
    for (const [line] of command.examples) {
      const own = line.slice(line.indexOf(`portwitness ${command.name}`));
      const { words } = parseWords(command, own.split(' ').slice(2));
      t.true(words.length > 0, line);
    }
  }
});

for (const [words, message] of [
  [['--repot', 'x'], 'there is no option --repot - did you mean "--report"?'],
  [['--Report', 'x'], 'there is no option --Report - did you mean "--report"?'],
  [['--agentport', '1'], 'there is no option --agentport - did you mean "--agent-port"?'],
  [['--agentPort', '1'], 'there is no option --agentPort - did you mean "--agent-port"?'],
  [['--serverport=1'], 'there is no option --serverport - did you mean "--server-port"?'],
  [['--no-quiet'], 'there is no option --no-quiet'],
  [['--xyzzy'], 'there is no option --xyzzy'],
  [['-qx'], 'there is no option -x'],
  [['--report.x', 'y'], 'there is no option --report.x - did you mean "--report"?'],
  [['--quiet=no'], '--quiet takes no value.'],
  [['-q=no'], '--quiet takes no value.'],
  [['--no-color=1'], '--no-color takes no value.'],
] as const) {
  test(`analyze ${words.join(' ')}: ${message}`, (t) => {
    const error = t.throws(() => parseWords(ANALYZE, words), { name: 'UsageError' });
    t.is(error?.message.split('\n')[0], message);
  });
}

test('an option is never a value, and after -- nothing is an option', (t) => {
  const { options, words } = parseWords(ANALYZE, [
    'a',
    '--report',
    '--json',
    'x',
    '-',
    '--',
    '--quiet=1',
    '-q',
  ]);
  t.is(options['report'], '');
  t.is(options['json'], 'x');
  t.deepEqual(words, ['a', '-', '--quiet=1', '-q']);
  t.is(options['quiet'], undefined);
});

test('an option that is repeated has all its values, and a number below zero is a value', (t) => {
  const { options } = parseWords(ANALYZE, [
    '--server',
    '10.0.0.1',
    '--server=10.0.0.2',
    '--answer-wait',
    '-1',
    '-q',
    '-q',
  ]);
  t.deepEqual(options['server'], ['10.0.0.1', '10.0.0.2']);
  t.is(options['answer-wait'], '-1');
  t.is(options['quiet'], true);
});

test('words that look like numbers stay words', (t) => {
  const { options, words } = parseWords(ANALYZE, ['0x10', '1e3', '007', '--report', '1e3', '--server=a=b']);
  t.deepEqual(words, ['0x10', '1e3', '007']);
  t.is(options['report'], '1e3');
  t.is(options['server'], 'a=b');
});
