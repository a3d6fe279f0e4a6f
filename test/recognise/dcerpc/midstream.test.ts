/** Connections older than the capture: who asks is told by the payload, and a message may begin in any segment. */
import test from 'ava';
import { concat, le16, le32, text, u8, zeros } from '../../../captures/recipes/craft/bytes.js';
import * as rpc from '../../../captures/recipes/payload/dce-rpc.js';
import { Flow } from '../../../src/flow/flow.js';
import { Driver, Line } from '../driver/driver.js';

const FOUR = [
  { ip: '10.0.0.1', port: 50_000 },
  { ip: '10.0.0.2', port: 49_700 },
] as const;
const SIX = [
  { ip: '2001:db8::9', port: 61_000 },
  { ip: '2001:db8::2', port: 5_001 },
] as const;
const STUB = zeros(40);
const FAULT = concat(u8(5, 0, 3, 3, 0x10, 0, 0, 0), le16(32, 0), le32(4), zeros(8), le32(0x1c01_0003, 0));

function line(ends: typeof FOUR | typeof SIX): Line {
  return new Line(new Driver(), ...ends);
}

function opened({ driver, flow: id }: Line): string {
  driver.finish();
  const flow = new Flow(driver.table).move(id);
  const side = (n: number): string => `${flow.addressText(n)}:${flow.port(n)}`;
  return `${side(0)} > ${side(1)} ${driver.service(id)}`;
}

const TURNED: Readonly<Record<string, (one: Line) => Line>> = {
  'a response': (one) => one.data(1, rpc.response(3, STUB)).data(0, rpc.request(4, 0, STUB)),
  'a fault': (one) => one.data(1, FAULT).data(0, rpc.request(5, 0, STUB)),
  'a bind_ack': (one) => one.data(1, rpc.bindAck(1, 49_700)).data(0, rpc.request(2, 0, STUB)),
  'a bare ACK, then a request': (one) => {
    one.sent(1, 'A', new Uint8Array());
    return one.data(0, rpc.request(4, 0, STUB)).data(1, rpc.response(4, STUB));
  },
  'the end of a response': (one) =>
    one
      .data(1, zeros(700))
      .data(1, rpc.response(3, STUB))
      .data(0, rpc.request(4, 0, STUB)),
};

for (const [first, play] of Object.entries(TURNED)) {
  test(`RPC whose first captured bytes are ${first} has the asking end as its originator`, (t) => {
    t.is(opened(play(line(FOUR))), '10.0.0.1:50000 > 10.0.0.2:49700 dce_rpc confirmed');
    t.is(opened(play(line(SIX))), '2001:db8::9:61000 > 2001:db8::2:5001 dce_rpc confirmed');
  });
}

test('a flow that is turned round changes sides in everything that is told of a side', (t) => {
  const one = line(FOUR);
  one.sent(1, 'A', new Uint8Array(), 1);
  one.data(1, rpc.response(3, STUB), 2).data(0, rpc.request(4, 0, STUB), 3);
  const flow = new Flow(one.driver.table).move(one.flow);
  t.deepEqual([flow.packets(0), flow.packets(1)], [1, 2]);
  t.deepEqual([flow.payload(0), flow.payload(1)], [64, 64]);
  t.is(flow.historyText(), '^adD');
  t.is(flow.answerFrame, 1);
});

test('a request whose answer is not captured is suspected, and the ends stay', (t) => {
  t.is(
    opened(line(FOUR).data(0, rpc.request(4, 0, STUB))),
    '10.0.0.1:50000 > 10.0.0.2:49700 dce_rpc suspected',
  );
});

test('an answer of a web server turns the ends round, a connection with its SYN keeps them', (t) => {
  const answer = text('HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 0\r\n\r\n');
  t.regex(opened(line(SIX).data(1, answer)), /^2001:db8::9:61000 > 2001:db8::2:5001 http/);
  t.regex(opened(line(SIX).open().data(0, answer)), /^2001:db8::9:61000 > 2001:db8::2:5001 $/);
});

test('bytes that begin no message are left alone after 16 KiB', (t) => {
  const one = line(FOUR);
  for (let i = 0; i < 100; i++) one.data(0, new Uint8Array(1000).fill(0xb7));
  t.is(one.driver.reads, 17);
});

/** A datagram of the connectionless protocol, C706 §12.5.1. */
function rpc4(type: number, stub: Uint8Array): Uint8Array {
  return concat(u8(4, type, 0x28, 0, 0x10, 0, 0, 0), zeros(66), le16(stub.length), zeros(4), stub);
}

test('connectionless RPC is named, whatever the port', (t) => {
  const driver = new Driver();
  const id = driver.datagram(SIX[0], SIX[1], rpc4(0, zeros(24)));
  t.is(driver.service(id), 'dce_rpc confirmed');
  const other = driver.datagram(FOUR[0], FOUR[1], concat(rpc4(0, zeros(24)), u8(1)));
  t.is(driver.service(other), '');
});
