/** The result as JSON inside the page: the same document as the JSON output, with what the page leaves out cut. */
import { writeJsonSelection } from '../json/write.js';
import type { FlowModel } from '../flow-model.js';
import type { HostModel } from '../host-model.js';
import type { ReportModel, VerdictModel } from '../model.js';
import type { Sink } from '../sink.js';

/** Verdicts inside the page: the findings first, then the others in their order. */
export const MAX_EMBEDDED_VERDICTS = 200;
/** Flows inside the page. */
export const MAX_EMBEDDED_FLOWS = 400;
/** Observations inside the page. */
export const MAX_EMBEDDED_OBSERVATIONS = 100;
/** Port mappings inside the page. */
export const MAX_EMBEDDED_PORT_MAPPINGS = 400;
/** Longest string inside the page, UTF-16 units; the JSON output beside it has every string whole. */
export const MAX_EMBEDDED_STRING = 1000;

/** A mark of byte order (U+FEFF) may be the first of what is handed over, and stays. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

interface Chosen {
  readonly verdicts: Iterable<VerdictModel>;
  readonly count: number;
  readonly findings: readonly number[];
}

function chosen(model: ReportModel): Chosen {
  if (model.verdicts.length <= MAX_EMBEDDED_VERDICTS) {
    return { verdicts: model.verdicts, count: model.verdicts.length, findings: model.findings };
  }
  const order = new Set(model.findings.slice(0, MAX_EMBEDDED_VERDICTS));
  const findings = order.size;
  for (let i = 0; order.size < MAX_EMBEDDED_VERDICTS; i++) order.add(i);
  const verdicts = [...order].flatMap((index) => model.verdicts.at(index) ?? []);
  return { verdicts, count: verdicts.length, findings: Array.from({ length: findings }, (_, i) => i) };
}

/**
 * Writes the JSON so that it cannot end the script element around it: `<` stands only inside JSON strings, where
 * its escape means the same (HTML Standard §4.12.1.3).
 */
export async function writeEmbedded(
  model: ReportModel,
  sink: Sink,
  hosts: readonly HostModel[],
  flows: readonly FlowModel[],
): Promise<void> {
  const { verdicts, count, findings } = chosen(model);
  const kept = flows.slice(0, MAX_EMBEDDED_FLOWS);
  const write = (text: string): Promise<void> | undefined => sink.write(text.replaceAll('<', '\\u003c'));
  await writeJsonSelection(
    model,
    { write, writeBytes: (bytes) => write(decoder.decode(bytes)) },
    {
      hosts,
      verdicts,
      findings,
      flows: kept,
      maxObservations: MAX_EMBEDDED_OBSERVATIONS,
      maxPortMappings: MAX_EMBEDDED_PORT_MAPPINGS,
      longestString: MAX_EMBEDDED_STRING,
      omitted: {
        hosts: model.hosts.length - hosts.length,
        verdicts: model.verdicts.length - count,
        flows: model.flows.count - kept.length,
      },
    },
  );
}
