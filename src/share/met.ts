/**
 * What a capture holds of names and addresses, known before anything is written: who is who (the server and the
 * computers are called so), what no pseudonym may equal, and what the gate looks for even where no output shows it.
 */
import { Flow } from '../flow/flow.js';
import type { ReportInput } from '../report/assemble/input/input.js';
import type { ReportModel } from '../report/model/model.js';
import { hostKeyText } from '../verdict/words/host-key.js';
import type { TextRule } from './model/shape.js';

/** A name with what it is: a role, or how the model's texts of its kind are replaced. */
export interface MetName {
  readonly text: string;
  readonly is: 'server' | 'computer' | TextRule;
}

export interface Met {
  /** In the order in which they get their numbers. */
  readonly names: readonly MetName[];
  readonly addresses: ReadonlySet<string>;
  /** Words of rule packs, which stay. */
  readonly ruleWords: ReadonlySet<string>;
}

const WORD = /[\p{L}\p{N}_$]+(?:-[\p{L}\p{N}_$]+)*/gu;

/** What an analysis has read. @param model made of `input` */
export function metIn(input: ReportInput, model: ReportModel): Met {
  const { facts, files, judgement, inventory = null } = input;
  const servers = new Set([...judgement.server.keys].map(hostKeyText));
  const learned = [...facts.names.items, ...files.flatMap((file) => file.names)];
  const names: MetName[] = [
    ...learned.filter(({ address }) => servers.has(address.toLowerCase())).map(as('server', 'name')),
    ...model.hosts.map(as('computer', 'name')),
    ...(inventory?.rows ?? []).map(({ listed }) => ({ text: listed.name, is: 'computer' as const })),
    ...learned.map(as('host', 'name')),
    ...facts.failedLookups.items.map(as('host', 'name')),
    ...facts.mappings.items.map(as('host', 'host')),
    ...facts.tls.items.map(as('host', 'serverName')),
    ...facts.ntlm.items.flatMap((one) => [
      { text: one.user, is: 'user' as const },
      { text: one.domain, is: 'domain' as const },
      ...[one.workstation, one.serverNetbios, one.serverDns].map((text) => ({ text, is: 'host' as const })),
    ]),
    ...facts.trees.items.map(as('path', 'path')),
    ...facts.opens.items.flatMap((one) =>
      [one.tree, one.path].map((text) => ({ text, is: 'path' as const })),
    ),
    ...namesOfModel(model),
  ];
  const addresses = new Set([
    ...addressesOfModel(model),
    ...learned.map(({ address }) => address.toLowerCase()),
  ]);
  for (const { address } of facts.mappings.items) addresses.add(address);
  const flow = new Flow(input.meter.flows);
  for (let id = 0; id < input.meter.flows.count; id++) {
    if (!flow.move(id).inUse) continue;
    addresses.add(flow.addressText(0));
    addresses.add(flow.addressText(1));
  }
  return { names: known(names), addresses: known6(addresses), ruleWords: ruleWordsOf(model) };
}

/** What a saved result holds. */
export function metInResult(model: ReportModel): Met {
  const servers = new Set(model.server.addresses);
  const ends = [...model.flows].flatMap(({ orig, resp }) =>
    [orig, resp].map(({ ip, name }) => ({ ip, name })),
  );
  const names: MetName[] = [
    ...ends.filter(({ ip }) => servers.has(ip)).map(as('server', 'name')),
    ...model.hosts.map(as('computer', 'name')),
    ...ends.map(as('host', 'name')),
    ...[...model.payload.portMappings].map(as('host', 'host')),
    ...namesOfModel(model),
  ];
  const addresses = new Set([...addressesOfModel(model), ...ends.map(({ ip }) => ip)]);
  for (const { address } of model.payload.portMappings) addresses.add(address);
  return { names: known(names), addresses: known6(addresses), ruleWords: ruleWordsOf(model) };
}

function as<K extends string>(is: MetName['is'], key: K): (from: Readonly<Record<K, string>>) => MetName {
  return (from) => ({ text: from[key], is });
}

/** Of lists that both have: groups, files, interfaces, what its causes name. */
function namesOfModel(model: ReportModel): MetName[] {
  const { captures, inventory, packs, hosts, causes } = model;
  const of = (is: MetName['is'], texts: readonly string[]): MetName[] => texts.map((text) => ({ text, is }));
  return [
    ...of('file', [
      ...captures.map(({ path }) => path),
      inventory?.path ?? '',
      ...packs.map(({ source }) => source),
    ]),
    ...of(
      'group',
      hosts.map(({ group }) => group),
    ),
    ...captures.flatMap(({ interfaces, application, os, comments, trace }) => [
      ...of('interface', [
        ...interfaces.map(({ name }) => name),
        ...(trace?.components ?? []).map(({ name }) => name),
      ]),
      ...of('text', [application, os, ...comments]),
    ]),
    ...of(
      'reach',
      causes.map(({ reach }) => reach),
    ),
  ];
}

function addressesOfModel({ server, hosts, captures }: ReportModel): string[] {
  return [
    ...server.addresses,
    ...hosts.flatMap(({ addresses }) => addresses),
    ...captures.flatMap(({ trace }) =>
      (trace?.components ?? []).flatMap((one) => [one.mac, ...one.addresses]),
    ),
  ];
}

function known(names: readonly MetName[]): MetName[] {
  return names.filter(({ text }) => text !== '');
}

function known6(addresses: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...addresses].filter((text) => text !== ''));
}

/** Rule texts are kept, so their words are no names. */
function ruleWordsOf({ rules, packs }: ReportModel): ReadonlySet<string> {
  const texts = [
    ...packs.flatMap(({ id, title }) => [id, title]),
    ...rules.flatMap((rule) => [rule.id, rule.pack, rule.label, rule.purpose, rule.ports, ...rule.symptoms]),
  ];
  return new Set(texts.flatMap((text) => text.match(WORD) ?? []));
}
