/** A list of n computers is n computers: of each sample the computers that it shows are listed, by name and by address. */
import { join } from 'node:path';
import test from 'ava';
import { SAMPLES } from '../../captures/recipes/list.js';
import { ROOT } from '../../captures/recipes/reports.js';
import { analyze } from '../../src/analysis.js';
import { assembleReport } from '../../src/report/assemble/assemble.js';
import type { ReportModel } from '../../src/report/model/model.js';
import { parseInventory } from '../../src/verdict/inventory/inventory-file.js';
import { packs } from '../verdict/scene.js';

async function report(file: string, list?: readonly string[]): Promise<ReportModel> {
  const input = await analyze({
    inputs: [join(ROOT, 'captures', file)],
    packs,
    server: [],
    agentPort: 9003,
    serverPort: 9004,
    answerWait: 3,
    ...(list === undefined ? {} : { inventory: parseInventory('list.csv', Buffer.from(list.join('\n'))) }),
  });
  return assembleReport(input, { version: '0', commandLine: '', now: 0 });
}

for (const { file } of SAMPLES) {
  test(`${file}: a list of n computers is n computers`, async (t) => {
    const hosts = (await report(file)).hosts;
    const lists = [
      hosts.map(({ name, address }) => name || address),
      hosts.map(({ address, name }) => address || name),
      [...hosts.map(({ name, address }) => name || address), 'never-seen.example.test', '10.99.9.9'],
    ];
    for (const list of lists.filter(({ length }) => length > 0)) {
      const listed = await report(file, list);
      t.is(listed.inventory?.computers ?? 0, list.length, list.join());
      t.is(listed.hosts.filter((one) => one.listed === true).length, list.length);
    }
  });
}
