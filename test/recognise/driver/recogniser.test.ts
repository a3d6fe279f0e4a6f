/** The driver of recognition: when it looks, when it stops, what it keeps apart, and what its limits cost. */
import test from 'ava';
import { text } from '../../../captures/recipes/craft/bytes.js';
import * as rpc from '../../../captures/recipes/payload/dce-rpc.js';
import { remotingCall, remotingReturn } from '../../../captures/recipes/payload/dotnet-remoting.js';
import {
  dnsAnswer,
  dnsQuery,
  privateProtocol,
  rdpConfirm,
  rdpRequest,
} from '../../../captures/recipes/payload/small.js';
import { smbVisit } from '../../../captures/recipes/payload/smb2.js';
import { Flow } from '../../../src/flow/flow.js';
import {
  MAX_CONVERSATION_BYTES,
  MAX_CONVERSATIONS,
} from '../../../src/recognise/driver/conversation-store.js';
import { CLIENT, SERVER } from '../../flow/script.js';
import { Driver, Line } from './driver.js';

const CALL = remotingCall('tcp://ws01:9003/UAVRAgent', 'GetStatus', 'Example.UAVRAgent, Example');
const MAPPER = { ip: '10.0.0.2', port: 135 };
const BAD_REQUEST = text('HTTP/1.1 400 Bad Request\r\nServer: Kestrel\r\nContent-Length: 0\r\n\r\n');

function line(): Line {
  return new Line(new Driver()).open();
}

/** An ept_map exchange on 135, as [side, bytes]. */
const EPT_MAP: readonly (readonly [0 | 1, Uint8Array])[] = [
  [0, rpc.bind(1, rpc.EPMAPPER)],
  [1, rpc.bindAck(1, 135)],
  [0, rpc.eptMapRequest(2, rpc.SVCCTL)],
  [1, rpc.eptMapResponse(2, rpc.SVCCTL, 49_671, '10.0.0.2')],
];

function mappings(driver: Driver): string[] {
  return driver.facts.mappings.items.map(({ flow, name, port, frame }) => `${flow} ${name} ${port} ${frame}`);
}

test('a connection that speaks one protocol on both sides is confirmed', (t) => {
  const { driver, flow } = line().data(0, CALL).data(1, remotingReturn());
  driver.finish();
  t.is(driver.service(flow), 'dotnet_remoting confirmed');
  t.is(driver.facts.weirds.size, 0);
});

test('a banner settles a connection: nothing behind it is read', (t) => {
  const one = line().data(1, text('SSH-2.0-OpenSSH_9.6\r\n'));
  t.is(one.driver.service(one.flow), 'ssh confirmed');
  for (let i = 0; i < 100; i++) one.data(0, privateProtocol(i, 'x')).data(1, privateProtocol(i, 'y'));
  t.is(one.driver.reads, 1);
});

test('a connection in which nothing is recognised is left alone when both sides have spoken', (t) => {
  const one = line();
  for (let i = 0; i < 100; i++)
    one.data(0, privateProtocol(i, 'question')).data(1, privateProtocol(i, 'answer'));
  t.is(one.driver.reads, 2);
  t.is(one.driver.service(one.flow), '');
});

test('a side that speaks alone is left alone after 16 KiB', (t) => {
  const one = line();
  const piece = new Uint8Array(1000).fill(0xb7);
  for (let i = 0; i < 100; i++) one.data(0, piece);
  t.is(one.driver.reads, 17);
});

test('what answers a call in another protocol is what runs there', (t) => {
  const answers: readonly (readonly [string, Uint8Array, Uint8Array])[] = [
    ['http confirmed', CALL, BAD_REQUEST],
    ['http confirmed', rpc.bind(1, rpc.SVCCTL), BAD_REQUEST],
    ['ssl confirmed', CALL, Uint8Array.of(21, 3, 3, 0, 2, 2, 70)],
    ['ssh confirmed', rpc.bind(1, rpc.EPMAPPER), text('SSH-2.0-OpenSSH_9.6\r\n')],
    ['dotnet_remoting confirmed', text('GET / HTTP/1.1\r\nHost: ws01\r\n\r\n'), remotingReturn()],
  ];
  for (const [service, question, answer] of answers) {
    const whole = line().data(0, question).data(1, answer).data(0, question).data(1, answer);
    whole.driver.finish();
    t.is(whole.driver.service(whole.flow), service);
    t.is(whole.driver.facts.weirds.get('service_mismatch'), 1);
    for (let cut = 1; cut < answer.length; cut++) {
      const split = line().data(0, question).data(1, answer.slice(0, cut)).data(1, answer.slice(cut));
      split.driver.finish();
      t.is(split.driver.service(split.flow), service, `cut at ${cut}`);
    }
  }
});

test('a server that speaks first decides, whatever is then sent to it', (t) => {
  const one = line().data(1, text('SSH-2.0-OpenSSH_9.6\r\n')).data(0, rpc.bind(1, rpc.EPMAPPER));
  one.driver.finish();
  t.is(one.driver.service(one.flow), 'ssh confirmed');
});

test('after a mismatch the connection is left alone in the end', (t) => {
  const one = line().data(0, CALL).data(1, BAD_REQUEST);
  for (let i = 0; i < 100; i++) one.data(0, new Uint8Array(1000).fill(0x2e));
  t.true(one.driver.reads < 25);
});

test('two sides that no dissector reads and that disagree have no service', (t) => {
  const greeting = Uint8Array.of(0xff, 0xfd, 0x18, 0xff, 0xfd, 0x20, 0xff, 0xfd, 0x23, 0xff, 0xfd, 0x27);
  const one = line();
  one.data(1, greeting);
  const first = one.driver.service(one.flow);
  one.data(0, rdpRequest('admin'));
  one.driver.finish();
  t.is(first, 'telnet suspected');
  t.not(one.driver.service(one.flow), 'telnet confirmed');
});

test('segments out of order, repeated and overlapping give the same facts', (t) => {
  const driver = new Driver();
  const one = new Line(driver, CLIENT, MAPPER).open();
  for (const [side, bytes] of EPT_MAP) {
    one
      .early(side, 20, bytes.slice(20))
      .early(side, 10, bytes.slice(10, 30))
      .early(side, 20, bytes.slice(20));
    one.data(side, bytes.slice(0, 15)).data(side, bytes.slice(15));
  }
  driver.finish();
  t.deepEqual(
    mappings(driver).map((words) => words.replace(/ \d+$/, '')),
    [`${one.flow} svcctl 49671`],
  );
});

test('a first segment that comes late, or never, is not taken for the beginning', (t) => {
  const bytes = rpc.bind(1, rpc.SVCCTL);
  const late = line().early(0, 12, bytes.slice(12)).data(0, bytes.slice(0, 12));
  late.driver.finish();
  t.is(late.driver.facts.binds.items.length, 1);
  const never = line().lose(0, 100).data(0, BAD_REQUEST).data(0, CALL);
  never.driver.finish();
  t.is(never.driver.service(never.flow), '');
});

test('what is held when the capture ends is read as far as it goes', (t) => {
  const one = new Line(new Driver(), CLIENT, MAPPER).open();
  const [bind, ack, ask, answer] = EPT_MAP.map(([, bytes]) => bytes);
  if (bind === undefined || ack === undefined || ask === undefined || answer === undefined) return t.fail();
  one.data(0, bind).data(1, ack).data(0, ask).lose(1, 10).data(1, answer);
  t.deepEqual(mappings(one.driver), []);
  one.driver.finish();
  t.deepEqual(mappings(one.driver), [`${one.flow} svcctl 49671 ${one.driver.frame}`]);
  return undefined;
});

test('a connection seen from the middle is read from its next message on', (t) => {
  const driver = new Driver();
  const one = new Line(driver, CLIENT, MAPPER);
  for (const [side, bytes] of EPT_MAP) one.data(side, bytes);
  driver.finish();
  t.is(driver.service(one.flow), 'dce_rpc confirmed');
  t.is(mappings(driver).length, 1);
});

test('data beside a SYN begins one behind its number, and the answer is known from the SYN-ACK', (t) => {
  const driver = new Driver();
  const one = new Line(driver, CLIENT, MAPPER);
  const [bind, ack] = [rpc.bind(1, rpc.SVCCTL), rpc.bindAck(1, 49_671)];
  one.flow = one.sent(0, 'S', bind.slice(0, 20));
  one.sent(1, 'SA', new Uint8Array());
  one.data(0, bind.slice(20)).early(1, 16, ack.slice(16)).data(1, ack.slice(0, 16));
  driver.finish();
  t.is(driver.facts.binds.items[0]?.result, 0);
});

test('the text in a RST is not part of the stream', (t) => {
  const one = line().data(0, CALL);
  one.sent(1, 'RA', BAD_REQUEST);
  one.driver.finish();
  t.is(one.driver.service(one.flow), 'dotnet_remoting suspected');
});

test('datagrams of a flow that was recognised, or is nothing known, are not read again and again', (t) => {
  const from = { ip: '10.0.0.1', port: 50_123 };
  const to = { ip: '10.0.0.2', port: 50_124 };
  const driver = new Driver();
  let flow = -1;
  for (let i = 0; i < 100; i++) flow = driver.datagram(from, to, privateProtocol(i, 'some text'));
  t.true(driver.reads <= 4);
  t.is(driver.service(flow), '');
});

test('an answer teaches the name to its own sender and receiver when ports and prefixes are alike', (t) => {
  const driver = new Driver();
  const a = { ip: '2001:db8::1', port: 53 };
  const b = { ip: '2001:db8::2', port: 53 };
  driver.datagram(a, b, dnsQuery(7, 'nowhere.example.test'));
  const refused = dnsAnswer(7, 'nowhere.example.test', '10.0.0.9').slice();
  // NXDOMAIN without an answer.
  refused.set([0x85, 0x83], 2);
  driver.datagram(b, a, refused);
  driver.datagram(a, b, dnsQuery(8, 'ws01.example.test'));
  driver.datagram(b, a, dnsAnswer(8, 'ws01.example.test', '10.0.0.9'));
  driver.finish();
  t.deepEqual(
    driver.facts.failedLookups.items.map(({ name, error }) => `${name} ${error}`),
    ['nowhere.example.test NXDOMAIN'],
  );
});

test('a connection on the same five-tuple has its own conversation', (t) => {
  const driver = new Driver();
  const first = new Line(driver).open();
  first.data(0, CALL.slice(0, 20));
  first.sent(0, 'FA', new Uint8Array());
  first.sent(1, 'FA', new Uint8Array());
  const second = new Line(driver, CLIENT, SERVER, 900_000).open(60);
  second.data(0, rdpRequest('admin')).data(1, rdpConfirm());
  driver.finish();
  t.not(first.flow, second.flow);
  t.is(driver.service(first.flow), 'dotnet_remoting suspected');
  t.is(driver.service(second.flow), 'rdp confirmed');
});

/** More connections than the table holds, each to another port, so that ids are given out again. */
function crowd(driver: Driver, count: number, say: (line: Line) => unknown): void {
  for (let i = 0; i < count; i++) {
    say(new Line(driver, { ip: '10.0.3.1', port: 1024 + i }, { ip: '10.0.3.2', port: 8000 }).open(100 + i));
  }
}

test('a flow that gets the id of a dropped one gets neither its bytes nor its service', (t) => {
  const driver = new Driver(40);
  for (let i = 0; i < 40; i++) {
    new Line(driver, { ip: '10.0.2.1', port: 1024 + i }, SERVER).open(i).data(0, CALL.slice(0, 20));
  }
  t.is(driver.service(0), 'dotnet_remoting suspected');
  crowd(driver, 40, (one) => one.data(0, text('GET /index.html HTTP/1.1\r\nHost: a\r\n\r\n')));
  driver.finish();
  t.true(driver.table.evicted > 0);
  const flow = new Flow(driver.table);
  for (let id = 0; id < 40; id++) {
    const ofCrowd = flow.move(id).port(1) === 8000;
    t.is(driver.service(id), ofCrowd ? 'http suspected' : 'dotnet_remoting suspected');
  }
});

test('facts of flows that were dropped are taken out and counted, learned names stay', (t) => {
  const driver = new Driver(40);
  const one = new Line(driver, CLIENT, MAPPER).open();
  for (const [side, bytes] of EPT_MAP) one.data(side, bytes);
  const names = new Line(driver, { ip: '10.0.0.1', port: 50_001 }, { ip: '10.0.0.2', port: 445 }).open();
  const parties = { client: 'NAS01', server: 'WS01', domain: 'EXAMPLE', user: 'svc', pipe: 'svcctl' };
  for (const [question, answer] of smbVisit(parties)) names.data(0, question).data(1, answer);
  t.is(driver.facts.mappings.items.length, 1);
  const learned = driver.facts.names.items.length;
  t.true(learned > 0);
  crowd(driver, 120, (line) => line.data(0, text('GET / HTTP/1.1\r\n\r\n')));
  driver.finish();
  const { mappings: named, binds, opens, ntlm, details } = driver.facts;
  for (const list of [named, binds, opens, ntlm]) t.is(list.items.length, 0);
  t.true(named.dropped === 1 && binds.dropped >= 1 && opens.dropped === 1);
  t.is(details.items.length, 40);
  t.true(details.items.every(({ service }) => service === 'http'));
  t.is(driver.facts.names.items.length, learned);
});

test('conversations unused for long give way, are counted, and are not read any more', (t) => {
  const driver = new Driver();
  const half = CALL.slice(0, 20);
  const first = new Line(driver, { ip: '10.1.0.0', port: 5000 }, SERVER).open().data(0, half);
  const used = new Line(driver, { ip: '10.1.0.1', port: 5000 }, SERVER).open().data(0, half);
  for (let i = 2; i <= MAX_CONVERSATIONS; i++) {
    new Line(driver, { ip: `10.${1 + (i >> 14)}.${(i >> 7) & 127}.${i & 127}`, port: 6000 }, SERVER).data(
      0,
      half,
    );
    if (i === 10) used.data(0, CALL.slice(20, 30));
  }
  t.is(driver.recogniser.evicted, 1);
  t.is(driver.facts.conversationsDropped, 1);
  const before = driver.reads;
  first.data(0, CALL.slice(20)).data(1, remotingReturn());
  t.is(driver.reads, before);
  t.is(driver.service(first.flow), 'dotnet_remoting suspected');
  used.data(0, CALL.slice(30)).data(1, remotingReturn());
  t.is(driver.service(used.flow), 'dotnet_remoting confirmed');
});

test('when all hold too many bytes together the least recently used gives way and is counted', (t) => {
  const driver = new Driver();
  const waiting = new Uint8Array(60_000);
  const hold = (i: number): Line =>
    new Line(driver, { ip: `10.2.${i >> 7}.${i & 127}`, port: 5000 }, SERVER)
      .open()
      .data(0, CALL.slice(0, 20))
      .early(0, CALL.length, waiting);
  const fits = Math.floor((0.8 * MAX_CONVERSATION_BYTES) / waiting.length);
  const first = hold(0);
  for (let i = 1; i < fits; i++) hold(i);
  t.is(driver.facts.conversationsDropped, 0);
  for (let i = fits; i * waiting.length <= MAX_CONVERSATION_BYTES; i++) hold(i);
  const { conversationsDropped } = driver.facts;
  t.true(conversationsDropped > 0 && conversationsDropped < fits / 2, `${conversationsDropped}`);
  const last = hold(5000);
  for (const one of [first, last]) one.data(0, CALL.slice(20)).data(1, remotingReturn());
  t.is(driver.service(first.flow), 'dotnet_remoting suspected');
  t.is(driver.service(last.flow), 'dotnet_remoting confirmed');
});
