/** conn_state and history against Zeek's own logs of the same captures. */
import test from 'ava';
import { flowsOf } from './measured.js';
import type { MeasuredFlow } from './measured.js';
import { grouped, HAS_CORPUS, NO_CORPUS, pathOf, truth } from './truth.js';
import { leftOut } from '../test-with.js';
import type { Row } from './truth.js';

/** Share of comparable rows that must agree. */
const WANTED_SHARE = 0.99;

/** Rows where ours differs and is right, with the reason. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'tcp 173.192.163.128 80 141.142.220.235 6705':
    'only a SYN-ACK was captured: we take its sender for the responder; Zeek does so only for ports of loaded analyzers',
};

/** Histories where ours differs and is right. */
const EXPLAINED_HISTORY: Readonly<Record<string, string>> = {
  'tcp 141.142.220.118 35634 208.80.152.2 80': 'that baseline was made with a filter on one direction',
};

function keyOfRow(row: Row): string {
  return [row['proto'], row['id.orig_h'], row['id.orig_p'], row['id.resp_h'], row['id.resp_p']].join(' ');
}

function keyOfFlow(flow: MeasuredFlow): string {
  const proto = flow.proto === 'icmp6' ? 'icmp' : flow.proto;
  return [proto, flow.orig, flow.origPort, flow.resp, flow.respPort].join(' ');
}

/** Some baselines rename or drop the columns that identify a flow. */
function isComparable(row: Row): boolean {
  return row['id.orig_h'] !== '' && row['id.resp_h'] !== '' && row['conn_state'] !== '';
}

interface Comparison {
  rows: number;
  readonly different: string[];
  readonly differentHistory: string[];
}

async function compare(file: string, rows: readonly Row[]): Promise<Comparison> {
  const ours = new Map<string, MeasuredFlow[]>();
  for (const flow of await flowsOf(pathOf(file))) {
    const key = keyOfFlow(flow);
    ours.set(key, [...(ours.get(key) ?? []), flow]);
  }
  const result: Comparison = { rows: 0, different: [], differentHistory: [] };
  for (const row of rows.filter(isComparable)) {
    const key = keyOfRow(row);
    result.rows++;
    const same = (ours.get(key) ?? []).filter((flow) => flow.connState === row['conn_state']);
    if (same.length === 0) result.different.push(key);
    else if (row['proto'] === 'tcp' && !same.some((flow) => flow.history === row['history'])) {
      result.differentHistory.push(key);
    }
  }
  return result;
}

if (HAS_CORPUS) {
  let rows = 0;
  let different = 0;
  for (const name of ['zeek_conn.tsv', 'otrf_zeek_conn.tsv']) {
    for (const [file, fileRows] of grouped(truth(name), 'file')) {
      test.serial(`conn_state and history of ${file} equal Zeek's (${name})`, async (t) => {
        const found = await compare(file, fileRows);
        rows += found.rows;
        different += found.different.length;
        t.deepEqual(
          found.different.filter((key) => EXPLAINED[key] === undefined),
          [],
        );
        t.deepEqual(
          found.differentHistory.filter((key) => EXPLAINED_HISTORY[key] === undefined),
          [],
        );
      });
    }
  }
  test.after('at least 99 % of the comparable flows agree', (t) => {
    t.log(`${rows - different} of ${rows} comparable rows have Zeek's conn_state`);
    t.true(rows > 100);
    t.true((rows - different) / rows >= WANTED_SHARE);
  });
} else {
  leftOut('the public captures', NO_CORPUS);
}
