/** Ports that the endpoint mapper and DCOM name. */
import test from 'ava';
import { readOxidBindings } from '../../../src/recognise/dcerpc/dcom.js';
import { readEptAnswer, readTower, requestedInterface } from '../../../src/recognise/dcerpc/epm.js';
import * as rpc from './rpc-bytes.js';
import { Writer } from './rpc-bytes.js';
import { factsOf, textOf } from './rpc-exchange.js';

const view = (bytes: readonly number[]): DataView => new DataView(Uint8Array.from(bytes).buffer);

for (const little of [true, false]) {
  for (const wide of [false, true]) {
    const kind = `${wide ? 'NDR64' : 'NDR'}, ${little ? 'little' : 'big'}-endian`;

    test(`every tower of an ept_map answer is read, ${kind}`, (t) => {
      const w = new Writer(little);
      rpc.mapResponseStub(
        [
          rpc.tower(rpc.SVCCTL, 49664, '10.0.0.5'),
          rpc.pipeTower(rpc.SVCCTL, '\\pipe\\ntsvcs'),
          rpc.tower(rpc.WINREG, 65535, '0.0.0.0'),
        ],
        0,
        wide,
      )(w);
      const answer = readEptAnswer(view(w.bytes), 0, w.bytes.length, little, wide, 3);
      t.deepEqual(answer, {
        towers: [
          { uuid: rpc.SVCCTL, port: 49664, address: '10.0.0.5' },
          { uuid: rpc.SVCCTL, port: 0, address: '' },
          { uuid: rpc.WINREG, port: 65535, address: '0.0.0.0' },
        ],
        status: 0,
        dropped: 0,
      });
    });

    test(`an ept_map request tells what it asks for, ${kind}`, (t) => {
      const w = new Writer(little);
      rpc.mapRequestStub(rpc.WINREG, wide)(w);
      t.is(requestedInterface(view(w.bytes), 0, w.bytes.length, little, wide), rpc.WINREG);
    });

    test(`an ept_map exchange gives its mapping, ${kind}`, (t) => {
      const syntax = wide ? rpc.NDR64 : rpc.NDR;
      const facts = factsOf([
        [0, rpc.bind([{ id: 0, uuid: rpc.EPMAPPER, syntax }], { little })],
        [1, rpc.bindAck('135', [{ result: 0, syntax }], { little })],
        [0, rpc.request(3, rpc.mapRequestStub(rpc.SVCCTL, wide), { little, callId: 2 })],
        [
          1,
          rpc.response(rpc.mapResponseStub([rpc.tower(rpc.SVCCTL, 49664, '10.0.0.5')], 0, wide), {
            little,
            callId: 2,
          }),
        ],
      ]);
      t.deepEqual(textOf(facts).slice(2), ['port ept_map svcctl 10.0.0.5  49664']);
      t.is(facts.mappings.items[0]?.uuid, rpc.SVCCTL);
    });
  }

  test(`an ept_lookup answer is read with its annotations, ${little ? 'little' : 'big'}-endian`, (t) => {
    const first = rpc.tower(rpc.SVCCTL, 49664, '10.0.0.5');
    const second = rpc.tower(rpc.WINREG, 49665, '10.0.0.5');
    const w = new Writer(little).zeros(20).u32(2).u32(2, 0, 2);
    w.zeros(16).u32(3).u32(0, 6).add([65, 66, 67, 68, 69, 0]).pad(4);
    w.zeros(16).u32(4).u32(0, 1).add([0]).pad(4);
    for (const octets of [first, second]) w.u32(octets.length, octets.length).add(octets).pad(4);
    w.u32(0);
    const answer = readEptAnswer(view(w.bytes), 0, w.bytes.length, little, false, 2);
    t.deepEqual(
      answer.towers.map((tower) => tower.port),
      [49664, 49665],
    );
    t.is(answer.status, 0);
  });

  test(`ports of an object exporter are read from nested bytes, ${little ? 'little' : 'big'}-endian`, (t) => {
    const w = new Writer(little).zeros(34);
    rpc.dualStringArray(w, [
      [7, 'WS01'],
      [7, '10.0.0.9'],
    ]);
    w.zeros(6);
    rpc.dualStringArray(w, [
      [7, 'WS01[49718]'],
      [7, '10.0.0.9[49718]'],
      [8, 'WS01[137]'],
      [7, 'fe80::1[1024]'],
      [7, 'WS01[70000]'],
      [7, 'WS01[]'],
      [7, 'WS01[0]'],
    ]);
    w.zeros(24);
    t.deepEqual(readOxidBindings(view(w.bytes), 0, w.bytes.length, little), [
      { host: 'WS01', port: 49718 },
      { host: '10.0.0.9', port: 49718 },
      { host: 'fe80::1', port: 1024 },
    ]);
  });
}

test('in a big-endian answer the marshalled properties may be little-endian', (t) => {
  const inner = rpc.dualStringArray(new Writer(true), [[7, 'WS01[50000]']]).bytes;
  const w = new Writer(false).u32(0, 0x20000).add(inner).u32(0);
  t.deepEqual(readOxidBindings(view(w.bytes), 0, w.bytes.length, false), [{ host: 'WS01', port: 50000 }]);
});

test('an array whose count was not found is still known by its strings', (t) => {
  const w = new Writer(true).u8(1).u16(7).utf16('WS01[50000]').zeros(3);
  t.deepEqual(readOxidBindings(view(w.bytes), 0, w.bytes.length, true), [{ host: 'WS01', port: 50000 }]);
});

test('text with a number in brackets is no binding without its tower id', (t) => {
  const w = new Writer(true).u16(9).utf16('array[12]').u16(0x37).utf16('x[13]').zeros(8);
  t.deepEqual(readOxidBindings(view(w.bytes), 0, w.bytes.length, true), []);
});

test('activation and OXID resolution name ports, other operations of the same interfaces do not', (t) => {
  const answer = (w: Writer): void => {
    rpc
      .dualStringArray(w.u32(0x20000), [
        [7, 'WS01[50001]'],
        [7, '10.1.1.1[50001]'],
      ])
      .u32(0, 0);
  };
  const cases: readonly (readonly [string, number, boolean])[] = [
    [rpc.OBJECT_EXPORTER, 0, true],
    [rpc.OBJECT_EXPORTER, 4, true],
    [rpc.OBJECT_EXPORTER, 5, false],
    [rpc.SCM_ACTIVATOR, 3, true],
    [rpc.SCM_ACTIVATOR, 4, true],
    ['4d9f4ab8-7d1c-11cf-861e-0020af6e7c57', 0, true],
    [rpc.SVCCTL, 4, false],
  ];
  for (const [uuid, opnum, expected] of cases) {
    const facts = factsOf([
      [0, rpc.bind([{ id: 0, uuid }])],
      [1, rpc.bindAck('135', [{ result: 0 }])],
      [0, rpc.request(opnum, (w) => w.zeros(4), { callId: 2 })],
      [1, rpc.response(answer, { callId: 2 })],
    ]);
    const found = facts.mappings.items.map((m) => `${m.source} ${m.uuid} ${m.host} ${m.address} ${m.port}`);
    t.deepEqual(
      found,
      expected ? ['dcom  WS01  50001', 'dcom  10.1.1.1 10.1.1.1 50001'] : [],
      `${uuid} ${opnum}`,
    );
  }
});

test('an answer in several fragments is put together', (t) => {
  const whole = new Writer(true);
  rpc.mapResponseStub([rpc.tower(rpc.SVCCTL, 49664, '10.0.0.5'), rpc.tower(rpc.WINREG, 49665, '10.0.0.5')])(
    whole,
  );
  const part = (from: number, to: number, flags: number): Uint8Array =>
    rpc.response((w) => w.add(whole.bytes.slice(from, to)), { callId: 2, flags });
  const auth = { type: 10, level: 5, token: [1, 2, 3] };
  const facts = factsOf([
    [0, rpc.bind([{ id: 0, uuid: rpc.EPMAPPER }])],
    [1, rpc.bindAck('135', [{ result: 0 }])],
    [0, rpc.request(3, rpc.mapRequestStub(rpc.SVCCTL), { callId: 2, auth })],
    [1, part(0, 50, 1)],
    [1, part(50, 51, 0)],
    [1, part(51, whole.bytes.length, 2)],
  ]);
  t.deepEqual(
    facts.mappings.items.map((m) => m.port),
    [49664, 49665],
  );
});

test('every too short prefix of a tower and of an answer is refused, none is misread', (t) => {
  const octets = rpc.tower(rpc.SVCCTL, 49664, '10.0.0.5');
  for (let length = 0; length < octets.length; length++) t.is(readTower(view(octets), 0, length), null);
  const w = new Writer(true);
  rpc.mapResponseStub([octets])(w);
  for (let length = 0; length < w.bytes.length; length++) {
    const answer = readEptAnswer(view(w.bytes), 0, length, true, false, 3);
    t.is(answer.status, -1);
    for (const tower of answer.towers) t.is(tower.port, 49664);
  }
});
