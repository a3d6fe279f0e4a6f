/** What somebody puts in the place of outputs while a monitor runs: it goes on, says it once, and writes again. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import type { FrameBatch } from '../../src/capture/frames/frame.js';
import { EventFile } from '../../src/monitor/outputs/events.js';
import { createMetrics } from '../../src/monitor/outputs/metrics.js';
import { metricsFile } from '../../src/monitor/outputs/metrics-file.js';
import { ReportFiles } from '../../src/monitor/outputs/report-files.js';
import { readState } from '../../src/monitor/state-file.js';
import { writeHtml } from '../../src/report/html/write.js';
import { writeJson2 } from '../../src/report/json/write-2.js';
import { fitsSchema } from '../fuzzing/schemas.js';
import { checkHtml } from '../fuzzing/well-formed.js';
import { monitored } from '../monitor/monitored.js';
import { Replay } from '../monitor/traffic.js';
import type { Attempt, Course } from '../monitor/traffic.js';
import { leftOut, testWith } from '../test-with.js';

/** Seconds of the replay: when the place is taken, and when it is free again. */
const [TAKEN, FREE, END] = [100, 300, 500];
const FILES = ['report.html', 'report.json', 'state', 'events', 'metrics.prom'] as const;

interface Attack {
  readonly what: string;
  /** @param path of the file that is attacked, @param folder all of them lie in it */
  readonly take: (path: string, folder: string) => void;
  readonly give?: (path: string, folder: string) => void;
  /** What is said, once; absent = nothing has to be. */
  readonly said?: RegExp;
  readonly files?: readonly (typeof FILES)[number][];
}

const remove = (path: string): void => rmSync(path, { recursive: true, force: true });
const instead = (make: (path: string) => void) => (path: string) => {
  remove(path);
  make(path);
};

const ATTACKS: readonly Attack[] = [
  { what: 'a folder', take: instead(mkdirSync), give: remove, said: /directory/ },
  {
    what: 'a link to a file that is not there',
    take: instead((path) => symlinkSync(`${path}.elsewhere`, path)),
  },
  {
    what: 'a link to itself',
    take: instead((path) => symlinkSync(path, path)),
    give: remove,
    said: /circle/,
  },
  {
    what: 'garbage',
    take: (path) => writeFileSync(path, 'x'.repeat(100_000)),
    files: ['report.html', 'report.json', 'state', 'metrics.prom'],
  },
  { what: 'a file that is moved away', take: (path) => renameSync(path, `${path}.away`) },
  { what: 'a file of a folder that vanishes', take: (_, folder) => remove(folder), files: ['state'] },
  {
    what: 'a file of a folder that becomes a file',
    take: (_, folder) => {
      remove(folder);
      writeFileSync(folder, '');
    },
    give: (_, folder) => remove(folder),
    said: /not a directory/,
    files: ['state'],
  },
];
const PIPE: Attack = {
  what: 'a pipe that nobody reads',
  take: instead((path) => execFileSync('mkfifo', [path])),
  give: remove,
  said: /no regular file|nobody reads/,
};
const OTHER_OWNER: Attack = {
  what: 'a file of somebody else that nobody else may read',
  take: (path) => {
    chmodSync(path, 0o600);
    chownSync(path, 65_534, 65_534);
  },
};

/** Works, is silent while the place is taken, and works again. */
function attempts(): Attempt[] {
  const course = (at: number): Course => (at >= 150 && at < 250 ? 'silent' : 'works');
  return Array.from({ length: END / 10 - 1 }, (_, i) => {
    const at = 1 + i * 10;
    return { at, from: '10.0.1.1', to: '10.0.0.10', port: 9004, course: course(at) };
  });
}

/** Traffic during which an attack takes place. */
class Attacked extends Replay {
  #due: (() => void) | null = null;
  readonly #folder: string;

  constructor(attack: Attack, path: string, folder: string) {
    super(attempts(), END);
    this.#folder = folder;
    this.meanwhile = (second) => {
      if (second === TAKEN) this.#due = () => attack.take(path, folder);
      if (second === FREE) this.#due = () => attack.give?.(path, folder);
    };
  }

  override async nextBatch(): Promise<FrameBatch | null> {
    const batch = await super.nextBatch();
    if (this.#due !== null) {
      // What is on its way would be put over what takes its place.
      for (let quiet = 0; quiet < 50; quiet++) {
        await new Promise(setImmediate);
        if (isFolder(this.#folder) && readdirSync(this.#folder).some((name) => name.endsWith('.tmp')))
          quiet = 0;
      }
      this.#due();
      this.#due = null;
    }
    return batch;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

interface Outcome {
  readonly folder: string;
  readonly path: string;
  readonly warnings: readonly string[];
}

/** Runs a monitor under an attack on one of its files; its verdicts are those of one that nobody attacks. */
async function attacked(t: ExecutionContext, attack: Attack, file: string): Promise<Outcome> {
  const around = mkdtempSync(join(tmpdir(), 'portwitness replaced '));
  t.teardown(() => remove(around));
  const folder = join(around, 'outputs');
  const at = (name: string): string => join(folder, name);
  mkdirSync(folder);
  const replay = new Attacked(attack, at(file), folder);
  const metrics = await createMetrics();
  const { warnings } = await monitored(replay, {
    reports: new ReportFiles([
      { path: at('report.html'), write: writeHtml },
      { path: at('report.json'), write: writeJson2 },
    ]),
    statePath: at('state'),
    outputs: [
      new EventFile(at('events')),
      metrics,
      metricsFile(at('metrics.prom'), metrics, { interval: 0 }),
    ],
  });
  return { folder, path: at(file), warnings };
}

/** Every file is whole in the end. */
async function areWhole(t: ExecutionContext, folder: string): Promise<void> {
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
  checkHtml(text('report.html'));
  fitsSchema('json2', text('report.json'));
  t.regex(text('metrics.prom'), /^portwitness_/m);
  const state = await readState(join(folder, 'state'), t.fail);
  const standing = state?.verdicts.find(({ rule }) => rule === 'ua-9004-in');
  t.is(standing?.verdict, 'working');
  t.deepEqual(
    standing?.history.map(({ to }) => to),
    ['working', 'blocked', 'working'],
  );
  // What was moved away or removed was removed with its events; none is missing since.
  const numbers = eventNumbers(join(folder, 'events'));
  t.is(numbers.at(-1), state?.sequence);
  const [first = 0] = numbers;
  t.deepEqual(
    numbers,
    [...numbers.keys()].map((i) => first + i),
  );
}

function eventNumbers(path: string): number[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { sequence: number }).sequence);
}

type Declare = (title: string, run: (t: ExecutionContext) => Promise<void>) => void;

function declare(attack: Attack, declareTest: Declare): void {
  for (const file of attack.files ?? FILES) {
    declareTest(`${file} becomes ${attack.what}: monitoring goes on`, async (t) => {
      const { folder, path, warnings } = await attacked(t, attack, file);
      await areWhole(t, folder);
      const { said } = attack;
      const told = warnings.filter((text) => !text.startsWith('written again'));
      if (said === undefined) t.deepEqual(warnings, []);
      else {
        t.true(told.length >= 1);
        t.is(new Set(told).size, told.length, told.join('\n'));
        for (const text of told) t.regex(text, said);
        t.true(warnings.length > told.length, 'that it is over is told');
      }
      if (lstatSync(path).isSymbolicLink()) t.true(existsSync(`${path}.elsewhere`));
    });
  }
}

for (const attack of ATTACKS) declare(attack, test);
declare(PIPE, testWith('mkfifo'));
if (process.getuid?.() === 0) {
  declare(OTHER_OWNER, test);
  test('what belongs to somebody else stays his, and as private as it was', async (t) => {
    const { path } = await attacked(t, OTHER_OWNER, 'report.html');
    const { uid, gid, mode } = statSync(path);
    t.deepEqual([uid, gid, mode & 0o777], [65_534, 65_534, 0o600]);
  });
} else leftOut('a file of somebody else stays his', 'only root may give files away');

test('events that others have moved away go on in a new file, without a gap', async (t) => {
  const away: Attack = { what: '', take: (path) => renameSync(path, `${path}.away`) };
  const { path } = await attacked(t, away, 'events');
  const numbers = [...eventNumbers(`${path}.away`), ...eventNumbers(path)];
  t.deepEqual(
    numbers,
    numbers.map((_, i) => i + 1),
  );
});
