/** The same packets by two ways: in other windows, through a pipe, compressed, in several files, as pcapng. */
import { Pipeline } from '../../../src/analysis.js';
import { Timeline } from '../../../src/capture/merge.js';
import { assembleReport } from '../../../src/report/assemble/assemble.js';
import { writeJson } from '../../../src/report/json/write.js';
import type { Choice } from '../choice.js';
import type { Frame } from '../corpus.js';
import { bytesOf, pcapOf, pcapngOf } from '../mutate/container.js';
import { gzipped, zstdFrame } from '../mutate/envelope.js';
import { changeFrames } from '../mutate/frames.js';
import { DEFAULTS, NOW, written } from '../outputs.js';
import { comparable, difference } from '../same-result.js';
import { DEFAULT_THRESHOLDS } from '../../../src/verdict/quality/thresholds.js';
import { unlessRefused } from '../target.js';
import type { Stage, Target } from '../target.js';

/** How inputs are read. */
interface Reading {
  /** Bytes of a window. */
  readonly window?: number;
  /**
   * Copies are packets of their own: of two packets whose headers agree, the bytes tell whether one is a copy, and
   * these are at hand only within a window. Packets that are alike but for their bytes are made by changes alone.
   */
  readonly withCopies?: boolean;
}

/** The JSON result of inputs. */
export async function resultIn(
  inputs: readonly string[],
  { window, withCopies = false }: Reading = {},
): Promise<string> {
  const thresholds = withCopies ? { ...DEFAULT_THRESHOLDS, 'duplicate-ms': 0 } : DEFAULT_THRESHOLDS;
  const pipeline = new Pipeline({ ...DEFAULTS, thresholds });
  const timeline = await Timeline.open(inputs, window === undefined ? {} : { window });
  for (let run = await timeline.next(); run !== null; run = await timeline.next()) pipeline.feed(run);
  await timeline.close();
  pipeline.finish();
  const scan = pipeline.scan();
  const { server, missing } = pipeline.findServer(scan);
  pipeline.learnIdentities(server);
  const gate = pipeline.gate(scan, timeline.files, server, '');
  const { lastSec, lastNsec } = pipeline.meter.span;
  const judgement = pipeline.judge(scan, server, lastSec + lastNsec / 1e9, gate);
  const input = pipeline.reportInput({
    files: timeline.files,
    gate,
    judgement,
    serverMissing: missing,
    interrupted: '',
    inventory: null,
  });
  return written(writeJson, assembleReport(input, { version: '0', commandLine: '', now: NOW }));
}

/** A way by which the packets of a pcap come: the files, and how they are read. */
export interface Way {
  readonly name: string;
  readonly files: readonly Uint8Array[];
  readonly window?: number;
  readonly pipe?: boolean;
  readonly withCopies?: boolean;
}

/** A capture cut between two frames whose times differ: which of two at once comes first is the file's to say. */
function split(frames: readonly Frame[], choice: Choice): Frame[][] {
  const at = choice.below(frames.length);
  const [a, b] = [frames[at - 1], frames[at]];
  if (a === undefined || b === undefined) return [[...frames]];
  return [frames.slice(0, at), frames.slice(at)];
}

export function waysOf(frames: readonly Frame[], choice: Choice): Way[] {
  const bytes = bytesOf(pcapOf(frames));
  return [
    { name: 'windows of 64 bytes', files: [bytes], window: 64 },
    { name: 'windows of any size', files: [bytes], window: choice.between(65, 70_000) },
    { name: 'a pipe', files: [bytes], pipe: true },
    { name: 'gzip', files: [gzipped(bytes, choice.few(6))] },
    { name: 'zstd', files: [zstdFrame(bytes, choice.between(500, 1 << 16))] },
    { name: 'pcapng', files: [bytesOf(pcapngOf(frames))] },
    { name: 'big-endian pcapng', files: [bytesOf(pcapngOf(frames, false))] },
    { name: 'several files', files: split(frames, choice).map((part) => bytesOf(pcapOf(part))) },
  ];
}

/** @returns where the results differ, '' = nowhere */
export async function differenceOf(
  bytes: Uint8Array,
  way: Way,
  stage: Pick<Stage, 'files'>,
): Promise<string> {
  const { files } = stage;
  const plain = files.put('plain', bytes);
  const others = way.files.map((one, i) => files.put(`way-${i + 1}`, one, way.pipe === true));
  const names = [plain, ...others];
  const { window, withCopies = false } = way;
  const a = await unlessRefused(() => resultIn([plain], { withCopies }));
  const b = await unlessRefused(() =>
    resultIn(others, { withCopies, ...(window === undefined ? {} : { window }) }),
  );
  if (a === null || b === null) return a === b ? '' : 'one way is refused, the other is not';
  const likeness = { split: others.length > 1 };
  const where = difference(comparable(a, names, likeness), comparable(b, names, likeness));
  return where === '' ? '' : `${way.name}: ${where}`;
}

function isInOrder(frames: readonly Frame[]): boolean {
  return frames.every(({ sec, nsec }, i) => {
    const before = frames[i - 1];
    return before === undefined || sec > before.sec || (sec === before.sec && nsec >= before.nsec);
  });
}

export const DIFFERENTIAL: Target = {
  name: 'differential',
  weight: 3,
  async make(choice, stage) {
    const frames = (await stage.corpus.some(choice)).map((frame) => ({ ...frame, linkType: 1 }));
    const changed = choice.oneIn(2);
    if (changed) await changeFrames(frames, choice, stage.corpus);
    // A classic pcap has one link type and microseconds.
    const same = frames.map((frame) => ({ ...frame, linkType: 1, nsec: frame.nsec - (frame.nsec % 1000) }));
    // Where times go back, the order of the file counts, and that of several files is another.
    const way = choice.one(
      waysOf(same, choice).filter(({ files }) => files.length === 1 || (!changed && isInOrder(same))),
    );
    const piece = choice.between(1, 5000);
    const files = new Map([
      ['plain', bytesOf(pcapOf(same))],
      ...way.files.map((one, i) => [`way-${i + 1}`, one] as const),
    ]);
    return {
      files,
      check: async (given) => {
        stage.files.piece = piece;
        const parts = way.files.map((_, i) => given.get(`way-${i + 1}`) ?? new Uint8Array(0));
        const where = await differenceOf(
          given.get('plain') ?? new Uint8Array(0),
          { ...way, files: parts, withCopies: changed },
          stage,
        );
        if (where !== '') throw new Error(`not the same result by ${where}`);
      },
    };
  },
};
