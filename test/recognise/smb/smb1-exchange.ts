/** A whole SMB1 exchange in which every identifier is used twice, and what it proves. */
import { block, nbss, NO_ANDX, rpcBind, rpcBindAck, smb1, u16, zeros } from './smb-builder.js';
import type { Smb1Header } from './smb-builder.js';
import { hex } from './smb-exchange.js';
import type { Learned, Piece } from './smb-exchange.js';
import {
  chosen,
  createRequest,
  createResponse,
  dialects,
  readAndx,
  readResponse,
  transact,
  transacted,
  treeRequest,
  treeResponse,
  writeAndx,
} from './smb1-builder.js';

/** A request and its answer, which takes over what is not told of it. */
function pair(
  header: Smb1Header,
  request: readonly number[],
  answer: readonly number[],
  of: Partial<Smb1Header> = {},
): Piece[] {
  return [
    { side: 0, bytes: nbss(smb1(header, request)) },
    { side: 1, bytes: nbss(smb1({ ...header, ...of, response: true }, answer)) },
  ];
}

const EMPTY = block([], []);
const FID = 0x4000;
const sessionRequest = block([...NO_ANDX, ...zeros(10), ...u16(2), ...zeros(8)], [1, 2]);
const sessionResponse = block([...NO_ANDX, 0, 0, ...u16(1)], [3]);

/** negotiate → session → IPC$ → svcctl → bind and call → closed; again as C$, a file and a refusal. */
export function wholeSmb1Exchange(): Piece[] {
  const ipc = { mid: 64, tid: 3 };
  const close = block([...u16(FID), ...zeros(4)], []);
  return [
    ...pair({ command: 0x72, mid: 64 }, dialects('LANMAN1.0', 'NT LM 0.12'), chosen(1, 15)),
    ...pair({ command: 0x73, mid: 64 }, sessionRequest, sessionResponse),
    ...pair({ command: 0x75, mid: 64 }, treeRequest('\\\\WS01\\IPC$', 'IPC'), treeResponse('IPC'), {
      tid: 3,
    }),
    ...pair({ command: 0xa2, ...ipc }, createRequest('\\svcctl'), createResponse(FID, 0, 2)),
    ...pair({ command: 0x2f, ...ipc }, writeAndx(FID, rpcBind(1)), block(zeros(12), [])),
    ...pair({ command: 0x2e, ...ipc }, readAndx(FID), readResponse(rpcBindAck(2))),
    ...pair({ command: 0x25, ...ipc }, transact(FID, rpcBind(3)), transacted(rpcBindAck(4), 68, 0)),
    ...pair({ command: 0x04, ...ipc }, close, EMPTY),
    ...pair({ command: 0x71, ...ipc }, EMPTY, EMPTY),
    ...pair({ command: 0x75, mid: 64 }, treeRequest('\\\\WS01\\C$', 'A:'), treeResponse('A:'), { tid: 3 }),
    ...pair({ command: 0xa2, ...ipc }, createRequest('\\a.exe'), createResponse(FID, 7, 0)),
    ...pair({ command: 0x2f, ...ipc }, writeAndx(FID, zeros(100)), block(zeros(12), [])),
    ...pair({ command: 0xa2, ...ipc }, createRequest('\\b.exe'), EMPTY, { status: 0xc0000022 }),
    ...pair({ command: 0x75, mid: 64 }, treeRequest('\\\\WS01\\ADMIN$', 'A:'), EMPTY, { status: 0xc0000022 }),
  ];
}

export const WHOLE_SMB1: Learned = {
  smb: [['NT LM 0.12', true, false, 0]],
  trees: [
    ['\\\\WS01\\IPC$', 'PIPE', 0],
    ['\\\\WS01\\C$', 'DISK', 0],
    ['\\\\WS01\\ADMIN$', '', 0xc0000022],
  ],
  opens: [
    ['SMB::PIPE_OPEN', 'svcctl', '\\\\WS01\\IPC$', true, 0, 0],
    ['SMB::FILE_OPEN', '\\a.exe', '\\\\WS01\\C$', false, 0, 7],
    ['SMB::FILE_OPEN', '\\b.exe', '\\\\WS01\\C$', false, 0xc0000022, -1],
  ],
  denied: [['tree connect \\\\WS01\\ADMIN$', 'STATUS_ACCESS_DENIED']],
  pipes: [['svcctl', [hex([...rpcBind(1), ...rpcBind(3)])], [hex([...rpcBindAck(2), ...rpcBindAck(4)])]]],
  tokens: ['0102', '03'],
};
