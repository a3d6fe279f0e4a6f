/** DCE/RPC PDUs of every type, in both byte orders, over TCP and pipes. */
import test from 'ava';
import { RpcDissector } from '../../../src/recognise/dcerpc/dce-rpc.js';
import { MIN_SIGNATURE_BYTES, mayBePdu } from '../../../src/recognise/dcerpc/rpc-pdu.js';
import { Facts } from '../../../src/recognise/facts/facts.js';
import { MAX_CONTEXTS } from '../../../src/recognise/dcerpc/rpc-context.js';
import { MAX_CALLS_IN_FLIGHT } from '../../../src/recognise/dcerpc/rpc-calls.js';
import * as rpc from './rpc-bytes.js';
import { factsOf, pieces, textOf } from './rpc-exchange.js';
import type { Message } from './rpc-exchange.js';
import { replay } from './rpc-streams.js';

const offer = [{ id: 0, uuid: rpc.SVCCTL, version: 2 }];
const accepted = [{ result: 0 }];

for (const little of [true, false]) {
  const order = little ? 'little-endian' : 'big-endian';

  test(`a bind, its answer, a call and its response are read, ${order}`, (t) => {
    const facts = factsOf([
      [0, rpc.bind(offer, { little })],
      [1, rpc.bindAck('49667', accepted, { little })],
      [0, rpc.request(15, (w) => w.zeros(12), { little, callId: 2 })],
      [1, rpc.response((w) => w.zeros(24), { little, callId: 2 })],
    ]);
    t.deepEqual(textOf(facts), [
      'bind svcctl 2 result 0 auth -1/-1 at 49667 nak -1',
      'call svcctl 15 OpenSCManagerW fault -1 at 49667',
    ]);
    t.deepEqual(facts.serviceOf(0), { name: 'dce_rpc', certainty: 'confirmed' });
    const [call] = facts.calls.items;
    t.is(call?.rtt, 0.001);
    t.is(call?.frame, 3);
    t.is(call?.responseFrame, 4);
  });

  test(`results belong to the offered contexts in order, ${order}`, (t) => {
    const facts = factsOf([
      [
        0,
        rpc.bind(
          [
            { id: 7, uuid: rpc.EPMAPPER },
            { id: 1, uuid: rpc.WINREG, version: 1, syntax: rpc.NDR64 },
            { id: 2, uuid: rpc.SVCCTL, version: 2 },
          ],
          { little, auth: { type: 10, level: 5, token: [1, 2, 3, 4] } },
        ),
      ],
      [1, rpc.bindAck('\\pipe\\lsass', [{ result: 2, reason: 2 }, { result: 0 }, { result: 3 }], { little })],
    ]);
    t.deepEqual(textOf(facts), [
      'bind epmapper 3 result 2 auth 10/5 at \\pipe\\lsass nak -1',
      'bind winreg 1 result 0 auth 10/5 at \\pipe\\lsass nak -1',
      'bind svcctl 2 result 3 auth 10/5 at \\pipe\\lsass nak -1',
    ]);
  });

  test(`a refused bind keeps its reason, and one for authentication is a refused right, ${order}`, (t) => {
    const nak = (reason: number): Uint8Array => rpc.pdu(13, (w) => w.u16(reason).u8(1, 5, 0, 0), { little });
    t.deepEqual(
      textOf(
        factsOf([
          [0, rpc.bind(offer, { little })],
          [1, nak(4)],
        ]),
      ),
      ['bind svcctl 2 result null auth -1/-1 at  nak 4'],
    );
    t.deepEqual(
      textOf(
        factsOf([
          [0, rpc.bind(offer, { little })],
          [1, nak(8)],
        ]),
      ),
      [
        'bind svcctl 2 result null auth -1/-1 at  nak 8',
        'denied DCE/RPC bind svcctl authentication_type_not_recognized',
      ],
    );
  });

  test(`a fault is kept with its call, and access denied is a refused right, ${order}`, (t) => {
    const facts = factsOf([
      [0, rpc.bind(offer, { little })],
      [1, rpc.bindAck('49667', accepted, { little })],
      [0, rpc.request(15, (w) => w.zeros(12), { little, callId: 2 })],
      [1, rpc.fault(5, { little, callId: 2 })],
      [0, rpc.request(99, (w) => w.zeros(12), { little, callId: 3 })],
      [1, rpc.fault(0x1c010002, { little, callId: 3 })],
    ]);
    t.deepEqual(textOf(facts).slice(1), [
      'call svcctl 15 OpenSCManagerW fault 5 at 49667',
      `call svcctl 99  fault ${0x1c010002} at 49667`,
      'denied DCE/RPC svcctl OpenSCManagerW ERROR_ACCESS_DENIED',
    ]);
  });

  test(`an interface added by alter_context is called by its own context id, ${order}`, (t) => {
    const facts = factsOf([
      [0, rpc.bind(offer, { little })],
      [1, rpc.bindAck('49667', accepted, { little })],
      [0, rpc.bind([{ id: 1, uuid: rpc.WINREG, version: 1 }], { little, alter: true, callId: 2 })],
      [1, rpc.bindAck('', accepted, { little, alter: true, callId: 2 })],
      [0, rpc.request(2, (w) => w.zeros(8), { little, callId: 3, context: 1 })],
      [1, rpc.response((w) => w.zeros(24), { little, callId: 3, context: 1 })],
      [0, rpc.request(15, (w) => w.zeros(8), { little, callId: 4, context: 0 })],
    ]);
    t.deepEqual(textOf(facts), [
      'bind svcctl 2 result 0 auth -1/-1 at 49667 nak -1',
      'bind winreg 1 result 0 auth -1/-1 at 49667 nak -1 alter',
      'call winreg 2 OpenLocalMachine fault -1 at 49667',
      'call svcctl 15 OpenSCManagerW fault -1 at 49667',
    ]);
    t.is(facts.calls.items[1]?.rtt, -1);
  });
}

test('byte order is a matter of each PDU', (t) => {
  const facts = factsOf([
    [0, rpc.bind(offer, { little: true })],
    [1, rpc.bindAck('49667', accepted, { little: false })],
    [0, rpc.request(16, (w) => w.zeros(12), { little: false, callId: 2 })],
    [1, rpc.response((w) => w.zeros(24), { little: true, callId: 2 })],
  ]);
  t.deepEqual(textOf(facts), [
    'bind svcctl 2 result 0 auth -1/-1 at 49667 nak -1',
    'call svcctl 16 OpenServiceW fault -1 at 49667',
  ]);
});

test('a call of several fragments is one call, timed from its last byte to the last byte of the answer', (t) => {
  const facts = factsOf([
    [0, rpc.bind(offer)],
    [1, rpc.bindAck('49667', accepted)],
    [0, rpc.request(12, (w) => w.zeros(400), { callId: 2, flags: 1 })],
    [0, rpc.request(12, (w) => w.zeros(400), { callId: 2, flags: 0 })],
    [0, rpc.request(12, (w) => w.zeros(40), { callId: 2, flags: 2 })],
    [1, rpc.response((w) => w.zeros(400), { callId: 2, flags: 1 })],
    [1, rpc.response((w) => w.zeros(40), { callId: 2, flags: 2 })],
  ]);
  t.is(facts.calls.items.length, 1);
  t.is(facts.calls.items[0]?.frame, 5);
  t.is(facts.calls.items[0]?.responseFrame, 6);
  t.is(facts.calls.items[0]?.rtt, 0.002);
});

test('answers are matched by call id, not by order', (t) => {
  const facts = factsOf([
    [0, rpc.bind(offer)],
    [1, rpc.bindAck('49667', accepted)],
    [0, rpc.request(15, (w) => w.zeros(4), { callId: 2 })],
    [0, rpc.request(16, (w) => w.zeros(4), { callId: 3 })],
    [1, rpc.response((w) => w.zeros(24), { callId: 3 })],
    [1, rpc.response((w) => w.zeros(24), { callId: 2 })],
    [1, rpc.response((w) => w.zeros(24), { callId: 9 })],
  ]);
  t.deepEqual(
    facts.calls.items.map((c) => [c.operation, c.rtt]),
    [
      ['OpenSCManagerW', 0.003],
      ['OpenServiceW', 0.001],
    ],
  );
});

test('a refused right inside an answer is told by its last word', (t) => {
  const facts = factsOf([
    [0, rpc.bind([...offer, { id: 1, uuid: rpc.WBEM_LOGIN, version: 0 }])],
    [1, rpc.bindAck('49667', [...accepted, ...accepted])],
    [0, rpc.request(15, (w) => w.zeros(4), { callId: 2 })],
    [1, rpc.response((w) => w.zeros(20).u32(5), { callId: 2 })],
    [0, rpc.request(16, (w) => w.zeros(4), { callId: 3 })],
    [1, rpc.response((w) => w.zeros(20).u32(1060), { callId: 3 })],
    [0, rpc.request(6, (w) => w.zeros(4), { callId: 4, context: 1 })],
    [1, rpc.response((w) => w.zeros(12).u32(0x80041003), { callId: 4, context: 1 })],
    [0, rpc.request(16, (w) => w.zeros(4), { callId: 5 })],
    [
      1,
      rpc.response((w) => w.zeros(20).u32(5), {
        callId: 5,
        auth: { type: 10, level: 5, token: [9], padding: 4 },
      }),
    ],
  ]);
  t.deepEqual(
    facts.denied.items.map((d) => `${d.what} ${d.statusName}`),
    [
      'DCE/RPC svcctl OpenSCManagerW ERROR_ACCESS_DENIED',
      'DCE/RPC IWbemLevel1Login NTLMLogin WBEM_E_ACCESS_DENIED',
      'DCE/RPC svcctl OpenServiceW ERROR_ACCESS_DENIED',
    ],
  );
});

test('encrypted stubs are not read', (t) => {
  const auth = { type: 9, level: 6, token: [1, 2, 3, 4] };
  const facts = factsOf([
    [
      0,
      rpc.bind(
        [
          { id: 0, uuid: rpc.EPMAPPER },
          { id: 1, uuid: rpc.SVCCTL },
        ],
        { auth },
      ),
    ],
    [1, rpc.bindAck('135', [...accepted, ...accepted])],
    [0, rpc.request(3, rpc.mapRequestStub(rpc.SVCCTL), { callId: 2, auth })],
    [1, rpc.response(rpc.mapResponseStub([rpc.tower(rpc.SVCCTL, 49700, '10.0.0.2')]), { callId: 2, auth })],
    [0, rpc.request(15, (w) => w.zeros(4), { callId: 3, context: 1, auth })],
    [1, rpc.response((w) => w.zeros(20).u32(5), { callId: 3, context: 1, auth })],
  ]);
  t.is(facts.mappings.items.length, 0);
  t.is(facts.denied.items.length, 0);
  t.is(facts.calls.items.length, 2);
});

test('PDUs that carry no call are passed', (t) => {
  const facts = factsOf([
    [0, rpc.pdu(20, (w) => w.u16(0, 0))],
    [0, rpc.bind(offer)],
    [1, rpc.bindAck('49667', accepted)],
    [0, rpc.pdu(16, (w) => w.u32(0), { auth: { type: 10, level: 5, token: [1] } })],
    [0, rpc.pdu(18, () => undefined)],
    [0, rpc.pdu(19, () => undefined)],
    [1, rpc.pdu(17, () => undefined)],
    [0, rpc.request(15, (w) => w.zeros(4), { callId: 2, minor: 1 })],
  ]);
  t.is(facts.binds.items.length, 1);
  t.is(facts.calls.items[0]?.operation, 'OpenSCManagerW');
  t.is(facts.weirds.size, 0);
});

test('a call on an object is read as any other', (t) => {
  const facts = factsOf([
    [0, rpc.bind([{ id: 0, uuid: rpc.EPMAPPER }])],
    [1, rpc.bindAck('135', accepted)],
    [0, rpc.request(3, rpc.mapRequestStub(rpc.SVCCTL), { callId: 2, object: rpc.WINREG })],
    [1, rpc.response(rpc.mapResponseStub([], 0x16c9a0d6), { callId: 2 })],
  ]);
  t.deepEqual(textOf(facts).slice(1), [
    'call epmapper 3 ept_map fault -1 at 135',
    'detail ept_map svcctl: ept_s_not_registered',
  ]);
});

/** Tokens and outcomes in the order in which they were told. */
function authentication(messages: readonly Message[]): string[] {
  const told: string[] = [];
  const dissector = new RpcDissector(new Facts(), 0, 'tcp');
  dissector.auth = {
    begin(): void {
      told.push('begin');
    },
    token(side, bytes, _view, at, end): void {
      told.push(`${side}: ${[...bytes.subarray(at, end)].join(' ')}`);
    },
    outcome(success): void {
      told.push(success ? 'accepted' : 'refused');
    },
  };
  replay(dissector, pieces(messages));
  return told;
}

test('tokens are handed on whole, and what the server made of the last one', (t) => {
  const shake: Message[] = [
    [0, rpc.bind(offer, { auth: { type: 10, level: 5, token: [1, 2, 3] } })],
    [1, rpc.bindAck('49667', accepted, { auth: { type: 10, level: 5, token: [4, 5], padding: 2 } })],
    [0, rpc.pdu(16, (w) => w.u32(0), { auth: { type: 10, level: 5, token: [6] } })],
    [0, rpc.request(15, (w) => w.zeros(4), { callId: 2 })],
  ];
  const tokens = ['0: 1 2 3', '1: 4 5', '0: 6'];
  const answer: Message = [1, rpc.response((w) => w.zeros(24), { callId: 2 })];
  t.deepEqual(authentication([...shake, answer, answer]), [...tokens, 'accepted']);
  t.deepEqual(authentication([...shake, [1, rpc.fault(5, { callId: 2 })]]), [...tokens, 'refused']);
  t.deepEqual(authentication([...shake, [1, rpc.fault(0x1c010003, { callId: 2 })]]), tokens);
});

test('one side alone leaves the service suspected', (t) => {
  t.is(factsOf([[0, rpc.bind(offer)]]).serviceOf(0)?.certainty, 'suspected');
  t.is(factsOf([[1, rpc.bindAck('49667', accepted)]]).serviceOf(0)?.certainty, 'suspected');
  const strange = factsOf([
    [0, rpc.bind(offer)],
    [1, rpc.bind(offer)],
  ]);
  t.is(strange.serviceOf(0)?.certainty, 'suspected');
});

test('over a pipe the transport is its name and the service is left to SMB', (t) => {
  const facts = factsOf(
    [
      [0, rpc.request(15, (w) => w.zeros(4), { callId: 2 })],
      [1, rpc.response((w) => w.zeros(24), { callId: 2 })],
    ],
    'winreg',
  );
  t.is(facts.serviceOf(0), undefined);
  t.is(facts.calls.items[0]?.transport, 'winreg');
  t.is(facts.calls.items[0]?.operation, 'BaseRegOpenKey');
});

test('bytes that never were DCE/RPC end it without a fact', (t) => {
  const facts = new Facts();
  const dissector = new RpcDissector(facts, 0, 'tcp');
  replay(
    dissector,
    pieces([
      [0, new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n')],
      [1, new TextEncoder().encode('HTTP/1.1 200 OK\r\n\r\n')],
    ]),
  );
  t.true(dissector.done);
  t.is(facts.serviceOf(0), undefined);
  t.deepEqual(textOf(facts), []);
});

test('calls in flight and contexts are bounded, and what is dropped is counted', (t) => {
  const calls = Array.from({ length: MAX_CALLS_IN_FLIGHT + 5 }, (_, i): [0, Uint8Array] => [
    0,
    rpc.request(15, (w) => w.zeros(4), { callId: i + 2 }),
  ]);
  t.is(factsOf([[0, rpc.bind(offer)], ...calls]).weirds.get('dce_rpc_too_many_calls'), 5);
  const binds = Array.from({ length: MAX_CONTEXTS + 3 }, (_, i): [0, Uint8Array] => [
    0,
    rpc.bind([{ id: i, uuid: rpc.SVCCTL }], { alter: i > 0, callId: i }),
  ]);
  t.is(factsOf(binds).weirds.get('dce_rpc_too_many_contexts'), 3);
});

test('a header is told by its first ten bytes, and other bytes are told from one', (t) => {
  const bytes = rpc.bind(offer);
  for (let end = 1; end <= bytes.length; end++) t.true(mayBePdu(bytes, 0, end), `cut to ${end}`);
  t.true(
    mayBePdu(
      rpc.request(0, (w) => w.zeros(1), { little: false }),
      0,
      24,
    ),
  );
  const wrong: readonly (readonly [number, number])[] = [
    [0, 4],
    [1, 2],
    [2, 4],
    [2, 21],
    [3, 8],
    [4, 0x12],
    [4, 0x20],
    [5, 4],
    [6, 1],
    [7, 1],
  ];
  for (const [at, value] of wrong) {
    const changed = bytes.slice();
    changed[at] = value;
    t.false(mayBePdu(changed, 0, MIN_SIGNATURE_BYTES), `byte ${at} = ${value}`);
  }
  const short = bytes.slice();
  short[8] = 15;
  short[9] = 0;
  t.false(mayBePdu(short, 0, MIN_SIGNATURE_BYTES));
  const auth = bytes.slice();
  auth[10] = 0xff;
  t.false(mayBePdu(auth, 0, auth.length));
});
