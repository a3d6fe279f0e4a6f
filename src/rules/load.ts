/** Loads rule packs: the built-in ones and the user's, checked against each other before the first packet. */
import { errorCode } from '../platform/error-code.js';
import { platform } from '../platform/platform.js';
import { builtInPacks, sha256Hex } from './built-in.js';
import { buildPack } from './pack.js';
import { RulePackError, type RulePackIssue } from './words/pack-error.js';
import { MAX_PORT } from './words/ports.js';
import { quoted } from './words/printable.js';
import type { RulePack } from './words/rule.js';
import type { RawPack } from './reading/schema.js';
import type { Place, YamlPath } from './reading/yaml-source.js';

/**
 * Bytes of a rule pack.
 * @reached it is refused
 */
export const MAX_PACK_BYTES = 1_048_576;

export interface LoadOptions {
  /** User packs, in the order in which they were given. */
  readonly files: readonly string[];
  /** Replaces the parameter `agent_port` (9003) of every pack that declares it. */
  readonly agentPort?: number | undefined;
  /** Replaces the parameter `server_port` (9004). */
  readonly serverPort?: number | undefined;
  /** false = only the user's packs; default true. */
  readonly builtIn?: boolean | undefined;
}

interface LoadedPack {
  readonly raw: RawPack;
  readonly source: string;
  readonly sha256: string;
  readonly place: (path: YamlPath) => Place;
}

const BUILT_IN = 'built in';

function overridesOf(options: LoadOptions, issues: RulePackIssue[]): ReadonlyMap<string, number> {
  const overrides = new Map<string, number>();
  const set = (option: string, name: string, port: number | undefined): void => {
    if (port === undefined) return;
    overrides.set(name, port);
    if (Number.isInteger(port) && port >= 1 && port <= MAX_PORT) return;
    const message = `${quoted(String(port))} is not a port (1-${MAX_PORT})`;
    issues.push({ path: option, line: 0, column: 0, value: String(port), message });
  };
  set('--agent-port', 'agent_port', options.agentPort);
  set('--server-port', 'server_port', options.serverPort);
  return overrides;
}

/** Bytes of a pack file, or why they cannot be had. */
async function readPackFile(path: string): Promise<Uint8Array | string> {
  try {
    return await platform.readFile(path, MAX_PACK_BYTES);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EISDIR') return 'is a directory, not a rule pack';
    if (code === 'EFBIG') return `is larger than ${MAX_PACK_BYTES} bytes (${platform.fileSize(path)})`;
    if (code === 'ENOTSUP') return 'is a device, not a rule pack';
    return code === 'ENOENT' ? 'no such file' : `cannot be read (${code || 'unknown error'})`;
  }
}

async function loadFile(path: string, issues: RulePackIssue[]): Promise<LoadedPack | null> {
  const bytes = await readPackFile(path);
  if (typeof bytes === 'string') {
    issues.push({ path, line: 0, column: 0, value: '', message: bytes });
    return null;
  }
  const { parsePack } = await import('./reading/parse-pack.js');
  const parsed = parsePack(path, bytes);
  issues.push(...parsed.issues);
  if (parsed.raw === null) return null;
  return { raw: parsed.raw, source: path, sha256: sha256Hex(bytes), place: parsed.place };
}

/** Puts a user's pack in the place of the built-in pack of the same id, else at the end. */
function addPack(packs: LoadedPack[], pack: LoadedPack, issues: RulePackIssue[]): void {
  const index = packs.findIndex((other) => other.raw.id === pack.raw.id);
  const other = packs[index];
  if (other === undefined) {
    packs.push(pack);
  } else if (other.source === BUILT_IN) {
    packs[index] = pack;
  } else {
    const message = `id: "${pack.raw.id}" is also the pack of ${quoted(other.source)}`;
    issues.push({ path: pack.source, ...pack.place(['id']), value: pack.raw.id, message });
  }
}

function checkRuleIds(packs: readonly LoadedPack[], issues: RulePackIssue[]): void {
  const owners = new Map<string, LoadedPack>();
  for (const pack of packs) {
    for (const [index, rule] of pack.raw.rules.entries()) {
      const owner = owners.get(rule.id);
      if (owner === undefined) {
        owners.set(rule.id, pack);
        continue;
      }
      // A user's pack may stand before a built-in one when it replaced another: the user's file is at fault.
      const guilty = pack.source === BUILT_IN ? owner : pack;
      const innocent = guilty === pack ? owner : pack;
      const at = guilty === pack ? index : guilty.raw.rules.findIndex((other) => other.id === rule.id);
      const of = innocent.source === BUILT_IN ? 'the built-in pack' : `${quoted(innocent.source)}, pack`;
      const message = `id: "${rule.id}" is already a rule of ${of} "${innocent.raw.id}"`;
      const place = guilty.place(['rules', at, 'id']);
      issues.push({ path: guilty.source, ...place, value: rule.id, message });
    }
  }
}

/**
 * Built-in packs first, in a fixed order, then the user's. Throws RulePackError with all faults of all files
 * and options; anything else it throws is a broken installation.
 */
export async function loadPacks(options: LoadOptions): Promise<RulePack[]> {
  const issues: RulePackIssue[] = [];
  const overrides = overridesOf(options, issues);
  const packs: LoadedPack[] = [];
  if (options.builtIn !== false) {
    for (const { raw, sha256 } of await builtInPacks()) {
      packs.push({ raw, sha256, source: BUILT_IN, place: () => ({ line: 0, column: 0 }) });
    }
  }
  for (const file of options.files) {
    const pack = await loadFile(file, issues);
    if (pack !== null) addPack(packs, pack, issues);
  }
  checkRuleIds(packs, issues);
  const [first, ...rest] = issues;
  if (first !== undefined) throw new RulePackError([first, ...rest]);
  return packs.map((pack) => buildPack(pack.raw, pack, overrides));
}
