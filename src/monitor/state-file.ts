/**
 * The state file, JSON of schema 'portwitness-state/1': which verdict stands for each rule and computer, since when
 * and after which changes. Written whole or not at all, so that a restart goes on where the program ended, however
 * it ended. What cannot be read is put aside and told, never obeyed.
 */
import { readFile, rename, stat } from 'node:fs/promises';
import { parseAddress } from '../flow/record/address.js';
import type { Sink } from '../report/write/sink.js';
import { OutputError, writeWhole } from '../report/write/write-file.js';
import { isNameKind } from '../share/names/names.js';
import type { NamePair } from '../share/names/names.js';
import { CIPHER_KEY_BYTES } from '../share/addresses/prefix-cipher.js';
import type { Secret } from '../share/draw.js';
import { hostKeyOf, hostKeyText } from '../verdict/words/host-key.js';
import { CONFIDENCES, LOCATIONS, VERDICTS } from '../verdict/words/words.js';
import type { PastChange, RestoredVerdict, TrackedVerdict } from './tracking/verdict-tracker.js';
import { MAX_HISTORY } from './words/model.js';

export const STATE_SCHEMA = 'portwitness-state/1';
/**
 * Bytes of a state file.
 * @reached it is put aside and told
 */
export const MAX_STATE_BYTES = 256 << 20;
/**
 * Verdicts in a state file.
 * @reached it is put aside and told
 */
export const MAX_STATE_VERDICTS = 1_000_000;
/**
 * Names in a state file.
 * @reached it is put aside and told
 */
export const MAX_STATE_NAMES = 1_000_000;
const MAX_TEXT = 4000;
const MAX_FRAMES = 100;
const MAX_SECONDS = 8.64e12;

/** What a restart goes on with. */
export interface State {
  /** Of the event told last. */
  readonly sequence: number;
  readonly verdicts: readonly RestoredVerdict[];
  /** Of a monitor that shares: what makes the same pseudonyms again. Absent = it did not share. */
  readonly secret?: Secret;
}

/** The state as it is written, from what stands. Rules that were never observed are left out. */
export function* stateText(
  sequence: number,
  standings: readonly TrackedVerdict[],
  now: Date,
  secret?: Secret,
): Generator<string> {
  yield `{"schema":"${STATE_SCHEMA}","savedAt":"${now.toISOString()}","sequence":${sequence},"verdicts":[`;
  let separator = '\n';
  for (const { rule, host, verdict, text, since, lastEvidence, changes, history } of standings) {
    if (changes === 0) continue;
    const entry = {
      rule: rule.id,
      host: hostKeyText(host),
      verdict: verdict.verdict,
      reasonCode: verdict.reason,
      ...text,
      reason: text.reason.slice(0, MAX_TEXT),
      since,
      lastEvidence,
      changes,
      history: history.slice(-MAX_HISTORY),
    };
    yield `${separator}${JSON.stringify(entry)}`;
    separator = ',\n';
  }
  yield '\n]';
  if (secret !== undefined) {
    const { key, counter, names } = secret;
    yield `,"share":${JSON.stringify({ key: [...key], counter, names })}`;
  }
  yield '}\n';
}

/** @throws OutputError when the system refuses; the old file is untouched then. */
export async function writeState(path: string, text: Iterable<string>): Promise<void> {
  const write = async (sink: Sink): Promise<void> => {
    for (const piece of text) await sink.write(piece);
  };
  // It is a map of the network, and nobody else's business.
  await writeWhole(path, write, { mode: 0o600, regular: true });
}

/**
 * Reads the state of an earlier run; null when there is none. A file that cannot be used is renamed, and `tell` is
 * given a sentence about it.
 * @throws OutputError when it is no regular file: a pipe would be waited for, and could not be put aside.
 */
export async function readState(path: string, tell: (text: string) => void): Promise<State | null> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new OutputError(path, 'ENOTSUP', 'it is no regular file; give a file name');
    const { size } = found;
    if (size > MAX_STATE_BYTES) throw new Error(`it has ${size} bytes, more than any state file`);
    return stateOf(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (error instanceof OutputError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    const why = error instanceof Error ? error.message : String(error);
    const aside = `${path}.unusable`;
    const moved = await rename(path, aside).then(
      () => `it is kept as ${aside}`,
      () => 'it will be written over',
    );
    tell(`the state file ${path} cannot be used (${why}); ${moved}, and the history begins anew.`);
    return null;
  }
}

/** @throws Error with a clause that says what is wrong */
export function stateOf(value: unknown): State {
  const state = objectOf(value, 'the file');
  if (state['schema'] !== STATE_SCHEMA) throw new Error(`its schema is not ${STATE_SCHEMA}`);
  const list = arrayOf(state['verdicts'], 'verdicts', MAX_STATE_VERDICTS);
  const secret = state['share'] === undefined ? {} : { secret: secretOf(state['share']) };
  return { sequence: countOf(state['sequence'], 'sequence'), verdicts: list.map(restoredOf), ...secret };
}

function secretOf(value: unknown): Secret {
  const share = objectOf(value, 'share');
  const key = arrayOf(share['key'], 'its key', CIPHER_KEY_BYTES).map((byte) => countOf(byte, 'its key'));
  if (key.length !== CIPHER_KEY_BYTES) throw new Error('its key is no key');
  const names = arrayOf(share['names'], 'its names', MAX_STATE_NAMES).map((one): NamePair => {
    const pair = objectOf(one, 'a name');
    const kind = textOf(pair['kind'], 'a kind');
    if (!isNameKind(kind)) throw new Error('a kind of name is unknown');
    return { kind, original: nameOf(pair['original']), pseudonym: nameOf(pair['pseudonym']) };
  });
  return { key: Uint8Array.from(key), counter: countOf(share['counter'], 'its counter'), names };
}

/** Names may be long: comments are among them. */
function nameOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('a name is no text');
  return value;
}

function restoredOf(value: unknown): RestoredVerdict {
  const entry = objectOf(value, 'a verdict');
  const address = parseAddress(textOf(entry['host'], 'host'));
  if (address === null) throw new Error('host is no address');
  return {
    rule: textOf(entry['rule'], 'rule'),
    host: hostKeyOf(address),
    verdict: oneOf(entry['verdict'], VERDICTS, 'verdict'),
    reasonCode: textOf(entry['reasonCode'], 'reasonCode'),
    text: {
      reason: textOf(entry['reason'], 'reason'),
      location: oneOf(entry['location'], LOCATIONS, 'location'),
      confidence: oneOf(entry['confidence'], CONFIDENCES, 'confidence'),
    },
    since: timeOf(entry['since'], 'since'),
    lastEvidence: timeOf(entry['lastEvidence'], 'lastEvidence'),
    changes: countOf(entry['changes'], 'changes'),
    history: arrayOf(entry['history'], 'history', MAX_HISTORY).map(changeOf),
  };
}

function changeOf(value: unknown): PastChange {
  const change = objectOf(value, 'a change');
  const frames = arrayOf(change['frames'], 'frames', MAX_FRAMES);
  return {
    sequence: countOf(change['sequence'], 'sequence'),
    time: textOf(change['time'], 'time'),
    from: oneOf(change['from'], VERDICTS, 'from'),
    to: oneOf(change['to'], VERDICTS, 'to'),
    reasonCode: textOf(change['reasonCode'], 'reasonCode'),
    file: textOf(change['file'], 'file'),
    frames: frames.map((frame) => countOf(frame, 'a frame')),
    filter: textOf(change['filter'], 'filter'),
  };
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${what} is no object`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function arrayOf(value: unknown, what: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${what} is no list`);
  if (value.length > most) throw new Error(`${what} has ${value.length} entries, more than ${most}`);
  return value;
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string' || value.length > MAX_TEXT) throw new Error(`${what} is no text`);
  return value;
}

/** Seconds since 1970 that a calendar has: a Date ends there (ECMA-262 §21.4.1.1). */
function timeOf(value: unknown, what: string): number {
  const seconds = countOf(value, what);
  if (seconds > MAX_SECONDS) throw new Error(`${what} is no time`);
  return seconds;
}

/** A number of 0 or more that is exact. */
function countOf(value: unknown, what: string): number {
  if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value;
  throw new Error(`${what} is no number`);
}

function oneOf<T extends string>(value: unknown, words: readonly T[], what: string): T {
  const known = words.find((word) => word === value);
  if (known === undefined) throw new Error(`${what} is none of ${words.join(', ')}`);
  return known;
}
