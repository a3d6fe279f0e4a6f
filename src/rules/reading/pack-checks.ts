/** What the schema cannot say: fields that must fit each other, within one file. */
import { parameterName } from '../words/ports.js';
import { quoted } from '../words/printable.js';
import type { RawPack, RawRule } from './schema.js';
import type { PathFault } from './schema-faults.js';
import { didYouMean } from '../words/suggest.js';
import type { YamlPath } from './yaml-source.js';

/** A pack of which some parts may have been refused by the schema: those are null and not looked at. */
export interface PackParts {
  readonly kind: RawPack['kind'] | null;
  readonly parameters: readonly string[];
  readonly rules: readonly (RawRule | null)[];
}

function fault(path: YamlPath, value: unknown, message: string): PathFault {
  return { path, atKey: false, value, message };
}

function* portFaults(rule: RawRule, at: YamlPath, parameters: readonly string[]): Generator<PathFault> {
  if (rule.proto === 'icmp') {
    if (rule.ports !== undefined) yield fault([...at, 'ports'], '', 'ports: icmp has no ports');
    if (rule.source_ports !== undefined) {
      yield fault([...at, 'source_ports'], '', 'source_ports: icmp has no ports');
    }
  } else if (rule.ports === undefined) {
    yield fault([...at, 'ports'], '', 'ports: is missing');
  }
  for (const field of ['ports', 'source_ports'] as const) {
    const list = rule[field];
    const items = Array.isArray(list) ? list : list === undefined ? [] : [list];
    for (const [index, item] of items.entries()) {
      const name = parameterName(item);
      if (name === null || parameters.includes(name)) continue;
      const message = `${field}: ${quoted(item)} is not among the pack's parameters`;
      yield fault([...at, field, index], item, message + didYouMean(name, parameters));
    }
  }
}

function* roleFaults(rule: RawRule, kind: PackParts['kind'], at: YamlPath): Generator<PathFault> {
  const { from, to } = rule;
  if (from === to && from !== 'any') {
    yield fault([...at, 'to'], to, `to: "${to}" is also the originator; one end must be another host or any`);
    return;
  }
  const judged = (from === 'server' && to === 'computer') || (from === 'computer' && to === 'server');
  if (kind === 'required' && !judged) {
    const message =
      'a required rule is between server and computer; use a known or background pack for others';
    yield fault([...at, 'to'], to, `to: ${message}`);
  }
  if ((to === 'broadcast' || to === 'multicast') && rule.proto === 'tcp') {
    yield fault([...at, 'to'], to, `to: tcp has no ${to}`);
  }
}

function* fieldFaults(rule: RawRule, kind: PackParts['kind'], at: YamlPath): Generator<PathFault> {
  if (rule.evidence !== 'rpc') return;
  if (rule.proto !== 'tcp') yield fault([...at, 'evidence'], 'rpc', 'evidence: rpc needs proto tcp');
  if (kind === 'background') {
    yield fault([...at, 'evidence'], 'rpc', 'evidence: rpc makes no sense in a background pack');
  }
}

/** All faults of the parts that fit the schema. */
export function packFaults({ kind, parameters, rules }: PackParts): PathFault[] {
  const seen = new Set<string>();
  return rules.flatMap((rule, index) => {
    if (rule === null) return [];
    const at: YamlPath = ['rules', index];
    const found = [
      ...portFaults(rule, at, parameters),
      ...roleFaults(rule, kind, at),
      ...fieldFaults(rule, kind, at),
    ];
    if (seen.has(rule.id))
      found.push(fault([...at, 'id'], rule.id, `id: "${rule.id}" is already used above`));
    seen.add(rule.id);
    return found;
  });
}
