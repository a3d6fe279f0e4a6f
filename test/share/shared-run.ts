/** A capture analysed once and written twice: as it is, and shared to all outputs. */
import { Buffer } from 'node:buffer';
import { analyze } from '../../src/analysis.js';
import { assembleReport } from '../../src/report/assemble/assemble.js';
import { FORMATS } from '../../src/report/formats.js';
import type { ReportModel } from '../../src/report/model/model.js';
import type { Sink } from '../../src/report/write/sink.js';
import { terminalSummary } from '../../src/report/terminal/write.js';
import { loadPacks } from '../../src/rules/load.js';
import { draw, newSecret } from '../../src/share/draw.js';
import { Gate } from '../../src/share/gate/gate.js';
import type { Leak } from '../../src/share/gate/gate.js';
import { GatedCapture } from '../../src/share/frames/gated-capture.js';
import { SharedFrames } from '../../src/share/frames/shared-frames.js';
import { GatedSink } from '../../src/share/gate/gated-sink.js';
import { metIn } from '../../src/share/met.js';
import type { Pseudonyms } from '../../src/share/names/pseudonyms.js';
import { sharedModel } from '../../src/share/model/shared-model.js';

const PORTS = { agentPort: 9003, serverPort: 9004 };

export interface SharedCapture {
  readonly path: string;
  readonly model: ReportModel;
  readonly shared: ReportModel;
  readonly pseudonyms: Pseudonyms;
  readonly gate: Gate;
}

/** @throws CaptureError when it is no capture */
export async function sharedCapture(path: string): Promise<SharedCapture> {
  const packs = await loadPacks({ files: [], ...PORTS });
  const input = await analyze({ packs, server: [], ...PORTS, answerWait: 3, inputs: [path] });
  const commandLine = `portwitness analyze ${path} --share`;
  const model = assembleReport(input, { version: '0', commandLine, now: 1_770_000_000_000 });
  const { pseudonyms } = draw(metIn(input, model), newSecret());
  return { path, model, shared: sharedModel(model, pseudonyms), pseudonyms, gate: new Gate(pseudonyms) };
}

/** Every output by its name, and what the gate found in it. @param model what is written, shared or not */
export async function writtenOutputs(
  { path, shared, gate, pseudonyms }: SharedCapture,
  model: ReportModel = shared,
): Promise<{ readonly outputs: ReadonlyMap<string, Buffer>; readonly leaks: readonly Leak[] }> {
  const outputs = new Map<string, Buffer>();
  const leaks: Leak[] = [];
  const cleaner = model === shared ? new SharedFrames(pseudonyms) : undefined;
  const source = { inputs: [path], payload: false };
  for (const format of FORMATS) {
    for (const { name, write, isCapture } of await format.load({ jsonSchema: 2, path: 'x.md', source })) {
      const chunks: Buffer[] = [];
      const place = `${format.option}${name === '' ? '' : `/${name}`}`;
      const sink = new (isCapture === true ? GatedCapture : GatedSink)(gate, place, collecting(chunks));
      await write(model, sink, cleaner);
      leaks.push(...sink.end());
      outputs.set(place, Buffer.concat(chunks));
    }
  }
  const summary = terminalSummary(model, { width: 100, color: false });
  leaks.push(...gate.scan(summary, 'summary'));
  outputs.set('summary', Buffer.from(summary));
  return { outputs, leaks };
}

function collecting(chunks: Buffer[]): Sink {
  return {
    write: (text) => void chunks.push(Buffer.from(text)),
    writeBytes: (bytes) => void chunks.push(Buffer.from(bytes)),
  };
}

/** All that must be the same in a shared report: verdicts, causes and counts, without a text. */
export function countable(model: ReportModel): unknown {
  const { causes, totals, findings, summary, remedies, changes, unexpected, weirds, payload } = model;
  return {
    verdicts: [...model.verdicts].map((v) => [
      ...[v.rule, v.verdict, v.reasonCode, v.location, v.confidence, v.required, v.remedy],
      ...[
        v.assumptions,
        v.outcomes,
        v.evidence.map(({ frames }) => frames),
        v.attempts.map(({ frame }) => frame),
      ],
    ]),
    causes: causes.map(({ id, kind, fact, rules, computers, cells, owner, tried, worksFor }) => [
      ...[id, kind, fact, rules, computers, cells, owner, tried, worksFor],
    ]),
    flows: [...model.flows].map(({ id, outcome, class: c, rule, service, history }) => [
      id,
      outcome,
      c,
      rule,
      service,
      history,
    ]),
    counts: [totals, findings, summary.status, summary.exitCode, weirds, payload.portMappings.length],
    lists: [remedies.length, changes.length, unexpected.map(({ flows }) => flows), model.hosts.length],
  };
}
