/** Report models as the pipeline would fill them: healthy, with findings, empty, and large. */
import type { CauseModel } from '../../src/report/model/cause-model.js';
import { hostLabel } from '../../src/report/text/wording.js';
import type { FlowList } from '../../src/report/model/flow-model.js';
import type { HostModel } from '../../src/report/model/host-model.js';
import type { ReportModel, VerdictModel } from '../../src/report/model/model.js';
import type { Verdict } from '../../src/verdict/words/words.js';
import {
  SERVER,
  stamp,
  FILE,
  RULES,
  host,
  evidence,
  mark,
  verdict,
  flow,
  flowList,
  payload,
} from './parts.js';
import { REMEDIES } from './remedies.js';

/** A finding about the capture that is no number. */
export const NO_MEASURE = { measured: null, unit: '', threshold: null, effects: [] } as const;

const CAPTURE: ReportModel['captures'][number] = {
  path: FILE,
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  sizeBytes: 48_211_332,
  format: 'pcapng',
  packets: 61_204,
  firstTime: stamp(0),
  lastTime: stamp(1122.5),
  damage: null,
  interfacesOmitted: 0,
  interfaces: [
    { name: 'Ethernet0', linkType: 'ETHERNET', snapLength: 262144, filter: '', received: 61204, dropped: 0 },
  ],
  application: 'Dumpcap (Wireshark) 4.2.5',
  os: '64-bit Windows Server 2022 (21H2), build 20348',
  trace: null,
  comments: [],
};

/** A pause in the middle, and failures before it. */
const ACTIVITY: ReportModel['activity'] = {
  step: 1122.5 / 120,
  begun: Array.from({ length: 120 }, (_, i) => (i > 50 && i < 70 ? 0 : i % 7)),
  failed: Array.from({ length: 120 }, (_, i) => (i < 50 && i % 7 === 3 ? 2 : 0)),
  gaps: [{ from: 480, to: 650 }],
  losses: [
    { from: 30, to: 31.5, sign: 'unseen', signs: 4 },
    { from: 700, to: 700, sign: 'counted', signs: 1 },
  ],
};

/** Everything works. */
export function healthy(): ReportModel {
  const hosts = [host('10.20.1.21', 'FILE01'), host('10.20.1.22', 'DC01'), host('10.20.1.40')];
  return {
    generator: { version: '0.1.0', node: 'v20.20.2', platform: 'linux x64' },
    generatedAt: stamp(7200),
    commandLine: 'portwitness analyze "C:\\Captures\\nas01 2026-05-01.pcapng"',
    timeZone: 'Europe/Berlin (UTC+02:00)',
    captures: [CAPTURE],
    firstTime: stamp(0),
    lastTime: stamp(1122.5),
    server: {
      addresses: [SERVER],
      source: 'inferred',
      reason: 'it is an end of every flow on ports 9003 and 9004',
    },
    packs: [
      {
        id: 'user-activity',
        title: 'Netwrix Auditor User Activity',
        source: 'built in',
        sha256: '0f343b0931126a20f133d67c2b018a3b5e1f0d0e5a0f343b0931126a20f133d6',
        rules: 8,
      },
    ],
    rules: RULES,
    hosts,
    inventory: null,
    summary: {
      status: 'working',
      sentence: 'All required ports work between 10.20.0.5 and 3 computers.',
      action: 'Nothing to do; keep this report as proof.',
      confirmWhere: '',
      confirm: '',
      exitCode: 0,
    },
    quality: [
      {
        ...NO_MEASURE,
        code: 'complete',
        level: 'good',
        text: 'Both directions were captured and no frame was dropped.',
        consequence: '',
      },
    ],
    verdicts: hosts.flatMap((one) => RULES.map((rule) => verdict(rule.id, one, 'working'))),
    causes: [],
    remedies: [],
    changes: [],
    findings: [],
    observations: [],
    observationsOmitted: 0,
    unexpected: [],
    unexpectedOmitted: 0,
    notFound: ['No reset in 214 connections.', 'No ICMP error in 61,204 packets.'],
    flows: flowList(Array.from({ length: 40 }, (_, i) => flow(i + 1, 'established'))),
    activity: ACTIVITY,
    payload: payload(),
    totals: {
      frames: 61_260,
      packets: 61_204,
      bytes: 44_120_993,
      flows: 40,
      hosts: 3,
      byOutcome: { established: 40 },
      byClass: { expected: 40 },
      byVerdict: { working: 24 },
      byRequiredVerdict: { working: 18 },
      byConnState: { SF: 40 },
      nonIp: 56,
    },
    weirds: [],
    limits: [],
    interrupted: '',
  };
}

function silent9004(of: HostModel): VerdictModel {
  const filter = `ip.addr==${of.address} && ip.addr==${SERVER} && tcp.port==50112 && tcp.port==9004`;
  return verdict('ua-9004', of, 'blocked', {
    seen: 'No answer',
    reason: 'Three SYNs from the computer reached this server and none was answered.',
    location: 'this_server',
    locationReason:
      'The capture was taken on this server, so a SYN that is seen has arrived; Windows Firewall drops it after that point.',
    confidence: 'high',
    assumptions: ['captured_on_server', 'stealth_mode_possible'],
    evidence: [
      evidence([1204, 1219, 1262], 121.4, filter, 'SYN and two repeats, no answer'),
      evidence([40211, 40218, 40290], 721.8, filter.replace('50112', '50640'), 'the same ten minutes later'),
    ],
    attempts: [
      mark(0, 1204, 'syn', 'orig', 'SYN, attempt 1'),
      mark(3.001, 1219, 'syn', 'orig', 'SYN, repeat 1'),
      mark(9.003, 1262, 'syn', 'orig', 'SYN, repeat 2'),
      mark(600.4, 40211, 'syn', 'orig', 'SYN, attempt 2'),
      mark(603.4, 40218, 'syn', 'orig', 'SYN, repeat 1'),
      mark(609.4, 40290, 'syn', 'orig', 'SYN, repeat 2'),
      mark(1001.1, 61204, 'capture_end', 'other', 'the capture ends'),
    ],
    nextStep: {
      who: 'Administrator of this server (10.20.0.5)',
      confirmWhere: 'on this server',
      confirm:
        'Get-NetFirewallRule -DisplayName "*9004*"; Get-NetTCPConnection -LocalPort 9004 -State Listen',
      wouldChange: 'A SYN-ACK from this server, or a reset (then the service is not listening).',
    },
    outcomes: [{ outcome: 'no_reply', flows: 2 }],
  });
}

function refused9003(of: HostModel): VerdictModel {
  return verdict('ua-9003', of, 'blocked', {
    reasonCode: 'refused',
    remedy: 0,
    reason: 'The computer answered each SYN with a reset: it is reachable, but nothing listens on TCP 9003.',
    location: 'remote_host',
    locationReason:
      'The reset has the same hop count as the other packets of this computer, so it comes from it.',
    confidence: 'medium',
    evidence: [
      evidence(
        [2310, 2311, 2340, 2341],
        200,
        `ip.addr==${of.address} && tcp.port==9003`,
        'SYN and reset, twice',
      ),
    ],
    attempts: [
      mark(0, 2310, 'syn', 'orig', 'SYN, attempt 1'),
      mark(0.0004, 2311, 'rst', 'resp', 'RST answers it'),
      mark(0.502, 2340, 'syn', 'orig', 'SYN, repeat 1'),
      mark(0.5025, 2341, 'rst', 'resp', 'RST answers it'),
    ],
    nextStep: {
      who: `Administrator of ${of.name}`,
      confirmWhere: 'on this server',
      confirm: `Get-Service -ComputerName ${of.name} "Netwrix*"`,
      wouldChange: 'A completed handshake once the service runs.',
    },
    outcomes: [
      { outcome: 'refused', flows: 1 },
      { outcome: 'established', flows: 1 },
    ],
  });
}

function prohibited135(of: HostModel): VerdictModel {
  return verdict('ua-135', of, 'blocked', {
    reasonCode: 'icmp_admin_prohibited',
    remedy: 0,
    reason: 'The router 10.20.0.1 rejected the SYN: ICMP communication administratively prohibited (3/13).',
    location: 'path',
    locationReason: 'The ICMP error was sent by 10.20.0.1, which is neither end of the connection.',
    confidence: 'high',
    evidence: [
      evidence(
        [3001, 3002],
        300,
        `ip.addr==${of.address} && tcp.port==135 || icmp.type==3`,
        'SYN and the ICMP error that quotes it',
      ),
    ],
    attempts: [
      mark(0, 3001, 'syn', 'orig', 'SYN, attempt 1'),
      mark(0.0021, 3002, 'icmp', 'other', 'ICMP 3/13 from 10.20.0.1'),
    ],
    nextStep: {
      who: 'Network team (owner of 10.20.0.1)',
      confirmWhere: 'on this server',
      confirm: `Test-NetConnection ${of.address} -Port 135`,
      wouldChange: 'A SYN-ACK from the computer after the router’s access list is changed.',
    },
    outcomes: [{ outcome: 'rejected_icmp', flows: 1 }],
  });
}

/** A cause for each failing verdict, as where nothing joins them. */
export function causesOf(verdicts: Iterable<VerdictModel>): CauseModel[] {
  const causes: CauseModel[] = [];
  let index = 0;
  for (const one of verdicts) {
    const cell = index++;
    if (one.verdict !== 'blocked' && one.verdict !== 'degraded') continue;
    const of = hostLabel(one.host);
    causes.push({
      id: `c${causes.length + 1}`,
      kind: 'port',
      fact: one.verdict === 'degraded' ? 'slow_handshake' : 'silent',
      title: `${of}: ${one.rule} no answer`,
      headline: `${of}: ${one.rule} no answer`,
      rules: [one.rule],
      computers: 1,
      hosts: [one.host],
      tried: 1,
      worksFor: 0,
      cells: [cell],
      reach: '',
      location: one.location,
      locationReason: one.locationReason,
      confidence: one.confidence,
      assumptions: one.assumptions,
      owner: 'computer_admin',
      who: `the administrator of ${of}`,
      action: `On ${of}, allow the port in the firewall.`,
      confirmWhere: one.nextStep.confirmWhere,
      confirm: one.nextStep.confirm,
      remedy: one.remedy,
      firstTime: null,
      lastTime: null,
      required: one.required,
      onlyDegraded: one.verdict === 'degraded',
    });
  }
  return causes;
}

/** Findings of each location, unexpected traffic, warnings, limits. */
export function withFindings(): ReportModel {
  const model = healthy();
  const hosts = [
    host('10.20.1.21', 'FILE01'),
    host('10.20.1.22', 'DC01'),
    host('10.20.2.30', 'SQL02'),
    host('10.20.2.31', 'WEB-PROD-EU-CENTRAL-01'),
    host('fd00:20:1::4a'),
  ];
  const special: Readonly<Record<string, VerdictModel>> = {
    'FILE01 ua-9004': silent9004(hosts[0] ?? host('')),
    'DC01 ua-9003': refused9003(hosts[1] ?? host('')),
    'SQL02 ua-135': prohibited135(hosts[2] ?? host('')),
    'SQL02 ua-wmi': verdict('ua-wmi', hosts[2] ?? host(''), 'inconclusive'),
    'WEB-PROD-EU-CENTRAL-01 ua-smb': verdict('ua-smb', hosts[3] ?? host(''), 'degraded', {
      reason: 'TCP 135 was silent for 21 s, then the same task succeeded over 445.',
    }),
  };
  const verdicts = hosts.flatMap((one) =>
    RULES.map((rule) => {
      const found = special[`${one.name} ${rule.id}`];
      if (found !== undefined) return found;
      return verdict(rule.id, one, rule.id === 'ua-video' || one.name === '' ? 'not_observed' : 'working');
    }),
  );
  const rank: readonly Verdict[] = ['blocked', 'degraded', 'inconclusive'];
  const findings = rank.flatMap((word) =>
    verdicts.flatMap((one, i) => (one.verdict === word && one.required ? [i] : [])),
  );
  const flows = [
    ...Array.from({ length: 60 }, (_, i) => flow(i + 1, i % 3 === 0 ? 'no_reply' : 'established')),
    flow(61, 'answered', { proto: 'icmp', connState: 'OTH', rule: 'ua-icmp' }),
  ];
  return {
    ...model,
    hosts,
    verdicts,
    causes: causesOf(verdicts),
    changes: [
      {
        cause: 'c1',
        rule: 'ua-9003',
        sources: ['10.20.0.5'],
        destinations: ['10.20.1.22', '10.20.2.0/28'],
        protocol: 'tcp',
        ports: '9003',
        firstTime: stamp(5),
        lastTime: stamp(65),
        attempts: 6,
        reason: 'Network Traffic Compression Service, "both ways", =1+1',
      },
    ],
    remedies: REMEDIES,
    findings,
    summary: {
      status: 'findings',
      sentence:
        '3 of 5 computers cannot use a required port: 9004 is not answered by this server, 9003 is refused by DC01, 135 is rejected by the router 10.20.0.1.',
      action:
        'On this server (10.20.0.5), allow inbound TCP 9004 in Windows Firewall for UAVRServer.exe, then capture again.',
      confirmWhere: 'on this server',
      confirm:
        'Get-NetFirewallRule -DisplayName "*9004*"; Get-NetTCPConnection -LocalPort 9004 -State Listen',
      exitCode: 1,
    },
    quality: [
      {
        ...NO_MEASURE,
        measured: 312,
        unit: 'frames',
        threshold: { name: 'lost-frames', value: 1 },
        code: 'drops',
        level: 'warning',
        text: 'The capture dropped 312 of 61,516 frames (0.5 %).',
        consequence:
          'An answer may have been missed; verdicts that rest on silence have medium confidence at most.',
      },
      ...model.quality,
      {
        ...NO_MEASURE,
        code: 'offload',
        level: 'note',
        text: '1,204 packets are larger than the MTU: segmentation offload on this server.',
        consequence: '',
      },
    ],
    unexpected: [
      {
        reason: 'wrong direction: 9003 from a computer to this server',
        proto: 'tcp',
        orig: '10.20.1.21',
        resp: SERVER,
        respPort: 9003,
        service: '',
        serviceCertainty: '',
        outcome: 'refused',
        flows: 4,
        bytes: 480,
        evidence: evidence([501, 502], 60, 'tcp.port==9003 && ip.src==10.20.1.21', 'SYN and reset'),
      },
      {
        reason: 'no rule',
        proto: 'tcp',
        orig: SERVER,
        resp: '203.0.113.9',
        respPort: 8443,
        service: 'ssl',
        serviceCertainty: 'suspected',
        outcome: 'established',
        flows: 12,
        bytes: 91022,
        evidence: evidence([880, 881, 882], 90, 'ip.addr==203.0.113.9 && tcp.port==8443', 'a TLS connection'),
      },
    ],
    flows: flowList(flows),
    totals: {
      ...model.totals,
      flows: flows.length,
      byOutcome: { established: 40, no_reply: 20, answered: 1 },
      byClass: { expected: 45, unexpected: 16 },
    },
    weirds: [{ name: 'ip_checksum_bad', count: 3 }],
    limits: [
      {
        code: 'fragment_ranges',
        name: 'MAX_FRAGMENTS',
        limit: 256,
        count: 2,
        means: 'Two fragmented packets were not put together.',
      },
    ],
  };
}

/** A capture that proves nothing. */
export function empty(): ReportModel {
  const model = healthy();
  return {
    ...model,
    captures: [
      {
        ...CAPTURE,
        packets: 0,
        firstTime: null,
        lastTime: null,
        interfacesOmitted: 0,
        interfaces: [],
        damage: { offset: 24, kind: 'cut', message: 'the file ends inside a packet header' },
      },
    ],
    firstTime: null,
    lastTime: null,
    server: { addresses: [], source: 'unknown', reason: '' },
    hosts: [],
    verdicts: [],
    summary: {
      status: 'inconclusive',
      sentence: 'The capture holds no packets, so nothing is proven.',
      action: 'Capture again on this server for at least 15 minutes.',
      confirmWhere: '',
      confirm: '',
      exitCode: 3,
    },
    quality: [
      {
        ...NO_MEASURE,
        code: 'empty',
        level: 'serious',
        text: 'The capture holds no packets.',
        consequence: 'No verdict is possible.',
      },
    ],
    notFound: [],
    flows: flowList([]),
    totals: {
      ...model.totals,
      frames: 0,
      packets: 0,
      bytes: 0,
      flows: 0,
      hosts: 0,
      byOutcome: {},
      byClass: {},
      byVerdict: {},
      byRequiredVerdict: {},
      byConnState: {},
      nonIp: 0,
    },
    interrupted: 'stopped by Ctrl-C after 24 bytes',
  };
}

/** Flows made on demand, so that 200,000 of them never exist at once. */
function lazyFlows(count: number): FlowList {
  const make = (i: number) => flow(i + 1, i % 20 === 0 ? 'no_reply' : 'established');
  return {
    count,
    at: (id) => (id >= 1 && id <= count ? make(id - 1) : undefined),
    worst: (limit) => Array.from({ length: Math.min(limit, count) }, (_, i) => make(i * 20)),
    *[Symbol.iterator]() {
      for (let i = 0; i < count; i++) yield make(i);
    },
  };
}

/** 5,000 computers × 8 rules, 200,000 flows, 1,250 findings. */
export function large(hostCount = 5000, flowCount = 200_000): ReportModel {
  const model = withFindings();
  const hosts = Array.from({ length: hostCount }, (_, i) =>
    host(`10.21.${i >> 8}.${i & 255}`, `PC-${String(i).padStart(5, '0')}`),
  );
  const verdicts = hosts.flatMap((one, i) =>
    RULES.map((rule) =>
      rule.id === 'ua-9004' && i % 4 === 3
        ? silent9004(one)
        : verdict(rule.id, one, rule.id === 'ua-video' ? 'not_observed' : 'working'),
    ),
  );
  return {
    ...model,
    hosts,
    verdicts,
    causes: causesOf(verdicts),
    findings: verdicts.flatMap((one, i) => (one.verdict === 'blocked' ? [i] : [])),
    flows: lazyFlows(flowCount),
    totals: { ...model.totals, flows: flowCount, hosts: hostCount },
  };
}
