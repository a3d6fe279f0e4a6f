import { readFileSync } from 'node:fs';
import test from 'ava';
import { BUILT_IN_PACKS } from '../../src/rules/built-in.js';
import { loadPacks } from '../../src/rules/load.js';
import { RuleMatcher } from '../../src/rules/match.js';
import { remedySchema, ruleSchema } from '../../src/rules/reading/schema.js';
import { flow, packFile } from './packs.js';

const DOCUMENT = readFileSync('docs/rule-packs.md', 'utf8');

test('the packs that the document shows work as it says', async (t) => {
  const blocks = [...DOCUMENT.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? '');
  t.is(blocks.length, 2);
  const files = blocks.map((block, index) => packFile(t, block, `${index}.yaml`));
  const matcher = new RuleMatcher(await loadPacks({ files }));
  t.is(matcher.match(flow('tcp', 'server', 'computer', 12345)).rule?.id, 'our-central-admin');
  t.is(matcher.match(flow('tcp', 'computer', 'server', 5405)).rule?.id, 'our-remote-control');
  t.is(matcher.match(flow('tcp', 'server', 'computer', 10006)).rule?.id, 'our-backup-agent');
  t.is(matcher.requiredRules.at(-1)?.id, 'our-backup-agent');
});

test('every field, built-in pack and service name is documented', async (t) => {
  const fields = [...Object.keys(ruleSchema.shape), ...Object.keys(remedySchema.shape)];
  for (const name of [...fields, ...BUILT_IN_PACKS]) {
    t.true(DOCUMENT.includes(`\`${name}\``), name);
  }
  const packs = await loadPacks({ files: [] });
  for (const name of new Set(packs.flatMap((pack) => pack.rules.flatMap((rule) => rule.services)))) {
    t.true(DOCUMENT.includes(`\`${name}\``), name);
  }
});
