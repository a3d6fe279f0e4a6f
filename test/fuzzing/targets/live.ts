/** A monitor with everything on: payload, a list of computers, ring, dashboard, metrics, events, retirement, restarts. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameBatch } from '../../../src/capture/frames/frame.js';
import { FrameBatch as Batch } from '../../../src/capture/frames/frame.js';
import type { CaptureReader } from '../../../src/capture/frames/frame.js';
import { openCapture } from '../../../src/capture/open.js';
import type { LiveCounters, LiveIncident, LiveReader } from '../../../src/capture/source/feed/source.js';
import { startDashboard } from '../../../src/monitor/dashboard/server.js';
import { EventFile } from '../../../src/monitor/outputs/events.js';
import { createMetrics } from '../../../src/monitor/outputs/metrics.js';
import type { LiveOutput } from '../../../src/monitor/words/model.js';
import { ReportFiles } from '../../../src/monitor/outputs/report-files.js';
import { RingEvidence } from '../../../src/monitor/ring/evidence.js';
import { Ring } from '../../../src/monitor/ring/ring.js';
import { readState } from '../../../src/monitor/state-file.js';
import { terminalView } from '../../../src/monitor/terminal/terminal-view.js';
import { FORMATS } from '../../../src/report/formats.js';
import { Choice } from '../choice.js';
import { monitored } from '../../monitor/monitored.js';
import { FakeTerminal } from '../../monitor/screen.js';
import { breakContainer, bytesOf, containerOf } from '../mutate/container.js';
import { changeFrames } from '../mutate/frames.js';
import { fitsSchema } from '../schemas.js';
import { unlessRefused } from '../target.js';
import type { Stage, Target } from '../target.js';
import { checkCsv, checkHtml, checkPlain } from '../well-formed.js';
import { INVENTORY } from './capture.js';

const CODES = ['capture_died', 'interface_down', 'clock_jump', 'damaged_stream', 'rotated'] as const;

/** Hands out a capture in small batches under a clock that goes its own way. */
class Wire implements LiveReader {
  readonly kind = 'stdin';
  readonly description = 'a wire';
  readonly #reader: CaptureReader;
  readonly #choice: Choice;
  readonly #empty = new Batch();
  #clock = Date.UTC(2026, 2, 2, 8);
  #steady = 0;
  /** Called with each batch. */
  meanwhile: () => Promise<void> = () => Promise.resolve();

  constructor(reader: CaptureReader, choice: Choice) {
    this.#reader = reader;
    this.#choice = choice;
  }

  get file(): CaptureReader['file'] {
    return this.#reader.file;
  }

  readonly now = (): number => this.#clock;
  readonly steady = (): number => this.#steady;

  async nextBatch(): Promise<FrameBatch | null> {
    const choice = this.#choice;
    this.#clock += choice.oneIn(20) ? choice.between(-3_600_000, 20_000_000) : choice.below(4000);
    this.#steady += 2000;
    await this.meanwhile();
    if (choice.oneIn(4)) return this.#empty;
    return this.#reader.nextBatch();
  }

  counters(): LiveCounters {
    const droppedByKernel = this.#choice.oneIn(3) ? null : this.#choice.below(1000);
    return { received: null, droppedByKernel, droppedByInterface: 0, timestamps: 'kernel' };
  }

  takeIncidents(): readonly LiveIncident[] {
    const choice = this.#choice;
    if (!choice.oneIn(12)) return [];
    const gap = choice.oneIn(2) ? null : choice.below(5000);
    return [{ code: choice.one(CODES), at: this.#clock, gap, text: 'something happened \u001b[31m' }];
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}

interface Settings {
  readonly seed: number;
  readonly window: number;
  readonly maxFlows: number;
  readonly list: boolean;
}

/** What a viewer gets: the page with a filter, the metrics, and what does not exist. */
async function view(url: string, choice: Choice): Promise<void> {
  const path = choice.one(['', '?filter=ws&page=2', '?filter=%00&page=-1', 'metrics', 'report', 'nothing']);
  const answer = await fetch(`${url}${path}`);
  const text = await answer.text();
  if (answer.status >= 500) throw new Error(`${path} is answered by ${answer.status}`);
  if (answer.status !== 200) return;
  if (path === 'metrics') checkPlain(text);
  else if (path !== 'report') checkHtml(text);
}

async function run(path: string, stage: Stage, settings: Settings): Promise<void> {
  const choice = new Choice(settings.seed);
  const reader = await unlessRefused(() => openCapture(path, { window: settings.window, digest: false }));
  if (reader === null) return;
  const wire = new Wire(reader, choice);
  const { folder } = stage;
  const at = (name: string): string => join(folder, name);
  const formats = [];
  for (const format of FORMATS.filter(({ live }) => live === true)) {
    for (const file of await format.load({ jsonSchema: 2, path: format.option }))
      formats.push({ path: at(format.option), ...file });
  }
  const reports = new ReportFiles(formats);
  const metrics = await createMetrics({ addressLabels: choice.oneIn(2) });
  const dashboard = await startDashboard({ port: 0, metrics, report: at('report') });
  const ring = await Ring.open({ folder: at('ring'), maxBytes: 4 << 20, now: wire.steady });
  const terminal = new FakeTerminal(choice.between(20, 140), choice.between(5, 50));
  const outputs: LiveOutput[] = [
    new EventFile(at('events')),
    metrics,
    dashboard.output,
    new RingEvidence(ring),
    terminalView({ stream: terminal, color: true }),
  ];
  wire.meanwhile = async () => {
    if (choice.oneIn(10)) await view(dashboard.url, choice);
    if (choice.oneIn(30)) terminal.resize(choice.between(1, 200), choice.between(2, 60));
  };
  const said: string[] = [];
  const state = await readState(at('state'), (text) => said.push(text));
  await monitored(wire, {
    interval: choice.one([1000, 10_000, 600_000]),
    answerWait: choice.one([0, 3, 30]),
    maxFlows: settings.maxFlows,
    inventory: settings.list ? INVENTORY : null,
    restored: state?.verdicts ?? [],
    sequence: state?.sequence ?? 0,
    statePath: at('state'),
    clock: wire,
    reports,
    outputs,
    onRun: (frames, interfaces) => ring.add(frames, interfaces),
    warn: (text) => said.push(text),
  });
  const trouble = [...said, reports.trouble, ...outputs.map((output) => output.trouble)].filter(
    (text) => text !== '',
  );
  if (trouble.length > 0) throw new Error(`trouble: ${trouble.join(' ')}`);
}

/** What lies on the disk afterwards. */
async function checkFolder(folder: string): Promise<void> {
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
  checkHtml(text('report'));
  fitsSchema('json2', text('json'));
  checkCsv(text('matrix'));
  checkCsv(text('changes'));
  checkPlain(text('ticket'));
  await readState(join(folder, 'state'), (said) => {
    throw new Error(said);
  });
  const numbers = text('events')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { sequence: number }).sequence);
  const gap = numbers.findIndex((number, i) => i > 0 && number !== (numbers[i - 1] ?? 0) + 1);
  if (gap >= 0) throw new Error(`event ${numbers[gap]} follows ${numbers[gap - 1]}`);
  for (const name of readdirSync(join(folder, 'ring'))) {
    const ring = await openCapture(join(folder, 'ring', name), { digest: false });
    while ((await ring.nextBatch()) !== null);
    await ring.close();
    if (ring.file.damage !== null) throw new Error(`${name} in the ring: ${ring.file.damage.message}`);
  }
}

export const LIVE: Target = {
  name: 'live',
  weight: 3,
  async make(choice, stage) {
    const frames = await stage.corpus.some(choice);
    if (!choice.oneIn(4)) await changeFrames(frames, choice, stage.corpus);
    const container = containerOf(frames, choice);
    if (choice.oneIn(4)) breakContainer(container, choice);
    const settings = {
      seed: choice.uint32(),
      window: choice.between(64, 20_000),
      maxFlows: choice.oneIn(2) ? choice.between(1, 30) : 10_000,
      list: choice.oneIn(2),
    };
    const again = choice.oneIn(3);
    return {
      files: new Map([['wire', bytesOf(container)]]),
      check: async (given) => {
        const path = stage.files.put('wire', given.get('wire') ?? new Uint8Array(0));
        for (let round = again ? 2 : 1; round > 0; round--) await run(path, stage, settings);
        if (readdirSync(stage.folder).length > 0) await checkFolder(stage.folder);
      },
    };
  },
};
