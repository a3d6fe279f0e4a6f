/** SMB1 as built messages, [MS-CIFS]. */
import test from 'ava';
import {
  ascii,
  block,
  nbss,
  NO_ANDX,
  rpcBind,
  rpcBindAck,
  smb1,
  u16,
  u32,
  utf16,
  zeros,
} from './smb-builder.js';
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
import { rounds } from '../../fuzz.js';
import type { Smb1Header } from './smb-builder.js';
import { Exchange, hex, random } from './smb-exchange.js';

const response = true;

/** A request and its answer of one command. */
function both(
  e: Exchange,
  header: Smb1Header,
  request: readonly number[],
  answer: readonly number[],
  of: Partial<Smb1Header> = {},
): Exchange {
  return e.ask(smb1(header, request)).answer(smb1({ ...header, ...of, response }, answer));
}

function connected(path: string, service: string): Exchange {
  const e = new Exchange();
  return both(e, { command: 0x75, mid: 1 }, treeRequest(path, '?????'), treeResponse(service), { tid: 3 });
}

test('the dialect is the one that the answer points at in the request', (t) => {
  const offer = dialects('PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12');
  const e = both(new Exchange(), { command: 0x72, mid: 1 }, offer, chosen(2, 15));
  t.deepEqual(e.learned().smb, [['NT LM 0.12', true, false, -1]]);
  const older = both(new Exchange(), { command: 0x72, mid: 1 }, offer, block([...u16(1), ...zeros(24)], []));
  t.deepEqual(older.learned().smb, [['LANMAN1.0', false, false, -1]]);
  const unseen = new Exchange().answer(smb1({ command: 0x72, mid: 1, response }, chosen(5, 3)));
  t.deepEqual(unseen.learned().smb, [['NT LM 0.12', false, false, -1]]);
});

test('a server without a common dialect is told with what was offered', (t) => {
  const none = block(u16(0xffff), []);
  const e = both(new Exchange(), { command: 0x72, mid: 1 }, dialects('NT LM 0.12'), none).end();
  t.deepEqual(
    e.facts.details.items.map((d) => d.text),
    ['negotiate refused (STATUS_NOT_SUPPORTED), offered NT LM 0.12'],
  );
});

test('session setups hand their tokens on and tell the final status, in NT and in DOS form', (t) => {
  const request = (token: readonly number[]): number[] =>
    block([...NO_ANDX, ...zeros(10), ...u16(token.length), ...zeros(8)], token);
  const answer = (token: readonly number[]): number[] =>
    block([...NO_ANDX, 0, 0, ...u16(token.length)], token);
  const e = new Exchange();
  both(e, { command: 0x73, mid: 1 }, request([1, 2]), answer([3]), { status: 0xc0000016 });
  both(e, { command: 0x73, mid: 2 }, request([4]), block([], []), { status: 0x00020002, nt: false });
  t.deepEqual(e.learned().tokens, ['0102', '03', '04']);
  t.deepEqual(e.learned().smb, [['', false, false, 0xc000006d]]);
  t.deepEqual(e.learned().denied, [['SMB session setup', 'STATUS_LOGON_FAILURE']]);
});

test('trees are told in Unicode and OEM strings, with the type of the answer', (t) => {
  const e = connected('\\\\WS01\\IPC$', 'IPC');
  const oem = treeRequest('\\\\WS01\\C$', 'A:', false);
  both(e, { command: 0x75, mid: 2, unicode: false }, oem, treeResponse('A:'), { tid: 4 });
  both(e, { command: 0x75, mid: 3 }, treeRequest('\\\\WS01\\ADMIN$', 'A:'), block([], []), {
    status: 0xc0000022,
  });
  const text = (s: string): number[] => [4, ...ascii(s), 0];
  const core = block([], [...text('\\\\WS01\\PRINT'), ...text(''), ...text('LPT1:')]);
  both(e, { command: 0x70, mid: 4, unicode: false }, core, block([...u16(4096), ...u16(9)], []));
  t.deepEqual(e.learned().trees, [
    ['\\\\WS01\\IPC$', 'PIPE', 0],
    ['\\\\WS01\\C$', 'DISK', 0],
    ['\\\\WS01\\ADMIN$', '', 0xc0000022],
    ['\\\\WS01\\PRINT', 'PRINT', 0],
  ]);
  t.deepEqual(e.learned().denied, [['tree connect \\\\WS01\\ADMIN$', 'STATUS_ACCESS_DENIED']]);
});

test('a session setup with a tree connect behind it is read in both blocks', (t) => {
  const session = block([0x75, 0, ...u16(32 + 1 + 24 + 2 + 1), ...zeros(20)], [0]);
  const answered = block([0x75, 0, ...u16(32 + 1 + 6 + 2), 0, 0], []);
  const e = new Exchange()
    .ask(smb1({ command: 0x73, mid: 1 }, [...session, ...treeRequest('\\\\WS01\\C$', '?????')]))
    .answer(smb1({ command: 0x73, mid: 1, response, status: 0xc00000cc }, [...answered, ...block([], [])]));
  t.is(e.facts.smb.items[0]?.sessionStatus, 0, 'the error is that of the last command');
  t.deepEqual(e.learned().trees, [['\\\\WS01\\C$', '', 0xc00000cc]]);
});

test('a chain that points back or at itself ends', (t) => {
  const loop = block([0x75, 0, ...u16(32), ...zeros(20)], []);
  const e = new Exchange().ask(smb1({ command: 0x73, mid: 1 }, loop));
  t.is(e.facts.smb.items.length, 1);
});

test('opens tell name, size, kind and status by every command that opens', (t) => {
  const e = connected('\\\\WS01\\C$', 'A:');
  const h = { tid: 3 };
  both(e, { command: 0xa2, mid: 2, ...h }, createRequest('\\a.exe'), createResponse(0x4000, 7, 0));
  both(e, { command: 0xa2, mid: 3, ...h, unicode: false }, createRequest('\\b', false), block([], []), {
    status: 0x00020001,
    nt: false,
  });
  const openAndx = block([...NO_ANDX, ...zeros(26)], [0, ...utf16('\\c'), 0, 0]);
  const andxAnswer = block([...NO_ANDX, ...u16(5), ...zeros(6), ...u32(99), ...zeros(14)], []);
  both(e, { command: 0x2d, mid: 4, ...h }, openAndx, andxAnswer);
  const open = block(zeros(4), [4, ...utf16('\\d'), 0, 0]);
  both(
    e,
    { command: 0x02, mid: 5, ...h },
    open,
    block([...u16(6), ...zeros(6), ...u32(12), ...zeros(2)], []),
  );
  both(e, { command: 0x03, mid: 6, ...h }, block(zeros(6), [4, ...utf16('\\e'), 0, 0]), block(u16(7), []));
  both(
    e,
    { command: 0x07, mid: 7, ...h },
    block(u16(0), [4, ...utf16('\\e'), 0, 0, 4, 0, ...utf16('\\f'), 0, 0]),
    block([], []),
  );
  both(e, { command: 0x06, mid: 8, ...h }, block(u16(0), [4, ...utf16('\\f'), 0, 0]), block([], []));
  const tree = '\\\\WS01\\C$';
  t.deepEqual(e.end().learned().opens, [
    ['SMB::FILE_OPEN', '\\a.exe', tree, false, 0, 7],
    ['SMB::FILE_OPEN', '\\b', tree, false, 0xc0000034, -1],
    ['SMB::FILE_OPEN', '\\c', tree, false, 0, 99],
    ['SMB::FILE_OPEN', '\\d', tree, false, 0, 12],
    ['SMB::FILE_OPEN', '\\e', tree, false, 0, -1],
    ['SMB::FILE_RENAME', '\\f', tree, false, 0, -1],
    ['SMB::FILE_DELETE', '\\f', tree, false, 0, -1],
  ]);
});

test('every way to write to and read from a pipe reaches its reader', (t) => {
  const e = connected('\\\\WS01\\IPC$', 'IPC');
  const h = { tid: 3 };
  both(e, { command: 0xa2, mid: 2, ...h }, createRequest('\\PIPE\\svcctl'), createResponse(0x4000, 0, 2));
  both(e, { command: 0x2f, mid: 3, ...h }, writeAndx(0x4000, rpcBind(1)), block(zeros(12), []));
  both(e, { command: 0x2e, mid: 4, ...h }, readAndx(0x4000), readResponse(rpcBindAck(2)));
  e.ask(smb1({ command: 0x25, mid: 5, ...h }, transact(0x4000, rpcBind(3))));
  e.answer(smb1({ command: 0x25, mid: 5, ...h, response }, block([], [])));
  e.answer(smb1({ command: 0x25, mid: 5, ...h, response }, transacted([1, 2, 3], 5, 0)));
  e.answer(smb1({ command: 0x25, mid: 5, ...h, response, status: 0x80000005 }, transacted([4, 5], 5, 3)));
  both(
    e,
    { command: 0x0b, mid: 6, ...h },
    block([...u16(0x4000), ...u16(2), ...zeros(6)], [1, ...u16(2), 8, 9]),
    block(u16(2), []),
  );
  both(
    e,
    { command: 0x0a, mid: 7, ...h },
    block([...u16(0x4000), ...zeros(8)], []),
    block([...u16(2), ...zeros(8)], [1, ...u16(2), 6, 7]),
  );
  e.ask(smb1({ command: 0x2f, mid: 8, ...h }, writeAndx(0x4000, [...u16(3), 0xa, 0xb, 0xc], 12)));
  both(e, { command: 0x04, mid: 9, ...h }, block([...u16(0x4000), ...zeros(4)], []), block([], []));
  t.deepEqual(e.learned().pipes, [
    [
      'svcctl',
      [hex([...rpcBind(1), ...rpcBind(3), 8, 9, 0xa, 0xb, 0xc])],
      [hex([...rpcBindAck(2), 1, 2, 3, 4, 5, 6, 7])],
    ],
  ]);
  t.true(e.pipes[0]?.ended);
  t.deepEqual(e.learned().opens, [['SMB::PIPE_OPEN', 'svcctl', '\\\\WS01\\IPC$', true, 0, 0]]);
});

test('a FID that was opened before the capture is a pipe when a bind is written to it', (t) => {
  const e = new Exchange();
  e.ask(smb1({ command: 0x2f, mid: 1 }, writeAndx(0x4000, rpcBind())));
  e.ask(smb1({ command: 0x2f, mid: 2 }, writeAndx(0x5000, zeros(200))));
  t.deepEqual(e.learned().pipes, [['', [hex(rpcBind())], []]]);
});

test('a FID is that of the last open, also when its close or its request was not seen', (t) => {
  const e = connected('\\\\WS01\\IPC$', 'IPC');
  both(e, { command: 0xa2, mid: 2, tid: 3 }, createRequest('\\svcctl'), createResponse(0x4000, 0, 2));
  e.ask(smb1({ command: 0x2f, mid: 3, tid: 3 }, writeAndx(0x4000, rpcBind())));
  e.lose(0, 120);
  e.answer(smb1({ command: 0xa2, mid: 4, tid: 3, response }, createResponse(0x4000, 0, 2)));
  e.ask(smb1({ command: 0x2f, mid: 5, tid: 3 }, writeAndx(0x4000, rpcBind(5))));
  t.deepEqual(
    e.pipes.map((p) => [p.name, p.ended]),
    [
      ['svcctl', true],
      ['', false],
    ],
  );
});

test('an oplock break, which the server asks, changes nothing', (t) => {
  const e = new Exchange().answer(
    smb1({ command: 0x24, mid: 0xffff }, block([...NO_ANDX, ...zeros(12)], [])),
  );
  t.is(e.facts.smb.items.length, 0);
  e.ask(smb1({ command: 0x75, mid: 1 }, treeRequest('\\\\WS01\\IPC$', 'IPC')));
  e.answer(smb1({ command: 0x75, mid: 1, response, tid: 1 }, treeResponse('IPC')));
  t.is(e.learned().trees.length, 1);
});

test('an SMB1 negotiation that ends in SMB2 leaves the dialect to the second one', (t) => {
  const e = new Exchange().ask(smb1({ command: 0x72, mid: 1 }, dialects('NT LM 0.12', 'SMB 2.???')));
  const wildcard = zeros(128);
  wildcard.splice(0, 8, 0xfe, 0x53, 0x4d, 0x42, 64, 0, 0, 0);
  wildcard[16] = 1;
  wildcard.splice(64, 6, 65, 0, 1, 0, 0xff, 2);
  e.feed(1, nbss(wildcard)).end();
  t.deepEqual(e.learned().smb, [['', false, false, -1]]);
  t.deepEqual(e.facts.details.items, [], 'the negotiation was answered');
});

test('changed bytes never throw', (t) => {
  const below = random(99);
  const pieces = [
    smb1({ command: 0x72, mid: 1 }, dialects('NT LM 0.12')),
    smb1({ command: 0x75, mid: 1 }, treeRequest('\\\\WS01\\IPC$', 'IPC')),
    smb1({ command: 0xa2, mid: 2 }, createRequest('\\svcctl')),
    smb1({ command: 0x2f, mid: 3 }, writeAndx(0x4000, rpcBind())),
    smb1({ command: 0x25, mid: 4 }, transact(0x4000, rpcBind())),
    smb1({ command: 0x07, mid: 7 }, block(u16(0), [4, ...utf16('\\e'), 0, 0, 4, 0, 0])),
    smb1({ command: 0xa2, mid: 2, response }, createResponse(0x4000, 0, 2)),
    smb1({ command: 0x25, mid: 4, response }, transacted([1, 2, 3], 5, 0)),
    smb1({ command: 0x2e, mid: 4, response }, readResponse([1])),
  ].map((message) => nbss(message));
  for (let round = 0; round < rounds(1000, 5000); round++) {
    const e = new Exchange();
    for (const piece of pieces) {
      const changed = piece.slice(0, below(4) === 0 ? below(piece.length) : piece.length);
      for (let n = below(5); n > 0; n--) changed[below(changed.length || 1)] = below(256);
      e.feed(((piece[13] ?? 0) & 0x80) === 0 ? 0 : 1, changed);
    }
    e.end();
  }
  t.pass();
});
