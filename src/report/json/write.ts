/**
 * The result as versioned JSON, `portwitness/1`, described by docs/report.schema.json. Streamed: one record per
 * line inside the long arrays, so that line tools work on it too. The flows, of which there may be a million, are
 * rows of values: `flow_columns` names them once. Characters that act on a terminal or mislead an eye are written
 * as JSON escapes; the parsed value is the original.
 */
import type { ReportModel } from '../model/model.js';
import { ByteWriter } from '../write/byte-writer.js';
import type { Sink } from '../write/sink.js';
import { writeArray, writePortMappings } from './arrays.js';
import { FLOW_COLUMNS, FlowRows } from './flow-rows.js';
import { headRecords } from './head.js';
import { causeRecord, hostRecord } from './records.js';
import { jsonText } from './text.js';
import { VerdictRecords } from './verdict-records.js';

const OMITTED = { hosts: 0, verdicts: 0, flows: 0 };

/** Writes the whole model. */
export async function writeJson(model: ReportModel, sink: Sink): Promise<void> {
  const out = new ByteWriter(sink);
  out.text('{\n');
  const causes = model.causes.map((cause) => causeRecord(cause, hostRecord));
  for (const [name, value] of headRecords(model, 'portwitness/1', causes)) {
    out.text(`"${name}": ${jsonText(value)},\n`);
  }
  out.text(`"findings": ${jsonText(model.findings)},\n`);
  await writeArray(out, 'hosts', model.hosts, (one) => out.text(jsonText(hostRecord(one))));
  const records = new VerdictRecords(out, Infinity);
  await writeArray(out, 'verdicts', model.verdicts, (one) => records.write(one));
  out.text(`"flow_columns": ${jsonText(FLOW_COLUMNS)},\n`);
  const rows = new FlowRows(out, Infinity);
  await writeArray(out, 'flows', model.flows, (one) => rows.write(one));
  await writePortMappings(model, out);
  out.text(`"omitted": ${jsonText(OMITTED)}\n}\n`);
  await out.end();
}
