/** From the bytes of a YAML file to a checked pack with the places of its values. Loads yaml and zod. */
import { packFaults, type PackParts } from './pack-checks.js';
import { issueText, type RulePackIssue } from '../words/pack-error.js';
import { MAX_RULES, packSchema, type RawPack, ruleSchema } from './schema.js';
import { type PathFault, schemaFaults } from './schema-faults.js';
import { parseYaml, type Place, type YamlPath, type YamlSource } from './yaml-source.js';

export interface ParsedPack {
  /** null when there are issues. */
  readonly raw: RawPack | null;
  /** In the order of the file. */
  readonly issues: readonly RulePackIssue[];
  readonly place: (path: YamlPath) => Place;
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : (JSON.stringify(value) ?? '');
}

function issuesOf(path: string, source: YamlSource, faults: readonly PathFault[]): RulePackIssue[] {
  return faults
    .map((found) => ({
      path,
      ...source.place(found.path, found.atKey),
      value: valueText(found.value),
      message: found.message,
    }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** The parts of a refused pack that are right by themselves, so that one run names all faults of a file. */
function partsOf(value: unknown): PackParts {
  const pack = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const kind = packSchema.shape.kind.safeParse(pack['kind']);
  const parameters = packSchema.shape.parameters.safeParse(pack['parameters']);
  const rules: readonly unknown[] = Array.isArray(pack['rules']) ? pack['rules'] : [];
  return {
    kind: kind.data ?? null,
    parameters: Object.keys(parameters.success ? (parameters.data ?? {}) : (pack['parameters'] ?? {})),
    rules: rules.slice(0, MAX_RULES).map((rule) => ruleSchema.safeParse(rule).data ?? null),
  };
}

function unique(issues: readonly RulePackIssue[]): RulePackIssue[] {
  return [...new Map(issues.map((issue) => [issueText(issue), issue])).values()];
}

/** `path` is only quoted in the issues. Never throws for what the file says. */
export function parsePack(path: string, bytes: Uint8Array): ParsedPack {
  const source = parseYaml(bytes);
  const refuse = (issues: RulePackIssue[]): ParsedPack => ({ raw: null, issues, place: source.place });
  if (source.faults.length > 0) return refuse(source.faults.map((found) => ({ path, ...found })));
  if (source.value === null) {
    return refuse([
      { path, line: 0, column: 0, value: '', message: 'is empty: there is no rule pack in it' },
    ]);
  }
  const checked = packSchema.safeParse(source.value);
  const faults = [
    ...(checked.error === undefined ? [] : schemaFaults(checked.error.issues, source.value)),
    ...packFaults(partsOf(source.value)),
  ];
  if (checked.data === undefined || faults.length > 0) {
    return refuse(unique(issuesOf(path, source, faults)));
  }
  return { raw: checked.data, issues: [], place: source.place };
}
