/**
 * The remedies of a report: computers with the same fault share one, so that one command mends them all. Two
 * faults are the same when rule, place, kind of failure, IP version and address of this server are.
 */
import { Flow } from '../../flow/flow.js';
import type { FlowTable } from '../../flow/table.js';
import type { Located } from '../../verdict/locate/located.js';
import { faultOf, remedySteps } from '../../verdict/locate/remedy-steps.js';
import { hostKeyText } from '../../verdict/words/host-key.js';
import type { RuleVerdict } from '../../verdict/words/rule-verdict.js';
import type { RemedyGroupModel } from '../model.js';
import { portsToOpen, remediesFor } from './remedy.js';
import { addressLiteral } from './remedy-literal.js';
import type { Literal } from './remedy-literal.js';

/** Computers named in one command; the others of the same fault are counted. */
export const MAX_REMEDY_ADDRESSES = 50;
/** Groups of faults that get remedies. */
export const MAX_REMEDIES = 200;

interface Group {
  readonly first: RuleVerdict;
  readonly located: Located;
  readonly server: Literal;
  readonly version: 4 | 6;
  readonly up: boolean;
  readonly computers: Literal[];
  readonly ports: Set<number>;
  readonly index: number;
  omitted: number;
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
  /** Kinds of fault left out because of MAX_REMEDIES. */
  omitted = 0;
  private readonly places = new Map<RuleVerdict, number>();

  /** @param locate asked once for each failing verdict */
  constructor(table: FlowTable, verdicts: readonly RuleVerdict[], locate: (v: RuleVerdict) => Located) {
    const flow = new Flow(table);
    const groups = new Map<string, Group>();
    const leftOut = new Set<string>();
    const literals = new AddressLiterals();
    const alive = new Set(verdicts.filter((v) => v.works > 0).map((v) => v.host));
    for (const v of verdicts) {
      const fault = faultOf(v);
      const telling = v.flows[0];
      if (fault === 'none' || telling === undefined) continue;
      flow.move(telling);
      const inbound = v.rule.to === 'server';
      const server = literals.of(flow.addressText(inbound ? 1 : 0));
      const computer = literals.of(hostKeyText(v.host));
      const located = locate(v);
      const steps = located.hostDown === true ? [] : remedySteps(v, located.location);
      if (server === null || computer === null || steps.length === 0) continue;
      const version = flow.version === 4 ? 4 : 6;
      const up = inbound || alive.has(v.host);
      const key = [v.rule.id, located.location, fault, steps.join(), version, server.text, up].join(' ');
      let group = groups.get(key);
      if (group === undefined) {
        if (groups.size >= MAX_REMEDIES) {
          leftOut.add(key);
          continue;
        }
        group = {
          first: v,
          located,
          server,
          version,
          up,
          computers: [],
          ports: new Set(),
          index: groups.size,
          omitted: 0,
        };
        groups.set(key, group);
      }
      this.places.set(v, group.index);
      if (group.computers.length < MAX_REMEDY_ADDRESSES) group.computers.push(computer);
      else group.omitted++;
      if (group.ports.size < MAX_REMEDY_ADDRESSES) group.ports.add(flow.port(1));
    }
    this.omitted = leftOut.size;
    this.list = [...groups.values()].map(groupModel);
  }

  /** Index into `list`, -1 = nothing that could be named would mend it. */
  of(v: RuleVerdict): number {
    return this.places.get(v) ?? -1;
  }
}

function groupModel({
  first,
  located,
  server,
  version,
  up,
  computers,
  ports,
  omitted,
}: Group): RemedyGroupModel {
  const { rule } = first;
  const toServer = rule.to === 'server';
  const remedies = remediesFor(
    {
      rule,
      version,
      alive: up,
      originators: toServer ? computers : [server],
      responders: toServer ? [server] : computers,
      ports: rule.proto === 'icmp' ? [] : portsToOpen(rule, [...ports]),
    },
    remedySteps(first, located.location),
  );
  return {
    rule: rule.id,
    location: located.location,
    computers: computers.length + omitted,
    addressesOmitted: omitted,
    remedies,
  };
}
