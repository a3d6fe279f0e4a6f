/** Dissectors are used for one connection after another: nothing of an earlier one may be told of a later one. */
import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import { Random } from '../../../captures/recipes/craft/random.js';
import * as rpc from '../../../captures/recipes/payload/dce-rpc.js';
import { remotingCall, remotingReturn } from '../../../captures/recipes/payload/dotnet-remoting.js';
import { negotiateHandshake, sealed } from '../../../captures/recipes/payload/negotiate-stream.js';
import { smbVisit } from '../../../captures/recipes/payload/smb2.js';
import type { FactList, SeenIn } from '../../../src/recognise/facts/facts.js';
import { mutated, seeded } from './dissecting.js';
import type { Message } from './dissecting.js';
import { Driver, Line } from './driver.js';
import * as bytes from '../dcerpc/rpc-bytes.js';
import { ntlmAuthenticate, ntlmChallenge, ntlmNegotiate } from './messages.js';
import { wholeSmb1Exchange } from '../smb/smb1-exchange.js';

type Talk = readonly Message[];

const alternating = (pairs: Iterable<readonly [Uint8Array, Uint8Array]>): Talk =>
  [...pairs].flatMap(([question, answer]): Message[] => [
    [0, question],
    [1, answer],
  ]);

function smb(server: string, talk: readonly (readonly [Uint8Array, Uint8Array])[]): Talk {
  const parties = { client: 'NAS01', server, domain: 'CORP', user: `svc-${server}`, pipe: 'svcctl' };
  return alternating(smbVisit({ ...parties, talk }));
}

function handshake(computer: string): Talk {
  return alternating(
    negotiateHandshake({ client: computer, server: `${computer}-SRV`, domain: 'CORP', user: 'SYSTEM' }),
  );
}

function sealedBind(uuid: string): Talk {
  const ntlm = (token: Uint8Array): bytes.PduOptions => ({ auth: { type: 10, level: 5, token: [...token] } });
  const syntax = bytes.NDR64;
  return [
    [0, bytes.bind([{ id: 0, uuid, syntax }], ntlm(ntlmNegotiate()))],
    [1, bytes.bindAck('49667', [{ result: 0, syntax }], ntlm(ntlmChallenge('DC01', 'dc01.corp')))],
    [0, bytes.pdu(16, (w) => w.u32(0), ntlm(ntlmAuthenticate('CORP', 'someone', 'WS09')))],
    [0, bytes.request(3, bytes.mapRequestStub(bytes.SVCCTL, true), { callId: 2 })],
    [1, bytes.response(bytes.mapResponseStub([bytes.tower(bytes.SVCCTL, 49_680, '10.0.0.9')], 0, true))],
  ];
}

const PIPE_TALK = [
  [rpc.bind(1, rpc.SVCCTL), rpc.bindAck(1, '\\pipe\\ntsvcs')],
  [rpc.openScManager(2), rpc.openScManagerDenied(2)],
] as const;

const TALKS: readonly Talk[] = [
  alternating([
    [rpc.bind(1, rpc.EPMAPPER), rpc.bindAck(1, 135)],
    [rpc.eptMapRequest(2, rpc.SVCCTL), rpc.eptMapResponse(2, rpc.SVCCTL, 49_671, '10.0.0.2')],
  ]),
  alternating([
    [rpc.bind(1, rpc.SVCCTL), rpc.bindAck(1, 49_671)],
    [rpc.openScManager(2), rpc.openScManagerReply(2)],
    [rpc.closeServiceHandle(3), rpc.closeServiceHandleReply(3)],
  ]),
  // Calls whose bind was not seen: what they belong to must not be known from elsewhere.
  alternating([[rpc.openScManager(2), rpc.openScManagerDenied(2)]]),
  sealedBind(bytes.EPMAPPER),
  smb('WS01', PIPE_TALK),
  smb('WS02', []),
  wholeSmb1Exchange().map(({ side, bytes: message }): Message => [side, message]),
  handshake('WS03'),
  [...handshake('WS04'), [0, sealed(new Random(1), 0, 30)]],
  alternating([[remotingCall('tcp://ws01:9003/Agent', 'Get', 'Example'), remotingReturn()]]),
];

/** What no protocol here sends. */
const JUNK = new Uint8Array(200).fill(0xee);

/** As they are; the other way round; without their first messages; with one cut or no message at the end; damaged. */
function variants(): readonly Talk[] {
  const next = seeded(20_260_304);
  return TALKS.flatMap((talk): Talk[] => [
    talk,
    talk.map(([side, message]): Message => [side === 0 ? 1 : 0, message]),
    ...[1, 2, 3].map((from) => talk.slice(from)),
    ...talk.map((message, i) => [...talk.slice(0, i), half(message)]),
    ...talk.map(([side], i): Talk => [...talk.slice(0, i + 1), [side, JUNK]]),
    ...talk.map((_, i) => talk.map((message, n): Message => (n === i ? damaged(message, next) : message))),
  ]);
}

function half([side, message]: Message): Message {
  return [side, message.subarray(0, message.length >> 1)];
}

function damaged([side, message]: Message, next: () => number): Message {
  return [side, mutated(message, next)];
}

/** Plays a conversation, which ends with a RST or goes on; returns its flow. */
function play(driver: Driver, talk: Talk, number: number, isOver: boolean): number {
  const port = 1_024 + (number % 60_000);
  const line = new Line(driver, { ip: '10.7.0.1', port }, { ip: '10.7.0.2', port: 445 }).open();
  for (const [side, message] of talk) if (message.length > 0) line.data(side, message);
  if (isOver) line.sent(0, 'RA', new Uint8Array());
  return line.flow;
}

/** Everything said of a flow but learned names, which are told once; and without places and times. */
function said({ facts }: Driver, flow: number): unknown {
  const { binds, calls, mappings, smb, trees, opens, ntlm, details, denied, weirdsSeen } = facts;
  const lists: readonly FactList<SeenIn>[] = [
    binds,
    calls,
    mappings,
    smb,
    trees,
    opens,
    ntlm,
    details,
    denied,
  ];
  return [
    facts.serviceOf(flow),
    ...[...lists, weirdsSeen].map(({ items }) =>
      items
        .filter((seen) => seen.flow === flow)
        .map((seen) => ({ ...seen, flow: 0, frame: 0, sec: 0, nsec: 0, responseFrame: 0 })),
    ),
  ];
}

test('whatever connections came before, of a connection is told what is told of it alone', (t) => {
  const talks = variants();
  const alone = talks.map((talk) => {
    const driver = new Driver();
    const flow = play(driver, talk, 0, false);
    driver.finish();
    return said(driver, flow);
  });
  const together = new Driver();
  const next = seeded(7);
  const played = Array.from({ length: 1_500 }, (_, number) => {
    const index = next() % talks.length;
    const flow = play(together, talks[index] ?? [], number, next() % 4 !== 0);
    return { index, flow };
  });
  together.finish();
  const wrong = played.filter(({ index, flow }) => !isDeepStrictEqual(said(together, flow), alone[index]));
  t.deepEqual(wrong, []);
  t.true(together.facts.ntlm.items.length > 300 && together.facts.binds.items.length > 300);
});
