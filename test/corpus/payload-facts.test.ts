/** What the whole pipeline finds of DCE/RPC, against tshark: binds of every stream, and every port that was named. */
import test from 'ava';
import { analysed, endsOf } from './analysed.js';
import { CORPUS, grouped, HAS_CORPUS, NO_CORPUS, truth } from './truth.js';
import { leftOut } from '../test-with.js';
import type { Row } from './truth.js';
import { readdirSync } from 'node:fs';

function words(text: string | undefined): string[] {
  return (text ?? '').split(/[ ;]/).filter((word) => word !== '');
}

function endsOfRow(row: Row): string {
  return [`${row['a_ip']} ${row['a_port']}`, `${row['b_ip']} ${row['b_port']}`].sort().join(' ');
}

/** A mapping as 'frame interface address port' or 'frame HOST[port]'. */
function expectedMappings(row: Row): string[] {
  const [uuid = ''] = words(row['epm_uuids']);
  const addresses = words(row['epm_ips']);
  const towers = words(row['epm_tcp_ports']).map(
    (port, i) => `${row['frame']} ${uuid} ${addresses[i] ?? ''} ${port}`,
  );
  const bindings = words(row['dcom_network_addr'])
    .filter((text) => text.endsWith(']'))
    .map((text) => `${row['frame']} ${text}`);
  return [...towers, ...bindings];
}

if (HAS_CORPUS) {
  for (const [file, rows] of grouped(truth('rpc.tsv'), 'file')) {
    test(`every bind of ${file} is found on its stream, and no other`, async (t) => {
      const { analysis } = await analysed(file);
      const found: Record<string, Set<string>> = {};
      for (const bind of analysis.facts.binds.items) {
        (found[endsOf(analysis, bind)] ??= new Set()).add(bind.uuid);
      }
      const expected: Record<string, Set<string>> = {};
      for (const row of rows) {
        const uuids = words(row['bind_uuids']);
        if (uuids.length > 0) expected[endsOfRow(row)] = new Set(uuids);
      }
      t.deepEqual(found, expected);
    });
  }

  const answers = grouped(
    truth('epm.tsv').filter((row) => row['pkt_type'] === '2'),
    'file',
  );
  const withRpc = grouped(truth('files.tsv'), 'file');
  for (const file of readdirSync(CORPUS).filter((name) => withRpc.get(name)?.[0]?.['frames'] !== '0')) {
    if (!withRpc.has(file)) continue;
    test(`the ports that ${file} names are those of its answers`, async (t) => {
      const { analysis, model } = await analysed(file);
      const expected = (answers.get(file) ?? []).flatMap(expectedMappings).sort();
      const found = analysis.facts.mappings.items.map((m) =>
        m.source === 'dcom'
          ? `${m.frame} ${m.host}[${m.port}]`
          : `${m.frame} ${m.uuid} ${m.address} ${m.port}`,
      );
      t.deepEqual(found.sort(), expected);
      t.is([...model.payload.portMappings].length, expected.length);
      const named = new Set(rowsOfRpc(file).map(endsOfRow));
      const bound = analysis.facts.binds.items.filter((bind) => !named.has(endsOf(analysis, bind)));
      t.deepEqual(bound, [], 'binds where tshark sees no DCE/RPC');
    });
  }
} else {
  leftOut('the public captures', NO_CORPUS);
}

function rowsOfRpc(file: string): readonly Row[] {
  return grouped(truth('rpc.tsv'), 'file').get(file) ?? [];
}
