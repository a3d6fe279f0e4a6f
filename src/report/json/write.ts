/**
 * The result as versioned JSON, `portwitness/1`, described by docs/report.schema.json. Streamed: one record per
 * line inside the long arrays, so that line tools work on it too. The flows, of which there may be a million, are
 * rows of values: `flow_columns` names them once. Characters that act on a terminal or mislead an eye are written
 * as JSON escapes; the parsed value is the original.
 */
import type { FlowModel } from '../flow-model.js';
import type { HostModel } from '../host-model.js';
import type { ReportModel, VerdictModel } from '../model.js';
import type { PortMappingModel } from '../payload-model.js';
import { ByteWriter } from '../byte-writer.js';
import type { Sink } from '../sink.js';
import {
  captureRecord,
  causeRecord,
  hostRecord,
  inventoryRecord,
  observationRecord,
  portMappingRecord,
  remedyRecord,
  ruleRecord,
  totalsRecord,
  unexpectedRecord,
} from './records.js';
import { FLOW_COLUMNS, FlowRows } from './flow-rows.js';
import { jsonText } from './text.js';
import { VerdictRecords } from './verdict-records.js';

/** Which part of the model is written, and how much of it is left out. */
export interface JsonSelection {
  readonly hosts: readonly HostModel[];
  readonly verdicts: Iterable<VerdictModel>;
  /** Indices into `verdicts` of this selection. */
  readonly findings: readonly number[];
  readonly flows: Iterable<FlowModel>;
  /** At the most so many of the model's observations, and of its port mappings. */
  readonly maxObservations: number;
  readonly maxPortMappings: number;
  readonly omitted: { readonly hosts: number; readonly verdicts: number; readonly flows: number };
  /** Longest string, UTF-16 units; longer ones are cut and say how much is missing. Absent = no limit. */
  readonly longestString?: number;
}

/** Port mappings in the JSON output. */
export const MAX_JSON_PORT_MAPPINGS = 10_000;

async function writeArray<T>(
  out: ByteWriter,
  name: string,
  items: Iterable<T>,
  write: (item: T) => void,
): Promise<void> {
  out.text(`"${name}": [`);
  let before = '\n';
  for (const item of items) {
    out.ascii(before);
    before = ',\n';
    write(item);
    if (out.full) await out.flush();
  }
  out.ascii(before === '\n' ? '],\n' : '\n],\n');
}

async function writePortMappings(
  model: ReportModel,
  out: ByteWriter,
  most: number,
  write: (record: object) => void,
): Promise<void> {
  const { portMappings, portMappingsOmitted } = model.payload;
  function* first(): Generator<PortMappingModel> {
    let given = 0;
    for (const mapping of portMappings) {
      if (given++ === most) return;
      yield mapping;
    }
  }
  await writeArray(out, 'port_mappings', first(), (one) => write(portMappingRecord(one)));
  const omitted = portMappingsOmitted + Math.max(0, portMappings.length - most);
  out.text(`"port_mappings_omitted": ${omitted},\n`);
}

function head(model: ReportModel, maxObservations: number): readonly (readonly [string, unknown])[] {
  const { summary, server } = model;
  const observations = model.observations.slice(0, maxObservations);
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
    ['causes', model.causes.map(causeRecord)],
    ['remedies', model.remedies.map(remedyRecord)],
    ['observations', observations.map(observationRecord)],
    ['observations_omitted', model.observationsOmitted + model.observations.length - observations.length],
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
    maxObservations: Infinity,
    maxPortMappings: MAX_JSON_PORT_MAPPINGS,
    omitted: { hosts: 0, verdicts: 0, flows: 0 },
  });
}

/** Writes the model with only the selected hosts, verdicts and flows. */
export async function writeJsonSelection(model: ReportModel, sink: Sink, part: JsonSelection): Promise<void> {
  const out = new ByteWriter(sink);
  const { longestString: longest = Infinity } = part;
  const write = (record: object): void => out.text(jsonText(record, longest));
  out.text('{\n');
  for (const [name, value] of head(model, part.maxObservations)) {
    out.text(`"${name}": ${jsonText(value, longest)},\n`);
  }
  out.text(`"findings": ${jsonText(part.findings)},\n`);
  await writeArray(out, 'hosts', part.hosts, (one) => write(hostRecord(one)));
  const records = new VerdictRecords(out, longest);
  await writeArray(out, 'verdicts', part.verdicts, (one) => records.write(one));
  out.text(`"flow_columns": ${jsonText(FLOW_COLUMNS)},\n`);
  const rows = new FlowRows(out, longest);
  await writeArray(out, 'flows', part.flows, (one) => rows.write(one));
  await writePortMappings(model, out, part.maxPortMappings, write);
  out.text(`"omitted": ${jsonText(part.omitted)}\n}\n`);
  await out.end();
}
