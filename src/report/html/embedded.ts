/**
 * The result inside the page, so that a saved report is a result: the JSON output (`portwitness/2`) with all verdicts
 * and the flows that the page lists, compressed by gzip and written as base64. saved/open.ts reads it back.
 */
import { platform } from '../../platform/platform.js';
import { writeSelection } from '../json/write-2.js';
import type { FlowModel } from '../flow-model.js';
import type { ReportModel, VerdictModel } from '../model.js';
import type { Sink } from '../sink.js';

/**
 * Verdicts inside the page, so that its size has a bound.
 * @reached the page holds no result
 */
export const MAX_EMBEDDED_VERDICTS = 250_000;
/** What begins and ends the block; between them is nothing but base64 and white space. */
export const EMBEDDED_BEGIN = '<script type="application/gzip" id="portwitness-result">';
export const EMBEDDED_END = '</script>';

/** Bytes of a line: a multiple of three, so that only the last one is filled up. */
const LINE_BYTES = 3 * 8192;

/** Base64 (RFC 4648 §4) in lines. */
class Base64Lines {
  readonly #sink: Sink;
  readonly #line = new Uint8Array(LINE_BYTES);
  #used = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const taken = Math.min(LINE_BYTES - this.#used, bytes.length - at);
      this.#line.set(bytes.subarray(at, at + taken), this.#used);
      this.#used += taken;
      at += taken;
      if (this.#used === LINE_BYTES) await this.end();
    }
  }

  async end(): Promise<void> {
    const text = btoa(String.fromCharCode(...this.#line.subarray(0, this.#used)));
    this.#used = 0;
    if (text !== '') await this.#sink.write(`${text}\n`);
  }
}

function* first(verdicts: Iterable<VerdictModel>, most: number): Generator<VerdictModel> {
  let given = 0;
  for (const one of verdicts) {
    if (given++ === most) return;
    yield one;
  }
}

/** Writes the block. @param flows what the page lists */
export async function writeEmbedded(
  model: ReportModel,
  sink: Sink,
  flows: readonly FlowModel[],
): Promise<void> {
  const gzip = platform.gzip();
  const lines = new Base64Lines(sink);
  const encoder = new TextEncoder();
  const give = async (bytes: Uint8Array): Promise<void> => {
    for (const piece of await gzip.push(bytes)) await lines.write(piece);
  };
  const count = Math.min(model.verdicts.length, MAX_EMBEDDED_VERDICTS);
  await sink.write(`${EMBEDDED_BEGIN}\n`);
  await writeSelection(
    model,
    { write: (text) => give(encoder.encode(text)), writeBytes: give },
    {
      verdicts: first(model.verdicts, count),
      findings: model.findings.filter((index) => index < count),
      // All of them in the order of the JSON output: then both are the same text.
      flows: flows.length === model.flows.count ? model.flows : flows,
      omitted: {
        hosts: 0,
        verdicts: model.verdicts.length - count,
        flows: model.flows.count - flows.length,
      },
    },
  );
  for (const piece of await gzip.end()) await lines.write(piece);
  await lines.end();
  await sink.write(`${EMBEDDED_END}\n`);
}
