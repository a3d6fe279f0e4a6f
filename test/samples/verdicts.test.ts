/** What captures/README.md promises of every sample, against what the program answers. */
import test from 'ava';
import { SAMPLES } from '../../captures/recipes/list.js';
import { sampleReport } from '../../captures/recipes/reports.js';
import type { ReportModel, VerdictModel } from '../../src/report/model.js';

/** Rules whose cells are alike in every sample unless it says otherwise; all others are `working`. */
const USUAL: Readonly<Record<string, string>> = {
  'udp-138': 'inconclusive no_answer_by_design unknown',
  'udp-139': 'not_observed nothing_sent unknown',
};
const WORKING = 'working';
const NOTHING = 'not_observed nothing_sent unknown';
const SILENT = 'blocked syn_silent unknown';
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
  /** Words that a cell's reason must hold, and words that it must not. */
  readonly says?: Readonly<Record<string, RegExp>>;
  readonly neverSays?: RegExp;
  readonly quality?: readonly string[];
}

const FIREWALL_BLAMED = /blocked by a firewall|firewall blocks/i;

const PROMISES: Readonly<Record<string, Promised>> = {
  'several-computers.pcapng': {
    exit: 1,
    computers: ['21', '22', '23', '24', '25', '26', '27'],
    cells: {
      '22 9003': SILENT,
      '23 9003': 'blocked rst_answers_syn unknown',
      '24 135': PROHIBITED,
      '24 wmi-dynamic': NOTHING,
      '25 wmi-dynamic': SILENT,
      '26 9004-in': SILENT,
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
    unexpected: ['10.20.1.21 10.20.0.10 3389', '10.20.1.21 10.20.0.10 7788'],
  },
  'all-healthy.pcapng': { exit: 0, computers: ['21', '22'], quality: ['no_defect_found'] },
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
    cells: { '21 9003': 'blocked rst_answers_syn unknown' },
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
    says: { '21 wmi-dynamic': /49671/ },
    neverSays: FIREWALL_BLAMED,
  },
  'server-port-silent.pcapng': {
    exit: 1,
    computers: ['21', '22'],
    cells: { '21 9004-in': SILENT, '22 9004-in': SILENT },
    neverSays: FIREWALL_BLAMED,
  },
  'rpc-silent-smb-works.pcapng': {
    exit: 1,
    computers: ['21'],
    cells: { '21 135': SILENT, '21 wmi-dynamic': NOTHING },
    neverSays: FIREWALL_BLAMED,
  },
  'wrong-direction-and-unknown-service.pcapng': {
    exit: 1,
    computers: ['21', '22'],
    cells: { '21 9003': NOTHING },
    unexpected: [
      '10.20.1.21 10.20.0.10 9003',
      '10.20.1.22 10.20.0.10 3389',
      '10.20.1.22 10.20.0.10 7788',
      '10.20.0.10 10.20.1.22 50505',
    ],
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
    quality: ['frames_lost', 'capture_filter'],
  },
  'pktmon-copies.pcapng': {
    exit: 1,
    computers: ['21'],
    cells: { '21 9004-in': SILENT },
    outcomes: { '21 9004-in': 'no_reply 2' },
    quality: ['drop_verdicts'],
  },
  'nothing-to-judge.pcapng': { exit: 3, computers: [] },
};

function full(computer: string): string {
  return computer.includes(':') ? computer : `10.20.1.${computer}`;
}

/** Every cell as 'verdict reason location'; of what works only that it does. */
function cellsOf(model: ReportModel): Record<string, string> {
  return Object.fromEntries(
    [...model.verdicts].map((v) => [
      `${v.host.address} ${v.rule.replace('ua-', '')}`,
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
    const unexpected = model.unexpected.map(({ orig, resp, respPort }) => `${orig} ${resp} ${respPort}`);
    t.deepEqual(unexpected.sort(), [...(promise.unexpected ?? [])].sort());
    const codes = model.quality.map(({ code }) => code);
    for (const code of promise.quality ?? []) t.true(codes.includes(code), code);
    return undefined;
  });
}

function inFull(cell: string): string {
  const [computer = '', rule = ''] = cell.split(' ');
  return `${full(computer)} ${rule}`;
}

function verdict(model: ReportModel, cell: string): VerdictModel {
  const found = [...model.verdicts].find(
    ({ host, rule }) => `${host.address} ${rule.replace('ua-', '')}` === inFull(cell),
  );
  if (found === undefined) throw new Error(`no cell ${cell}`);
  return found;
}
