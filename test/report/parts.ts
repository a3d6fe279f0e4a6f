/** The pieces of which the report models of these tests are made. */
import type { FlowList, FlowModel } from '../../src/report/model/flow-model.js';
import type { HostModel } from '../../src/report/model/host-model.js';
import type { TimeStamp } from '../../src/report/model/time-model.js';
import type { AttemptMark, EvidenceModel, RuleModel, VerdictModel } from '../../src/report/model/model.js';
import type { PayloadModel } from '../../src/report/model/payload-model.js';
import { VERDICT_WORDING } from '../../src/report/text/wording.js';
import type { Outcome, Verdict } from '../../src/verdict/words/words.js';

export const SERVER = '10.20.0.5';
const START = Date.UTC(2026, 4, 1, 9, 30, 0) / 1000;
export const FILE = 'C:\\Captures\\nas01 2026-05-01.pcapng';

/** Seconds after the capture's start. */
export function stamp(after: number): TimeStamp {
  const sec = START + Math.floor(after);
  const nsec = Math.round((after - Math.floor(after)) * 1e9);
  const iso = `${new Date(sec * 1000).toISOString().slice(0, 19)}.${String(nsec).padStart(9, '0')}Z`;
  return { iso, sec, nsec };
}

const OUT = 'server → computer';
export const RULES: readonly RuleModel[] = [
  [
    'ua-9004',
    '9004 in',
    'TCP 9004',
    'computer → server',
    'Network Traffic Compression Service communications',
  ],
  ['ua-9003', '9003 out', 'TCP 9003', OUT, 'Network Traffic Compression Service communications'],
  [
    'ua-smb',
    '139/445',
    'TCP 139 or 445',
    OUT,
    'Service Control Manager Remote Protocol (RPC), remote registry',
  ],
  ['ua-wmi', 'WMI', 'TCP dynamic', OUT, 'Windows Management Instrumentation'],
  ['ua-135', '135', 'TCP 135', OUT, 'Service Control Manager Remote Protocol (RPC), installation'],
  [
    'ua-netbios',
    '137-139 UDP',
    'UDP 137-139',
    OUT,
    'Service Control Manager Remote Protocol (RPC), installation',
  ],
  ['ua-video', '445 video', 'TCP 445', OUT, 'SMB 2.0/3.0, video files copy'],
  ['ua-icmp', 'ICMP', 'ICMP', OUT, 'Network Traffic Compression Service communications'],
].map(([id = '', label = '', ports = '', direction = '', purpose = '']) => ({
  id,
  pack: 'user-activity',
  label,
  purpose,
  ports,
  direction,
  when: id === 'ua-video' ? 'recording' : id === 'ua-135' || id === 'ua-netbios' ? 'install' : 'always',
  required: id !== 'ua-video' && id !== 'ua-netbios',
  caveat: id === 'ua-video' ? 'used only while recording' : id === 'ua-netbios' ? 'one way by design' : '',
  oneWay: id === 'ua-netbios',
  symptoms: id === 'ua-9003' ? ['Not Responding after install'] : [],
}));

export function host(address: string, name = ''): HostModel {
  return {
    address,
    name,
    addresses: [],
    addressProofs: [],
    shared: '',
    nameSource: name === '' ? '' : 'NetBIOS name service',
    group: '',
    listed: null,
  };
}

export function evidence(
  frames: readonly number[],
  after: number,
  filter: string,
  shows: string,
): EvidenceModel {
  return { file: FILE, frames, firstTime: stamp(after), lastTime: stamp(after + 9), filter, shows };
}

export function mark(
  at: number,
  frame: number,
  kind: AttemptMark['kind'],
  from: AttemptMark['from'],
  label: string,
): AttemptMark {
  return { at, frame, file: FILE, kind, from, label };
}

export function verdict(
  rule: string,
  of: HostModel,
  word: Verdict,
  more: Partial<VerdictModel> = {},
): VerdictModel {
  const reasons: Record<Verdict, readonly [string, string]> = {
    working: ['established', 'The handshake completed and data went both ways in 4 connections.'],
    not_observed: ['no_attempt', 'No attempt was seen while the capture ran.'],
    blocked: ['no_answer', 'The attempts were not answered.'],
    degraded: ['fallback', 'It works only after a detour.'],
    inconclusive: ['capture_ended', 'The capture ends before the attempt could be answered.'],
    unknown: ['unknown', 'No verdict was reached.'],
  };
  return {
    rule,
    host: of,
    verdict: word,
    seen: VERDICT_WORDING[word].label,
    reasonCode: reasons[word][0],
    reason: reasons[word][1],
    location: 'unknown',
    locationReason: '',
    confidence: word === 'working' ? 'high' : 'medium',
    assumptions: [],
    remedy: -1,
    evidence:
      word === 'not_observed'
        ? []
        : [evidence([11, 12, 13], 4.25, `ip.addr==${of.address} && tcp.port==9004`, 'a completed handshake')],
    attempts: [],
    nextStep: {
      who: 'Nobody',
      confirmWhere: 'on this server',
      confirm: 'Nothing to confirm',
      wouldChange: 'A failed attempt in a later capture.',
    },
    outcomes: word === 'not_observed' ? [] : [{ outcome: 'established', flows: 4 }],
    required: rule !== 'ua-video' && rule !== 'ua-netbios',
    ...more,
  };
}

const COMMUNITY_ID = '1:LQU9qZlK+B5F3KDmev6m5PMibrg=';

export function flow(id: number, outcome: Outcome, more: Partial<FlowModel> = {}): FlowModel {
  const answered = outcome === 'established';
  const of = {
    id,
    proto: 'tcp' as const,
    orig: {
      host: { ip: SERVER, name: '', place: 0 },
      ip: SERVER,
      port: 49700 + (id % 15000),
      name: '',
      packets: answered ? 9 : 3,
      bytes: answered ? 1830 : 156,
      payloadBytes: answered ? 1302 : 0,
      retransmissions: answered ? 0 : 2,
    },
    resp: {
      host: { ip: `10.20.1.${id % 250}`, name: 'FILE01', place: 1 },
      ip: `10.20.1.${id % 250}`,
      port: 9003,
      name: 'FILE01',
      packets: answered ? 7 : 0,
      bytes: answered ? 4210 : 0,
      payloadBytes: answered ? 3890 : 0,
      retransmissions: 0,
    },
    connState: answered ? 'SF' : 'S0',
    history: answered ? 'ShADadFf' : 'S',
    outcome,
    class: 'expected' as const,
    reason: 'rule ua-9003',
    rule: 'ua-9003',
    service: answered ? 'dotnet-remoting' : '',
    serviceCertainty: answered ? ('confirmed' as const) : ('' as const),
    firstTime: stamp(id * 0.25 + 0.123456789),
    lastTime: stamp(id * 0.25 + 9.123456789),
    duration: 9,
    synAckDelay: answered ? 0.000412 : -1,
    handshakeTime: answered ? 0.000761 : -1,
    communityId: COMMUNITY_ID,
    communityIdBytes: Buffer.from(COMMUNITY_ID),
    file: FILE,
    fileIndex: 0,
    firstFrame: id * 10 + 1,
    lastFrame: id * 10 + 9,
    origSeqBytes: answered ? 1302 : -1,
    respSeqBytes: answered ? 3890 : -1,
    vlan: -1,
    tunneled: false,
    ...more,
  };
  return { ...of, kind: { number: 0, ...of }, ...more };
}

/** A flow list over an array, failed flows worst. */
export function flowList(flows: readonly FlowModel[]): FlowList {
  const bad = (f: FlowModel) => (f.outcome === 'established' ? 1 : 0);
  return {
    count: flows.length,
    at: (id) => flows.find((one) => one.id === id),
    worst: (limit) => [...flows].sort((a, b) => bad(a) - bad(b)).slice(0, limit),
    [Symbol.iterator]: () => flows[Symbol.iterator](),
  };
}

/** Rows of payload: none but those given. */
export function payload(more: Partial<PayloadModel> = {}): PayloadModel {
  return {
    rpcCalls: [],
    smbMappings: [],
    smbFiles: [],
    ntlm: [],
    weirds: [],
    portMappings: [],
    portMappingsOmitted: 0,
    servicesBeside: () => [],
    ...more,
  };
}
