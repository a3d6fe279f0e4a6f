/** The evidence file: frames behind causes, cut, commented, inert, bounded; read by tshark as it was meant. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { PcapngWriter } from '../../src/capture/pcap/pcapng-writer.js';
import { MAX_CAUSE_FRAMES, MAX_EVIDENCE_FRAMES, citedFrames } from '../../src/report/evidence/cited.js';
import { FrameBatch } from '../../src/capture/frames/frame.js';
import { FrameFile, MAX_FRAME_COMMENT, MAX_SECTION_COMMENT } from '../../src/report/evidence/frame-file.js';
import type { ReportModel, VerdictModel } from '../../src/report/model/model.js';
import { visible } from '../../src/report/text/visible.js';
import { causeFilters, MAX_CONVERSATIONS, PROFILE_FILES } from '../../src/report/wireshark/write.js';
import { ENVIRONMENT } from '../programs.js';
import { ROOT } from '../shipped.js';
import { testWith } from '../test-with.js';
import { readFile } from '../capture/read-all.js';
import type { ReadCapture } from '../capture/read-all.js';
import { collected } from './collect.js';
import { evidenceOf, faultsOf, framesOf, modelOf, tshark } from './evidence-of.js';
import { EVERYTHING, hostile } from './hostile.js';
import { withFindings } from './fixture.js';
import { evidence, host, verdict } from './parts.js';

const SAMPLES = join(ROOT, 'captures');
const withTshark = testWith('tshark');

const scratch = mkdtempSync(join(tmpdir(), 'portwitness-evidence-'));
test.after.always(() => rmSync(scratch, { recursive: true }));

function saved(name: string, bytes: Uint8Array): string {
  const path = join(scratch, name);
  writeFileSync(path, bytes);
  return path;
}

/** A model with one cause that has so many cells, each of so many frames. */
function wide(cells: number, frames: number): ReportModel {
  const model = withFindings();
  const [first] = model.causes;
  const [rule] = model.rules;
  if (first === undefined || rule === undefined) throw new Error('the fixture has no cause');
  const verdicts = Array.from({ length: cells }, (_, i) => {
    const numbers = Array.from({ length: frames }, (_none, at) => 1 + i * frames + at);
    return verdict(rule.id, host(`10.1.${i >> 8}.${i & 255}`), 'blocked', {
      attempts: [],
      evidence: [evidence(numbers, 0, `ip.addr == 10.1.${i >> 8}.${i & 255}`, 'SYN')],
    });
  });
  const cause = { ...first, cells: verdicts.map((_, i) => i) };
  const list = Object.assign(verdicts, {}) as unknown as ReportModel['verdicts'];
  return { ...model, verdicts: list, causes: [cause] };
}

test('a cause keeps at most 20 frames, two of each computer before more of one', (t) => {
  const few = citedFrames(wide(3, 5));
  t.is(few.frames, 15);
  t.is(few.cutCauses, 0);
  const many = citedFrames(wide(15, 5));
  t.is(many.frames, MAX_CAUSE_FRAMES);
  t.is(many.cutCauses, 1);
  const cited = new Set(
    [...(many.byCapture.get(0)?.values() ?? [])].map(([one]) => one?.verdict?.host.address),
  );
  t.is(cited.size, MAX_CAUSE_FRAMES / 2);
});

test('all causes together keep at most 2,000 frames, the first causes first, and what is cut is counted', (t) => {
  const one = wide(300, 20);
  const [cause] = one.causes;
  const causes =
    one.verdicts.length === 300 && cause !== undefined
      ? Array.from({ length: 150 }, (_, i) => ({ ...cause, id: `c${i + 1}`, cells: [2 * i, 2 * i + 1] }))
      : [];
  const cited = citedFrames({ ...one, causes });
  t.is(cited.frames, MAX_EVIDENCE_FRAMES);
  t.is(cited.cutCauses, 150);
});

withTshark(
  'of every sample tshark reads the file without a complaint, and filters select the same frames',
  async (t) => {
    const names = readdirSync(SAMPLES).filter((one) => /\.pcap(ng)?(\.gz)?$/.test(one));
    t.deepEqual(await faultsOf(names.map((name) => join(SAMPLES, name))), []);
  },
);

withTshark('payload is kept only when it is asked for; headers, addresses and ports always', async (t) => {
  const model = await modelOf(join(SAMPLES, 'name-does-not-resolve.pcap'));
  const filter = ['-Y', 'dns.qry.name contains "nas01"', '-r'];
  const headers = saved('headers.pcapng', await evidenceOf(model));
  const whole = saved('whole.pcapng', await evidenceOf(model, true));
  t.is(tshark([...filter, headers]).out, '');
  t.not(tshark([...filter, whole]).out, '');
  t.deepEqual(
    framesOf(headers).frames.map(({ original, len }) => [original, len]),
    framesOf(whole).frames.map(({ original, len }) => [original, len]),
  );
});

test('where whole frames have no room any more they are cut to headers, and that is said', async (t) => {
  const model = await modelOf(join(SAMPLES, 'name-does-not-resolve.pcap'));
  const read = async (most: number): Promise<ReadCapture> =>
    readFile(saved('room.pcapng', await evidenceOf(model, true, undefined, most)));
  const {
    frames: [whole],
    file: { comments },
  } = await read(1 << 16);
  const size = whole!.capLen;
  t.is(whole?.origLen, size);
  t.false(comments.join().includes('cut to headers'));
  t.deepEqual((await read(size)).frames, [whole!]);
  const { frames, file } = await read(size - 1);
  t.true(frames[0]!.capLen < size && whole!.hex.startsWith(frames[0]!.hex));
  t.is(frames[0]?.origLen, size);
  t.true(file.comments.join().includes(`1 frame cut to headers: more than ${size - 1} bytes.`));
});

test('hostile texts act nowhere in the comments, and comments have an end', async (t) => {
  const model = hostile();
  const path = saved('one.pcap', readFileSync(join(SAMPLES, 'ended-too-soon.pcap')));
  const captures = model.captures.map((one) => ({ ...one, path: EVERYTHING }));
  const cause = model.causes[0];
  if (cause === undefined) return t.fail();
  const causes = [{ ...cause, title: EVERYTHING, cells: [...model.verdicts].map((_, i) => i) }];
  const bytes = Buffer.from(await evidenceOf({ ...model, captures, causes }, false, [path]));
  const { file } = await readFile(saved('hostile.pcapng', bytes));
  t.is(file.damage, null);
  for (const comment of file.comments) {
    t.true(comment.length <= 4 * MAX_FRAME_COMMENT);
    t.regex(comment, /^portwitness /);
    for (const line of comment.split('\n')) t.is(visible(line, Infinity), line);
  }
});

test('of long comments of a frame and of the section the beginning is kept', (t) => {
  const file = new FrameFile();
  const batch = new FrameBatch();
  batch.bytes = new Uint8Array(60);
  [batch.count, batch.capLen[0], batch.origLen[0], batch.linkType[0]] = [1, 60, 60, 1];
  const kept = file.keep(batch, 0, { index: 0, interfaces: [] }, true);
  const text = `${'x'.repeat(99)}\n`.repeat(MAX_SECTION_COMMENT / 100 + 1);
  const written = (blocks: readonly Uint8Array[]): string => Buffer.concat(blocks).toString();
  t.true(written(file.head(text, [])).includes(`${text.slice(0, MAX_SECTION_COMMENT)}…`));
  t.true(written([file.frame(kept, text)]).includes(`${text.slice(0, MAX_FRAME_COMMENT)}…`));
});

test('names that could be taken for something else do not stand in name blocks', async (t) => {
  const sample = join(SAMPLES, 'agent-port-silent.pcapng');
  const model = await modelOf(sample);
  const { file } = await readFile(saved('named.pcapng', await evidenceOf(model)));
  t.deepEqual(file.names, [{ address: '10.20.1.21', name: 'ws01.example.test' }]);
  const verdicts = [...model.verdicts].map(
    (one) => Object.create(one, { host: { value: { ...one.host, name: '<b>\u202e' } } }) as VerdictModel,
  );
  const list = verdicts as unknown as ReportModel['verdicts'];
  const again = await readFile(saved('unnamed.pcapng', await evidenceOf({ ...model, verdicts: list })));
  t.deepEqual(again.file.names, []);
});

test('a capture that is gone, or shorter now, leaves a file that says so', async (t) => {
  const sample = join(SAMPLES, 'agent-port-silent.pcapng');
  const model = await modelOf(sample);
  const gone = Buffer.from(await evidenceOf(model, false, [join(scratch, 'gone.pcapng')])).toString();
  t.regex(gone, /its frames could not be read again/);
  const writer = new PcapngWriter();
  const empty = Buffer.concat([writer.section(), writer.interfaceDescription()]);
  const short = await evidenceOf(model, false, [saved('empty.pcapng', empty)]);
  t.regex(Buffer.from(short).toString(), /\d+ frames could not be read again/);
});

async function profile(model: ReportModel, name: string): Promise<void> {
  const folder = join(scratch, '.config', 'wireshark', 'profiles', name);
  mkdirSync(folder, { recursive: true });
  for (const file of PROFILE_FILES)
    writeFileSync(join(folder, file.name), await collected(file.write, model));
}

withTshark(
  'a profile in the profiles folder colours the frames of a cause and has a button for it',
  async (t) => {
    const sample = join(SAMPLES, 'router-admin-prohibited.pcapng');
    const model = await modelOf(sample);
    await profile(model, 'case');
    const evidencePath = saved('profile.pcapng', await evidenceOf(model));
    const args = [
      '-C',
      'case',
      '--color',
      '-r',
      evidencePath,
      '-T',
      'fields',
      '-e',
      'frame.coloring_rule.name',
    ];
    const env = { ...ENVIRONMENT, HOME: scratch, XDG_CONFIG_HOME: join(scratch, '.config') };
    const done = spawnSync('tshark', args, { encoding: 'utf8', env });
    t.regex(done.stdout, /^(c\d+ .+\n)+$/);
    t.notRegex(done.stderr, /UAT|Error|colorfilters/i);
    t.is(causeFilters(model).length, model.causes.length);
  },
);

withTshark('a profile of hostile titles is read without a complaint', async (t) => {
  const model = hostile();
  const cause = model.causes[0];
  if (cause === undefined) return t.fail();
  const titles = [...EVERYTHING.split(' '), EVERYTHING, 'a@b@[1,2,3][4,5,6]', 'x//y"\\'];
  const one = (title: string, i: number): typeof cause => ({ ...cause, id: `c${i + 1}`, title, cells: [0] });
  const [found] = [...wide(1, 1).verdicts];
  if (found === undefined) return t.fail();
  const verdicts = [found] as unknown as ReportModel['verdicts'];
  const causes = titles.map(one);
  await profile({ ...model, verdicts, causes }, 'hostile');
  const env = { ...ENVIRONMENT, HOME: scratch, XDG_CONFIG_HOME: join(scratch, '.config') };
  const args = ['-C', 'hostile', '--color', '-c', '1', '-r', join(SAMPLES, 'ended-too-soon.pcap')];
  const done = spawnSync('tshark', args, { encoding: 'utf8', env });
  t.is(done.status, 0);
  t.is(done.stderr.replace(/^Running as user "root".*\n/gm, ''), '');
});

test('a filter holds at most 20 conversations, and says how many there are', async (t) => {
  const model = wide(50, 1);
  const [one] = causeFilters(model);
  t.is(one?.filter.split('||').length, MAX_CONVERSATIONS);
  const [, buttons] = PROFILE_FILES;
  if (buttons === undefined) return t.fail();
  t.regex(await collected(buttons.write, model), /the first 20 of 50 conversations/);
});
