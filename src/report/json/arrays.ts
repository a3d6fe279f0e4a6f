/** The long arrays of the JSON output: one record per line, so that line tools work on them too. */
import type { ByteWriter } from '../write/byte-writer.js';
import type { ReportModel } from '../model/model.js';
import type { PortMappingModel } from '../model/payload-model.js';
import { portMappingRecord } from './records.js';
import { jsonText } from './text.js';

/**
 * Port mappings in the JSON output.
 * @reached further ones are counted: `port_mappings_omitted`
 */
export const MAX_JSON_PORT_MAPPINGS = 10_000;

/** Streams the items; each `write` adds one of them to `out`. */
export async function writeArray<T>(
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

/** The first of the model's port mappings, and how many are left out. */
export async function writePortMappings(model: ReportModel, out: ByteWriter): Promise<void> {
  const { portMappings, portMappingsOmitted } = model.payload;
  function* first(): Generator<PortMappingModel> {
    let given = 0;
    for (const mapping of portMappings) {
      if (given++ === MAX_JSON_PORT_MAPPINGS) return;
      yield mapping;
    }
  }
  await writeArray(out, 'port_mappings', first(), (one) => out.text(jsonText(portMappingRecord(one))));
  const omitted = portMappingsOmitted + Math.max(0, portMappings.length - MAX_JSON_PORT_MAPPINGS);
  out.text(`"port_mappings_omitted": ${omitted},\n`);
}
