/** Evidence of a shared report beside that of the same report as it is: the same frames, found by its own filters. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { filtersOf, framesOf, evidenceOf, tshark } from '../report/evidence-of.js';
import { readFile } from '../capture/read-all.js';
import { testWith } from '../test-with.js';
import { sharedCapture, writtenOutputs } from './shared-run.js';

const scratch = mkdtempSync(join(tmpdir(), 'portwitness-shared-evidence-'));
test.after.always(() => rmSync(scratch, { recursive: true }));

function saved(name: string, bytes: Uint8Array): string {
  const path = join(scratch, name);
  writeFileSync(path, bytes);
  return path;
}

for (const name of ['ipv6.pcapng', 'router-admin-prohibited.pcapng']) {
  testWith('tshark')(
    `${name}: shared evidence holds the frames that the other holds, and its filters select the same`,
    async (t) => {
      const run = await sharedCapture(join('captures', name));
      const shared = saved(`shared-${name}`, (await writtenOutputs(run)).outputs.get('evidence')!);
      const plain = saved(`plain-${name}`, await evidenceOf(run.model));
      const [is, was] = [framesOf(shared), framesOf(plain)];
      t.is(is.complaints, '');
      t.true(is.frames.length > 0);
      t.deepEqual(
        is.frames.map(({ original, len }) => [original, len]),
        was.frames.map(({ original, len }) => [original, len]),
      );
      const [filters, others] = [filtersOf(run.shared, 5), filtersOf(run.model, 5)];
      t.true(filters.length > 0);
      const selected = (filter: string, path: string): string =>
        tshark(['-n', '-r', path, '-Y', filter, '-T', 'fields', '-e', 'frame.number']).out;
      for (const [i, filter] of filters.entries()) {
        t.not(selected(filter, shared), '');
        t.is(selected(filter, shared), selected(others[i]!, plain));
        t.is(selected(others[i]!, shared), '');
      }
    },
  );
}

test('it names no computer and no original, and no payload can be asked for', async (t) => {
  const run = await sharedCapture(join('captures', 'agent-port-silent.pcapng'));
  const bytes = (await writtenOutputs(run)).outputs.get('evidence')!;
  const { file } = await readFile(saved('named.pcapng', bytes));
  t.deepEqual(file.names, []);
  t.deepEqual(
    file.interfaces.map((one) => one.name),
    ['nic-1'],
  );
  t.true(
    file.comments.every((comment) => !comment.includes('agent-port-silent') && !comment.includes('ws01')),
  );
  t.regex(file.comments[0] ?? '', /Original: file-1\.pcapng, SHA-256 [\da-f]{64}/);
  await t.throwsAsync(evidenceOf(run.shared), { message: /shared both or not at all/ });
});
