/** dce_rpc.log, smb_mapping.log and smb_files.log against Zeek's own logs of the same captures, row by row. */
import test from 'ava';
import { analysed, connectionOf } from './analysed.js';
import { grouped, HAS_CORPUS, NO_CORPUS, truth } from './truth.js';
import { leftOut } from '../test-with.js';
import type { Row } from './truth.js';

const RTT_TOLERANCE = 1e-4;

interface Comparison {
  /** Table of truth, and the log that is held to it. */
  readonly table: string;
  readonly log: string;
  /** Columns that must agree beside the connection. */
  readonly columns: readonly string[];
  /** Rows that only Zeek has, with the reason. */
  readonly zeekOnly: Readonly<Record<string, string>>;
  /** Rows, or all rows of a connection, that only this program has, with the reason. */
  readonly oursOnly: Readonly<Record<string, string>>;
}

const RPC_COLUMNS = ['named_pipe', 'endpoint', 'operation'];

const COMPARISONS: readonly Comparison[] = [
  {
    table: 'zeek_dce_rpc.tsv',
    log: 'dce_rpc.log',
    columns: RPC_COLUMNS,
    zeekOnly: {
      'zeek__mapi.pcap 192.168.0.173 1073 192.168.0.2 1032 1032 exchange_mapi EcRRegisterPushNotification':
        'at the end of the connection Zeek writes its last row again, for a request that was not answered',
    },
    oursOnly: {
      'zeek__mapi.pcap 192.168.0.2 4597 192.168.0.111 139':
        'the session was open when the capture began, which Zeek does not read; the calls are those of rpc.tsv',
    },
  },
  { table: 'otrf_zeek_dce_rpc.tsv', log: 'dce_rpc.log', columns: RPC_COLUMNS, zeekOnly: {}, oursOnly: {} },
  {
    table: 'zeek_smb_mapping.tsv',
    log: 'smb_mapping.log',
    columns: ['path', 'service', 'native_file_system', 'share_type'],
    zeekOnly: {},
    oursOnly: {},
  },
  {
    table: 'zeek_smb_files.tsv',
    log: 'smb_files.log',
    columns: ['action', 'path', 'name', 'size'],
    zeekOnly: {},
    oursOnly: {
      'zeek__smb2.pcap 10.0.0.11 49208 10.0.0.12 445 SMB::FILE_OPEN \\\\\\\\10.0.0.12\\\\smb2 <share_root> 8192':
        'Zeek leaves out an open of the same file with the same times within three minutes',
    },
  },
];

function textOf(file: string, row: Row, columns: readonly string[]): string {
  // Logs that were published as JSON have single backslashes.
  const cells = columns.map((column) => (row[column] ?? '').replace(/\\+/g, '\\'));
  return [file, connectionOf(row), ...cells].join(' ');
}

function rttAgrees(a: Row, b: Row): boolean {
  const rtt = a['rtt'];
  if (rtt === undefined) return true;
  return rtt === b['rtt'] || Math.abs(Number(rtt) - Number(b['rtt'])) <= RTT_TOLERANCE;
}

interface Differences {
  matched: number;
  readonly missing: string[];
  readonly extra: string[];
}

async function compare(file: string, rows: readonly Row[], comparison: Comparison): Promise<Differences> {
  const { columns, log } = comparison;
  const ours = [...((await analysed(file)).logs.get(log) ?? [])];
  const missing: string[] = [];
  let matched = 0;
  for (const row of rows) {
    const text = textOf(file, row, columns);
    const at = ours.findIndex((one) => textOf(file, one, columns) === text && rttAgrees(row, one));
    if (at < 0) missing.push(text);
    else {
      ours.splice(at, 1);
      matched++;
    }
  }
  return { matched, missing, extra: ours.map((one) => textOf(file, one, columns)) };
}

function isExplained(text: string, reasons: Readonly<Record<string, string>>): boolean {
  return Object.keys(reasons).some((key) => `${text} `.startsWith(`${key.replace(/\\+/g, '\\')} `));
}

if (HAS_CORPUS) {
  for (const comparison of COMPARISONS) {
    const { table, log, zeekOnly, oursOnly } = comparison;
    test(`${log} has the rows of ${table}, and each difference has its reason`, async (t) => {
      const rows = truth(table);
      t.true(rows.length > 0);
      let matched = 0;
      let explained = 0;
      for (const [file, ofFile] of grouped(rows, 'file')) {
        const found = await compare(file, ofFile, comparison);
        matched += found.matched;
        explained += found.missing.filter((text) => isExplained(text, zeekOnly)).length;
        t.deepEqual(
          found.missing.filter((text) => !isExplained(text, zeekOnly)),
          [],
        );
        t.deepEqual(
          found.extra.filter((text) => !isExplained(text, oursOnly)),
          [],
        );
      }
      t.is(matched + explained, rows.length);
      t.is(explained, Object.keys(zeekOnly).length);
      t.log(`${matched} of ${rows.length} rows reproduced, ${explained} explained`);
    });
  }

  test('every row of a log has the uid and the ends of a flow in conn.log', async (t) => {
    for (const file of new Set(
      COMPARISONS.flatMap(({ table }) => truth(table).map((row) => row['file'] ?? '')),
    )) {
      const { logs } = await analysed(file);
      const flows = new Map((logs.get('conn.log') ?? []).map((row) => [row['uid'], connectionOf(row)]));
      for (const [name, rows] of logs) {
        if (name === 'conn.log') continue;
        for (const row of rows) {
          if (row['uid'] !== '-')
            t.is(connectionOf(row), flows.get(row['uid'] ?? '') ?? 'no flow', `${file} ${name}`);
        }
      }
    }
  });
} else {
  leftOut('the public captures', NO_CORPUS);
}
