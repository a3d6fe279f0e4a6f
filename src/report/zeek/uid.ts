/**
 * A connection's unique id in Zeek's form: 'C' and base-62 digits. Zeek draws it at random; here the same flow
 * of the same capture always gets the same id, so that two runs can be compared.
 */
import { sha1 } from '../../flow/record/sha1.js';
import type { FlowModel } from '../model/flow-model.js';
import { utf8 } from '../write/utf8.js';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^6 > 2^32: six digits hold one 32-bit word. */
const DIGITS_PER_WORD = 6;
const WORDS = 3;

const digest = new Int32Array(5);

/** Five-tuple, first time and first frame → 'C' + 18 digits (96 bits). */
export function uid(flow: FlowModel): string {
  const { orig, resp, firstTime } = flow;
  const key = `${flow.proto} ${orig.ip} ${orig.port} ${resp.ip} ${resp.port} ${firstTime.iso} ${flow.firstFrame}`;
  sha1(utf8(key), digest);
  let text = 'C';
  for (let word = 0; word < WORDS; word++) {
    let rest = digest[word]! >>> 0;
    for (let i = 0; i < DIGITS_PER_WORD; i++) {
      text += DIGITS.charAt(rest % 62);
      rest = Math.floor(rest / 62);
    }
  }
  return text;
}
