/** Causes at size: of 500 computers with planted faults exactly these are found, and each failing cell is told once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { writePlanted } from '../../../captures/recipes/planted/capture.js';
import { analyze } from '../../../src/analysis.js';
import { assembleReport } from '../../../src/report/assemble/assemble.js';
import { loadInventory } from '../../../src/verdict/inventory/inventory-file.js';
import { packs } from '../../verdict/scene.js';

test('of 500 computers exactly the planted causes are found, and each failing cell is in one of them', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const prefix = join(folder, 'estate');
  const planted = writePlanted(prefix, 500);
  const inventory = await loadInventory(`${prefix}.csv`);
  const options = { packs, server: [], agentPort: 9003, serverPort: 9004, answerWait: 3, inventory };
  const analysis = await analyze({ ...options, inputs: [`${prefix}.pcap`] });
  const { causes, verdicts, hosts, quality } = assembleReport(analysis, {
    version: '0',
    commandLine: '',
    now: 0,
  });

  t.is(hosts.length, 500);
  t.deepEqual(
    quality.filter(({ level }) => level === 'serious' || level === 'warning').map(({ code }) => code),
    [],
  );
  const found = causes.map(({ kind, fact, owner, reach, rules, cells }) => ({
    kind,
    fact,
    owner,
    reach,
    rules,
    computers: [...new Set(cells.map((cell) => verdicts.at(cell)!.host.address))],
  }));
  const inOrder = (a: { computers: readonly string[] }, b: { computers: readonly string[] }): number =>
    a.computers[0]!.localeCompare(b.computers[0]!);
  t.deepEqual([...found].sort(inOrder), [...planted.causes].sort(inOrder) as typeof found);

  const covered = causes.flatMap(({ cells }) => cells).sort((a, b) => a - b);
  const failing = [...verdicts].flatMap(({ verdict }, i) =>
    verdict === 'blocked' || verdict === 'degraded' ? [i] : [],
  );
  t.deepEqual(covered, failing);
});
