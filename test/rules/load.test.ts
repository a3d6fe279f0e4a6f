import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { BUILT_IN_PACKS, builtInPacks, parseBuiltIn } from '../../src/rules/built-in.js';
import { loadPacks, type LoadOptions } from '../../src/rules/load.js';
import { RuleMatcher } from '../../src/rules/match.js';
import { RulePackError } from '../../src/rules/words/pack-error.js';
import { packJsonSchema } from '../../src/rules/reading/schema.js';
import { flow, packFile, packText } from './packs.js';

const RULE = 'proto: tcp, ports: [3389], from: computer, to: server';

async function refusal(t: ExecutionContext, options: LoadOptions): Promise<RulePackError> {
  const error = await t.throwsAsync(loadPacks(options), { instanceOf: RulePackError });
  if (!(error instanceof RulePackError)) throw new Error('not refused');
  return error;
}

for (const name of BUILT_IN_PACKS) {
  test(`the built-in pack ${name} is valid and names its schema`, async (t) => {
    const { raw } = await parseBuiltIn(name);
    t.is(raw.id, name);
    const text = readFileSync(`src/rules/packs/${name}.yaml`, 'utf8');
    t.true(text.startsWith('# yaml-language-server: $schema=../../../docs/rule-pack.schema.json\n'));
  });
}

test('the built-in packs are the same from JSON and from YAML', async (t) => {
  t.deepEqual(await builtInPacks(), await Promise.all(BUILT_IN_PACKS.map(parseBuiltIn)));
});

test('built-in packs have rules with ids of their own and the hash of their file', async (t) => {
  const packs = await loadPacks({ files: [] });
  const ids = packs.flatMap((pack) => pack.rules.map((rule) => rule.id));
  t.is(new Set(ids).size, ids.length);
  for (const pack of packs) {
    const bytes = readFileSync(`src/rules/packs/${pack.id}.yaml`);
    t.is(pack.sha256, createHash('sha256').update(bytes).digest('hex'));
    t.is(pack.source, 'built in');
  }
});

test('the published JSON Schema is the one that the code checks', (t) => {
  t.is(readFileSync('docs/rule-pack.schema.json', 'utf8'), packJsonSchema());
});

test('the options for ports replace the ports of the rules that declare them, and only those', async (t) => {
  const packs = await loadPacks({ files: [], agentPort: 19003, serverPort: 19004 });
  const matcher = new RuleMatcher(packs);
  t.is(matcher.match(flow('tcp', 'computer', 'server', 19004)).rule?.id, 'ua-9004-in');
  t.is(matcher.match(flow('tcp', 'server', 'computer', 19003)).rule?.id, 'ua-9003');
  t.is(matcher.match(flow('tcp', 'server', 'computer', 9003)).rule?.id, 'ua-wmi-dynamic');
  t.is(matcher.match(flow('tcp', 'computer', 'server', 9004)).rule?.id, 'nx-console-dynamic');
  const rule = matcher.requiredRules.find((one) => one.id === 'ua-9004-in');
  t.is(rule?.label, '19004 in');
  t.regex(rule?.remedy.firewallRules.join() ?? '', /inbound TCP 19004 /);
  t.is(matcher.match(flow('tcp', 'server', 'computer', 135)).rule?.id, 'ua-135');
});

for (const port of [0, 65536, 1.5, Number.NaN]) {
  test(`the agent port ${port} is refused before anything is read`, async (t) => {
    const error = await refusal(t, { files: [], agentPort: port });
    t.is(error.message, `--agent-port: "${port}" is not a port (1-65535)`);
  });
}

test("a pack of one's own is added after the built-in ones", async (t) => {
  const file = packFile(t, packText('known', [`id: rdp, ${RULE}`]));
  const packs = await loadPacks({ files: [file] });
  t.is(packs.length, BUILT_IN_PACKS.length + 1);
  t.is(packs.at(-1)?.source, file);
  const { rule, others } = new RuleMatcher(packs).match(flow('tcp', 'computer', 'server', 3389));
  t.deepEqual([rule?.id, others?.map(({ id }) => id)], ['mg-rdp-in', ['rdp']]);
});

test('a pack with the id of a built-in pack takes its place', async (t) => {
  const file = packFile(t, packText('required', [`id: ua-9003, ${RULE}`], 'user-activity'));
  const packs = await loadPacks({ files: [file] });
  t.is(packs.length, BUILT_IN_PACKS.length);
  t.is(packs[0]?.source, file);
  t.deepEqual(
    new RuleMatcher(packs).requiredRules.map((rule) => rule.id),
    ['ua-9003'],
  );
});

test("two packs of one's own with the same id are an error in the second", async (t) => {
  const text = packText('known', [`id: rdp, ${RULE}`]);
  const first = packFile(t, text);
  const second = packFile(t, text.replace('id: rdp', 'id: rdp2'), 'second.yaml');
  const error = await refusal(t, { files: [first, second] });
  t.is(error.path, second);
  t.deepEqual([error.line, error.column, error.value], [1, 5, 'mine']);
});

test("a rule id of a built-in pack is an error in the user's file", async (t) => {
  const file = packFile(t, packText('known', [`id: fine, ${RULE}`, `id: ua-9003, ${RULE}`]));
  const error = await refusal(t, { files: [file] });
  t.is(error.message, `${file}:7:33: id: "ua-9003" is already a rule of the built-in pack "user-activity"`);
});

test("that also holds when the user's pack stands before the other because it replaced one", async (t) => {
  const file = packFile(t, packText('known', [`id: bg-icmp, ${RULE}`], 'netwrix-core'));
  const error = await refusal(t, { files: [file] });
  t.deepEqual([error.path, error.line, error.value], [file, 6, 'bg-icmp']);
});

test('the faults of all files are named at once', async (t) => {
  const files = ['a.yaml', 'b.yaml'].map((name) => packFile(t, 'id: X\n', name));
  const error = await refusal(t, { files, serverPort: 0 });
  t.deepEqual([...new Set(error.issues.map((issue) => issue.path))], ['--server-port', ...files]);
});

test('text parameters, single values and defaults are filled in', async (t) => {
  const file = packFile(
    t,
    `id: mine
title: Mine
kind: known
version: '1'
parameters: { web: 8080 }
rules:
  - id: a
    label: web $web
    purpose: ADMIN$ and $other stay
    proto: tcp
    ports: $web
    from: any
    to: computer
    source_ports: 1024-65535
`,
  );
  const [pack] = await loadPacks({ files: [file], builtIn: false });
  t.deepEqual(pack?.rules[0], {
    id: 'a',
    pack: 'mine',
    kind: 'known',
    label: 'web 8080',
    purpose: 'ADMIN$ and $other stay',
    proto: 'tcp',
    ports: [{ from: 8080, to: 8080 }],
    from: 'any',
    to: 'computer',
    sourcePorts: [{ from: 1024, to: 65535 }],
    services: [],
    evidence: 'none',
    when: 'always',
    oneWay: false,
    documentedOnly: false,
    note: '',
    symptoms: [],
    remedy: { firewallRules: [], firewallGroups: [], program: '', service: '', serviceTitle: '' },
  });
});

test('the message names the file as it was given', async (t) => {
  const file = packFile(t, 'id: [');
  const error = await refusal(t, { files: [file] });
  t.true(error.message.startsWith(file));
  const folder = await refusal(t, { files: [dirname(file)] });
  t.is(folder.message, `${dirname(file)}: is a directory, not a rule pack`);
  const missing = await refusal(t, { files: [`${file}.missing`] });
  t.is(missing.message, `${file}.missing: no such file`);
});
