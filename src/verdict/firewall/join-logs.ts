/**
 * Firewall logs joined to the capture. What a log says was blocked is found again as a flow by its five-tuple and time; an
 * attempt that was blocked where it began never became a packet, and is held against the rules by itself.
 *
 *   entry ─> attempts ─┬─ a flow has it ─────────────> the firewall of its responder (byFlow)
 *                      ├─ none, and it was going out ─> blocked before the wire, of a rule and a computer (before)
 *                      └─ otherwise ──────────────────> counted
 */
import { Flow } from '../../flow/flow.js';
import type { Facts } from '../../recognise/facts/facts.js';
import type { RuleMatcher } from '../../rules/match.js';
import type { Rule } from '../../rules/words/rule.js';
import { RPC_WINDOW_SECONDS } from '../flows/mapper-exchanges.js';
import type { FlowScan } from '../hosts/flow-scan.js';
import { hostKeyText } from '../words/host-key.js';
import type { HostKey } from '../words/host-key.js';
import type { LogBlock } from '../words/log-block.js';
import { attemptsOf, protoOf, rulesOf } from './attempt.js';
import type { Attempt } from './attempt.js';
import { AttemptFlows } from './attempt-flows.js';
import { attemptSpan, clockOf } from './log-clock.js';
import type { KnownZone, LogClock } from './log-clock.js';
import type { FirewallLog, LogEntry } from './log-entry.js';

/** The capture may have begun before its first frame, and gone on after its last; seconds. */
const MARGIN_SECONDS = 60;
/** Attempts before the wire that are kept. */
const MAX_BEFORE = 100_000;

/** An attempt that its own machine blocked. */
export interface BlockedBeforeWire {
  /** The other end than this server. */
  readonly host: HostKey;
  readonly rule: Rule;
  readonly block: LogBlock;
  /** The port counts as RPC only because the same pair spoke on 135 shortly before. */
  readonly presumed: boolean;
}

/** How the entries of a log that tell of something blocked were used. */
export interface LogUse {
  /** They tell of flows, and say why these got no answer. */
  flows: number;
  /** Attempts on required ports that became no packet. */
  before: number;
  /** On required ports, but at another time than the capture's; from and to, seconds since 1970. */
  otherTime: number;
  otherFrom: number;
  otherTo: number;
  /** On required ports, in time, and no packet of theirs is in the capture although it should be. */
  withoutPacket: number;
  /** Their packets left or were answered all the same. */
  against: number;
  /** On required ports, in a local time that nothing explains. */
  noTime: number;
  /** Of other traffic. */
  other: number;
}

export interface JoinedLog {
  readonly log: FirewallLog;
  readonly clock: LogClock;
  readonly use: Readonly<LogUse>;
}

export interface JoinedLogs {
  readonly logs: readonly JoinedLog[];
  readonly byFlow: ReadonlyMap<number, LogBlock>;
  readonly before: readonly BlockedBeforeWire[];
}

export interface JoinInput {
  readonly logs: readonly FirewallLog[];
  readonly scan: FlowScan;
  readonly facts: Facts;
  readonly matcher: RuleMatcher;
  readonly server: ReadonlySet<HostKey>;
  /** First and last frame, seconds since 1970. */
  readonly first: number;
  readonly last: number;
  readonly zone: KnownZone;
}

export function joinLogs(input: JoinInput): JoinedLogs {
  const { logs, scan, server } = input;
  const flows = new AttemptFlows(scan);
  for (const { entries } of logs) {
    for (const entry of entries) for (const one of attemptsOf(entry, server)) flows.want(one, entry.protocol);
  }
  flows.find();
  const joiner = new Joiner(input, flows);
  return { logs: logs.map((log) => joiner.join(log)), byFlow: joiner.byFlow, before: joiner.before };
}

class Joiner {
  readonly byFlow = new Map<number, LogBlock>();
  readonly before: BlockedBeforeWire[] = [];
  readonly #input: JoinInput;
  readonly #flows: AttemptFlows;
  readonly #flow: Flow;
  /** Names of filters, from whichever file tells them. */
  readonly #names = new Map<string, string>();
  #asked: ReadonlyMap<string, readonly number[]> | null = null;

  constructor(input: JoinInput, flows: AttemptFlows) {
    this.#input = input;
    this.#flows = flows;
    this.#flow = new Flow(input.scan.table);
    for (const { filterNames } of input.logs) for (const [id, name] of filterNames) this.#names.set(id, name);
  }

  join(log: FirewallLog): JoinedLog {
    const { zone, server } = this.#input;
    const flows = this.#flows;
    function* meetings(): Generator<readonly [LogEntry, readonly number[]]> {
      for (const entry of log.entries) {
        const found = attemptsOf(entry, server).flatMap((one) => flows.of(one, entry.protocol));
        // An echo request has no ports to know it by.
        if (found.length > 0 && protoOf(entry.protocol) !== 'icmp') yield [entry, found];
      }
    }
    const clock = clockOf(log.clock, zone, meetings(), this.#flow);
    const use = noUse();
    for (const entry of log.entries) if (entry.action === 'block') this.#take(log, entry, clock, use);
    return { log, clock, use };
  }

  #take(log: FirewallLog, entry: LogEntry, clock: LogClock, use: LogUse): void {
    const { server, matcher, first, last } = this.#input;
    const proto = protoOf(entry.protocol) ?? 'tcp';
    const times = clock.timesOf(entry);
    const attempts = protoOf(entry.protocol) === null ? [] : attemptsOf(entry, server);
    for (const one of attempts) {
      const id = this.#flowOf(one, entry.protocol, times);
      if (id < 0) continue;
      if (one.at === 'originator') use.against++;
      else {
        use.flows++;
        if (!this.byFlow.has(id)) this.byFlow.set(id, this.#block(log, entry, one, times[0] ?? 0, clock));
      }
      return;
    }
    const fitting = attempts.find((one) => rulesOf(one, proto, server, matcher).length > 0);
    if (fitting === undefined) {
      use.other++;
      return;
    }
    const [time] = times.filter((t) => t >= first - MARGIN_SECONDS && t <= last + MARGIN_SECONDS);
    if (times.length === 0) use.noTime++;
    else if (time === undefined) notOfThisTime(use, times[0]!);
    else if (fitting.at === 'responder') use.withoutPacket++;
    else this.#blockedBefore(fitting, this.#block(log, entry, fitting, time, clock), use);
  }

  #blockedBefore(one: Attempt, block: LogBlock, use: LogUse): void {
    const { server, matcher } = this.#input;
    const host = server.has(one.orig) ? one.resp : one.orig;
    const rules = rulesOf(one, protoOf(block.protocol) ?? 'tcp', server, matcher);
    let taken = false;
    for (const rule of rules) {
      const proof = rule.evidence === 'rpc' ? this.#rpcProof(one, block.time) : 'proven';
      if (proof === 'none' || this.before.length >= MAX_BEFORE) continue;
      this.before.push({ host, rule, block, presumed: proof === 'presumed' });
      taken = true;
    }
    if (taken) use.before++;
    else use.other++;
  }

  /** The flow that the attempt is, by its five-tuple and time; -1 = none. */
  #flowOf(one: Attempt, protocol: number, times: readonly number[]): number {
    for (const id of this.#flows.of(one, protocol)) {
      const [from, to] = attemptSpan(this.#flow.move(id));
      if (times.some((time) => time >= from && time <= to)) return id;
    }
    return -1;
  }

  #block(log: FirewallLog, entry: LogEntry, one: Attempt, time: number, clock: LogClock): LogBlock {
    return {
      path: log.path,
      unit: log.unit,
      number: entry.number,
      text: entry.text,
      time,
      timeBy: clock.timesOf(entry).length > 1 && clock.timeBy === 'told' ? 'inferred' : clock.timeBy,
      layer: entry.layer,
      ruleName: this.#names.get(entry.filterId) ?? entry.ruleName,
      filterId: entry.filterId,
      machine: one.at === 'originator' ? one.orig : one.resp,
      at: one.at,
      protocol: entry.protocol,
      port: one.respPort,
    };
  }

  /** Whether a dynamic port is known to be RPC's: it was named, or the pair spoke on 135 shortly before. */
  #rpcProof(one: Attempt, time: number): 'proven' | 'presumed' | 'none' {
    const { facts } = this.#input;
    const address = hostKeyText(one.resp);
    if (facts.mappings.items.some((item) => item.port === one.respPort && item.address === address))
      return 'proven';
    this.#asked ??= this.#mapperTimes();
    const asked = this.#asked.get(`${one.orig} ${one.resp}`) ?? [];
    const shortly = asked.some((at) => time >= at - 1 && time - at <= RPC_WINDOW_SECONDS);
    return shortly ? 'presumed' : 'none';
  }

  /** When who asked whose endpoint mapper. */
  #mapperTimes(): ReadonlyMap<string, readonly number[]> {
    const { mapperFlows, hostTable } = this.#input.scan;
    const times = new Map<string, number[]>();
    for (const id of mapperFlows) {
      const { firstSec } = this.#flow.move(id);
      const key = `${hostTable.keyOf(hostTable.orig[id]!)} ${hostTable.keyOf(hostTable.resp[id]!)}`;
      const known = times.get(key);
      if (known === undefined) times.set(key, [firstSec]);
      else known.push(firstSec);
    }
    return times;
  }
}

function noUse(): LogUse {
  return {
    flows: 0,
    before: 0,
    otherTime: 0,
    otherFrom: 0,
    otherTo: 0,
    withoutPacket: 0,
    against: 0,
    noTime: 0,
    other: 0,
  };
}

function notOfThisTime(use: LogUse, time: number): void {
  use.otherFrom = use.otherTime === 0 ? time : Math.min(use.otherFrom, time);
  use.otherTo = use.otherTime === 0 ? time : Math.max(use.otherTo, time);
  use.otherTime++;
}
