/**
 * From failing cells to causes: the broadest explanation that has a counter-proof wins, each cell goes to exactly one.
 *
 *   a device that the packets show > one rule for all > a network > a whole host > some ports of one host
 */
import type { Rule } from '../../rules/words/rule.js';
import type { Located } from '../locate/located.js';
import type { HostKey } from '../words/host-key.js';
import { factsOf } from '../words/reasons.js';
import type { OutcomeReason } from '../words/reasons.js';
import type { LocationCode, LocationStep } from '../words/location-step.js';
import type { RuleVerdict } from '../words/rule-verdict.js';
import type { Location } from '../words/words.js';
import { CAUSE_KINDS } from './cause.js';
import type { Cause, CauseKind, Fact } from './cause.js';
import { failingNetworks, MIN_IN_NETWORK } from './networks.js';
import { ownerOf } from './owner.js';

/** From so many computers on, a rule that fails alike on scattered computers is told once. */
export const MIN_ALIKE = 3;

export interface CauseInput {
  readonly verdicts: readonly RuleVerdict[];
  readonly locate: (v: RuleVerdict) => Located | null;
  /** Group of the computer in the user's list, '' = none. */
  readonly groupOf: (host: HostKey) => string;
  readonly isRequired: (rule: Rule) => boolean;
}

/** A failing cell. */
interface Failing {
  readonly index: number;
  readonly v: RuleVerdict;
  readonly located: Located;
  readonly fact: Fact;
}

/** A cause that is being collected. */
interface Draft {
  readonly kind: CauseKind;
  readonly fact: Fact;
  readonly reach: string;
  readonly cells: Failing[];
}

/** How each rule fares, and each computer. */
interface Fares {
  /** By rule: computers on which it was tried, and on which it works now and then. */
  readonly tried: ReadonlyMap<Rule, ReadonlySet<HostKey>>;
  readonly works: ReadonlyMap<Rule, ReadonlySet<HostKey>>;
  /** Computers on which something works. */
  readonly alive: ReadonlySet<HostKey>;
}

/** Failures that no rule of a firewall mends; each needs something else. */
const FACTS: Readonly<Partial<Record<OutcomeReason, Fact>>> = {
  icmp_time_exceeded: 'time_exceeded',
  syn_answered_elsewhere: 'answered_elsewhere',
  synack_unfit: 'unfit_answer',
  never_acknowledged: 'not_serving',
  tls_refused: 'tls_refused',
  wrong_service: 'wrong_service',
  reported_drop: 'dropped',
};

/** What failed, one word for one fact. */
export function factOf(v: RuleVerdict): Fact {
  if (v.health !== undefined) return v.health.degradation;
  if (v.detail === 'none') return 'other';
  const { fault } = factsOf(v.detail);
  return fault === 'none' ? (FACTS[v.detail] ?? 'other') : fault;
}

/** All causes with cells, those that matter most first. */
export function findCauses(input: CauseInput): Cause[] {
  const fares = faresOf(input.verdicts);
  const left = new Set(failingOf(input));
  const drafts: Draft[] = [
    ...take(left, devices),
    ...take(left, (cells) => wholeRules(cells, fares)),
    ...take(left, (cells) => networks(cells, fares, input)),
  ];
  absorb(drafts, left, fares);
  drafts.push(...take(left, (cells) => hosts(cells, fares)), ...take(left, ports));
  return drafts.map((draft) => causeOf(draft, fares, input)).sort(byWeight);
}

function failingOf({ verdicts, locate }: CauseInput): Failing[] {
  const found: Failing[] = [];
  for (const [index, v] of verdicts.entries()) {
    if (v.verdict !== 'blocked' && v.verdict !== 'degraded') continue;
    const located = locate(v) ?? { location: 'unknown', confidence: 'low', steps: [] };
    const seen = factOf(v);
    const isStale = seen === 'silent' && has(located.steps, 'other_address_answers');
    found.push({ index, v, located, fact: isStale ? 'unheard_address' : seen });
  }
  return found;
}

function faresOf(verdicts: readonly RuleVerdict[]): Fares {
  const tried = new Map<Rule, Set<HostKey>>();
  const works = new Map<Rule, Set<HostKey>>();
  const alive = new Set<HostKey>();
  for (const v of verdicts) {
    if (v.works + v.fails === 0) continue;
    addTo(tried, v.rule, v.host);
    if (v.works === 0) continue;
    alive.add(v.host);
    if (v.verdict === 'working') addTo(works, v.rule, v.host);
  }
  return { tried, works, alive };
}

function addTo<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([value]));
  else known.add(value);
}

function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return groups;
}

/** What a step of the ladder finds leaves the cells that remain. */
function take(left: Set<Failing>, find: (cells: readonly Failing[]) => Draft[]): Draft[] {
  const found = find([...left]);
  for (const { cells } of found) for (const cell of cells) left.delete(cell);
  return found;
}

/** Who says that packets are too big for the next hop, '' = nobody does. */
function mtuSenderOf({ steps }: Located): string {
  for (const step of steps) if (step.code === 'icmp_too_big') return step.sender;
  return '';
}

/** Steps by which a reset is not its host's own. */
const RESETS_BY_DEVICE: ReadonlySet<LocationCode> = new Set<LocationCode>([
  'rst_nearer_device',
  'rst_device_forgot_or_inspects',
  'rst_device_inspects',
]);

/** Devices that the packets show: who sends the ICMP messages, who resets in another's name. */
function devices(cells: readonly Failing[]): Draft[] {
  const found: Draft[] = [];
  const byDevice = groupBy(cells, ({ v, located, fact }) => {
    if (v.health?.degradation === 'large_segments_lost') return `path_mtu ${fact} ${mtuSenderOf(located)}`;
    for (const step of located.steps) {
      if (step.code === 'icmp_from_device') return `icmp_sender ${fact} ${step.sender}`;
      if (RESETS_BY_DEVICE.has(step.code)) return `reset_sender ${fact} `;
    }
    return '';
  });
  for (const [key, members] of byDevice) {
    if (key === '') continue;
    const [kind = '', , reach = ''] = key.split(' ');
    found.push({ kind: kind as CauseKind, fact: members[0]!.fact, reach, cells: members });
  }
  return found;
}

function hostsOf(cells: readonly Failing[]): HostKey[] {
  return [...new Set(cells.map(({ v }) => v.host))];
}

/** The same rule, the same fact: what one fault of many computers has in common. */
function sameFault({ v, fact }: Failing): string {
  return `${v.rule.id} ${fact}`;
}

/** Every computer that tried the rule fails alike, and these work otherwise. */
function wholeRules(cells: readonly Failing[], { tried, alive }: Fares): Draft[] {
  const whole = [...groupBy(cells, sameFault).values()].filter((members) => {
    const of = hostsOf(members);
    const all = tried.get(members[0]!.v.rule)?.size ?? 0;
    // Who asks this server is there: it needs no other port that works.
    const areThere = members[0]!.v.rule.to === 'server' || of.some((host) => alive.has(host));
    return of.length >= MIN_IN_NETWORK && of.length === all && areThere;
  });
  // Several rules of one direction that fail alike for the same computers are one fault.
  const together = groupBy(whole, (members) => {
    const { v, fact, located } = members[0]!;
    return [v.rule.to, fact, located.location, hostsOf(members).join()].join(' ');
  });
  return [...together.values()].map((groups) => {
    const members = groups.flat();
    return { kind: 'rule', fact: members[0]!.fact, reach: '', cells: members };
  });
}

/** Computers of a network that fail alike where none works, while the same port works elsewhere. */
function networks(cells: readonly Failing[], fares: Fares, { groupOf }: CauseInput): Draft[] {
  const found = new Map<string, Draft>();
  for (const members of groupBy(cells, sameFault).values()) {
    const { v, fact } = members[0]!;
    const working = [...(fares.works.get(v.rule) ?? [])];
    if (working.length === 0 || members.length < MIN_IN_NETWORK) continue;
    for (const [reach, of] of reaches(hostsOf(members), working, groupOf)) {
      const key = `${fact} ${reach}`;
      const inside = new Set(of);
      const own = members.filter((cell) => inside.has(cell.v.host));
      const known = found.get(key);
      if (known === undefined) found.set(key, { kind: 'subnet', fact, reach, cells: own });
      else known.cells.push(...own);
    }
  }
  return [...found.values()];
}

/** Groups of the user's list that fail whole, prefixes of addresses for the others. */
function reaches(
  failing: readonly HostKey[],
  working: readonly HostKey[],
  groupOf: CauseInput['groupOf'],
): (readonly [string, readonly HostKey[]])[] {
  const alive = new Set(working.map(groupOf));
  const grouped: (readonly [string, readonly HostKey[]])[] = [];
  const rest: HostKey[] = [];
  for (const [group, members] of groupBy(failing, groupOf)) {
    if (group !== '' && members.length >= MIN_IN_NETWORK && !alive.has(group)) grouped.push([group, members]);
    // A site may have several networks, one of which fails.
    else rest.push(...members);
  }
  return [...grouped, ...failingNetworks(rest, working).map((one) => [one.prefix, one.hosts] as const)];
}

/** What else fails on computers of a network of which nothing works belongs to the network's fault. */
function absorb(drafts: readonly Draft[], left: Set<Failing>, { alive }: Fares): void {
  const homes = new Map<string, Draft>();
  for (const draft of drafts) {
    if (draft.kind !== 'subnet') continue;
    for (const { v } of draft.cells) if (!alive.has(v.host)) homes.set(`${draft.fact} ${v.host}`, draft);
  }
  for (const cell of left) {
    const home = homes.get(`${cell.fact} ${cell.v.host}`);
    if (home === undefined) continue;
    home.cells.push(cell);
    left.delete(cell);
  }
}

/** Nothing of the computer answers, as far as the packets tell. */
function isDead({ located: { hostDown, steps } }: Failing): boolean {
  if (hostDown === true || has(steps, 'icmp_host_does_not_answer')) return true;
  return has(steps, 'nothing_of_host_answers');
}

function has(steps: readonly LocationStep[], wanted: LocationCode): boolean {
  return steps.some(({ code }) => code === wanted);
}

function hosts(cells: readonly Failing[], { alive }: Fares): Draft[] {
  const found: Draft[] = [];
  for (const members of groupBy(cells, ({ v }) => String(v.host)).values()) {
    const { v, fact } = members[0]!;
    if (
      alive.has(v.host) ||
      !members.some(isDead) ||
      // What was sent to it may have been led astray.
      members.some(isRedirected) ||
      !members.every((cell) => isDead(cell) || isUnheard(cell))
    )
      continue;
    found.push({ kind: 'host', fact, reach: '', cells: members });
  }
  return found;
}

/** It says nothing against the computer being gone. */
function isUnheard({ fact }: Failing): boolean {
  return fact === 'silent' || fact === 'session_cut_silently';
}

/** Ports of a computer that answers otherwise: those that fail alike together, and scattered computers alike. */
function ports(cells: readonly Failing[]): Draft[] {
  const found: Draft[] = [];
  const byHost = groupBy(cells, ({ v, fact, located }) =>
    [String(v.host), fact, located.location, v.rule.to].join(' '),
  );
  const alike = groupBy(byHost.values(), (members) => {
    const { fact, located } = members[0]!;
    return [fact, located.location, members.map(({ v }) => v.rule.id).join()].join(' ');
  });
  for (const groups of alike.values()) {
    const { fact } = groups[0]![0]!;
    if (groups.length >= MIN_ALIKE) {
      found.push({ kind: 'ports_alike', fact, reach: '', cells: groups.flat() });
      continue;
    }
    for (const members of groups) found.push({ kind: 'port', fact, reach: '', cells: members });
  }
  return found;
}

function placeOf(cells: readonly Failing[]): Location {
  const places = new Set(cells.map(({ located }) => located.location));
  places.delete('unknown');
  const [place] = places;
  return places.size === 1 && place !== undefined ? place : 'unknown';
}

function causeOf({ kind, fact, reach, cells }: Draft, fares: Fares, { isRequired }: CauseInput): Cause {
  cells.sort((a, b) => a.index - b.index);
  const rules = [...new Set(cells.map(({ v }) => v.rule))];
  const of = hostsOf(cells);
  const works = new Set<HostKey>();
  for (const rule of rules) for (const host of fares.works.get(rule) ?? []) works.add(host);
  for (const host of of) works.delete(host);
  const location = placeOf(cells);
  const inbound = rules.every((rule) => rule.to === 'server');
  return {
    kind,
    fact,
    rules,
    hosts: of,
    cells: cells.map(({ index }) => index),
    tried: kind === 'rule' ? (fares.tried.get(rules[0]!)?.size ?? of.length) : of.length,
    worksFor: works.size,
    reach,
    location,
    owner: ownerOf({ kind, fact, location, inbound, redirected: cells.some(isRedirected) }),
    required: rules.some(isRequired),
    onlyDegraded: cells.every(({ v }) => v.verdict === 'degraded'),
  };
}

function isRedirected({ located }: Failing): boolean {
  return has(located.steps, 'icmp_redirect');
}

/** Required before optional, blocked before degraded, then by how many computers have it. */
function byWeight(a: Cause, b: Cause): number {
  return (
    Number(b.required) - Number(a.required) ||
    Number(a.onlyDegraded) - Number(b.onlyDegraded) ||
    b.hosts.length - a.hosts.length ||
    CAUSE_KINDS.indexOf(a.kind) - CAUSE_KINDS.indexOf(b.kind) ||
    a.cells[0]! - b.cells[0]!
  );
}
