/** SMB2 and SMB3 as built messages: what is learned, and what is not waited for. */
import test from 'ava';
import { MAX_PIPES } from '../../../src/recognise/smb/smb-connection.js';
import { Origin } from '../../../src/flow/record/origin.js';
import { isSmbStart } from '../../../src/recognise/smb/smb.js';
import { MAX_FAILED_FILE_OPENS, MAX_FILE_OPENS } from '../../../src/recognise/smb/smb-connection.js';
import { body2, fileId, nbss, RELATED_FILE, rpcBind, smb2, zeros } from './smb-builder.js';
import { Exchange, hex, WHOLE, wholeExchange } from './smb-exchange.js';
import { viewOf } from './smb-streams.js';

const response = true;
const FILE = fileId(0x77);

/** Connected to a share of this type as tree 1. */
function connected(path: string, type: number): Exchange {
  return new Exchange()
    .ask(smb2({ command: 3, id: 1 }, body2.treeRequest(path)))
    .answer(smb2({ command: 3, id: 1, response, tree: 1 }, body2.treeResponse(type)));
}

function opened(e: Exchange, id: number, name: string, size = 0): Exchange {
  return e
    .ask(smb2({ command: 5, id, tree: 1 }, body2.createRequest(name)))
    .answer(smb2({ command: 5, id, tree: 1, response }, body2.createResponse(FILE, size)));
}

test('a whole exchange tells dialect, session, trees, opens, refusals and the bytes of its pipe', (t) => {
  const e = new Exchange();
  for (const { side, bytes } of wholeExchange()) e.feed(side, bytes);
  t.true(e.pipes[0]?.ended, 'the close ends the pipe');
  t.deepEqual(e.end().learned(), WHOLE);
  t.deepEqual(e.facts.serviceOf(7), { name: 'smb', certainty: 'confirmed' });
  t.deepEqual([...e.facts.weirds], []);
});

test('facts name the frame of the request, refusals that of the answer', (t) => {
  const e = connected('\\\\WS01\\IPC$', 2).frame(40);
  e.ask(smb2({ command: 5, id: 2, tree: 1 }, body2.createRequest('winreg')));
  e.frame(50).answer(smb2({ command: 5, id: 2, tree: 1, response, status: 0xc0000022 }, body2.error()));
  t.is(e.facts.trees.items[0]?.frame, 1);
  t.is(e.facts.opens.items[0]?.frame, 41);
  t.is(e.facts.denied.items[0]?.frame, 51);
  t.is(e.facts.denied.items[0]?.flow, 7);
});

for (const [dialect, capabilities, name, capable] of [
  [0x0202, 0, '2.0.2', false],
  [0x0210, 0x40, '2.1', false],
  [0x0300, 0x40, '3.0', true],
  [0x0302, 0x00, '3.0.2', false],
  [0x0311, 0x40, '3.1.1', false],
] as const) {
  test(`dialect ${name} with capabilities ${capabilities} is told, and whether it can encrypt`, (t) => {
    const e = new Exchange()
      .ask(smb2({ command: 0, id: 0 }, body2.negotiateRequest([dialect])))
      .answer(smb2({ command: 0, id: 0, response }, body2.negotiateResponse(dialect, 1, capabilities)));
    t.deepEqual(e.learned().smb, [[name, false, capable, -1]]);
  });
}

test('a cipher of 0 in the 3.1.1 contexts is no encryption', (t) => {
  const e = new Exchange().answer(
    smb2({ command: 0, id: 0, response }, body2.negotiateResponse(0x0311, 1, 0, 0)),
  );
  t.deepEqual(e.learned().smb, [['3.1.1', false, false, -1]]);
});

test('a refused and an unanswered negotiation are told with what was offered', (t) => {
  const refused = new Exchange()
    .ask(smb2({ command: 0, id: 0 }, body2.negotiateRequest([0x0202, 0x0210])))
    .answer(smb2({ command: 0, id: 0, response, status: 0xc00000bb }, body2.error()));
  t.deepEqual(
    refused.end().facts.details.items.map((d) => d.text),
    ['negotiate refused (STATUS_NOT_SUPPORTED), offered 2.0.2, 2.1'],
  );
  const silent = new Exchange().ask(smb2({ command: 0, id: 0 }, body2.negotiateRequest([0x0311]))).end();
  t.deepEqual(
    silent.facts.details.items.map((d) => [d.text, d.frame]),
    [['negotiate not answered, offered 3.1.1', 1]],
  );
  t.deepEqual(silent.facts.serviceOf(7), { name: 'smb', certainty: 'suspected' });
});

test('a refused logon is the final status and a refused right; more processing required is neither', (t) => {
  const e = new Exchange()
    .ask(smb2({ command: 1, id: 1 }, body2.sessionRequest([1])))
    .answer(smb2({ command: 1, id: 1, response, status: 0xc0000016 }, body2.sessionResponse([2])));
  t.is(e.facts.smb.items[0]?.sessionStatus, -1);
  e.answer(smb2({ command: 1, id: 2, response, status: 0xc000006d }, body2.error()));
  t.is(e.facts.smb.items[0]?.sessionStatus, 0xc000006d);
  t.deepEqual(e.learned().denied, [['SMB session setup', 'STATUS_LOGON_FAILURE']]);
});

test('a wrong share name is a status, not a refused right', (t) => {
  const e = new Exchange()
    .ask(smb2({ command: 3, id: 1 }, body2.treeRequest('\\\\WS01\\nix')))
    .answer(smb2({ command: 3, id: 1, response, status: 0xc00000cc }, body2.error()));
  t.deepEqual(e.learned().trees, [['\\\\WS01\\nix', '', 0xc00000cc]]);
  t.deepEqual(e.learned().denied, []);
});

test('the NTLM exchange of a session setup gets its outcome', (t) => {
  for (const [status, success] of [
    [0, true],
    [0xc000006d, false],
  ] as const) {
    const e = new Exchange();
    const ntlm = { flow: 7, sec: 0, nsec: 0, fileIndex: 0, frame: 1, user: 'u', domain: 'd', success: null };
    const seen = { ...ntlm, workstation: '', serverNetbios: '', serverDns: '' };
    e.tokens.push = () => Number(e.facts.ntlm.add(seen));
    e.ask(smb2({ command: 1, id: 1 }, body2.sessionRequest([1])));
    t.is(e.facts.ntlm.items[0]?.success, null);
    e.answer(smb2({ command: 1, id: 1, response, status }, body2.sessionResponse([])));
    t.is(e.facts.ntlm.items[0]?.success, success);
  }
});

test('a chain of tree connect, create and write shares tree and file', (t) => {
  const related = { related: true, tree: -1, session: -1 };
  const e = new Exchange().ask(
    smb2({ command: 3, id: 1 }, body2.treeRequest('\\\\WS01\\IPC$'), true),
    smb2({ command: 5, id: 2, ...related }, body2.createRequest('srvsvc'), true),
    smb2({ command: 11, id: 3, ...related }, body2.transceiveRequest(RELATED_FILE, rpcBind())),
  );
  e.answer(
    smb2({ command: 3, id: 1, response, tree: 9 }, body2.treeResponse(2), true),
    smb2({ command: 5, id: 2, response, tree: 9, related: true }, body2.createResponse(FILE), true),
    smb2({ command: 11, id: 3, response, tree: 9, related: true }, body2.transceiveResponse(FILE, [1, 2, 3])),
  );
  t.deepEqual(e.learned().opens, [['SMB::PIPE_OPEN', 'srvsvc', '\\\\WS01\\IPC$', true, 0, 0]]);
  t.is(e.pipes.length, 1);
  t.deepEqual(e.pipes[0]?.runs[1], ['010203']);
});

test('a rename and a delete are told with their status, by the name that holds then', (t) => {
  const e = opened(connected('\\\\WS01\\C$', 1), 2, 'a.tmp', 5);
  const set = (id: number, kind: number, buffer: readonly number[], status = 0): void => {
    e.ask(smb2({ command: 17, id, tree: 1 }, body2.setInfo(FILE, kind, buffer)));
    e.answer(smb2({ command: 17, id, tree: 1, response, status }, [2, 0]));
  };
  set(3, 10, body2.rename('b.exe'));
  set(4, 13, [1]);
  set(5, 13, [0]);
  set(6, 4, zeros(40));
  set(7, 64, [1, 0, 0, 0], 0xc0000022);
  t.deepEqual(e.end().learned().opens, [
    ['SMB::FILE_OPEN', 'a.tmp', '\\\\WS01\\C$', false, 0, 5],
    ['SMB::FILE_RENAME', 'b.exe', '\\\\WS01\\C$', false, 0, -1],
    ['SMB::FILE_DELETE', 'b.exe', '\\\\WS01\\C$', false, 0, 5],
    ['SMB::FILE_DELETE', 'b.exe', '\\\\WS01\\C$', false, 0xc0000022, 5],
  ]);
  t.deepEqual(e.learned().denied, [], 'a file is not the right to a service');
});

test('a file that is opened to be deleted when it is closed is deleted, with its size, when the open succeeds', (t) => {
  const e = connected('\\\\WS01\\C$', 1);
  const open = (id: number, name: string, options: number, status: number): void => {
    const request = body2.createRequest(name);
    request[41] = options >> 8;
    e.ask(smb2({ command: 5, id, tree: 1 }, request));
    const answer = status === 0 ? body2.createResponse(fileId(id), 7) : [9, 0, 0, 0, 0, 0, 0, 0];
    e.answer(smb2({ command: 5, id, tree: 1, response, status }, answer));
  };
  open(3, 'gone.tmp', 0x1000, 0);
  open(4, 'kept.tmp', 0x2000, 0);
  open(5, 'refused.tmp', 0x1000, 0xc0000022);
  t.deepEqual(
    e
      .end()
      .learned()
      .opens.map(([action, name, , , , size]) => [action, name, size]),
    [
      ['SMB::FILE_OPEN', 'gone.tmp', 7],
      ['SMB::FILE_DELETE', 'gone.tmp', 7],
      ['SMB::FILE_OPEN', 'kept.tmp', 7],
      ['SMB::FILE_OPEN', 'refused.tmp', -1],
    ],
  );
});

test('the root of a share is named as Zeek names it, and sizes beyond 4 GiB are whole', (t) => {
  const e = opened(connected('\\\\WS01\\C$', 1), 2, '');
  const big = body2.createResponse(fileId(3), 1);
  big[52] = 2;
  e.ask(smb2({ command: 5, id: 3, tree: 1 }, body2.createRequest('big')));
  e.answer(smb2({ command: 5, id: 3, tree: 1, response }, big));
  t.deepEqual(
    e.facts.opens.items.map((o) => [o.path, o.size]),
    [
      ['<share_root>', 0],
      ['big', 2 * 2 ** 32 + 1],
    ],
  );
});

test('bulk data of a file is passed over from its header on', (t) => {
  const e = opened(connected('\\\\WS01\\C$', 1), 2, 'big.bin');
  const write = nbss(smb2({ command: 9, id: 3, tree: 1 }, body2.writeRequest(FILE, zeros(50_000))));
  const head = write.subarray(0, 4 + 64 + 32);
  t.is(e.dissector.data(0, head, viewOf(head), 0, head.length, new Origin()), write.length);
  const read = nbss(smb2({ command: 8, id: 4, tree: 1, response }, body2.readResponse(zeros(50_000))));
  const start = read.subarray(0, 4 + 64);
  t.is(e.dissector.data(1, start, viewOf(start), 0, start.length, new Origin()), read.length);
});

test('encrypted messages are told and passed over from their first 8 bytes on', (t) => {
  const e = connected('\\\\WS01\\C$', 1);
  const sealed = nbss([0xfd, 0x53, 0x4d, 0x42, ...zeros(5000)]);
  const head = sealed.subarray(0, 8);
  t.is(e.dissector.data(0, head, viewOf(head), 0, 8, new Origin()), sealed.length);
  t.true(e.facts.smb.items[0]?.encrypted);
});

test('a compressed message is counted and passed over', (t) => {
  const e = connected('\\\\WS01\\IPC$', 2).ask([0xfc, 0x53, 0x4d, 0x42, ...zeros(60)]);
  t.is(e.facts.weirds.get('SMB_compressed_message'), 1);
  t.is(opened(e, 2, 'svcctl').facts.opens.items.length, 1);
});

test('a pipe of an unknown share is known by its name, or by the bind that is written to it', (t) => {
  const named = opened(new Exchange(), 2, 'svcctl');
  t.deepEqual(named.learned().opens, [['SMB::PIPE_OPEN', 'svcctl', '', true, 0, 0]]);
  const other = opened(new Exchange(), 2, 'vendor-service');
  t.deepEqual(other.learned().opens, [['SMB::FILE_OPEN', 'vendor-service', '', false, 0, 0]]);
  other.ask(smb2({ command: 9, id: 3, tree: 1 }, body2.writeRequest(FILE, rpcBind())));
  t.deepEqual(other.learned().pipes, [['vendor-service', [hex(rpcBind())], []]]);
  const unseen = new Exchange().ask(smb2({ command: 9, id: 3 }, body2.writeRequest(FILE, rpcBind())));
  unseen.ask(smb2({ command: 8, id: 4 }, body2.readRequest(FILE)));
  unseen.answer(smb2({ command: 8, id: 4, response }, body2.readResponse([7])));
  t.deepEqual(unseen.learned().pipes, [['', [hex(rpcBind())], ['07']]]);
});

test('what is written to a file of a disk share is no bind, whatever it looks like', (t) => {
  const e = opened(connected('\\\\WS01\\C$', 1), 2, 'svcctl');
  e.ask(smb2({ command: 9, id: 3, tree: 1 }, body2.writeRequest(FILE, rpcBind())));
  t.deepEqual(e.learned().pipes, []);
  t.false(e.facts.opens.items[0]?.pipe);
});

test('requests without an answer are told as such at the end', (t) => {
  const e = connected('\\\\WS01\\IPC$', 2)
    .ask(smb2({ command: 3, id: 2 }, body2.treeRequest('\\\\WS01\\C$')))
    .ask(smb2({ command: 5, id: 3, tree: 1 }, body2.createRequest('winreg')))
    .end();
  t.deepEqual(e.learned().trees[1], ['\\\\WS01\\C$', '', -1]);
  t.deepEqual(e.learned().opens, [['SMB::PIPE_OPEN', 'winreg', '\\\\WS01\\IPC$', true, -1, -1]]);
});

test('either side may be the server: the messages say it', (t) => {
  const e = new Exchange();
  e.feed(1, nbss(smb2({ command: 3, id: 1 }, body2.treeRequest('\\\\WS01\\IPC$'))));
  e.feed(0, nbss(smb2({ command: 3, id: 1, response, tree: 1 }, body2.treeResponse(2))));
  t.deepEqual(e.learned().trees, [['\\\\WS01\\IPC$', 'PIPE', 0]]);
  e.feed(1, nbss(smb2({ command: 3, id: 2, response, tree: 2 }, body2.treeResponse(1))));
  t.is(e.facts.weirds.get('SMB_unexpected_direction'), 1);
});

test('files are told up to their share of a flow, pipes after that still are', (t) => {
  const e = connected('\\\\WS01\\C$', 1);
  for (let i = 0; i < MAX_FAILED_FILE_OPENS + 50; i++) {
    e.ask(smb2({ command: 5, id: 10_000 + i, tree: 1 }, body2.createRequest(`no${i}`)));
    e.answer(smb2({ command: 5, id: 10_000 + i, tree: 1, response, status: 0xc0000034 }, body2.error()));
  }
  t.is(e.facts.opens.items.length, MAX_FAILED_FILE_OPENS);
  for (let i = 0; i < MAX_FILE_OPENS; i++) opened(e, 20_000 + i, `f${i}`);
  t.is(e.facts.opens.items.length, MAX_FILE_OPENS);
  t.is(e.facts.opens.dropped, 50 + MAX_FAILED_FILE_OPENS);
  e.ask(smb2({ command: 3, id: 2 }, body2.treeRequest('\\\\WS01\\IPC$')));
  e.answer(smb2({ command: 3, id: 2, response, tree: 1 }, body2.treeResponse(2)));
  t.is(opened(e, 3, 'svcctl').facts.opens.items.at(-1)?.path, 'svcctl');
});

test('a message is recognised as SMB by its first 8 bytes, not by less and not by others', (t) => {
  for (const { bytes } of wholeExchange()) {
    for (const length of [8, 40, 68, bytes.length]) t.true(isSmbStart(bytes, viewOf(bytes), 0, length));
    t.false(isSmbStart(bytes, viewOf(bytes), 0, 7));
    t.false(isSmbStart(bytes, viewOf(bytes), 1, bytes.length));
  }
  const wrong = nbss([0xfe, 0x53, 0x4d, 0x42, 65, ...zeros(100)]);
  t.false(isSmbStart(wrong, viewOf(wrong), 0, wrong.length));
});

test('of many open pipes the first are read, until one is closed', (t) => {
  const e = connected('\\\\WS01\\IPC$', 2);
  const write = (n: number): void => {
    e.ask(smb2({ command: 5, id: 2 * n, tree: 1 }, body2.createRequest('srvsvc')))
      .answer(smb2({ command: 5, id: 2 * n, tree: 1, response }, body2.createResponse(fileId(n))))
      .ask(smb2({ command: 9, id: 2 * n + 1, tree: 1 }, body2.writeRequest(fileId(n), rpcBind())));
  };
  for (let n = 1; n <= MAX_PIPES; n++) write(n);
  t.is(e.pipes.length, MAX_PIPES);
  t.deepEqual([...e.facts.weirds], []);
  write(MAX_PIPES + 1);
  t.is(e.pipes.length, MAX_PIPES);
  t.deepEqual(
    [...e.facts.weirds].map(([name]) => name),
    ['SMB_too_many_pipes'],
  );
  t.is(e.facts.opens.items.length, MAX_PIPES + 1);
});
