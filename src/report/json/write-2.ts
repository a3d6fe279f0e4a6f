/**
 * The result as versioned JSON by reference, `portwitness/2`, described by docs/report-2.schema.json: a sentence stands
 * once, however many computers it is said of. Streamed and escaped as the first version (write.ts); the tables come
 * behind the rows that refer to them.
 */
import { ByteWriter } from '../write/byte-writer.js';
import type { FlowModel } from '../model/flow-model.js';
import type { ReportModel, VerdictModel } from '../model/model.js';
import type { Sink } from '../write/sink.js';
import { writeArray, writePortMappings } from './arrays.js';
import { FLOW_COLUMNS, FlowRows } from './flow-rows.js';
import { headRecords } from './head.js';
import { causeRecord, changeRecord, hostRecord } from './records.js';
import { jsonText } from './text.js';
import {
  ATTEMPT_COLUMNS,
  EVIDENCE_COLUMNS,
  hostPlaces,
  VERDICT_COLUMNS,
  VerdictRows,
} from './verdict-rows.js';

/** What is written of the long lists, and how much is left out. */
export interface Selection {
  readonly verdicts: Iterable<VerdictModel>;
  /** Indices into `verdicts`. */
  readonly findings: readonly number[];
  readonly flows: Iterable<FlowModel>;
  readonly omitted: { readonly hosts: number; readonly verdicts: number; readonly flows: number };
}

/** Writes the whole model. */
export function writeJson2(model: ReportModel, sink: Sink): Promise<void> {
  const { verdicts, findings, flows } = model;
  return writeSelection(model, sink, {
    verdicts,
    findings,
    flows,
    omitted: { hosts: 0, verdicts: 0, flows: 0 },
  });
}

/** Writes the model with only the selected verdicts and flows. */
export async function writeSelection(model: ReportModel, sink: Sink, part: Selection): Promise<void> {
  const out = new ByteWriter(sink);
  const member = (name: string, value: unknown): void => out.text(`"${name}": ${jsonText(value)},\n`);
  const placeOf = hostPlaces(model.hosts);
  const causes = model.causes.map((cause) =>
    causeRecord(cause, (host) => {
      const place = placeOf(host);
      return place < 0 ? hostRecord(host) : place;
    }),
  );
  out.text('{\n');
  for (const [name, value] of headRecords(model, 'portwitness/2', causes)) member(name, value);
  member('changes', model.changes.map(changeRecord));
  member('findings', part.findings);
  await writeArray(out, 'hosts', model.hosts, (one) => out.text(jsonText(hostRecord(one))));
  member('verdict_columns', VERDICT_COLUMNS);
  member('evidence_columns', EVIDENCE_COLUMNS);
  member('attempt_columns', ATTEMPT_COLUMNS);
  const verdicts = new VerdictRows(model, placeOf, out);
  await writeArray(out, 'verdicts', part.verdicts, (one) => verdicts.write(one));
  await writeArray(out, 'statements', verdicts.statements.list, (one) => out.text(jsonText(one)));
  await writeArray(out, 'texts', verdicts.texts.list, (one) => out.text(jsonText(one)));
  member('flow_columns', FLOW_COLUMNS);
  const rows = new FlowRows(out, Infinity);
  await writeArray(out, 'flows', part.flows, (one) => rows.write(one));
  await writePortMappings(model, out);
  out.text(`"omitted": ${jsonText(part.omitted)}\n}\n`);
  await out.end();
}
