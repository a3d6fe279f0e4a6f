/** The project as a release sees it: its description, where results go, and how other programs are run. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { npmCommand } from '../npm-command.mjs';
import { ROOT } from '../source-tree.mjs';

/** package.json of the project. */
export const PROJECT = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
export const BUNDLE = join(ROOT, 'build', 'bundle');
/** What is handed out. */
export const RELEASE = join(ROOT, 'build', 'release');
/** What has been fetched for it. */
export const FETCHED = join(ROOT, 'build', 'fetched');

export const say = (text) => process.stderr.write(`portwitness: ${text}\n`);

/** Runs a program to its end. @returns its standard output @throws Error with what it said when it fails */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 256 << 20, ...options });
  if (done.status !== 0) {
    const said = `${done.error?.message ?? ''}\n${done.stdout ?? ''}${done.stderr ?? ''}`.trim();
    throw new Error(`${basename(command)} ${args.join(' ')} failed:\n${said}`);
  }
  return done.stdout;
}

/** Runs npm. */
export function npm(args, options = {}) {
  const { command, args: first, shell } = npmCommand();
  return run(command, [...first, ...args], { shell, ...options });
}

/** The time that files of a release bear, in seconds since 1970: SOURCE_DATE_EPOCH, else that of the last commit. */
export function releaseTime() {
  const given = process.env.SOURCE_DATE_EPOCH ?? run('git', ['log', '-1', '--format=%ct']).trim();
  if (!/^\d+$/.test(given)) throw new Error(`SOURCE_DATE_EPOCH "${given}" is not a number of seconds`);
  return Number(given);
}
