/** The conversations that the benchmark's flows play: what a Netwrix Auditor Server and its computers say. */
import { concat, le32 } from '../../captures/recipes/craft/bytes.js';
import type { Random } from '../../captures/recipes/craft/random.js';
import * as rpc from '../../captures/recipes/payload/dce-rpc.js';
import { remotingCall, remotingReturn } from '../../captures/recipes/payload/dotnet-remoting.js';
import { negotiateHandshake, sealed } from '../../captures/recipes/payload/negotiate-stream.js';
import { dnsAnswer, dnsQuery } from '../../captures/recipes/payload/small.js';
import { smbVisit } from '../../captures/recipes/payload/smb2.js';
import { ANY_COMPUTER, exchange, message, type Script, type Segment } from './script.js';
import { closeFile, connectDisk, openFile, readFile, type Exchange } from './smb-copy.js';

/** Computers with the same remainder play the same scripts. */
export const VARIANTS = 8;
/** The port that the endpoint mapper of a computer names. */
export const dynamicPort = (variant: number): number => 49664 + variant;

const DOMAIN = 'CORP';
const USER = 'svc-auditor';
const QUERY_SERVICE_STATUS = 6;
const VIDEO_READS = [4 << 10, 36 << 10];

const computerName = (variant: number): string => `WS${String(variant + 1).padStart(2, '0')}`;
const party = (variant: number, pipe: string): Parameters<typeof smbVisit>[0] => ({
  client: 'NAS01',
  server: computerName(variant),
  domain: DOMAIN,
  user: USER,
  pipe,
});

/** Without late acknowledgements: the next question carries them. */
const brisk = (exchanges: readonly Exchange[]): Segment[] =>
  exchanges.flatMap(([question, answer]) => [...message(true, question), ...message(false, answer)]);
const leisurely = (exchanges: readonly Exchange[]): Segment[] => exchanges.flatMap((one) => exchange(...one));

/** A recording is fetched from a computer's share. */
export function videoCopy(variant: number, random: Random): Script {
  const logon = smbVisit(party(variant, '')).slice(0, 3);
  const size = VIDEO_READS.reduce((sum, len) => sum + len, 0);
  const session = `ProgramData\\Netwrix Auditor\\User Activity\\${random.uint32().toString(16)}.wmv`;
  let offset = 0;
  const reads = VIDEO_READS.map((len, index) => {
    const one = readFile(5 + index, offset, random.bytes(len));
    offset += len;
    return one;
  });
  return brisk([
    ...logon,
    connectDisk(3, `\\\\${computerName(variant)}\\C$`),
    openFile(4, session, size),
    ...reads,
    closeFile(5 + reads.length),
  ]);
}

/** Logs on and opens the registry's pipe. */
export const pipeVisit = (variant: number): Script => brisk(smbVisit(party(variant, 'winreg')));

/** Where does the service control manager listen? */
export function mapperQuestion(variant: number): Script {
  const { SVCCTL, EPMAPPER } = rpc;
  return leisurely([
    [rpc.bind(1, EPMAPPER), rpc.bindAck(1, 135)],
    [rpc.eptMapRequest(2, SVCCTL), rpc.eptMapResponse(2, SVCCTL, dynamicPort(variant), ANY_COMPUTER)],
  ]);
}

/** Asks the service control manager again and again whether the agent's service runs. */
export function serviceStatus(variant: number, questions: number): Script {
  const status = concat(le32(0x10, 4, 1, 0, 0, 0, 0), le32(0));
  const calls = Array.from({ length: questions }, (_, index): Exchange => {
    const id = 3 + index;
    return [rpc.request(id, QUERY_SERVICE_STATUS, rpc.HANDLE), rpc.response(id, status)];
  });
  return leisurely([
    [rpc.bind(1, rpc.SVCCTL), rpc.bindAck(1, dynamicPort(variant))],
    [rpc.openScManager(2), rpc.openScManagerReply(2)],
    ...calls,
  ]);
}

/** The server calls an agent back in clear text. */
export function remotingCalls(calls: number): Script {
  const type = 'UAVR.IAgent, UAVR.Common';
  const question = remotingCall('tcp://agent:9003/UAVRAgent', 'GetStatus', type);
  return leisurely(Array.from({ length: calls }, (): Exchange => [question, remotingReturn()]));
}

/** An agent logs on by NegotiateStream and exchanges sealed frames. */
export function sealedCalls(variant: number, calls: number, random: Random): Script {
  const parties = { client: computerName(variant), server: 'NAS01', domain: DOMAIN, user: 'SYSTEM' };
  return leisurely([
    ...negotiateHandshake(parties),
    ...Array.from({ length: calls }, (_, index): Exchange => [
      sealed(random, index, 30),
      sealed(random, index, 17),
    ]),
  ]);
}

/** The address of a computer is looked up. */
export function nameLookup(variant: number): Script {
  const name = `${computerName(variant).toLowerCase()}.corp.example`;
  const id = 0x2600 + variant;
  return [...message(true, dnsQuery(id, name)), ...message(false, dnsAnswer(id, name, ANY_COMPUTER))];
}
