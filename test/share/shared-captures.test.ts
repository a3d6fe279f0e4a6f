/** Samples through share mode to all outputs: nothing of them is left, and everything that counts is. */
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import test from 'ava';
import { testWith } from '../test-with.js';
import { leaksIn, originalsIn } from './scanner.js';
import { countable, sharedCapture, writtenOutputs } from './shared-run.js';

const SAMPLES = ['right-refused.pcapng', 'ipv6.pcapng'].map((name) => join('captures', name));
const withTshark = testWith('tshark');

/** What the program says, whatever is captured. */
const SPOKEN = readFileSync(
  join('build', 'src', 'platform', 'node', 'assets', 'share', 'own-words.txt'),
  'utf8',
);

for (const path of SAMPLES) {
  withTshark(
    `${path}: tshark finds nothing of the capture in any output, and the gate neither`,
    async (t) => {
      const run = await sharedCapture(path);
      const { outputs, leaks } = await writtenOutputs(run);
      t.deepEqual(leaks, []);
      const allowed = new Set([...run.pseudonyms.addressPairs].map(({ pseudonym }) => pseudonym));
      const originals = originalsIn(path);
      t.true(originals.addresses.length > 1);
      for (const [name, content] of outputs)
        t.deepEqual(leaksIn(content, originals, allowed, SPOKEN), [], name);
    },
  );

  test(`${path}: verdicts, causes and counts are those of the report that is not shared`, async (t) => {
    const { model, shared } = await sharedCapture(path);
    t.deepEqual(countable(shared), countable(model));
  });

  test(`${path}: a leak in any output is found`, async (t) => {
    const run = await sharedCapture(path);
    const { outputs } = await writtenOutputs(run);
    const { model, gate } = run;
    const host = model.hosts[0]!;
    for (const [name, content] of outputs) {
      for (const leak of [host.address, host.name.split('.')[0]!.toUpperCase()]) {
        if (leak.length < 4) continue;
        const planted = `${content.toString('utf8')}\n<i>${leak}</i>`;
        t.true(gate.scan(planted, name).length > 0, `${name}: ${leak}`);
      }
    }
  });
}

test('what a report is made of without pseudonyms is refused, output by output', async (t) => {
  const run = await sharedCapture(SAMPLES[0]!);
  const { leaks } = await writtenOutputs(run, run.model);
  const places = new Set(leaks.map(({ place }) => place));
  for (const place of [
    'report',
    'report, the result inside',
    'json',
    'csv',
    'matrix',
    'ticket',
    'zeek/conn.log',
    'evidence',
    'wireshark-profile/dfilter_buttons',
    'summary',
  ])
    t.true(places.has(place), place);
});
