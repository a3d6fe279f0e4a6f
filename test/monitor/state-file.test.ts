/** The state file: written whole, read with suspicion. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import {
  MAX_STATE_BYTES,
  MAX_STATE_NAMES,
  MAX_STATE_VERDICTS,
  readState,
  stateOf,
  writeState,
} from '../../src/monitor/state-file.js';

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'portwitness live '));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const VERDICT = {
  rule: 'ua-9004-in',
  host: '10.0.1.1',
  verdict: 'blocked',
  reasonCode: 'syn_silent',
  reason: 'No answer.',
  location: 'path',
  confidence: 'medium',
  since: 1_700_000_000.5,
  lastEvidence: 1_700_000_100,
  changes: 1,
  history: [
    {
      sequence: 3,
      time: '2023-11-14T22:13:20.000Z',
      from: 'working',
      to: 'blocked',
      reasonCode: 'syn_silent',
      file: 'eth0',
      frames: [1, 2],
      filter: 'tcp',
    },
  ],
};
const STATE = { schema: 'portwitness-state/1', sequence: 7, verdicts: [VERDICT] };

test('a state that was written is read again', async (t) => {
  const path = join(folder(t), 'live.state.json');
  await writeState(path, [JSON.stringify(STATE)]);
  const state = await readState(path, t.fail);
  t.is(state?.sequence, 7);
  t.is(state?.verdicts[0]?.verdict, 'blocked');
  t.deepEqual(state?.verdicts[0]?.history[0]?.frames, [1, 2]);
  t.is(await readState(`${path}.none`, t.fail), null);
});

const HOSTILE: readonly (readonly [string, string, RegExp])[] = [
  ['half a file', JSON.stringify(STATE).slice(0, 80), /JSON/],
  ['no JSON', 'PK\x03\x04', /JSON/],
  ['another schema', JSON.stringify({ ...STATE, schema: 'x/9' }), /schema/],
  ['a list', '[]', /no object/],
  [
    'an unknown verdict',
    JSON.stringify({ ...STATE, verdicts: [{ ...VERDICT, verdict: 'fine' }] }),
    /verdict/,
  ],
  [
    'a host that is no address',
    JSON.stringify({ ...STATE, verdicts: [{ ...VERDICT, host: '../x' }] }),
    /host/,
  ],
  ['a negative sequence', JSON.stringify({ ...STATE, sequence: -1 }), /sequence/],
  [
    'a history without end',
    JSON.stringify({ ...STATE, verdicts: [{ ...VERDICT, history: Array<object>(21).fill({}) }] }),
    /21 entries/,
  ],
  [
    'more verdicts than are ever written',
    JSON.stringify({ ...STATE, verdicts: Array<number>(MAX_STATE_VERDICTS + 1).fill(0) }),
    /verdicts has 1000001 entries/,
  ],
  [
    'more names than are ever written',
    JSON.stringify({
      ...STATE,
      share: {
        key: Array<number>(32).fill(1),
        counter: 0,
        names: Array<number>(MAX_STATE_NAMES + 1).fill(0),
      },
    }),
    /its names has 1000001 entries/,
  ],
];

for (const [name, text, why] of HOSTILE) {
  test(`${name} is put aside with a clear message, and monitoring begins anew`, async (t) => {
    const path = join(folder(t), 'state.json');
    writeFileSync(path, text);
    const told: string[] = [];
    t.is(await readState(path, (sentence) => told.push(sentence)), null);
    t.is(told.length, 1);
    t.regex(told[0] ?? '', why);
    t.false(existsSync(path));
    t.is(readFileSync(`${path}.unusable`, 'utf8'), text);
  });
}

test('a file that is longer than any state is put aside unread', async (t) => {
  const path = join(folder(t), 'state.json');
  writeFileSync(path, JSON.stringify(STATE));
  // Zeros that take no room on the disk.
  truncateSync(path, MAX_STATE_BYTES + 1);
  const told: string[] = [];
  t.is(await readState(path, (sentence) => told.push(sentence)), null);
  t.regex(told.join(), new RegExp(`it has ${MAX_STATE_BYTES + 1} bytes, more than any state file`));
  t.is(statSync(`${path}.unusable`).size, MAX_STATE_BYTES + 1);
});

test('a write that ends in the middle leaves the old state, and nothing half-written', async (t) => {
  const at = folder(t);
  const path = join(at, 'state.json');
  await writeState(path, [JSON.stringify(STATE)]);
  const broken = function* (): Generator<string> {
    yield '{"schema":"portwitness-state/1",';
    yield 'x'.repeat(200_000);
    throw new Error('killed');
  };
  await t.throwsAsync(writeState(path, broken()), { message: 'killed' });
  t.deepEqual(readdirSync(at), ['state.json']);
  t.is(stateOf(JSON.parse(readFileSync(path, 'utf8'))).sequence, 7);
});
