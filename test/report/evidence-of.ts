/** The evidence file of a capture, and what tshark says of it. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyze } from '../../src/analysis.js';
import { openCapture } from '../../src/capture/open.js';
import { FrameFile } from '../../src/report/evidence/frame-file.js';
import type { KeptFrame } from '../../src/report/evidence/frame-file.js';
import { assembleReport } from '../../src/report/assemble/assemble.js';
import { writeEvidence } from '../../src/report/evidence/write.js';
import type { ReportModel } from '../../src/report/model/model.js';
import { loadPacks } from '../../src/rules/load.js';
import { ENVIRONMENT } from '../programs.js';

export async function modelOf(...inputs: readonly string[]): Promise<ReportModel> {
  const analysis = await analyze({
    inputs,
    packs: await loadPacks({ files: [] }),
    server: [],
    agentPort: 9003,
    serverPort: 9004,
    answerWait: 3,
  });
  return assembleReport(analysis, { version: '0', commandLine: '', now: 0 });
}

export async function evidenceOf(
  model: ReportModel,
  payload = false,
  inputs: readonly string[] = model.captures.map(({ path }) => path),
  mostPayload?: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  await writeEvidence(
    model,
    { inputs, payload },
    {
      write: (text) => void parts.push(Buffer.from(text)),
      writeBytes: (bytes) => void parts.push(bytes.slice()),
    },
    mostPayload,
  );
  return Buffer.concat(parts);
}

/** What tshark prints, and what it complains of. */
export function tshark(args: readonly string[]): { out: string; complaints: string } {
  const done = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 256 << 20, env: ENVIRONMENT });
  const complaints = done.stderr.replace(/^Running as user "root".*\n/gm, '');
  return { out: done.stdout, complaints: done.status === 0 ? complaints : `${complaints} (${done.status})` };
}

interface TsharkFrame {
  /** Frame of the original, 0 = its comment names none. */
  readonly original: number;
  readonly comment: string;
  readonly len: number;
}

/** What a filter of a report may ask for, in the words of tshark. */
const ASKED = ['ip.addr', 'ipv6.addr', 'tcp.port', 'udp.port', 'frame.protocols'] as const;

/** For each frame, what its fields hold. */
type Fields = Readonly<Record<(typeof ASKED)[number], ReadonlySet<string>>>;

function fieldsOf(path: string): Fields[] {
  const whole = ['ip', 'ipv6'].flatMap((layer) => ['-o', `${layer}.defragment:FALSE`]);
  const { out } = tshark([
    '-n',
    '-r',
    path,
    ...whole,
    '-T',
    'fields',
    ...ASKED.flatMap((name) => ['-e', name]),
  ]);
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const cells = line.split('\t');
      const set = (i: number): Set<string> => new Set((cells[i] ?? '').split(/[,:]/));
      const exact = (i: number): Set<string> => new Set((cells[i] ?? '').split(','));
      return {
        'ip.addr': exact(0),
        'ipv6.addr': exact(1),
        'tcp.port': exact(2),
        'udp.port': exact(3),
        'frame.protocols': set(4),
      };
    });
}

/** Whether a frame is selected: a filter is a row of equalities, and of names of protocols, that all must hold. */
function selects(filter: string, frame: Fields | undefined): boolean {
  return filter.split(' && ').every((term) => {
    const [name = '', value] = term.split(' == ');
    if (value === undefined) return frame?.['frame.protocols'].has(name) === true;
    const field = ASKED.find((one) => one === name);
    return field !== undefined && frame?.[field].has(value) === true;
  });
}

export function framesOf(path: string): { frames: TsharkFrame[]; complaints: string } {
  const fields = ['frame.len', 'frame.comment'].flatMap((name) => ['-e', name]);
  const { out, complaints } = tshark(['-n', '-r', path, '-T', 'fields', ...fields]);
  const frames = out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [len = '', comment = ''] = line.split('\t');
      return {
        len: Number(len),
        comment,
        original: Number(/Original: frame (\d+) of /.exec(comment)?.[1] ?? 0),
      };
    });
  return { frames, complaints };
}

/** Filters of the verdicts behind the causes, each once. */
export function filtersOf(model: ReportModel, most: number): string[] {
  const filters = new Set<string>();
  for (const { cells } of model.causes) {
    for (const cell of cells) {
      for (const { filter } of model.verdicts.at(cell)?.evidence ?? []) {
        if (filters.size < most) filters.add(filter);
      }
    }
  }
  return [...filters];
}

/** All frames of captures, one behind the other in one file. */
async function joined(captures: readonly string[]): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for (const capture of captures) {
    const reader = await openCapture(capture, { digest: false });
    const file = new FrameFile();
    const frames: KeptFrame[] = [];
    for (let batch = await reader.nextBatch(); batch !== null; batch = await reader.nextBatch()) {
      for (let row = 0; row < batch.count; row++) {
        frames.push(file.keep(batch, row, { index: 0, interfaces: [] }, true));
      }
    }
    await reader.close();
    blocks.push(...file.head('', []), ...frames.map((frame) => file.frame(frame)));
  }
  return Buffer.concat(blocks);
}

/** The evidence of one capture within the file of all evidence. */
interface Part {
  readonly capture: string;
  readonly filters: readonly string[];
  /** First frame of its evidence, and their numbers in the original. */
  readonly first: number;
  readonly originals: readonly number[];
  /** Frames of the originals before it. */
  readonly before: number;
}

/** What is wrong with the evidence of captures, by tshark, which takes longer to start than to read; empty = nothing. */
export async function faultsOf(captures: readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness-evidence-'));
  try {
    const all = join(folder, 'evidence.pcapng');
    writeFileSync(all, '');
    const models: ReportModel[] = [];
    for (const capture of captures) {
      const model = await modelOf(capture);
      models.push(model);
      // Sections of pcapng follow one another in one file.
      appendFileSync(all, await evidenceOf(model));
    }
    const { frames, complaints } = framesOf(all);
    const faults = complaints === '' ? [] : [complaints];
    const parts = partsOf(captures, models, frames, faults);
    const original = join(folder, 'original.pcapng');
    writeFileSync(original, await joined(captures));
    return [...faults, ...filterFaults(all, original, parts)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function partsOf(
  captures: readonly string[],
  models: readonly ReportModel[],
  frames: readonly TsharkFrame[],
  faults: string[],
): Part[] {
  let first = 1;
  let counted = 0;
  return captures.map((capture, i) => {
    const model = models[i]!;
    const from = first;
    // The order is that of the sections; the comment names the file.
    while (frames[first - 1]?.comment.endsWith(` of ${capture}`) === true) first++;
    const own = frames.slice(from - 1, first - 1);
    if (model.causes.some(({ cells }) => cells.length > 0) && own.length === 0) {
      faults.push(`${capture}: no frames`);
    }
    const originals = own.map(({ original }) => original);
    const before = counted;
    counted += model.totals.frames;
    return {
      capture,
      filters: own.length === 0 ? [] : filtersOf(model, 20),
      first: from,
      originals,
      before,
    };
  });
}

function filterFaults(all: string, original: string, parts: readonly Part[]): string[] {
  const here = fieldsOf(all);
  const there = fieldsOf(original);
  const faults: string[] = [];
  for (const { capture, filters, first, originals, before } of parts) {
    // Of a cause with many computers not every conversation is kept.
    let isSelected = filters.length === 0;
    for (const filter of filters) {
      const inEvidence = originals.filter((_, i) => selects(filter, here[first - 1 + i]));
      const inOriginal = originals.filter((number) => selects(filter, there[before + number - 1]));
      const same = inEvidence.join() === inOriginal.join();
      if (inEvidence.length > 0) isSelected = true;
      if (!same)
        faults.push(`${capture}: ${filter}: [${inEvidence.join()}], of the original [${inOriginal.join()}]`);
    }
    if (!isSelected) faults.push(`${capture}: no filter selects a frame`);
  }
  return faults;
}
