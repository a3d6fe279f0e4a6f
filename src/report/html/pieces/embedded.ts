/**
 * The result inside the page, so that a saved report is a result: the JSON output (`portwitness/2`) with all verdicts
 * and the flows that the page lists, compressed by gzip and written as base64. saved/open.ts reads it back.
 */
import { platform } from '../../../platform/platform.js';
import { writeSelection } from '../../json/write-2.js';
import type { FlowModel } from '../../model/flow-model.js';
import type { ReportModel, VerdictModel } from '../../model/model.js';
import type { Sink } from '../../write/sink.js';

/**
 * Verdicts inside the page, so that its size has a bound.
 * @reached further ones are counted and not in the result inside of the page
 */
export const MAX_EMBEDDED_VERDICTS = 250_000;
/** What begins and ends the block; between them is nothing but base64 and white space. */
export const EMBEDDED_BEGIN = '<script type="application/gzip" id="portwitness-result">';
export const EMBEDDED_END = '</script>';

/** Bytes of a line: a multiple of three, so that only the last one is filled up. */
const LINE_BYTES = 3 * 8192;

const DIGITS = Uint8Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', (digit) =>
  digit.charCodeAt(0),
);
const PADDING = 0x3d;
const NEWLINE = 0x0a;

/** Writes the base64 (RFC 4648 §4) of `bytes[0 .. length)` and a newline to `into`; returns how many bytes that are. */
function putBase64(bytes: Uint8Array, length: number, into: Uint8Array): number {
  let at = 0;
  for (let i = 0; i < length; i += 3) {
    const second = i + 1 < length ? bytes[i + 1]! : 0;
    const third = i + 2 < length ? bytes[i + 2]! : 0;
    const word = (bytes[i]! << 16) | (second << 8) | third;
    into[at] = DIGITS[word >> 18]!;
    into[at + 1] = DIGITS[(word >> 12) & 63]!;
    into[at + 2] = i + 1 < length ? DIGITS[(word >> 6) & 63]! : PADDING;
    into[at + 3] = i + 2 < length ? DIGITS[word & 63]! : PADDING;
    at += 4;
  }
  into[at++] = NEWLINE;
  return at;
}

/** Base64 in lines. */
class Base64Lines {
  readonly #sink: Sink;
  readonly #line = new Uint8Array(LINE_BYTES);
  readonly #text = new Uint8Array((LINE_BYTES / 3) * 4 + 1);
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
    if (this.#used === 0) return;
    const length = putBase64(this.#line, this.#used, this.#text);
    this.#used = 0;
    await this.#sink.writeBytes(this.#text.subarray(0, length));
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
