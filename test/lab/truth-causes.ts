/**
 * The causes that a scenario implies: one for each of its faults that makes something fail, with what it makes fail.
 * Where silence leaves the place open, another owner may be named; another number of causes may not.
 */
import type { CauseKind, Owner } from '../../src/verdict/causes/cause.js';
import type { Computer } from './network.js';
import type { Fault, Port, RuleId, Scenario } from './scenario.js';
import type { TruthCell } from './truth.js';

/** One line of a truth file. */
export interface TruthCause {
  /** Any of these is right. */
  readonly kinds: readonly CauseKind[];
  readonly owners: readonly Owner[];
  /** 'address rule': what it may cover; `must` is what it has to. */
  readonly may: readonly string[];
  readonly must: readonly string[];
}

/** An expectation that does not follow from the fault alone. */
export type CauseOverride = Partial<Pick<TruthCause, 'kinds' | 'owners'>>;

const PORTS_OF: Readonly<Record<RuleId, readonly Port[]>> = {
  'ua-9004-in': ['tcp/9004'],
  'ua-9003': ['tcp/9003'],
  'ua-smb-rpc': ['tcp/445', 'tcp/139'],
  'ua-wmi-dynamic': ['tcp/dynamic'],
  'ua-135': ['tcp/135'],
  'ua-udp-137': ['udp/137'],
  'ua-udp-138': [],
  'ua-udp-139': [],
  'ua-smb-video': ['tcp/445'],
  'ua-icmp': ['icmp'],
};

const PORTS_OF_SERVICE: Readonly<Record<string, readonly Port[]>> = {
  agent: ['tcp/9003'],
  server: ['tcp/9004'],
  rpc: ['tcp/135', 'tcp/dynamic'],
  smb: ['tcp/139', 'tcp/445'],
  netbios: ['udp/137'],
};

/** @param computerOf the computer behind an address of the cells */
export function causesOf(
  scenario: Scenario,
  cells: readonly TruthCell[],
  computerOf: ReadonlyMap<string, Computer>,
): TruthCause[] {
  const failing = cells.filter(({ verdicts, weaker }) => [...verdicts, ...weaker].some(fails));
  const rest = new Set(failing);
  const causes: TruthCause[] = [];
  for (const fault of oncePerFault(scenario.faults)) {
    const own = [...rest].filter(({ computer, rule }) =>
      concerns(fault, computerOf.get(computer), PORTS_OF[rule]),
    );
    for (const cell of own) rest.delete(cell);
    if (own.length === 0) continue;
    const name = ({ computer, rule }: TruthCell): string => `${computer} ${rule}`;
    const computers = new Set(own.map(({ computer }) => computer));
    const tried = new Set(
      cells
        .filter((cell) => own.some(({ rule }) => rule === cell.rule) && isTried(cell))
        .map((c) => c.computer),
    );
    causes.push({
      kinds: kindsOf(fault, computers.size, tried.size),
      owners: ownersOf(fault, own[0]!.rule === 'ua-9004-in'),
      ...scenario.cause,
      may: own.map(name),
      must: own.filter(({ verdicts }) => verdicts.every(fails)).map(name),
    });
  }
  return causes;
}

const fails = (verdict: string): boolean => verdict === 'blocked' || verdict === 'degraded';

function isTried({ verdicts }: TruthCell): boolean {
  return !verdicts.every((verdict) => verdict === 'not_observed');
}

/** Both directions of one loss are one fault. */
function oncePerFault(faults: readonly Fault[]): readonly Fault[] {
  const seen = new Set<string>();
  return faults.filter((fault) => {
    const key = JSON.stringify([fault.where, fault.computers, 'ports' in fault ? fault.ports : '']);
    return !seen.has(key) && seen.add(key);
  });
}

function concerns(fault: Fault, computer: Computer | undefined, ports: readonly Port[]): boolean {
  if (fault.where === 'service') {
    if (fault.service !== 'server' && (computer === undefined || !fault.computers.includes(computer)))
      return false;
    return ports.some((port) => PORTS_OF_SERVICE[fault.service]!.includes(port));
  }
  if (computer === undefined || !fault.computers.includes(computer)) return false;
  if (fault.where === 'agent_program') return ports.includes('tcp/9003');
  if (fault.where === 'link' || fault.where === 'setting') return true;
  return fault.ports === 'all' || ports.some((port) => fault.ports.includes(port));
}

function kindsOf(fault: Fault, computers: number, tried: number): readonly CauseKind[] {
  if (fault.where === 'router') {
    if (fault.action === 'icmp_prohibited' || fault.action === 'icmp_port') return ['icmp_sender'];
    if (fault.action === 'reset') return ['reset_sender'];
  }
  if (computers > 1) return computers === tried ? ['rule'] : ['subnet'];
  // A computer of which nothing at all answers, or which is down.
  const isWhole = fault.where === 'link' || ('ports' in fault && fault.ports === 'all');
  return isWhole ? ['host'] : ['port'];
}

/** Of silence nobody knows the sender, but at this server's own adapter. */
function ownersOf(fault: Fault, inbound: boolean): readonly Owner[] {
  switch (fault.where) {
    case 'service':
      return [fault.service === 'server' ? 'server_admin' : 'computer_admin'];
    case 'link':
    case 'agent_program':
      return ['computer_admin'];
    case 'setting':
      return ['network_team'];
    case 'server':
      return ['server_admin'];
    case 'computer':
      return isSilent(fault.action) ? ['computer_admin', 'network_team'] : ['computer_admin'];
    case 'router':
      if (!isSilent(fault.action)) return ['network_team'];
      return inbound ? ['network_team'] : ['network_team', 'computer_admin'];
  }
}

function isSilent(action: string): boolean {
  return action === 'drop' || action === 'drop_answers';
}
