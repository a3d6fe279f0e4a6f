/**
 * The built-in packs. Reading their YAML would cost some 330 ms at every start (5 ms as JSON; 106 rules, Node 20),
 * so the build keeps them also as JSON (compile-packs.ts): an entry is used while its SHA-256 is that of the YAML
 * file beside it, and a changed or uncompiled file is read as YAML.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { RulePackError } from './pack-error.js';
import type { RawPack } from './schema.js';

/** The order matters: of two rules that fit a flow equally well the first wins (match.ts). */
export const BUILT_IN_PACKS = [
  'user-activity',
  'netwrix-core',
  'windows-domain',
  'netwrix-active-directory',
  'netwrix-windows-server',
  'netwrix-databases',
  'netwrix-devices',
  'netwrix-cloud',
  'windows-management',
  'background',
] as const;

export const COMPILED_PACKS = new URL('./packs/compiled.json', import.meta.url);

export interface CompiledPack {
  readonly sha256: string;
  readonly raw: RawPack;
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function compiledPacks(): ReadonlyMap<string, RawPack> {
  try {
    const packs = JSON.parse(readFileSync(COMPILED_PACKS, 'utf8')) as readonly CompiledPack[];
    return new Map(packs.map((pack) => [pack.sha256, pack.raw]));
  } catch {
    // Only a faster way to the same packs: without it they are read from YAML.
    return new Map();
  }
}

/** Reads one built-in pack from YAML. A fault in it is a fault of the installation. */
export async function parseBuiltIn(name: string): Promise<CompiledPack> {
  const { parsePack } = await import('./parse-pack.js');
  const bytes = readFileSync(new URL(`./packs/${name}.yaml`, import.meta.url));
  const { raw, issues } = parsePack(`${name}.yaml`, bytes);
  const [first, ...rest] = issues;
  if (first !== undefined) throw new RulePackError([first, ...rest]);
  if (raw === null) throw new Error(`${name}.yaml: no pack and no fault`);
  return { sha256: sha256Hex(bytes), raw };
}

/** All built-in packs in their order. */
export async function builtInPacks(): Promise<CompiledPack[]> {
  const compiled = compiledPacks();
  const packs: CompiledPack[] = [];
  for (const name of BUILT_IN_PACKS) {
    const sha256 = sha256Hex(readFileSync(new URL(`./packs/${name}.yaml`, import.meta.url)));
    const raw = compiled.get(sha256);
    packs.push(raw === undefined ? await parseBuiltIn(name) : { sha256, raw });
  }
  return packs;
}
