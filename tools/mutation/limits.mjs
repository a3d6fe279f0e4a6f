/**
 * Takes each limit of docs/limits.md away where it is used and asks the tests that name it whether they notice:
 *
 *   npm run build && node tools/mutation/limits.mjs [MAX_NOTES ...]
 *
 * Prints each limit without which all of these tests pass, and each that no test imports: that one is reached with a number
 * of its own, by a parameter, or not at all. Takes some minutes: not a part of CI.
 */
import { readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { Asker, filesIn, instrumentedCopy, urlOf, ROOT } from './copy.mjs';
import { withoutLimits } from './without-limits.mjs';

/** What tells how far a limit goes. */
const TELLS = 'src/report/assemble/limits/';
const ROW = /^\| `([A-Z_0-9]+)`, \[[^\]]+\]\(\.\.\/([^)]+)\)/gm;
/** Limits are reached by many items: microseconds of CPU. */
const SLOWEST = 10_000_000;

process.chdir(ROOT);
const limits = [...readFileSync('docs/limits.md', 'utf8').matchAll(ROW)].map(([, name, path]) => ({
  name,
  path,
}));
const keys = new Map(limits.map(({ name, path }, id) => [`${path} ${name}`, id]));

const tests = filesIn('test')
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** Tests that import the limit from where it stands. */
function testsOf({ name, path }) {
  const imports = new RegExp(
    `import (?:type )?\\{[^}]*\\b${name}\\b[^}]*\\} from '[^']*/${basename(path, '.ts')}\\.js'`,
  );
  return tests.filter(({ text }) => imports.test(text)).map((one) => one.path);
}

const wanted = process.argv.slice(2);
const asked = limits.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const sources = filesIn('src').filter((path) => !path.startsWith(TELLS) && !path.startsWith('src/page/view'));
const root = await instrumentedCopy(sources, (path, text) =>
  withoutLimits(path, text, (key) => keys.get(key) ?? -1),
);
const noticed = new Set();
try {
  for (const path of [...new Set(asked.flatMap(testsOf))]) {
    const open = asked.filter((limit) => !noticed.has(limit) && testsOf(limit).includes(path));
    if (open.length === 0) continue;
    const asker = new Asker(root, { files: [urlOf(root, path)], count: limits.length, slowest: SLOWEST });
    const started = await asker.start();
    for (const text of started?.failing ?? ['cannot be run here']) process.stdout.write(`${path}: ${text}\n`);
    if (started === null) continue;
    for (const limit of open) {
      if ((await asker.ask(limits.indexOf(limit))) !== '') noticed.add(limit);
    }
    await asker.end();
  }
  const counts = { 'not noticed': 0, 'no test names it': 0 };
  for (const limit of asked.filter((one) => !noticed.has(one))) {
    const kind = testsOf(limit).length > 0 ? 'not noticed' : 'no test names it';
    counts[kind]++;
    process.stdout.write(`${kind}: ${limit.path} ${limit.name}\n`);
  }
  process.stdout.write(
    `${asked.length} limits, ${noticed.size} noticed, ${counts['not noticed']} not, ${counts['no test names it']} not named\n`,
  );
  process.exitCode = counts['not noticed'] > 0 ? 1 : 0;
} finally {
  rmSync(root, { recursive: true, force: true });
}
