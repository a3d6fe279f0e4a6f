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
const OPEN: Readonly<Record<string, number>> = {
  'accepted-not-served': 0,
  'capture-end': 0,
  'client-side-claims': 0,
  'envelopes-and-copies': 0,
  'filtered-capture': 0,
  'frame-order': 0,
  headline: 0,
  'host-that-answers': 0,
  'icmp-evidence': 0,
  'lone-silence': 0,
  names: 0,
  'not-decoded': 0,
  'refused-then-accepted': 0,
  'stray-answers': 0,
  'subnet-fault': 0,
  'which-computer': 0,
  'which-server': 0,
  'wrong-advice': 0,
};

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
