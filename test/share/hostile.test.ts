/** Hostile names of a capture, shared: replaced in every output, inert in the mapping, and nothing is refused for them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { readFile } from '../capture/read-all.js';
import type { ReportModel } from '../../src/report/model/model.js';
import { visible } from '../../src/report/text/visible.js';
import { draw, newSecret } from '../../src/share/draw.js';
import { Gate } from '../../src/share/gate/gate.js';
import { writeMapping } from '../../src/share/mapping.js';
import { metInResult } from '../../src/share/met.js';
import { sharedModel } from '../../src/share/model/shared-model.js';
import { collected } from '../report/collect.js';
import { withFindings } from '../report/fixture.js';
import { ATTACKS, EVERYTHING, hostile } from '../report/hostile.js';
import { flow, flowList } from '../report/parts.js';
import { writtenOutputs } from './shared-run.js';

const scratch = mkdtempSync(join(tmpdir(), 'portwitness-hostile-'));
test.after.always(() => rmSync(scratch, { recursive: true }));

const ESCAPE = '\u001b';
/** What acts: the marks around it stand in every page. */
const ACTING = [
  'globalThis.attacked',
  'onerror="',
  ESCAPE,
  '\u202e',
  '\u2066',
  '\u2028',
  '=HYPERLINK',
  '@SUM',
  'A'.repeat(100),
];

/** What a capture can make hostile; what the program and its rules say is as ever. */
function captured(): ReportModel {
  const plain = withFindings();
  const attacked = hostile();
  const flows = [...ATTACKS, EVERYTHING].map((name, i) => {
    const one = flow(i + 1, 'no_reply');
    return { ...one, orig: { ...one.orig, name }, resp: { ...one.resp, name }, file: EVERYTHING };
  });
  const { rules, summary, weirds, limits, interrupted, quality, unexpected } = plain;
  const words = { assumptions: [], reasonCode: 'no_answer' };
  const verdicts = [...attacked.verdicts].map((one) => ({
    ...one,
    ...words,
    reason: `No answer from ${one.host.address}.`,
    locationReason: '',
    attempts: one.attempts.map((mark) => ({ ...mark, file: EVERYTHING, label: 'SYN' })),
    evidence: one.evidence.map((proof) => ({ ...proof, shows: 'SYN', filter: 'tcp.port == 9004' })),
    nextStep: { who: '', confirmWhere: '', confirm: '', wouldChange: '' },
  }));
  const captures = attacked.captures.map((one) => ({
    ...one,
    ...{ format: 'pcapng', damage: null },
    interfaces: one.interfaces.map((each) => ({ ...each, linkType: 'Ethernet' })),
  }));
  return {
    ...{ ...attacked, rules, summary, weirds, limits, interrupted, quality, unexpected, captures },
    verdicts: verdicts,
    hosts: attacked.hosts.map((one) => ({ ...one, nameSource: 'DNS' })),
    server: plain.server,
    flows: flowList(flows),
  };
}

test('in report, tables, tickets, profile and evidence stand pseudonyms, and in the mapping all of it is inert', async (t) => {
  const model = captured();
  const { pseudonyms, secret } = draw(metInResult(model), newSecret());
  const gate = new Gate(pseudonyms);
  const shared = sharedModel(model, pseudonyms);
  const path = join('captures', 'ended-too-soon.pcap');
  const { outputs, leaks } = await writtenOutputs({ path, model, shared, gate, pseudonyms });
  t.deepEqual(leaks, []);
  t.true(outputs.size > 10);
  for (const [name, content] of outputs) {
    // In a frame the byte of an escape is a number, as of an address; the texts of the file are looked at below.
    const acting = name === 'evidence' ? ACTING.filter((one) => one !== ESCAPE) : ACTING;
    for (const attack of acting) t.false(content.includes(attack), `${name}: ${attack}`);
  }
  const file = join(scratch, 'evidence.pcapng');
  writeFileSync(file, outputs.get('evidence')!);
  const { file: read } = await readFile(file);
  t.is(read.damage, null);
  const interfaces = read.interfaces.flatMap(({ name = '', description = '', filter = '' }) => [
    name,
    description,
    filter,
  ]);
  const texts = [...read.comments, ...interfaces, read.application ?? '', read.os ?? ''];
  for (const line of texts.flatMap((one) => one.split('\n'))) t.is(visible(line, Infinity), line);
  const mapping = await collected((_, sink) => writeMapping(sink, pseudonyms, secret), model);
  t.true(mapping.includes('A'.repeat(100)));
  t.notRegex(mapping.slice(1).replaceAll('\r\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  t.notRegex(mapping, /(?:^|,)"?\s*[=+@]/m);
});
