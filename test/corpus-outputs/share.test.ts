/** Every capture through share mode to all outputs: see test/share/shared-captures.test.ts. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { leaksIn, originalsIn } from '../share/scanner.js';
import { countable, sharedCapture, writtenOutputs } from '../share/shared-run.js';
import { whyNot } from '../programs.js';

const FOLDERS = [
  'captures',
  join('captures', 'lab'),
  join('..', 'shared', 'captures'),
  join('..', 'shared', 'cases'),
];
const SPOKEN = readFileSync(
  join('build', 'src', 'platform', 'node', 'assets', 'share', 'own-words.txt'),
  'utf8',
);
/** All, or those whose path holds this. */
const ONLY = process.env['SHARE_ONLY'] ?? '';
/** 1, or every second, third ... capture: .ci/run has not the time for all. */
const EVERY = Number(process.env['SHARE_EVERY'] ?? 1);

const captures = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => /\.(pcapng|pcap|cap|etl)(\.(gz|zst))?$/.test(name))
    .map((name) => join(folder, name))
    .filter((path) => path.includes(ONLY)),
);

for (const path of captures.filter((_, i) => i % EVERY === 0)) {
  test.serial(path, async (t) => {
    const run = await sharedCapture(path).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'CaptureError') return null;
      throw error;
    });
    if (run === null) {
      t.pass();
      return;
    }
    const { model, shared, pseudonyms } = run;
    t.deepEqual(countable(shared), countable(model));
    const { outputs, leaks } = await writtenOutputs(run);
    t.deepEqual(leaks, []);
    if (whyNot('tshark') !== '') return;
    const allowed = new Set([...pseudonyms.addressPairs].map(({ pseudonym }) => pseudonym));
    const originals = originalsIn(path);
    for (const [name, content] of outputs)
      t.deepEqual(leaksIn(content, originals, allowed, SPOKEN), [], name);
  });
}
