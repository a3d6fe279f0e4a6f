/**
 * The built-in packs. Reading their YAML would cost some 330 ms at every start (5 ms as JSON; 106 rules, Node 20),
 * so the build keeps them also as JSON (cli/build/compile-packs.ts): an entry is used while its SHA-256 is that of the YAML
 * file beside it, and a changed or uncompiled file is read as YAML.
 */
import { platform } from '../platform/platform.js';
import { RulePackError } from './words/pack-error.js';
import type { RawPack } from './reading/schema.js';

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

/** The asset that holds them. */
export const COMPILED_PACKS = 'rules/packs/compiled.json';

export interface CompiledPack {
  readonly sha256: string;
  readonly raw: RawPack;
}

export function sha256Hex(bytes: Uint8Array): string {
  const digest = platform.sha256();
  digest.update(bytes);
  return digest.end('hex');
}

function builtInPack(name: string): Uint8Array {
  return platform.readAsset(`rules/packs/${name}.yaml`);
}

function compiledPacks(): ReadonlyMap<string, RawPack> {
  try {
    const packs = JSON.parse(
      new TextDecoder().decode(platform.readAsset(COMPILED_PACKS)),
    ) as readonly CompiledPack[];
    return new Map(packs.map((pack) => [pack.sha256, pack.raw]));
  } catch {
    // Only a faster way to the same packs: without it they are read from YAML.
    return new Map();
  }
}

/** Reads one built-in pack from YAML. A fault in it is a fault of the installation. */
export async function parseBuiltIn(name: string): Promise<CompiledPack> {
  const { parsePack } = await import('./reading/parse-pack.js');
  const bytes = builtInPack(name);
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
    const sha256 = sha256Hex(builtInPack(name));
    const raw = compiled.get(sha256);
    packs.push(raw === undefined ? await parseBuiltIn(name) : { sha256, raw });
  }
  return packs;
}
