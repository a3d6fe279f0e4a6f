/** What the tests of rule packs share: pack files in a temporary folder, and flows in a few words. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { FlowFacts, RuleParty } from '../../src/rules/words/rule.js';

/** Writes a pack into a folder of its own that is removed after the test; returns its path. */
export function packFile(t: ExecutionContext, content: string | Uint8Array, name = 'my.yaml'): string {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness-rules-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A pack with the given rules, each a flow map such as `id: a, proto: tcp, ports: [1]`. */
export function packText(kind: string, rules: readonly string[], id = 'mine'): string {
  const lines = rules.map((rule) => `  - { label: x, purpose: x, ${rule} }`);
  return `id: ${id}\ntitle: Mine\nkind: ${kind}\nversion: '1'\nrules:\n${lines.join('\n')}\n`;
}

type End = 'server' | 'computer';

export function flow(
  proto: FlowFacts['proto'],
  from: End,
  to: Exclude<RuleParty, 'any'>,
  respPort: number,
  origPort = 50000,
): FlowFacts {
  const respCast = to === 'broadcast' || to === 'multicast' ? to : 'unicast';
  return {
    proto,
    origIsServer: from === 'server',
    respIsServer: to === 'server',
    origPort,
    respPort,
    respCast,
  };
}
