/** The report's model, field by field: which of its texts are names, addresses and sentences, and which are kept. */
import type { CauseModel } from '../../report/model/cause-model.js';
import type { ChangeModel } from '../../report/model/change-model.js';
import type { HostModel } from '../../report/model/host-model.js';
import type {
  AttemptMark,
  CaptureModel,
  EvidenceModel,
  NextStep,
  RemedyGroupModel,
  ReportModel,
  VerdictModel,
} from '../../report/model/model.js';
import type {
  NtlmModel,
  PortMappingModel,
  RpcCallModel,
  SmbFileModel,
  SmbMappingModel,
  WeirdModel,
} from '../../report/model/payload-model.js';
import type { Shape } from './shape.js';

export const HOST: Shape<HostModel> = {
  address: 'address',
  addresses: 'address',
  addressProofs: 'prose',
  shared: 'prose',
  name: 'host',
  nameSource: 'prose',
  group: 'group',
  listed: 'kept',
};

const EVIDENCE: Shape<EvidenceModel> = {
  file: 'file',
  frames: 'kept',
  firstTime: 'kept',
  lastTime: 'kept',
  filter: 'prose',
  shows: 'prose',
  log: { unit: 'kept', number: 'kept', text: 'text', rule: 'text' },
};

const ATTEMPT: Shape<AttemptMark> = {
  at: 'kept',
  frame: 'kept',
  file: 'file',
  kind: 'kept',
  from: 'kept',
  label: 'prose',
};

const NEXT_STEP: Shape<NextStep> = {
  who: 'prose',
  confirmWhere: 'prose',
  confirm: 'prose',
  wouldChange: 'prose',
};

export const VERDICT: Shape<VerdictModel> = {
  rule: 'kept',
  host: HOST,
  verdict: 'kept',
  seen: 'prose',
  reasonCode: 'kept',
  reason: 'prose',
  location: 'kept',
  locationReason: 'prose',
  confidence: 'kept',
  assumptions: 'kept',
  evidence: EVIDENCE,
  attempts: ATTEMPT,
  nextStep: NEXT_STEP,
  remedy: 'kept',
  outcomes: { outcome: 'kept', flows: 'kept' },
  required: 'kept',
};

const CAUSE: Shape<CauseModel> = {
  id: 'kept',
  kind: 'kept',
  fact: 'kept',
  title: 'prose',
  headline: 'prose',
  rules: 'kept',
  computers: 'kept',
  hosts: HOST,
  tried: 'kept',
  worksFor: 'kept',
  cells: 'kept',
  reach: 'reach',
  location: 'kept',
  locationReason: 'prose',
  confidence: 'kept',
  assumptions: 'kept',
  owner: 'kept',
  who: 'prose',
  action: 'prose',
  confirmWhere: 'prose',
  confirm: 'prose',
  remedy: 'kept',
  firstTime: 'kept',
  lastTime: 'kept',
  required: 'kept',
  onlyDegraded: 'kept',
};

const CAPTURE: Shape<CaptureModel> = {
  path: 'file',
  sha256: 'kept',
  sizeBytes: 'kept',
  format: 'kept',
  packets: 'kept',
  firstTime: 'kept',
  lastTime: 'kept',
  damage: { offset: 'kept', kind: 'kept', message: 'prose' },
  interfacesOmitted: 'kept',
  interfaces: {
    name: 'interface',
    linkType: 'kept',
    snapLength: 'kept',
    filter: 'prose',
    received: 'kept',
    dropped: 'kept',
  },
  application: 'text',
  os: 'text',
  comments: 'text',
  trace: {
    windows: 'kept',
    utcOffsetMinutes: 'kept',
    zone: 'left_out',
    eventsLost: 'kept',
    buffersLost: 'kept',
    circular: 'kept',
    stopped: 'kept',
    filters: 'prose',
    components: {
      id: 'kept',
      name: 'interface',
      driver: 'interface',
      mac: 'address',
      addresses: 'address',
      packets: 'kept',
      drops: 'kept',
      taken: 'kept',
    },
    drops: { reason: 'kept', location: 'kept', text: 'prose', count: 'kept' },
    cutFrames: 'kept',
    cutBytes: 'kept',
    packetsElsewhere: 'kept',
    switchPackets: 'kept',
    otherEvents: 'kept',
    clockGuessed: 'kept',
    notes: 'prose',
  },
};

const REMEDY_GROUP: Shape<RemedyGroupModel> = {
  rule: 'kept',
  location: 'kept',
  computers: 'kept',
  addressesOmitted: 'kept',
  remedies: { kind: 'kept', title: 'prose', where: 'prose', text: 'prose', note: 'prose' },
};

const CHANGE: Shape<ChangeModel> = {
  cause: 'kept',
  rule: 'kept',
  sources: 'network',
  destinations: 'network',
  protocol: 'kept',
  ports: 'kept',
  firstTime: 'kept',
  lastTime: 'kept',
  attempts: 'kept',
  reason: 'kept',
};

/** The long lists are replaced entry by entry, when they are asked for (shared-model.ts). */
export type Listed = 'verdicts' | 'flows' | 'payload' | 'shared';

export const REPORT: Shape<Omit<ReportModel, Listed>> = {
  generator: { version: 'kept', node: 'kept', platform: 'kept' },
  generatedAt: 'kept',
  commandLine: 'command_line',
  firewallLogs: {
    path: 'file',
    sha256: 'kept',
    sizeBytes: 'kept',
    kind: 'kept',
    entries: 'kept',
    blocked: 'kept',
    zone: 'kept',
    movedMinutes: 'kept',
    met: 'kept',
    use: 'kept',
    malformed: 'kept',
    leftOut: 'kept',
    notes: 'prose',
  },
  activity: {
    step: 'kept',
    begun: 'kept',
    failed: 'kept',
    gaps: { from: 'kept', to: 'kept' },
    losses: { from: 'kept', to: 'kept', sign: 'kept', signs: 'kept' },
  },
  timeZone: 'time_zone',
  captures: CAPTURE,
  firstTime: 'kept',
  lastTime: 'kept',
  server: { addresses: 'address', source: 'kept', reason: 'prose' },
  packs: { id: 'kept', title: 'kept', source: 'file', sha256: 'kept', rules: 'kept' },
  rules: {
    id: 'kept',
    pack: 'kept',
    label: 'kept',
    purpose: 'kept',
    ports: 'kept',
    direction: 'kept',
    when: 'kept',
    required: 'kept',
    caveat: 'kept',
    oneWay: 'kept',
    symptoms: 'kept',
  },
  hosts: HOST,
  inventory: {
    path: 'file',
    sha256: 'kept',
    computers: 'kept',
    notSeen: 'kept',
    unlisted: 'kept',
    isServer: 'kept',
    grouped: 'kept',
  },
  summary: {
    status: 'kept',
    sentence: 'prose',
    action: 'prose',
    confirmWhere: 'prose',
    confirm: 'prose',
    exitCode: 'kept',
  },
  quality: {
    code: 'kept',
    level: 'kept',
    text: 'prose',
    measured: 'kept',
    unit: 'kept',
    threshold: { name: 'kept', value: 'kept' },
    consequence: 'prose',
    effects: 'kept',
  },
  causes: CAUSE,
  remedies: REMEDY_GROUP,
  changes: CHANGE,
  findings: 'kept',
  observations: {
    code: 'kept',
    level: 'kept',
    title: 'kept',
    text: 'prose',
    who: 'prose',
    count: 'kept',
    evidence: EVIDENCE,
  },
  observationsOmitted: 'kept',
  unexpected: {
    reason: 'prose',
    proto: 'kept',
    orig: 'prose',
    resp: 'prose',
    respPort: 'kept',
    service: 'kept',
    serviceCertainty: 'kept',
    outcome: 'kept',
    flows: 'kept',
    bytes: 'kept',
    evidence: EVIDENCE,
  },
  unexpectedOmitted: 'kept',
  notFound: 'prose',
  totals: {
    frames: 'kept',
    packets: 'kept',
    bytes: 'kept',
    flows: 'kept',
    hosts: 'kept',
    byOutcome: 'kept',
    byClass: 'kept',
    byVerdict: 'kept',
    byRequiredVerdict: 'kept',
    byConnState: 'kept',
    nonIp: 'kept',
  },
  weirds: { name: 'kept', count: 'kept' },
  limits: { code: 'kept', name: 'kept', limit: 'kept', count: 'kept', means: 'prose' },
  interrupted: 'prose',
};

const ROW = { flow: 'kept', time: 'kept', file: 'file', frame: 'kept' } as const;

export const RPC_CALL: Shape<RpcCallModel> = {
  ...ROW,
  uuid: 'kept',
  interfaceName: 'kept',
  opnum: 'kept',
  operation: 'kept',
  transport: 'path',
  secondaryAddress: 'path',
  rtt: 'kept',
  fault: 'kept',
};

export const SMB_MAPPING: Shape<SmbMappingModel> = {
  ...ROW,
  path: 'path',
  shareType: 'kept',
  dialect: 'prose',
  status: 'kept',
};

export const SMB_FILE: Shape<SmbFileModel> = {
  ...ROW,
  action: 'kept',
  name: 'path',
  tree: 'path',
  pipe: 'kept',
  size: 'kept',
  status: 'kept',
};

export const NTLM: Shape<NtlmModel> = {
  ...ROW,
  user: 'user',
  domain: 'domain',
  workstation: 'host',
  serverNetbios: 'host',
  serverDns: 'host',
  success: 'kept',
};

export const WEIRD: Shape<WeirdModel> = { ...ROW, name: 'kept', count: 'kept' };

export const PORT_MAPPING: Shape<PortMappingModel> = {
  ...ROW,
  address: 'address',
  port: 'kept',
  interfaceName: 'kept',
  uuid: 'kept',
  source: 'kept',
  host: 'host',
};
