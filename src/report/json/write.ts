/**
 * The result as versioned JSON, `portwitness/1`, described by docs/report.schema.json. Streamed: one record per
 * line inside the long arrays, so that line tools work on it too. Characters that act on a terminal or mislead
 * an eye are written as JSON escapes; the parsed value is the original.
 */
import type { FlowModel, HostModel, ReportModel, VerdictModel } from '../model.js';
import type { PortMappingModel } from '../payload-model.js';
import type { Sink } from '../sink.js';
import {
  captureRecord,
  flowRecord,
  hostRecord,
  observationRecord,
  portMappingRecord,
  remedyRecord,
  ruleRecord,
  totalsRecord,
  unexpectedRecord,
  verdictRecord,
} from './records.js';

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

/** Most records are this. */
const PRINTABLE_ASCII = /^[ -~]*$/;
const ACTING = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * JSON text of one value with acting characters escaped; NaN and infinities become null. Strings past `longest`
 * UTF-16 units are cut.
 */
export function jsonText(value: unknown, longest = Infinity): string {
  const text = longest === Infinity ? JSON.stringify(value) : JSON.stringify(value, cutter(longest));
  return PRINTABLE_ASCII.test(text)
    ? text
    : text.replace(ACTING, (char) => {
        let units = '';
        for (let i = 0; i < char.length; i++) {
          units += `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`;
        }
        return units;
      });
}

function cutter(longest: number): (key: string, value: unknown) => unknown {
  return (_key, value) => {
    if (typeof value !== 'string' || value.length <= longest) return value;
    const kept = value.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '');
    return `${kept}… (${value.length - kept.length} more characters)`;
  };
}

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

async function writePortMappings(
  model: ReportModel,
  sink: Sink,
  most: number,
  longest: number | undefined,
): Promise<void> {
  const { portMappings, portMappingsOmitted } = model.payload;
  let omitted = portMappingsOmitted;
  function* first(): Generator<PortMappingModel> {
    let given = 0;
    for (const mapping of portMappings) {
      if (given++ < most) yield mapping;
      else omitted++;
    }
  }
  await writeArray(sink, 'port_mappings', first(), portMappingRecord, longest);
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
  await writeArray(sink, 'flows', part.flows, flowRecord, longest);
  await writePortMappings(model, sink, part.maxPortMappings, longest);
  await sink.write(`"omitted": ${jsonText(part.omitted)}\n}\n`);
}
