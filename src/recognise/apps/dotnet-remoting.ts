/**
 * .NET Remoting over TCP in clear text: which object was called, on both sides of the connection.
 *
 * Normative: [MS-NRTP] §2.2.3.3 (message frame), §2.2.3.3.3 (headers), §2.2.3.2.3 (counted string).
 *
 *   | 2E 4E 45 54 | 01 00 | operation 16 | distribution 16 | content length 32 (if 0) | headers ... 00 00 | content |
 *   chunked (distribution 1): | length 32 | bytes | 0D 0A | ... | 00000000 | 0D 0A |
 */
import { hasText, utf16Text, utf8Text } from '../bytes/byte-text.js';
import type { Dissector, Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { factText, seenAt } from '../facts/facts.js';
import type { Learner } from '../facts/learner.js';

const Operation = { Request: 0, OneWayRequest: 1, Reply: 2 } as const;
const Token = {
  End: 0,
  Custom: 1,
  StatusCode: 2,
  StatusPhrase: 3,
  RequestUri: 4,
  CloseConnection: 5,
  ContentType: 6,
} as const;
/** Kinds of header values. */
const Format = { Void: 0, CountedString: 1, Byte: 2, Uint16: 3, Int32: 4 } as const;
const UNICODE = 0;
const FIXED = 10;
/** Bytes of a header's token. */
const TOKEN = 2;
/** What is read of one message's headers; more is no .NET Remoting. */
const MAX_HEADER_BYTES = 16_384;
const MAX_HEADERS = 64;
/**
 * Objects of .NET Remoting that are named of one connection.
 * @reached further ones are not named
 */
const MAX_URIS = 16;
/**
 * Messages of .NET Remoting of one connection that are read; what comes later repeats the same objects.
 * @reached later ones are not read
 */
const MAX_MESSAGES = 256;
const MAX_CONTENT = 0x7fff_ffff;

/** Headers of the message that is being read; one for all connections, since none is kept beyond a call. */
const headers = { uri: '', status: 0, phrase: '' };

/** Both sides' messages; content is skipped. */
export class DotnetRemotingDissector implements Dissector {
  done = false;
  private readonly learner: Learner;
  /** Objects named so far; nearly always one. */
  private readonly uris: string[] = [];
  /** Sides that are between chunks. */
  private readonly inChunks: [boolean, boolean] = [false, false];
  private readonly walks: readonly [HeaderWalk, HeaderWalk] = [new HeaderWalk(), new HeaderWalk()];
  private answered = false;
  private confirmed = false;
  private messages = 0;

  constructor(learner: Learner) {
    this.learner = learner;
  }

  data(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): number {
    if (this.inChunks[side]) return this.chunk(side, view, at, end);
    if (end - at < FIXED)
      return hasText(bytes, at, end, '.NET'.slice(0, end - at)) || end - at > 4 ? 0 : this.stop(from);
    const distribution = view.getUint16(at + 8, true);
    const operation = view.getUint16(at + 6, true);
    if (!hasText(bytes, at, end, '.NET') || bytes[at + 4] !== 1 || distribution > 1) return this.stop(from);
    if (operation > Operation.Reply) return this.stop(from);
    const chunked = distribution === 1;
    const headersAt = at + FIXED + (chunked ? 0 : 4);
    if (end < headersAt) return 0;
    const content = chunked ? 0 : view.getUint32(at + FIXED, true);
    if (content > MAX_CONTENT) return this.stop(from);
    const walk = this.walks[side];
    if (!walk.isAtEnd(view, headersAt, end)) {
      return walk.isMalformed || end - at > MAX_HEADER_BYTES ? this.stop(from) : 0;
    }
    const behind = headersAt + walk.length;
    walk.begin();
    readHeaders(bytes, view, headersAt);
    this.inChunks[side] = chunked;
    this.take(operation, from);
    return behind - at + content;
  }

  gap(): void {
    // The next message is not marked well enough to be looked for.
    this.done = true;
  }

  end(): void {
    this.done = true;
  }

  private chunk(side: Side, view: DataView, at: number, end: number): number {
    if (end - at < 4) return 0;
    const length = view.getUint32(at, true);
    if (length > MAX_CONTENT) {
      this.done = true;
      return 0;
    }
    if (length === 0) this.inChunks[side] = false;
    return 4 + length + 2;
  }

  private take(operation: number, from: Origin): void {
    const { facts } = this.learner;
    facts.spoken(from.flow, 'dotnet_remoting', operation === Operation.Reply ? 1 : 0);
    this.confirmed = true;
    if (++this.messages >= MAX_MESSAGES) this.done = true;
    if (operation === Operation.Reply) {
      if (headers.status > 0 && !this.answered) {
        const text = `reply with status ${headers.status}${headers.phrase === '' ? '' : `: ${headers.phrase}`}`;
        facts.details.add({ service: 'dotnet_remoting', text: factText(text), ...seenAt(from) });
      }
      this.answered = true;
      return;
    }
    const { uri } = headers;
    if (uri === '' || this.uris.includes(uri) || this.uris.length >= MAX_URIS) return;
    this.uris.push(uri);
    facts.details.add({
      service: 'dotnet_remoting',
      text: uri,
      flow: from.flow,
      sec: from.sec,
      nsec: from.nsec,
      fileIndex: from.fileIndex,
      frame: from.frame,
    });
  }

  /** Not what it seemed, or out of step. */
  private stop(from: Origin): number {
    if (!this.confirmed) this.learner.facts.withdraw(from.flow);
    this.done = true;
    return 0;
  }
}

/** How far the headers of a side's present message are there: they come again, with more, and are not walked twice. */
class HeaderWalk {
  /** Bytes of the whole headers so far, and their number. */
  length = 0;
  isMalformed = false;
  private count = 0;

  begin(): void {
    this.length = 0;
    this.isMalformed = false;
    this.count = 0;
  }

  /** Walks on; true when the end of the headers, which begin at `at`, is there. */
  isAtEnd(view: DataView, at: number, end: number): boolean {
    for (; this.count < MAX_HEADERS; this.count++) {
      const i = at + this.length;
      const behind = headerEnd(view, i, end);
      if (behind <= 0) {
        this.isMalformed = behind < 0;
        return false;
      }
      this.length = behind - at;
      if (behind === i + TOKEN && view.getUint16(i, true) === Token.End) return true;
    }
    this.isMalformed = true;
    return false;
  }
}

/** Offset behind a header; 0 = more bytes are needed, -1 = malformed. */
function headerEnd(view: DataView, at: number, end: number): number {
  if (at + TOKEN > end) return 0;
  const token = view.getUint16(at, true);
  const valueAt = at + TOKEN;
  if (token === Token.End) return valueAt;
  if (token > Token.ContentType) return -1;
  if (token === Token.Custom) {
    // A name and a value, both counted strings.
    const value = countedEnd(view, valueAt, end);
    return value <= 0 ? value : countedEnd(view, value, end);
  }
  return valueAt >= end ? 0 : valueEnd(view, view.getUint8(valueAt), valueAt + 1, end);
}

/** Fills `headers` from headers that are whole. */
function readHeaders(bytes: Uint8Array, view: DataView, at: number): void {
  headers.uri = '';
  headers.status = 0;
  headers.phrase = '';
  for (let i = at, token = view.getUint16(i, true); token !== Token.End; token = view.getUint16(i, true)) {
    const behind = headerEnd(view, i, bytes.length);
    const format = bytes[i + TOKEN]!;
    const valueAt = i + TOKEN + 1;
    if (token === Token.RequestUri) headers.uri = countedText(bytes, format, valueAt, behind);
    if (token === Token.StatusPhrase) headers.phrase = countedText(bytes, format, valueAt, behind);
    if (token === Token.StatusCode && format === Format.Uint16)
      headers.status = view.getUint16(valueAt, true);
    i = behind;
  }
}

/** Offset behind a value; 0 = more bytes are needed, -1 = malformed. */
function valueEnd(view: DataView, format: number, at: number, end: number): number {
  if (format === Format.CountedString) return countedEnd(view, at, end);
  const length = format === Format.Void ? 0 : format === Format.Byte ? 1 : format === Format.Uint16 ? 2 : 4;
  if (format > Format.Int32) return -1;
  return at + length > end ? 0 : at + length;
}

function countedEnd(view: DataView, at: number, end: number): number {
  if (at + 5 > end) return 0;
  const length = view.getUint32(at + 1, true);
  if (view.getUint8(at) > 1 || length > MAX_HEADER_BYTES) return -1;
  return at + 5 + length > end ? 0 : at + 5 + length;
}

function countedText(bytes: Uint8Array, format: number, at: number, end: number): string {
  if (format !== Format.CountedString) return '';
  return factText(bytes[at] === UNICODE ? utf16Text(bytes, at + 5, end) : utf8Text(bytes, at + 5, end));
}
