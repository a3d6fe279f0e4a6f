/**
 * The remedies of a report, one for each cause: within it a command for all computers with the same fault. Two faults
 * are the same when rule, place, kind of failure, IP version and address of this server are.
 */
import { Flow } from '../../../flow/flow.js';
import { portsText } from '../../../rules/words/rule-text.js';
import type { FlowTable } from '../../../flow/table.js';
import type { Cause } from '../../../verdict/causes/cause.js';
import type { Located } from '../../../verdict/locate/located.js';
import { faultOf, remedySteps } from '../../../verdict/locate/remedy-steps.js';
import type { RemedyStep } from '../../../verdict/locate/remedy-steps.js';
import { hostKeyText } from '../../../verdict/words/host-key.js';
import type { HostKey } from '../../../verdict/words/host-key.js';
import type { RuleVerdict } from '../../../verdict/words/rule-verdict.js';
import type { RemedyGroupModel, RemedyModel } from '../../model/model.js';
import type { ChangeModel } from '../../model/change-model.js';
import { joinedAddresses } from './joined-addresses.js';
import { changeOf, portsToOpen, remediesFor } from './remedy.js';
import type { Repair } from './repair.js';
import { addressLiteral, prefixLiteral } from './remedy-literal.js';
import { timeStamp } from '../input/time.js';
import type { Literal } from './remedy-literal.js';

/**
 * Addresses and networks named in one command.
 * @reached further ones are counted beside the change
 */
export const MAX_REMEDY_ADDRESSES = 500;
/** Different ports named in one command. */
const MAX_REMEDY_PORTS = 50;
/**
 * Kinds of faults that get remedies.
 * @reached further kinds are counted: `remedies`
 */
export const MAX_REMEDIES = 200;

/** Cells of one cause with the same fault. */
interface Fault {
  readonly cause: number;
  readonly first: RuleVerdict;
  readonly steps: readonly RemedyStep[];
  readonly located: Located;
  readonly server: Literal;
  readonly version: 4 | 6;
  readonly up: boolean;
  /** A network of which every computer fails; null = the computers are named. */
  readonly network: Literal | null;
  readonly computers: Literal[];
  readonly ports: Set<number>;
  attempts: number;
  /** Flows with the first and the last packet. */
  firstFlow: number;
  lastFlow: number;
}

/** Literals of addresses: each is parsed once, and has a fault for many rules. */
class AddressLiterals {
  private readonly known = new Map<string, Literal | null>();

  of(text: string): Literal | null {
    let literal = this.known.get(text);
    if (literal === undefined) {
      literal = addressLiteral(text);
      this.known.set(text, literal);
    }
    return literal;
  }
}

export class Remedies {
  readonly list: readonly RemedyGroupModel[];
  /** The same as rows for whoever changes firewalls. */
  readonly changes: readonly ChangeModel[];
  /** Kinds of fault left out because of MAX_REMEDIES. */
  omitted = 0;
  private readonly places = new Map<RuleVerdict, number>();
  private readonly flow: Flow;
  private readonly literals = new AddressLiterals();
  private readonly alive: ReadonlySet<HostKey>;
  private readonly faults = new Map<string, Fault>();
  private readonly leftOut = new Set<string>();
  private readonly locate: (v: RuleVerdict) => Located;

  /** @param locate asked once for each failing verdict */
  constructor(
    table: FlowTable,
    verdicts: readonly RuleVerdict[],
    causes: readonly Cause[],
    locate: (v: RuleVerdict) => Located,
  ) {
    this.flow = new Flow(table);
    this.locate = locate;
    this.alive = new Set(verdicts.filter((v) => v.works > 0).map((v) => v.host));
    const cells: (readonly [RuleVerdict, number])[] = [];
    for (const [c, cause] of causes.entries()) {
      for (const index of cause.cells) {
        const v = verdicts[index]!;
        if (this.add(v, c, cause)) cells.push([v, c]);
      }
    }
    this.omitted = this.leftOut.size;
    const byCause = new Map<number, Fault[]>();
    for (const fault of this.faults.values()) {
      const known = byCause.get(fault.cause);
      if (known === undefined) byCause.set(fault.cause, [fault]);
      else known.push(fault);
    }
    const indices = new Map([...byCause.keys()].map((cause, i) => [cause, i]));
    for (const [v, c] of cells) this.places.set(v, indices.get(c) ?? -1);
    this.list = [...byCause.values()].map(groupModel);
    this.changes = [...this.faults.values()].flatMap((fault) => this.changesOf(fault));
  }

  /** Index into `list`, -1 = nothing that could be named would mend it. */
  of(v: RuleVerdict): number {
    return this.places.get(v) ?? -1;
  }

  /** False = nothing that could be named would mend it. */
  private add(v: RuleVerdict, c: number, cause: Cause): boolean {
    const { flow, literals } = this;
    const kind = faultOf(v);
    const telling = v.flows[0];
    if (kind === 'none' || telling === undefined || telling < 0) return false;
    flow.move(telling);
    const inbound = v.rule.to === 'server';
    const server = literals.of(flow.addressText(inbound ? 1 : 0));
    const computer = literals.of(hostKeyText(v.host));
    const located = this.locate(v);
    const steps = stepsOf(v, located, cause.kind);
    if (server === null || computer === null || steps.length === 0) return false;
    const version = flow.version === 4 ? 4 : 6;
    const up = inbound || this.alive.has(v.host);
    // A computer that is not there is looked for once, whatever failed.
    const rule = cause.kind === 'host' ? '' : v.rule.id;
    const key = [c, rule, located.location, kind, steps.join(), version, server.text, up].join(' ');
    let fault = this.faults.get(key);
    if (fault === undefined) {
      if (this.faults.size >= MAX_REMEDIES) {
        this.leftOut.add(key);
        return false;
      }
      fault = {
        cause: c,
        first: v,
        steps,
        located,
        server,
        version,
        up,
        network: cause.kind === 'subnet' ? prefixLiteral(cause.reach) : null,
        computers: [],
        ports: new Set(),
        attempts: 0,
        firstFlow: telling,
        lastFlow: telling,
      };
      this.faults.set(key, fault);
    }
    this.count(fault, v, computer);
    return true;
  }

  private count(fault: Fault, v: RuleVerdict, computer: Literal): void {
    if (fault.computers.at(-1) !== computer) fault.computers.push(computer);
    fault.attempts += v.fails;
    for (const id of v.flows) {
      if (id < 0) continue;
      const { port, first, last } = this.seen(id);
      if (fault.ports.size < MAX_REMEDY_PORTS && id === v.flows[0]) fault.ports.add(port);
      if (first < this.seen(fault.firstFlow).first) fault.firstFlow = id;
      if (last > this.seen(fault.lastFlow).last) fault.lastFlow = id;
    }
  }

  private seen(id: number): { port: number; first: number; last: number } {
    const { flow } = this;
    flow.move(id);
    return {
      port: flow.port(1),
      first: flow.firstSec + flow.firstNsec / 1e9,
      last: flow.lastSec + flow.lastNsec / 1e9,
    };
  }

  private changesOf(fault: Fault): ChangeModel[] {
    const repair = repairOf(fault, Infinity);
    const change = changeOf(repair, fault.steps);
    if (change === null) return [];
    const { flow } = this;
    flow.move(fault.firstFlow);
    const firstTime = timeStamp(flow.firstSec, flow.firstNsec);
    flow.move(fault.lastFlow);
    const lastTime = timeStamp(flow.lastSec, flow.lastNsec);
    const { rule } = fault.first;
    const cause = `c${fault.cause + 1}`;
    return [{ ...change, cause, rule: rule.id, firstTime, lastTime, attempts: fault.attempts }];
  }
}

/** Of a computer of which nothing answers, no firewall is changed before somebody has looked whether it is there. */
function stepsOf(v: RuleVerdict, located: Located, kind: Cause['kind']): readonly RemedyStep[] {
  if (located.hostDown === true) return [];
  const steps = remedySteps(v, located.location);
  return kind === 'host' ? steps.filter((step) => step === 'exclude') : steps;
}

/** Ends and ports of a fault, its computers sorted and joined. */
function repairOf(
  { first, server, version, up, network, computers, ports }: Fault,
  most = MAX_REMEDY_ADDRESSES,
): Repair {
  const { rule } = first;
  const toServer = rule.to === 'server';
  const named = (network === null ? joinedAddresses(computers) : [network]).slice(0, most);
  return {
    rule,
    version,
    alive: up,
    originators: toServer ? named : [server],
    responders: toServer ? [server] : named,
    computers,
    ports: rule.proto === 'icmp' ? [] : portsToOpen(rule, [...ports]),
  };
}

function groupModel(faults: readonly Fault[]): RemedyGroupModel {
  const [{ first, located }] = faults as [Fault, ...Fault[]];
  const several = faults.length > 1;
  const remedies = faults.flatMap((fault) => {
    const made = remediesFor(repairOf(fault), fault.steps);
    return several ? made.map((one) => named(one, fault)) : made;
  });
  const omitted = faults.map(({ network, computers }) =>
    network === null && joinedAddresses(computers).length > MAX_REMEDY_ADDRESSES ? computers.length : 0,
  );
  return {
    rule: first.rule.id,
    location: located.location,
    computers: new Set(faults.flatMap(({ computers }) => computers.map(({ text }) => text))).size,
    addressesOmitted: Math.max(...omitted),
    remedies,
  };
}

/** Of several faults of a cause, which one. */
function named(remedy: RemedyModel, { first }: Fault): RemedyModel {
  return { ...remedy, title: `${remedy.title} (${portsText(first.rule)})` };
}
