/**
 * The truth of a scenario, from its firewall rules and services alone. Nothing here reads a packet or asks the
 * program under test.
 *
 * A Windows-like stack is not assumed: a port without listener answers with a RST (TCP) or an ICMP message (UDP).
 */
import type { Location, Verdict } from '../../src/verdict/words/words.js';
import { addressOf } from './network.js';
import type { Computer } from './network.js';
import { RULES } from './scenario.js';
import { causesOf } from './truth-causes.js';
import type { TruthCause } from './truth-causes.js';
import type { Expected, FirewallFault, Override, Port, RuleId, Scenario, Try } from './scenario.js';

/** What becomes of a packet to one port of one computer. */
interface Fate {
  readonly works: boolean;
  /** Something of the attempt reaches the server's adapter. */
  readonly seen: boolean;
  readonly location: Location;
  readonly tells: boolean;
  readonly why: string;
}

/** One line of a truth file. */
export interface TruthCell extends Expected {
  /** Address as in the capture. */
  readonly computer: string;
  readonly rule: RuleId;
  /** Claims that would be false. */
  readonly never: readonly Verdict[];
}

export interface Truth {
  readonly scenario: string;
  readonly title: string;
  /** Addresses of the server. */
  readonly server: readonly string[];
  /** The program has to find the server by itself. */
  readonly serverUnnamed?: boolean;
  /** Rows of computers that there may be at most. */
  readonly computers?: number;
  readonly cells: readonly TruthCell[];
  /** What explains the failing cells: so many causes, and no more. */
  readonly causes: readonly TruthCause[];
}

const CLAIMS: readonly Verdict[] = ['working', 'degraded', 'blocked'];
const OK: Fate = {
  works: true,
  seen: true,
  location: 'unknown',
  tells: true,
  why: 'Nothing stands in the way.',
};

export function truthOf(scenario: Scenario): Truth {
  const cells: TruthCell[] = [];
  const seen = new Map<string, Computer>();
  for (const { computer, version = 4 } of scenario.tries) {
    const address = scenario.seenAs ?? addressOf(computer, version);
    if (seen.has(address)) continue;
    seen.set(address, computer);
    const tries = scenario.tries.filter(
      (one) => scenario.seenAs !== undefined || (one.computer === computer && (one.version ?? 4) === version),
    );
    for (const rule of RULES) {
      const expected = overridden(expectedOf(scenario, computer, tries, rule), scenario, computer, rule);
      const allowed = [...expected.verdicts, ...expected.weaker];
      const never = CLAIMS.filter((claim) => !allowed.includes(claim));
      cells.push({ computer: address, rule, ...expected, never });
    }
  }
  for (const computer of scenario.strangers ?? []) {
    for (const rule of RULES) cells.push({ computer, rule, ...STRANGER, never: CLAIMS });
  }
  const own = ([4, 6] as const).map((version) => addressOf('server', version));
  return {
    scenario: scenario.name,
    title: scenario.title,
    server: [...own, ...(scenario.serverAlso ?? [])],
    ...(scenario.serverUnnamed === undefined ? {} : { serverUnnamed: scenario.serverUnnamed }),
    ...(scenario.computers === undefined ? {} : { computers: scenario.computers }),
    cells,
    causes: causesOf(scenario, cells, seen),
  };
}

const STRANGER: Expected = {
  verdicts: ['not_observed', 'inconclusive'],
  weaker: [],
  locations: [],
  mayBeUnknown: true,
  why: 'It is no computer of its own: nobody tried anything on it.',
};

const NOT_TRIED: Expected = {
  verdicts: ['not_observed'],
  weaker: [],
  locations: [],
  mayBeUnknown: true,
  why: 'Nobody tried it.',
};

function overridden(expected: Expected, scenario: Scenario, computer: Computer, rule: RuleId): Expected {
  const concerns = (one: Override): boolean =>
    (one.computer ?? computer) === computer &&
    (one.rule === undefined ? !expected.verdicts.includes('not_observed') : one.rule === rule);
  return (scenario.overrides ?? []).filter(concerns).reduce<Expected>(
    (result, change) => ({
      verdicts: change.verdicts ?? result.verdicts,
      weaker: change.weaker ?? result.weaker,
      locations: change.locations ?? result.locations,
      mayBeUnknown: change.mayBeUnknown ?? result.mayBeUnknown,
      why: change.why,
    }),
    expected,
  );
}

function expectedOf(scenario: Scenario, computer: Computer, tries: readonly Try[], rule: RuleId): Expected {
  const made = new Set(tries.map(({ attempt }) => attempt));
  const fate = (port: Port): Fate => fateOf(scenario, computer, port);
  // Samba offers svcctl over its pipe only: its mapper names no port, and the pipe on 445 is always taken.
  const pipe = made.has('service_control');
  const over445 = made.has('445') || made.has('smb') || made.has('test_smb') || pipe;
  const over139 = made.has('139') || made.has('smb');
  switch (rule) {
    case 'ua-9003':
      return made.has('agent') || made.has('test_agent') ? judged([fate('tcp/9003')]) : NOT_TRIED;
    case 'ua-9004-in':
      return made.has('server') || made.has('test_server') ? judged([fate('tcp/9004')]) : NOT_TRIED;
    case 'ua-icmp':
      return made.has('icmp') ? judged([fate('icmp')]) : NOT_TRIED;
    case 'ua-udp-137':
      return made.has('netbios') ? judged([fate('udp/137')]) : NOT_TRIED;
    case 'ua-135':
      return made.has('rpc') || made.has('test_mapper') || pipe
        ? withDetour(judged([fate('tcp/135')]), pipe && fate('tcp/445').works)
        : NOT_TRIED;
    case 'ua-wmi-dynamic':
      if (!made.has('rpc')) return NOT_TRIED;
      if (!fate('tcp/135').works) return { ...NOT_TRIED, why: '135 did not name a port, so none was tried.' };
      return judged([fate('tcp/dynamic')]);
    case 'ua-smb-video':
      return over445 ? judged([fate('tcp/445')]) : NOT_TRIED;
    case 'ua-smb-rpc':
      return judgedEither([...(over445 ? [fate('tcp/445')] : []), ...(over139 ? [fate('tcp/139')] : [])]);
    case 'ua-udp-138':
    case 'ua-udp-139':
      return NOT_TRIED;
  }
}

/** 139 and 445 stand for each other: one that works is enough. */
function judgedEither(fates: readonly Fate[]): Expected {
  if (fates.length === 0) return NOT_TRIED;
  const working = fates.filter(({ works }) => works);
  return judged(working.length > 0 ? working : fates);
}

function withDetour(expected: Expected, works: boolean): Expected {
  if (!works || !expected.verdicts.includes('blocked')) return expected;
  return {
    ...expected,
    verdicts: ['degraded', 'blocked'],
    why: `${expected.why} The pipe \\svcctl on 445 does the same, only later.`,
  };
}

function judged(fates: readonly Fate[]): Expected {
  const failing = fates.filter(({ works }) => !works);
  const [first] = failing;
  if (first === undefined) {
    return { verdicts: ['working'], weaker: [], locations: [], mayBeUnknown: true, why: OK.why };
  }
  const locations = [...new Set(failing.map(({ location }) => location))];
  const mayBeUnknown = failing.some(({ tells }) => !tells);
  const why = first.why;
  if (!first.seen) return { verdicts: ['not_observed'], weaker: [], locations: [], mayBeUnknown: true, why };
  return { verdicts: ['blocked'], weaker: [], locations, mayBeUnknown, why };
}

/**
 * Must a client get what it wants over these ports?
 * @returns undefined where chance or time decides
 */
export function mustSucceed(
  scenario: Scenario,
  computer: Computer,
  ports: readonly Port[],
): boolean | undefined {
  const uncertain = scenario.faults.some(
    (fault) =>
      fault.where === 'agent_program' ||
      fault.where === 'setting' ||
      ('until' in fault && fault.until !== undefined) ||
      ('after' in fault && fault.after !== undefined) ||
      ('when' in fault && fault.when !== undefined),
  );
  if (uncertain || ports.length === 0) return undefined;
  return ports.every((port) => fateOf(scenario, computer, port).works);
}

/** The first fault on the way decides. */
function fateOf(scenario: Scenario, computer: Computer, port: Port): Fate {
  for (const fault of scenario.faults) {
    if (fault.where !== 'service' && !fault.computers.includes(computer)) continue;
    switch (fault.where) {
      case 'link':
        if (fault.after === undefined) return hostDown(computer, port);
        break;
      case 'service':
        if (fault.until !== undefined) break;
        if (servedBy(fault.service, port) && (port === 'tcp/9004' || fault.computers.includes(computer))) {
          return stopped(port);
        }
        break;
      case 'agent_program':
      case 'setting':
        break;
      default:
        if (fault.ports === 'all' || fault.ports.includes(port)) return stoppedByFirewall(fault, port);
    }
  }
  return OK;
}

function servedBy(service: 'agent' | 'rpc' | 'smb' | 'netbios' | 'server', port: Port): boolean {
  const ports: Readonly<Record<typeof service, readonly Port[]>> = {
    agent: ['tcp/9003'],
    server: ['tcp/9004'],
    rpc: ['tcp/135', 'tcp/dynamic'],
    smb: ['tcp/139', 'tcp/445'],
    netbios: ['udp/137'],
  };
  return ports[service].includes(port);
}

function hostDown(computer: Computer, port: Port): Fate {
  const inbound = port === 'tcp/9004';
  const near = computer.startsWith('near');
  return {
    works: false,
    // On the own subnet only ARP or neighbour solicitations are sent; they are no attempt on a port.
    seen: !near && !inbound,
    location: 'remote_host',
    tells: false,
    why: inbound
      ? 'The computer is down and sends nothing.'
      : near
        ? 'The computer is down: ARP stays without answer, no IP packet is sent.'
        : 'The computer is down: its router reports it unreachable, which is not the fault of the path.',
  };
}

function stopped(port: Port): Fate {
  const here = port === 'tcp/9004';
  return {
    works: false,
    seen: true,
    location: here ? 'this_server' : 'remote_host',
    tells: true,
    why: `Nothing listens on ${port} of ${here ? 'this server' : 'the computer'}, whose own stack says so.`,
  };
}

function stoppedByFirewall(fault: FirewallFault, port: Port): Fate {
  const inbound = port === 'tcp/9004';
  const answers = fault.action === 'drop_answers';
  const location = ({ router: 'path', computer: 'remote_host', server: 'this_server' } as const)[fault.where];
  const who = { router: 'The router', computer: "The computer's firewall", server: "This server's firewall" }[
    fault.where
  ];
  const silent = fault.action === 'drop' || answers;
  // A packet that this server's firewall stops on its way out, or that never reaches the adapter, is not captured.
  const seen = fault.where === 'server' ? inbound !== answers : !inbound || answers;
  const what = answers ? `drops the answers of ${port}` : `stops ${port}`;
  const how = silent ? 'without a word' : fault.action === 'reset' ? 'with a RST' : 'with an ICMP message';
  const visible = seen || (fault.where === 'server' && answers && !inbound);
  return {
    works: false,
    seen: visible,
    location,
    // Silence has no sender; only at this server's own adapter is it known who kept silent.
    tells: !silent || fault.where === 'server',
    why: `${who} ${what} ${how}${visible ? '' : ', so that the capture shows nothing of it'}.`,
  };
}
