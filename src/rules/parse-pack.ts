/** From the bytes of a YAML file to a checked pack with the places of its values. Loads yaml and zod. */
import { packFaults } from './pack-checks.js';
import type { RulePackIssue } from './pack-error.js';
import { packSchema, type RawPack } from './schema.js';
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
  if (!checked.success)
    return refuse(issuesOf(path, source, schemaFaults(checked.error.issues, source.value)));
  const faults = packFaults(checked.data);
  if (faults.length > 0) return refuse(issuesOf(path, source, faults));
  return { raw: checked.data, issues: [], place: source.place };
}
