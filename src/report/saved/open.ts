/** The text of the JSON output that a file holds: a JSON file itself, or a report with the result inside. */
import { errorCode } from '../../platform/error-code.js';
import type { Inflater } from '../../platform/contract.js';
import { platform } from '../../platform/platform.js';
import { EMBEDDED_BEGIN, EMBEDDED_END } from '../html/pieces/embedded.js';
import { ResultError } from './result-error.js';

/**
 * Longest file, and longest result inside a report: a JavaScript string can hardly be longer.
 * @reached `show` refuses it
 */
export const MAX_RESULT_BYTES = 500_000_000;
/** A gzip header without further fields, as it is written (RFC 1952 §2.3). */
const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
/** Reports before portwitness/2 hold a shortened copy only. */
const SHORTENED = 'id="portwitness-json"';

const DAMAGED = 'it is damaged: the result inside the report cannot be decompressed';

/**
 * @param most bytes of the file, and of the result inside it
 * @throws ResultError: it cannot be read, is too long, or is neither
 */
export async function resultText(path: string, most = MAX_RESULT_BYTES): Promise<string> {
  const bytes = await platform.readFile(path, most).catch((error: unknown) => {
    throw new ResultError(reasonOf(error, most));
  });
  const text = new TextDecoder().decode(bytes);
  if (/^\s*\{/.test(text.slice(0, 1000))) return text;
  const begin = text.lastIndexOf(EMBEDDED_BEGIN);
  if (begin >= 0) {
    const end = text.indexOf(EMBEDDED_END, begin);
    if (end < 0) throw new ResultError('it is damaged: it ends inside the result');
    return inflated(bytesOf(text.slice(begin + EMBEDDED_BEGIN.length, end)), most);
  }
  if (text.includes(SHORTENED)) {
    throw new ResultError('it is a report of an older portwitness without the whole result; give its .json');
  }
  throw new ResultError('it is neither a report nor a result of portwitness');
}

function reasonOf(error: unknown, most: number): string {
  const code = errorCode(error);
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EFBIG') return `it has more than ${most / 1e6} MB`;
  if (code === 'EACCES') return 'permission denied';
  return error instanceof Error ? error.message : String(error);
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    throw new ResultError(DAMAGED);
  }
}

/** The text in one gzip member. */
async function inflated(gzip: Uint8Array, most: number): Promise<string> {
  if (gzip.length < HEADER_BYTES + TRAILER_BYTES) throw new ResultError(DAMAGED);
  const view = new DataView(gzip.buffer);
  // Magic and method; no optional fields.
  if (view.getUint16(0) !== 0x1f8b || view.getUint16(2) !== 0x0800) throw new ResultError(DAMAGED);
  const inflater = platform.inflater();
  try {
    return await decoded(inflater, gzip.subarray(HEADER_BYTES, -TRAILER_BYTES), {
      crc: view.getUint32(gzip.length - TRAILER_BYTES, true),
      size: view.getUint32(gzip.length - 4, true),
      most,
    });
  } finally {
    inflater.close();
  }
}

async function decoded(
  inflater: Inflater,
  deflated: Uint8Array,
  wanted: { readonly crc: number; readonly size: number; readonly most: number },
): Promise<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  let crc = 0;
  let size = 0;
  inflater.push(deflated);
  for (;;) {
    const chunk = await inflater.next();
    if (chunk === 'corrupt') throw new ResultError(DAMAGED);
    if (chunk === 'idle') break;
    crc = platform.crc32(chunk, crc);
    size += chunk.length;
    if (size > wanted.most) throw new ResultError('the result inside the report is too long');
    text += decoder.decode(chunk, { stream: true });
  }
  if (crc !== wanted.crc || size !== wanted.size) throw new ResultError(DAMAGED);
  return text + decoder.decode();
}
