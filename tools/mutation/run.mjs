/**
 * Mutates every comparison of lengths and bounds in decode and flow by one and asks the tests whether they notice:
 *
 *   npm run build && node tools/mutation/run.mjs [--only src/decode/transport/tcp.ts] [TEST.test.ts ...]
 *
 * Prints the score and each mutant that no test noticed. tools/mutation/survivors.json says why some may survive; any
 * other makes the exit code 1, and what it says of others is told. Takes some minutes: not a part of CI.
 */
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Asker, filesIn, instrumentedCopy, urlOf, ROOT } from './copy.mjs';
import { instrument } from './instrument.mjs';

const FOLDERS = ['src/decode', 'src/flow'];
/** Folders of the tests that are asked first; the samples' reports are asked about what these do not notice. */
const FIRST = ['test/decode', 'test/flow'];
const SECOND = [
  'test/report/assemble/limits.test.ts',
  'test/lab/committed.test.ts',
  'test/samples/reports.test.ts',
];

const { values, positionals } = parseArgs({
  options: { only: { type: 'string', default: '' } },
  allowPositionals: true,
});
process.chdir(ROOT);

function testFiles(places) {
  return places.flatMap((place) =>
    place.endsWith('.ts')
      ? [place]
      : readdirSync(place)
          .filter((name) => name.endsWith('.test.ts'))
          .map((name) => `${place}/${name}`),
  );
}

/** Asks the tests of some files about mutants; returns those that none noticed. */
async function survivorsOf(root, mutants, all, places) {
  const files = testFiles(places).map((file) => urlOf(root, file));
  const asker = new Asker(root, { files, count: all.length });
  const { ready, slow, failing } = await asker.start();
  process.stdout.write(
    `${ready} tests of ${files.length} files; left out: ${slow} slow, ${failing.length} failing\n`,
  );
  for (const text of failing) process.stdout.write(`  ${text}\n`);
  const left = [];
  for (const mutant of mutants) {
    const killedBy = await asker.ask(mutant.id);
    if (killedBy !== '') continue;
    left.push(mutant);
    process.stdout.write(`not noticed: ${mutant.path}:${mutant.line}: ${mutant.before}\n`);
  }
  await asker.end();
  return left;
}

const mutants = [];
const root = await instrumentedCopy(FOLDERS.flatMap(filesIn), (path, text) => {
  const made = instrument(path, text, mutants.length);
  mutants.push(...made.mutants);
  return made.text;
});
try {
  const asked = mutants.filter(({ path }) => path.startsWith(values.only));
  const known = JSON.parse(readFileSync('tools/mutation/survivors.json', 'utf8'));
  const isExplained = ({ path, before }) => known[path]?.[before] !== undefined;
  const first = await survivorsOf(root, asked, mutants, positionals.length > 0 ? positionals : FIRST);
  let unexplained = first.filter((mutant) => !isExplained(mutant));
  if (unexplained.length > 0 && positionals.length === 0) {
    unexplained = await survivorsOf(root, unexplained, mutants, SECOND);
  }
  for (const { path, line, before, after } of unexplained) {
    process.stdout.write(`${path}:${line}: ${before}  →  ${after}\n`);
  }
  for (const [path, texts] of Object.entries(known)) {
    if (!path.startsWith(values.only)) continue;
    for (const text of Object.keys(texts)) {
      if (!first.some((one) => one.path === path && one.before === text)) {
        process.stdout.write(`explained, but noticed or gone: ${path}: ${text}\n`);
      }
    }
  }
  const explained = first.filter(isExplained).length;
  const killed = asked.length - explained - unexplained.length;
  const share = ((100 * killed) / asked.length).toFixed(1);
  process.stdout.write(
    `${asked.length} mutants, ${killed} noticed (${share} %), ${explained} explained, ${unexplained.length} not\n`,
  );
  process.exitCode = unexplained.length > 0 ? 1 : 0;
} finally {
  rmSync(root, { recursive: true, force: true });
}
