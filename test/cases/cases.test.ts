/**
 * Situations with known answers, in a folder beside the project that brings its own judge: the built program must be
 * right in each kind but those named here.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM, ROOT } from '../shipped.js';
import { testWith } from '../test-with.js';

const CASES = join(ROOT, '..', 'shared', 'cases');
const JUDGE = join(CASES, 'judge.mjs');

/** Kinds that are still open, and how many of their cases are right so far: none of those may be lost. */
const OPEN: Readonly<Record<string, number>> = {};

const withCases = testWith(() => (existsSync(JUDGE) ? '' : 'it needs the folder ../shared/cases'));

withCases('every case is judged right, but for the kinds still open', (t) => {
  const args = [JUDGE, CASES, PROGRAM, '--kinds'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const kinds = [...stdout.matchAll(/^(\S+)\t(\d+)\/(\d+)$/gm)];
  t.true(kinds.length >= 20, `${stdout}${stderr}`);
  t.log(`\n${stdout}`);
  for (const [, kind = '', right = '', total = ''] of kinds) {
    const wanted = OPEN[kind] ?? Number(total);
    t.true(Number(right) >= wanted, `${kind}: ${right} of ${total} right, ${wanted} expected`);
    t.false(kind in OPEN && right === total, `${kind}: all right, take it off the list`);
  }
});
