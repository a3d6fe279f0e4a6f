/**
 * The result as versioned JSON, `portwitness/1`, described by docs/report.schema.json. Streamed: one record per
 * line inside the long arrays, so that line tools work on it too. The flows, of which there may be a million, are
 * rows of values: `flow_columns` names them once. Characters that act on a terminal or mislead an eye are written
 * as JSON escapes; the parsed value is the original.
 */
import type { FlowModel, HostModel, ReportModel, VerdictModel } from '../model.js';
import type { PortMappingModel } from '../payload-model.js';
import { ByteWriter } from '../byte-writer.js';
import type { Sink } from '../sink.js';
import {
  captureRecord,
  hostRecord,
  inventoryRecord,
  observationRecord,
  portMappingRecord,
  remedyRecord,
  ruleRecord,
  totalsRecord,
  unexpectedRecord,
  verdictRecord,
} from './records.js';
import { FLOW_COLUMNS, writeFlowRow } from './flow-rows.js';
import { jsonText } from './text.js';

/** Which part of the model is written, and how much of it is left out. */
export interface JsonSelection {
  readonly hosts: readonly HostModel[];
  readonly verdicts: Iterable<VerdictModel>;
  /** Indices into `verdicts` of this selection. */
  readonly findings: readonly number[];
  readonly flows: Iterable<FlowModel>;
  /** At the most so many of the model's port mappings. */
  readonly maxPortMappings: number;
  readonly omitted: { readonly hosts: number; readonly verdicts: number; readonly flows: number };
  /** Longest string, UTF-16 units; longer ones are cut and say how much is missing. Absent = no limit. */
  readonly longestString?: number;
}

/** Port mappings in the JSON output. */
export const MAX_JSON_PORT_MAPPINGS = 10_000;

async function writeArray<T>(
  sink: Sink,
  name: string,
  items: Iterable<T>,
  record: (item: T) => object,
  longest: number | undefined,
): Promise<void> {
  let before = `"${name}": [\n`;
  let empty = true;
  for (const item of items) {
    const full = sink.write(before + jsonText(record(item), longest));
    if (full !== undefined) await full;
    before = ',\n';
    empty = false;
  }
  await sink.write(empty ? `"${name}": [],\n` : '\n],\n');
}

async function writeFlows(sink: Sink, flows: Iterable<FlowModel>, longest: number): Promise<void> {
  await sink.write(`"flow_columns": ${jsonText(FLOW_COLUMNS)},\n"flows": [`);
  const out = new ByteWriter(sink);
  let before = '\n';
  for (const flow of flows) {
    out.ascii(before);
    before = ',\n';
    writeFlowRow(out, flow, longest);
    if (out.full) await out.flush();
  }
  await out.end();
  await sink.write(before === '\n' ? '],\n' : '\n],\n');
}

async function writePortMappings(
  model: ReportModel,
  sink: Sink,
  most: number,
  longest: number | undefined,
): Promise<void> {
  const { portMappings, portMappingsOmitted } = model.payload;
  function* first(): Generator<PortMappingModel> {
    let given = 0;
    for (const mapping of portMappings) {
      if (given++ === most) return;
      yield mapping;
    }
  }
  await writeArray(sink, 'port_mappings', first(), portMappingRecord, longest);
  const omitted = portMappingsOmitted + Math.max(0, portMappings.length - most);
  await sink.write(`"port_mappings_omitted": ${omitted},\n`);
}

function head(model: ReportModel): readonly (readonly [string, unknown])[] {
  const { summary, server } = model;
  return [
    ['schema', model.schema],
    ['generator', { name: 'portwitness', ...model.generator }],
    ['generated_at', model.generatedAt.iso],
    ['command_line', model.commandLine],
    ['time_zone', model.timeZone],
    [
      'summary',
      {
        status: summary.status,
        sentence: summary.sentence,
        action: summary.action,
        confirm_where: summary.confirmWhere === '' ? null : summary.confirmWhere,
        confirm: summary.confirm === '' ? null : summary.confirm,
        exit_code: summary.exitCode,
      },
    ],
    ['first_time', model.firstTime?.iso ?? null],
    ['last_time', model.lastTime?.iso ?? null],
    ['interrupted', model.interrupted === '' ? null : model.interrupted],
    ['captures', model.captures.map(captureRecord)],
    ['server', { addresses: server.addresses, source: server.source, reason: server.reason }],
    ['inventory', model.inventory === null ? null : inventoryRecord(model.inventory)],
    ['packs', model.packs],
    ['rules', model.rules.map(ruleRecord)],
    ['quality', model.quality],
    ['totals', totalsRecord(model)],
    ['weirds', model.weirds],
    ['limits', model.limits],
    ['not_found', model.notFound],
    ['remedies', model.remedies.map(remedyRecord)],
    ['observations', model.observations.map(observationRecord)],
    ['observations_omitted', model.observationsOmitted],
    ['unexpected', model.unexpected.map(unexpectedRecord)],
    ['unexpected_omitted', model.unexpectedOmitted],
  ];
}

/** Writes the whole model. */
export async function writeJson(model: ReportModel, sink: Sink): Promise<void> {
  const { hosts, verdicts, findings, flows } = model;
  await writeJsonSelection(model, sink, {
    hosts,
    verdicts,
    findings,
    flows,
    maxPortMappings: MAX_JSON_PORT_MAPPINGS,
    omitted: { hosts: 0, verdicts: 0, flows: 0 },
  });
}

/** Writes the model with only the selected hosts, verdicts and flows. */
export async function writeJsonSelection(model: ReportModel, sink: Sink, part: JsonSelection): Promise<void> {
  await sink.write('{\n');
  const { longestString: longest } = part;
  for (const [name, value] of head(model)) await sink.write(`"${name}": ${jsonText(value, longest)},\n`);
  await sink.write(`"findings": ${jsonText(part.findings)},\n`);
  await writeArray(sink, 'hosts', part.hosts, hostRecord, longest);
  await writeArray(sink, 'verdicts', part.verdicts, verdictRecord, longest);
  await writeFlows(sink, part.flows, longest ?? Infinity);
  await writePortMappings(model, sink, part.maxPortMappings, longest);
  await sink.write(`"omitted": ${jsonText(part.omitted)}\n}\n`);
}
