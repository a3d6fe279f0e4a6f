/** A whole SMB2 exchange, messages fed one by one or cut anywhere, and what was learned from it. */
import { Origin } from '../../../src/flow/record/origin.js';
import type { Dissector, Side } from '../../../src/recognise/facts/dissector.js';
import { Facts } from '../../../src/recognise/facts/facts.js';
import { StreamBuffer } from '../../../src/recognise/stream/stream-buffer.js';
import { SmbDissector } from '../../../src/recognise/smb/smb.js';
import { body2, fileId, nbss, rpcBind, rpcBindAck, smb2 } from './smb-builder.js';
import { viewOf } from './smb-streams.js';

export interface Piece {
  readonly side: Side;
  readonly bytes: Uint8Array;
}

/** What one pipe was given: runs of bytes in hex without a loss in between, of the client and of the server. */
export interface PipeRecord {
  readonly name: string;
  readonly runs: readonly [string[], string[]];
  ended: boolean;
}

export class PipeRecorder implements Dissector {
  readonly done = false;
  private readonly record: PipeRecord;

  constructor(record: PipeRecord) {
    this.record = record;
  }

  data(side: Side, bytes: Uint8Array, _view: DataView, at: number, end: number): number {
    const runs = this.record.runs[side];
    runs.push((runs.pop() ?? '') + Buffer.from(bytes.subarray(at, end)).toString('hex'));
    return end - at;
  }

  gap(side: Side): void {
    this.record.runs[side].push('');
  }

  end(): void {
    this.record.ended = true;
  }
}

/** A connection that is fed by hand; frames count the pieces. */
export class Exchange {
  readonly facts = new Facts();
  readonly pipes: PipeRecord[] = [];
  readonly tokens: string[] = [];
  readonly dissector: SmbDissector;
  readonly feeders: readonly [StreamBuffer, StreamBuffer];
  private readonly from = new Origin();

  constructor() {
    this.dissector = new SmbDissector(
      this.facts,
      7,
      (name) => {
        const record: PipeRecord = { name, runs: [[], []], ended: false };
        this.pipes.push(record);
        return new PipeRecorder(record);
      },
      (_fromClient, bytes, _view, at, end) =>
        this.tokens.push(Buffer.from(bytes.subarray(at, end)).toString('hex')),
    );
    this.feeders = [new StreamBuffer(this.dissector, 0), new StreamBuffer(this.dissector, 1)];
    this.from.flow = 7;
  }

  feed(side: Side, bytes: Uint8Array): this {
    this.feeders[side].feed(bytes, viewOf(bytes), 0, bytes.length, this.from);
    return this;
  }

  /** A message of the client. */
  ask(...messages: readonly (readonly number[])[]): this {
    this.from.frame++;
    return this.feed(0, nbss(...messages));
  }

  /** A message of the server. */
  answer(...messages: readonly (readonly number[])[]): this {
    this.from.frame++;
    return this.feed(1, nbss(...messages));
  }

  lose(side: Side, length: number): this {
    this.feeders[side].gap(length, this.from);
    return this;
  }

  frame(number: number): this {
    this.from.frame = number;
    return this;
  }

  end(): this {
    this.dissector.end();
    return this;
  }

  /** What was learned, without places. */
  learned(): Learned {
    const { smb, trees, opens, denied } = this.facts;
    return {
      smb: smb.items.map((f) => [f.dialect, f.signingRequired, f.encryptionCapable, f.sessionStatus]),
      trees: trees.items.map((f) => [f.path, f.shareType, f.status]),
      opens: opens.items.map((f) => [f.action, f.path, f.tree, f.pipe, f.status, f.size]),
      denied: denied.items.map((f) => [f.what, f.statusName]),
      pipes: this.pipes.map((p) => [p.name, p.runs[0], p.runs[1]]),
      tokens: this.tokens,
    };
  }
}

export interface Learned {
  readonly smb: readonly unknown[][];
  readonly trees: readonly unknown[][];
  readonly opens: readonly unknown[][];
  readonly denied: readonly unknown[][];
  readonly pipes: readonly [string, string[], string[]][];
  readonly tokens: readonly string[];
}

const PIPE = fileId(0x11);
const FILE = fileId(0x22);

/** negotiate → session → IPC$ → svcctl → bind by write and read → call by transceive → ADMIN$ → file → refusals. */
export function wholeExchange(): Piece[] {
  const ask = (...m: readonly (readonly number[])[]): Piece => ({ side: 0, bytes: nbss(...m) });
  const answer = (...m: readonly (readonly number[])[]): Piece => ({ side: 1, bytes: nbss(...m) });
  const response = true;
  return [
    ask(smb2({ command: 0, id: 0 }, body2.negotiateRequest([0x0202, 0x0210, 0x0311]))),
    answer(smb2({ command: 0, id: 0, response }, body2.negotiateResponse(0x0311, 3, 0, 2))),
    ask(smb2({ command: 1, id: 1 }, body2.sessionRequest([0x4e, 0x54, 1]))),
    answer(smb2({ command: 1, id: 1, response, status: 0xc0000016 }, body2.sessionResponse([0x4e, 0x54, 2]))),
    ask(smb2({ command: 1, id: 2 }, body2.sessionRequest([0x4e, 0x54, 3]))),
    answer(smb2({ command: 1, id: 2, response }, body2.sessionResponse([]))),
    ask(smb2({ command: 3, id: 3 }, body2.treeRequest('\\\\WS01\\IPC$'))),
    answer(smb2({ command: 3, id: 3, response, tree: 1 }, body2.treeResponse(2))),
    ask(smb2({ command: 5, id: 4, tree: 1 }, body2.createRequest('svcctl'))),
    answer(smb2({ command: 5, id: 4, tree: 1, response }, body2.createResponse(PIPE))),
    ask(smb2({ command: 9, id: 5, tree: 1 }, body2.writeRequest(PIPE, rpcBind(1)))),
    answer(smb2({ command: 9, id: 5, tree: 1, response }, body2.writeResponse())),
    ask(smb2({ command: 8, id: 6, tree: 1 }, body2.readRequest(PIPE))),
    answer(smb2({ command: 8, id: 6, tree: 1, response, async: true, status: 0x103 }, body2.error())),
    answer(smb2({ command: 8, id: 6, tree: 1, response, async: true }, body2.readResponse(rpcBindAck(2)))),
    ask(smb2({ command: 11, id: 7, tree: 1 }, body2.transceiveRequest(PIPE, rpcBind(3)))),
    answer(smb2({ command: 11, id: 7, tree: 1, response }, body2.transceiveResponse(PIPE, rpcBindAck(4)))),
    ask(smb2({ command: 6, id: 8, tree: 1 }, body2.closeRequest(PIPE))),
    answer(smb2({ command: 6, id: 8, tree: 1, response }, body2.closeResponse())),
    ask(smb2({ command: 3, id: 9 }, body2.treeRequest('\\\\WS01\\ADMIN$'))),
    answer(smb2({ command: 3, id: 9, response, tree: 5 }, body2.treeResponse(1))),
    ask(
      smb2({ command: 5, id: 10, tree: 5 }, body2.createRequest('agent.exe'), true),
      smb2({ command: 6, id: 11, tree: -1, session: -1, related: true }, body2.closeRequest(FILE)),
    ),
    answer(
      smb2({ command: 5, id: 10, tree: 5, response }, body2.createResponse(FILE, 4096), true),
      smb2({ command: 6, id: 11, tree: 5, response, related: true }, body2.closeResponse()),
    ),
    ask(smb2({ command: 4, id: 12, tree: 5 }, body2.treeDisconnect())),
    answer(smb2({ command: 4, id: 12, tree: 5, response }, body2.treeDisconnect())),
    ask(smb2({ command: 3, id: 13 }, body2.treeRequest('\\\\WS01\\C$'))),
    answer(smb2({ command: 3, id: 13, response, status: 0xc0000022 }, body2.error())),
    ask(smb2({ command: 5, id: 14, tree: 1 }, body2.createRequest('winreg'))),
    answer(smb2({ command: 5, id: 14, tree: 1, response, status: 0xc0000022 }, body2.error())),
    // The identifier of a tree is used again.
    ask(smb2({ command: 3, id: 15 }, body2.treeRequest('\\\\WS01\\Data'))),
    answer(smb2({ command: 3, id: 15, response, tree: 5 }, body2.treeResponse(1))),
    ask(smb2({ command: 5, id: 16, tree: 5 }, body2.createRequest('report.txt'))),
    answer(smb2({ command: 5, id: 16, tree: 5, response }, body2.createResponse(fileId(0x33), 9))),
  ];
}

/** What `wholeExchange` proves. */
export const WHOLE: Learned = {
  smb: [['3.1.1', true, true, 0]],
  trees: [
    ['\\\\WS01\\IPC$', 'PIPE', 0],
    ['\\\\WS01\\ADMIN$', 'DISK', 0],
    ['\\\\WS01\\C$', '', 0xc0000022],
    ['\\\\WS01\\Data', 'DISK', 0],
  ],
  opens: [
    ['SMB::PIPE_OPEN', 'svcctl', '\\\\WS01\\IPC$', true, 0, 0],
    ['SMB::FILE_OPEN', 'agent.exe', '\\\\WS01\\ADMIN$', false, 0, 4096],
    ['SMB::PIPE_OPEN', 'winreg', '\\\\WS01\\IPC$', true, 0xc0000022, -1],
    ['SMB::FILE_OPEN', 'report.txt', '\\\\WS01\\Data', false, 0, 9],
  ],
  denied: [
    ['tree connect \\\\WS01\\C$', 'STATUS_ACCESS_DENIED'],
    ['open pipe winreg', 'STATUS_ACCESS_DENIED'],
  ],
  pipes: [['svcctl', [hex([...rpcBind(1), ...rpcBind(3)])], [hex([...rpcBindAck(2), ...rpcBindAck(4)])]]],
  tokens: ['4e5401', '4e5402', '4e5403'],
};

export function hex(bytes: readonly number[]): string {
  return Buffer.from(bytes).toString('hex');
}

/** Marsaglia's xorshift32: the same numbers in every run. */
export function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
