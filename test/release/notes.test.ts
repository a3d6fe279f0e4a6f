/** The notes of a release. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { ROOT } from '../shipped.js';

const { notesOf } = (await import(pathToFileURL(join(ROOT, 'tools', 'release', 'notes.mjs')).href)) as {
  readonly notesOf: (changelog: string, version: string) => string;
};

test('they are what is unreleased, or else the section of the version', (t) => {
  const old = '# Changelog\n\n## 1.2.3\n\n- new\n\n## 1.2.2\n\n- old\n';
  t.is(notesOf(old, '1.2.3'), '# portwitness 1.2.3\n\n- new\n');
  t.is(notesOf(old, '1.2.2'), '# portwitness 1.2.2\n\n- old\n');
  t.is(
    notesOf(old.replace('## 1.2.3', '## Unreleased\n\n- newest\n\n$&'), '1.2.3'),
    '# portwitness 1.2.3\n\n- newest\n',
  );
  t.throws(() => notesOf(old, '9.9.9'), { message: /no section/ });
});

test('the changelog of the project has notes for its version', (t) => {
  t.regex(notesOf(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), '0.1.0'), /\n- /);
});
