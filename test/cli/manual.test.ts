/** The manual page: from the table of commands, and readable by the program that shows it. */
import { spawnSync } from 'node:child_process';
import test from 'ava';
import { COMMANDS } from '../../src/cli/options/command-help.js';
import { manualPage } from '../../src/cli/build/manual.js';
import { testWith } from '../test-with.js';

const PAGE = manualPage('1.2.3');

test('it names every command and every option with what it does', (t) => {
  const marked = (text: string): string => text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  for (const { usage, options } of COMMANDS) {
    t.true(PAGE.includes(`.SS portwitness ${marked(usage)}\n`), usage);
    for (const { name, help } of options) {
      t.true(PAGE.includes(`\\fB\\-\\-${marked(name)}\\fR`), name);
      t.true(PAGE.includes(marked(help)), help);
    }
  }
});

test('no text is taken for a request', (t) => {
  const requests = new Set([...PAGE.matchAll(/^[.'](\w*)/gm)].map(([, name]) => name));
  t.deepEqual([...requests].sort(), ['B', 'PP', 'RE', 'RS', 'SH', 'SS', 'TH', 'TP', 'br', 'fi', 'nf']);
});

testWith('groff')('groff has nothing to say about it', (t) => {
  const args = ['-man', '-ww', '-Tutf8', '-rLL=100n', '-k'];
  const { status, stdout, stderr } = spawnSync('groff', args, { input: PAGE, encoding: 'utf8' });
  t.is(status, 0);
  t.is(stderr, '');
  t.regex(stdout, /portwitness 1\.2\.3/);
});
