/** Completion as a shell asks for it. */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import test from 'ava';
import { testWith } from '../test-with.js';
import { portwitness } from './spawned.js';

test('a shell that asks gets the commands, and the options of the command that is typed', async (t) => {
  const asked = async (...line: string[]): Promise<string[]> => {
    const run = await portwitness(['--get-yargs-completions', 'portwitness', ...line], { cwd: tmpdir() });
    t.is(run.code, 0, run.err);
    return run.out.split('\n').filter(Boolean);
  };
  t.true((await asked('a')).includes('analyze'));
  t.true((await asked('live', '--')).includes('--dashboard'));
  t.false((await asked('live', '--')).includes('--zeek'));
  t.true((await asked('analyze', '--')).includes('--zeek'));
});

testWith('bash')('bash understands the script', async (t) => {
  const { out, code } = await portwitness(['completion', 'bash'], {
    cwd: tmpdir(),
    env: { SHELL: '/bin/zsh' },
  });
  t.is(code, 0);
  const { status, stderr } = spawnSync('bash', ['-n'], { input: out, encoding: 'utf8' });
  t.is(status, 0, stderr);
  t.regex(out, /complete .* portwitness/);
});

test('each shell has its script; without a name it is that of $SHELL', async (t) => {
  const script = async (shell: string, ...words: string[]): Promise<string> => {
    const run = await portwitness(['completion', ...words], { cwd: tmpdir(), env: { SHELL: shell } });
    t.is(run.code, 0, run.err);
    return run.out;
  };
  t.regex(await script('/bin/bash', 'powershell'), /Register-ArgumentCompleter -Native/);
  t.regex(await script('/bin/bash', 'zsh'), /^#compdef portwitness/);
  t.is(await script('/usr/bin/zsh'), await script('/bin/bash', 'zsh'));
  t.is(await script('/bin/sh'), await script('/bin/zsh', 'bash'));
});

test('a shell that is not known is refused with the names of those that are', async (t) => {
  const { code, err } = await portwitness(['completion', 'fish'], { cwd: tmpdir() });
  t.is(code, 2);
  t.regex(err, /"fish" is none of bash, zsh, powershell/);
});
