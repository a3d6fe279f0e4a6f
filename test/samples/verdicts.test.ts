/** What captures/README.md promises of every sample, against what the program answers. */
import test, { type ExecutionContext } from 'ava';
import { SAMPLES } from '../../captures/recipes/list.js';
import { sampleReport } from '../../captures/recipes/reports.js';
import type { ReportModel, VerdictModel } from '../../src/report/model/model.js';

/** Rules whose cells are alike in every sample unless it says otherwise; all others are `working`. */
const USUAL: Readonly<Record<string, string>> = {
  'udp-138': 'inconclusive no_answer_by_design unknown',
  'udp-139': 'not_observed nothing_sent unknown',
};
const WORKING = 'working';
const NOTHING = 'not_observed nothing_sent unknown';
const SILENT = 'blocked syn_silent unknown';
const SILENT_HERE = 'blocked syn_silent this_server';
const PROHIBITED = 'blocked icmp_admin_prohibited path';
const ORIG_ONLY = 'inconclusive only_originator_captured unknown';

interface Promised {
  readonly exit: 0 | 1 | 3;
  readonly computers: readonly string[];
  /** Cells that are not as usual: computer, rule without 'ua-', then verdict, reason code, location. */
  readonly cells?: Readonly<Record<string, string>>;
  /** Outcomes of a cell, where the number of attempts matters. */
  readonly outcomes?: Readonly<Record<string, string>>;
  /** Originator, responder and port of every unexpected flow. */
  readonly unexpected?: readonly string[];
  /** Service, then reason of unexpected flows, by port. */
  readonly reasons?: Readonly<Record<number, string>>;
  /** Code and words of every observation, in order; default: there is none. */
  readonly observations?: readonly RegExp[];
  /** Name of a computer and where it was learned. */
  readonly names?: Readonly<Record<string, RegExp>>;
  /** Service of every flow to a port, and how sure it is. */
  readonly services?: Readonly<Record<number, string>>;
  /** Where the dynamic port of a flow came from, by 'computer port'. */
  readonly namedBy?: Readonly<Record<string, RegExp>>;
  /** Words that a cell's reason must hold, and words that it must not. */
  readonly says?: Readonly<Record<string, RegExp>>;
  readonly neverSays?: RegExp;
  readonly quality?: readonly string[];
}

/** Cells of a listed computer that nothing was seen of; what it would send itself, nobody can tell. */
function absent(computer: string, outbound: string): Record<string, string> {
  const rules = [
    '9003',
    'smb-rpc',
    'wmi-dynamic',
    '135',
    'udp-137',
    'udp-138',
    'udp-139',
    'smb-video',
    'icmp',
  ];
  const cells = rules.map((rule) => [`${computer} ${rule}`, outbound] as const);
  return { ...Object.fromEntries(cells), [`${computer} 9004-in`]: NOTHING };
}

const FIREWALL_BLAMED = /blocked by a firewall|firewall blocks/i;

const PROMISES: Readonly<Record<string, Promised>> = {
  'several-computers.pcapng': {
    exit: 1,
    computers: ['21', '22', '23', '24', '25', '26', '27'],
    cells: {
      '22 9003': SILENT,
      '23 9003': 'blocked rst_answers_syn remote_host',
      '24 135': PROHIBITED,
      '24 wmi-dynamic': NOTHING,
      '25 wmi-dynamic': SILENT,
      '26 9004-in': SILENT_HERE,
      '27 9003': SILENT,
      '27 9004-in': NOTHING,
      '27 smb-rpc': SILENT,
      '27 smb-video': SILENT,
      '27 135': SILENT,
      '27 wmi-dynamic': NOTHING,
      '27 udp-137': 'blocked request_silent unknown',
      '27 icmp': 'blocked request_silent unknown',
    },
    says: { '24 135': /10\.20\.0\.1\b/, '22 9003': /No answer/ },
    neverSays: FIREWALL_BLAMED,
    unexpected: ['10.20.1.21 10.20.0.10 7788'],
  },
  'all-healthy.pcapng': {
    exit: 0,
    computers: ['21', '22'],
    quality: ['no_defect_found'],
    services: {
      135: 'dce_rpc confirmed',
      445: 'smb confirmed',
      9003: 'negotiate_stream confirmed',
      9004: 'negotiate_stream confirmed',
    },
    namedBy: { '22 49671': /^RPC bind for svcctl /, '22 49680': /^RPC bind for IWbemLevel1Login / },
  },
  'clear-remoting.pcapng': {
    exit: 0,
    computers: ['21'],
    services: { 9003: 'dotnet_remoting confirmed', 9004: 'dotnet_remoting confirmed' },
    observations: [
      /^clear_remoting TCP 9003 between .*\(CVE-2022-31199/,
      /^clear_remoting TCP 9004 between .*\(CVE-2022-31199/,
    ],
  },
  'agent-port-silent.pcapng': {
    exit: 1,
    computers: ['21'],
    cells: { '21 9003': SILENT },
    outcomes: { '21 9003': 'no_reply 2' },
    says: { '21 9003': /^No answer to 3 SYNs/ },
    neverSays: FIREWALL_BLAMED,
  },
  'agent-port-refused.pcap.gz': {
    exit: 1,
    computers: ['21'],
    cells: { '21 9003': 'blocked rst_answers_syn remote_host' },
    outcomes: { '21 9003': 'refused 2' },
    says: { '21 9003': /is refused: every SYN was answered with a RST/ },
  },
  'router-admin-prohibited.pcapng': {
    exit: 1,
    computers: ['21', '22'],
    cells: { '21 135': PROHIBITED, '21 wmi-dynamic': NOTHING },
    outcomes: { '21 135': 'rejected_icmp 2' },
    says: { '21 135': /administratively prohibited, sent by 10\.20\.0\.1\./ },
  },
  'dynamic-port-silent-after-135.pcapng': {
    exit: 1,
    computers: ['21'],
    cells: { '21 wmi-dynamic': SILENT },
    outcomes: { '21 wmi-dynamic': 'no_reply 2' },
    says: { '21 wmi-dynamic': /49671 .*Port named by the endpoint mapper for svcctl in frame \d+\.$/ },
    namedBy: {
      '21 49671': /^port named by the endpoint mapper for svcctl in frame \d+$/,
      '21 49680': /^port named by a DCOM activation in frame \d+$/,
    },
    neverSays: FIREWALL_BLAMED,
  },
  'dcom-port-blocked.pcapng': {
    exit: 1,
    computers: ['21', '22'],
    cells: { '21 wmi-dynamic': SILENT },
    outcomes: { '21 wmi-dynamic': 'no_reply 1' },
    says: {
      '21 wmi-dynamic':
        /^No answer to 3 SYNs for TCP 49680 .*Port named by a DCOM activation in frame \d+\.$/,
    },
    namedBy: { '21 49680': /^port named by a DCOM activation in frame \d+$/ },
    neverSays: FIREWALL_BLAMED,
  },
  'server-port-silent.pcapng': {
    exit: 1,
    computers: ['21', '22'],
    cells: { '21 9004-in': SILENT_HERE, '22 9004-in': SILENT_HERE },
    neverSays: FIREWALL_BLAMED,
  },
  'rpc-silent-smb-works.pcapng': {
    exit: 1,
    computers: ['21'],
    cells: { '21 135': 'degraded scm_fallback unknown', '21 wmi-dynamic': NOTHING },
    outcomes: { '21 135': 'no_reply 1' },
    says: { '21 135': /works by a detour: .*svcctl on 445 21\.0 s later/ },
    neverSays: FIREWALL_BLAMED,
  },
  'right-refused.pcapng': {
    exit: 0,
    computers: ['21', '22'],
    observations: [
      /^access_denied .*10\.20\.1\.21\) refused .*: SMB session setup, STATUS_LOGON_FAILURE\.$/,
      /^access_denied .*10\.20\.1\.22\) refused .*: DCE\/RPC svcctl OpenSCManagerW, ERROR_ACCESS_DENIED\.$/,
    ],
  },
  'name-does-not-resolve.pcap': {
    exit: 3,
    computers: ['21'],
    cells: { '21 9004-in': NOTHING },
    observations: [/^lookup_failed .*10\.20\.1\.21\) looked up nas01\.example\.test .*NXDOMAIN/],
  },
  'inventory.pcapng': {
    exit: 3,
    computers: ['21', '22', 'WS08', '25', '29', 'WS12', '23'],
    cells: {
      ...absent('WS08', 'not_observed name_not_resolved unknown'),
      ...absent('25', NOTHING),
      ...absent('29', NOTHING),
      ...absent('WS12', NOTHING),
    },
    says: {
      'WS08 9003': /did not resolve \(DNS: NXDOMAIN, asked in frame \d+\)/,
      'WS08 9004-in': /not attempted, or stopped on the way or by the computer's own outbound firewall/,
      '29 9003': /not attempted, or this server's own outbound firewall stopped it, which leaves no packet/,
    },
    names: { 29: /^WS09 list of computers, line 7$/, 21: /^ws01\.example\.test DNS answer/ },
    observations: [/^lookup_failed .*10\.20\.0\.10\) looked up ws08\.example\.test .*NXDOMAIN/],
  },
  'rdp-in-dynamic-range.pcapng': {
    exit: 0,
    computers: ['21'],
    unexpected: ['10.20.0.10 10.20.1.21 50389'],
    reasons: { 50389: 'rdp: dynamic range, not RPC' },
  },
  'wrong-direction-and-unknown-service.pcapng': {
    exit: 3,
    computers: ['21', '22'],
    cells: { '21 9003': NOTHING },
    unexpected: ['10.20.1.21 10.20.0.10 9003', '10.20.1.22 10.20.0.10 7788', '10.20.0.10 10.20.1.22 50505'],
    reasons: { 50505: ': dynamic range, not RPC' },
  },
  'ipv6.pcapng': {
    exit: 1,
    computers: ['2001:db8:21::21', '2001:db8:21::22'],
    cells: {
      '2001:db8:21::22 9003': PROHIBITED,
      '2001:db8:21::21 udp-137': NOTHING,
      '2001:db8:21::22 udp-137': NOTHING,
      '2001:db8:21::21 udp-138': NOTHING,
      '2001:db8:21::22 udp-138': NOTHING,
    },
    says: { '2001:db8:21::22 9003': /sent by 2001:db8:20::1\./ },
  },
  'one-direction-only.pcap': {
    exit: 3,
    computers: ['21'],
    cells: {
      '21 9004-in': 'inconclusive only_responder_captured unknown',
      ...Object.fromEntries(
        ['9003', 'smb-rpc', 'smb-video', '135', 'wmi-dynamic', 'udp-137', 'icmp'].map((rule) => [
          `21 ${rule}`,
          ORIG_ONLY,
        ]),
      ),
    },
    quality: ['one_direction_only'],
  },
  'ended-too-soon.pcap': {
    exit: 3,
    computers: ['21'],
    cells: { '21 9003': 'inconclusive syn_too_late unknown' },
    outcomes: { '21 9003': 'undetermined 1' },
    quality: ['short_capture'],
  },
  'filtered-and-lossy.pcapng': {
    exit: 1,
    computers: ['21'],
    cells: {
      '21 9003': SILENT,
      ...Object.fromEntries(
        ['smb-rpc', 'wmi-dynamic', '135', 'udp-137', 'udp-138', 'smb-video', 'icmp'].map((rule) => [
          `21 ${rule}`,
          NOTHING,
        ]),
      ),
    },
    names: { '21': /^WS01 NTLM/ },
    quality: ['frames_lost', 'capture_filter'],
  },
  'pktmon-copies.pcapng': {
    exit: 1,
    computers: ['21'],
    cells: { '21 9004-in': 'blocked dropped_by_capturing_host this_server' },
    outcomes: { '21 9004-in': 'no_reply 2' },
    says: { '21 9004-in': /dropped by the capturing host, which is this server.*\(3 SYNs\)/ },
    quality: ['duplicate_packets', 'drop_verdicts'],
  },
  'nothing-to-judge.pcapng': { exit: 3, computers: [] },
};

function full(computer: string): string {
  return /^\d+$/.test(computer) ? `10.20.1.${computer}` : computer;
}

/** Every cell as 'verdict reason location'; of what works only that it does. */
function cellsOf(model: ReportModel): Record<string, string> {
  return Object.fromEntries(
    [...model.verdicts].map((v) => [
      `${v.host.address || v.host.name} ${v.rule.replace('ua-', '')}`,
      v.verdict === 'working' ? WORKING : `${v.verdict} ${v.reasonCode} ${v.location}`,
    ]),
  );
}

function expectedCells(promise: Promised, rules: readonly string[]): Record<string, string> {
  const cells: Record<string, string> = {};
  for (const computer of promise.computers) {
    for (const rule of rules) {
      cells[`${full(computer)} ${rule}`] = promise.cells?.[`${computer} ${rule}`] ?? USUAL[rule] ?? WORKING;
    }
  }
  return cells;
}

for (const { file } of SAMPLES) {
  test(`${file} is judged as captures/README.md promises`, async (t) => {
    const promise = PROMISES[file];
    if (promise === undefined) return t.fail('the sample has no line in PROMISES');
    const model = await sampleReport(file);
    t.is(model.summary.exitCode, promise.exit);

    const found = cellsOf(model);
    const expected = expectedCells(
      promise,
      model.rules.map(({ id }) => id.replace('ua-', '')),
    );
    t.deepEqual(found, expected);

    for (const [cell, words] of Object.entries(promise.says ?? {}))
      t.regex(verdict(model, cell).reason, words);
    for (const [cell, outcomes] of Object.entries(promise.outcomes ?? {})) {
      t.is(
        verdict(model, cell)
          .outcomes.map(({ outcome, flows }) => `${outcome} ${flows}`)
          .join(', '),
        outcomes,
      );
    }
    if (promise.neverSays !== undefined) {
      for (const { reason } of model.verdicts) t.notRegex(reason, promise.neverSays);
    }
    checkUnexpected(t, model, promise);
    checkPayload(t, model, promise);
    const codes = model.quality.map(({ code }) => code);
    for (const code of promise.quality ?? []) t.true(codes.includes(code), code);
    return undefined;
  });
}

/** The address in 'name (address)'. */
function addressIn(label: string): string {
  return /\(([^)]+)\)$/.exec(label)?.[1] ?? label;
}

function checkUnexpected(t: ExecutionContext, model: ReportModel, promise: Promised): void {
  const found = model.unexpected.map(
    ({ orig, resp, respPort }) => `${addressIn(orig)} ${addressIn(resp)} ${respPort}`,
  );
  t.deepEqual(found.sort(), [...(promise.unexpected ?? [])].sort());
  for (const { respPort, service, reason } of model.unexpected) {
    const wanted = promise.reasons?.[respPort];
    if (wanted !== undefined) t.is(`${service}: ${reason}`, wanted);
  }
}

/** What the bytes showed: observations, and who named the dynamic ports. */
function checkPayload(t: ExecutionContext, model: ReportModel, promise: Promised): void {
  const observed = model.observations.map(({ code, text }) => `${code} ${text}`);
  const wanted = promise.observations ?? [];
  t.is(observed.length, wanted.length, observed.join('\n'));
  wanted.forEach((words, index) => t.regex(observed[index] ?? '', words));
  for (const [computer, name] of Object.entries(promise.names ?? {})) {
    const host = [...model.verdicts].find((one) => one.host.address === full(computer))?.host;
    t.regex(`${host?.name} ${host?.nameSource}`, name);
  }
  for (const [port, service] of Object.entries(promise.services ?? {})) {
    const found = new Set<string>();
    for (const flow of model.flows) {
      if (flow.resp.port === Number(port)) found.add(`${flow.service} ${flow.serviceCertainty}`);
    }
    t.deepEqual([...found], [service]);
  }
  for (const [flow, words] of Object.entries(promise.namedBy ?? {})) {
    const [computer = '', port] = flow.split(' ');
    const reasons: string[] = [];
    for (const { resp, reason } of model.flows) {
      if (resp.ip === full(computer) && resp.port === Number(port)) reasons.push(reason.split('; ')[1] ?? '');
    }
    t.is(reasons.length, 1, flow);
    t.regex(reasons[0] ?? '', words);
  }
}

function inFull(cell: string): string {
  const [computer = '', rule = ''] = cell.split(' ');
  return `${full(computer)} ${rule}`;
}

function verdict(model: ReportModel, cell: string): VerdictModel {
  const found = [...model.verdicts].find(
    ({ host, rule }) => `${host.address || host.name} ${rule.replace('ua-', '')}` === inFull(cell),
  );
  if (found === undefined) throw new Error(`no cell ${cell}`);
  return found;
}
