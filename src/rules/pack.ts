/** From a checked file to a RulePack: parameters put in, defaults added. Cannot fail. */
import { portRange } from './words/ports.js';
import type { PortRange, Rule, RulePack } from './words/rule.js';
import type { RawPack, RawRule } from './reading/schema.js';

type Parameters = ReadonlyMap<string, number>;

function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

function ranges(value: RawRule['ports'], parameters: Parameters): readonly PortRange[] {
  return listOf<number | string>(value).map((item) => portRange(item, parameters));
}

/** `$agent_port` in a text becomes the port; what is no parameter (`ADMIN$`, `$x`) stays as it is. */
function fill(text: string, parameters: Parameters): string {
  return text.replace(/\$([a-z][a-z0-9_]*)/g, (whole, name: string) => String(parameters.get(name) ?? whole));
}

function buildRule(raw: RawRule, pack: RawPack, parameters: Parameters): Rule {
  const texts = (list: readonly string[] | undefined): readonly string[] =>
    (list ?? []).map((text) => fill(text, parameters));
  return {
    id: raw.id,
    pack: pack.id,
    kind: pack.kind,
    label: fill(raw.label, parameters),
    purpose: fill(raw.purpose, parameters),
    proto: raw.proto,
    ports: ranges(raw.ports, parameters),
    from: raw.from,
    to: raw.to,
    sourcePorts: ranges(raw.source_ports, parameters),
    services: raw.services ?? [],
    evidence: raw.evidence ?? 'none',
    when: raw.when ?? 'always',
    oneWay: raw.one_way ?? false,
    documentedOnly: raw.documented_only ?? false,
    note: fill(raw.note ?? '', parameters),
    symptoms: texts(raw.symptoms),
    remedy: {
      firewallRules: texts(raw.remedy?.firewall_rules),
      firewallGroups: raw.remedy?.firewall_groups ?? [],
      program: fill(raw.remedy?.program ?? '', parameters),
      service: raw.remedy?.service ?? '',
      serviceTitle: fill(raw.remedy?.service_title ?? '', parameters),
    },
  };
}

/** `overrides` replace the defaults of the parameters that the pack declares; others are ignored. */
export function buildPack(
  raw: RawPack,
  origin: { readonly source: string; readonly sha256: string },
  overrides: Parameters,
): RulePack {
  const parameters = new Map<string, number>();
  for (const [name, port] of Object.entries(raw.parameters ?? {})) {
    parameters.set(name, overrides.get(name) ?? port);
  }
  return {
    id: raw.id,
    title: raw.title,
    kind: raw.kind,
    version: raw.version,
    source: origin.source,
    sha256: origin.sha256,
    rules: raw.rules.map((rule) => buildRule(rule, raw, parameters)),
  };
}
