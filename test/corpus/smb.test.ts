/** SMB of the public captures against Zeek's and tshark's reading of the same files. */
import { spawnSync } from 'node:child_process';
import test from 'ava';
import { RpcDissector } from '../../src/recognise/dcerpc/dce-rpc.js';
import { Facts, MAX_FACTS_PER_FLOW } from '../../src/recognise/facts/facts.js';
import type { SmbOpen } from '../../src/recognise/facts/facts.js';
import { SmbDissector } from '../../src/recognise/smb/smb.js';
import { dissectStreams } from '../recognise/smb/smb-streams.js';
import type { Stream } from '../recognise/smb/smb-streams.js';
import { grouped, HAS_CORPUS, NO_CORPUS, pathOf, truth } from './truth.js';
import { leftOut, testWith } from '../test-with.js';
import type { Row } from './truth.js';

const SMB_PORTS: ReadonlySet<number> = new Set([139, 445]);

interface Read {
  readonly facts: Facts;
  /** 'orig port resp port' by flow. */
  readonly ends: ReadonlyMap<number, string>;
}

function endsOf(a: string, aPort: unknown, b: string, bPort: unknown): string {
  return `${a} ${String(aPort)} ${b} ${String(bPort)}`;
}

async function read(file: string): Promise<Read> {
  const facts = new Facts();
  const ends = new Map<number, string>();
  await dissectStreams(pathOf(file), (s: Stream) => {
    if (!SMB_PORTS.has(s.origPort) && !SMB_PORTS.has(s.respPort)) return null;
    ends.set(s.flow, endsOf(s.orig, s.origPort, s.resp, s.respPort));
    return new SmbDissector(facts, s.flow, (name) => new RpcDissector(facts, s.flow, name));
  });
  return { facts, ends };
}

/** Zeek writes a backslash twice. */
function unescaped(text: string | undefined): string {
  return (text ?? '').replaceAll('\\\\', '\\');
}

function zeekEnds(row: Row): string {
  return endsOf(row['id.orig_h'] ?? '', row['id.orig_p'], row['id.resp_h'] ?? '', row['id.resp_p']);
}

const ZEEK_ACTIONS: ReadonlySet<SmbOpen['action']> = new Set([
  'SMB::FILE_OPEN',
  'SMB::FILE_RENAME',
  'SMB::FILE_DELETE',
]);

/** Requests that tshark counts twice: the answer to the transceive repeats its input, which is not a request. */
const REPEATED_REQUESTS: ReadonlyMap<string, number> = new Map([['zeek__smb2.pcap', 1]]);

if (HAS_CORPUS) {
  for (const [file, rows] of grouped(truth('zeek_smb_mapping.tsv'), 'file')) {
    test(`tree connects of ${file} equal Zeek's smb_mapping.log`, async (t) => {
      const { facts, ends } = await read(file);
      t.deepEqual(
        facts.trees.items.map((tree) => [ends.get(tree.flow), tree.path, tree.shareType]),
        rows.map((row) => [zeekEnds(row), unescaped(row['path']), row['share_type']]),
      );
    });
  }

  for (const [file, rows] of grouped(truth('zeek_smb_files.tsv'), 'file')) {
    test(`file actions of ${file} equal Zeek's smb_files.log`, async (t) => {
      const { facts, ends } = await read(file);
      const ours = facts.opens.items
        .filter((open) => open.status === 0 && ZEEK_ACTIONS.has(open.action))
        .map((o) => [ends.get(o.flow), o.action, o.tree, o.path, o.size].join(' '));
      const zeeks = rows.map((row) =>
        [zeekEnds(row), row['action'], unescaped(row['path']), row['name'], row['size']].join(' '),
      );
      // Zeek leaves out an open of the same name, size and times within three minutes: rows of ours may repeat.
      t.deepEqual([...new Set(ours)].sort(), [...new Set(zeeks)].sort());
      t.true(ours.length >= zeeks.length);
    });
  }

  for (const row of truth('rpc.tsv')) {
    if (!/^smb/.test(row['transport'] ?? '')) continue;
    test(`binds over pipes of ${row['file']} stream ${row['stream']} equal tshark's`, async (t) => {
      const { facts, ends } = await read(row['file'] ?? '');
      const a = endsOf(row['a_ip'] ?? '', row['a_port'], row['b_ip'] ?? '', row['b_port']);
      const b = endsOf(row['b_ip'] ?? '', row['b_port'], row['a_ip'] ?? '', row['a_port']);
      const flow = [...ends].find(([, text]) => text === a || text === b)?.[0];
      const binds = facts.binds.items.filter((bind) => bind.flow === flow);
      const uuids = new Set((row['bind_uuids'] ?? '').split(' '));
      t.deepEqual([...new Set(binds.map((bind) => bind.uuid))].sort(), [...uuids].sort());
      const requests = /(?:^| )0=(\d+)/.exec(row['pkt_types'] ?? '')?.[1];
      const calls = facts.calls.items.filter((call) => call.flow === flow);
      const repeated = REPEATED_REQUESTS.get(row['file'] ?? '') ?? 0;
      t.is(calls.length, Math.min(MAX_FACTS_PER_FLOW, Number(requests) - repeated));
    });
  }

  const otrf = truth('otrf_zeek_dce_rpc.tsv').filter((row) => SMB_PORTS.has(Number(row['id.resp_p'])));
  for (const [file, rows] of grouped(otrf, 'file')) {
    test(`calls over pipes of ${file} equal the published dce_rpc.log`, async (t) => {
      const { facts, ends } = await read(file);
      const ours = facts.calls.items
        .filter((call) => call.rtt >= 0)
        .map((c) => [ends.get(c.flow), c.endpoint, c.interfaceName, c.operation].join(' '));
      t.deepEqual(
        ours.sort(),
        rows
          .map((r) => [zeekEnds(r), unescaped(r['named_pipe']), r['endpoint'], r['operation']].join(' '))
          .sort(),
      );
    });
  }
} else {
  leftOut('the public captures', NO_CORPUS);
}

interface Oracle {
  readonly dialects: Map<string, string>;
  readonly sessions: Map<string, number>;
  readonly trees: Map<string, string[]>;
  readonly opens: Map<string, string[]>;
}

const TSHARK_FIELDS = [
  ...['tcp.stream', 'ip.src', 'tcp.srcport', 'ip.dst', 'tcp.dstport'],
  ...['smb2.cmd', 'smb2.flags.response', 'smb2.nt_status', 'smb2.dialect', 'smb2.tree', 'smb2.filename'],
  ...['smb.cmd', 'smb.flags.response', 'smb.nt_status', 'smb.path', 'smb.file', 'smb.dialect.name'],
  'smb.dialect.index',
] as const;

const DIALECTS: Readonly<Record<string, string>> = {
  '0x0202': '2.0.2',
  '0x0210': '2.1',
  '0x0300': '3.0',
  '0x0302': '3.0.2',
  '0x0311': '3.1.1',
};

/** tshark prints every field of all messages in a frame in one cell, parted by '|'. */
function tsharkRows(file: string): Row[] {
  const fields = TSHARK_FIELDS.flatMap((field) => ['-e', field]);
  const args = ['-r', pathOf(file), '-Y', 'smb or smb2', '-T', 'fields', '-E', 'aggregator=|', ...fields];
  // A file that is cut short makes it end with an error after all that it could read.
  const done = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 64 << 20 });
  return done.stdout
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => Object.fromEntries(line.split('\t').map((cell, i) => [TSHARK_FIELDS[i] ?? '', cell])));
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function smb2Row(oracle: Oracle, row: Row, key: string): void {
  const cell = (name: string): string[] => (row[name] ?? '').split('|');
  const commands = cell('smb2.cmd');
  const response = row['smb2.flags.response']?.startsWith('1') === true;
  if (commands.length !== 1) return;
  const status = Number(row['smb2.nt_status']);
  if (response && commands[0] === '0') {
    const dialect = DIALECTS[row['smb2.dialect'] ?? ''];
    if (dialect !== undefined) oracle.dialects.set(key, dialect);
  }
  if (response && commands[0] === '1' && status !== 0xc0000016) oracle.sessions.set(key, status);
  if (!response && commands[0] === '3') push(oracle.trees, key, row['smb2.tree'] ?? '');
  if (!response && commands[0] === '5') push(oracle.opens, key, row['smb2.filename'] ?? '');
}

function smb1Row(oracle: Oracle, row: Row, key: string, offers: Map<string, string[]>): void {
  const command = row['smb.cmd']?.split('|')[0];
  const response = row['smb.flags.response'] === '1';
  if (command === '0x72' && !response) offers.set(key, (row['smb.dialect.name'] ?? '').split('|'));
  if (command === '0x72' && response)
    oracle.dialects.set(key, offers.get(key)?.[Number(row['smb.dialect.index'])] ?? '');
  const status = Number(row['smb.nt_status']);
  if (command === '0x73' && response && status !== 0xc0000016) oracle.sessions.set(key, status);
  // Of paths, that of the tree in the header comes before the request's; of names, that of a chained command after.
  if (command === '0x75' && !response) push(oracle.trees, key, row['smb.path']?.split('|').at(-1) ?? '');
  if (command === '0xa2' && !response) push(oracle.opens, key, row['smb.file']?.split('|')[0] ?? '');
}

function oracleOf(file: string): Oracle {
  const oracle: Oracle = { dialects: new Map(), sessions: new Map(), trees: new Map(), opens: new Map() };
  const offers = new Map<string, string[]>();
  for (const row of tsharkRows(file)) {
    const ends = [`${row['ip.src']} ${row['tcp.srcport']}`, `${row['ip.dst']} ${row['tcp.dstport']}`];
    const key = ends.sort().join(' ');
    if (row['smb2.cmd'] !== '') smb2Row(oracle, row, key);
    else smb1Row(oracle, row, key, offers);
  }
  return oracle;
}

/** Pipes are told without what stands before their name. */
function named(path: string): string {
  return path === '' ? '<share_root>' : path.replace(/^\\/, '');
}

function ours({ facts, ends }: Read): Oracle {
  const oracle: Oracle = { dialects: new Map(), sessions: new Map(), trees: new Map(), opens: new Map() };
  const keyOf = (flow: number): string => {
    const [a = '', aPort = '', b = '', bPort = ''] = ends.get(flow)?.split(' ') ?? [];
    return [`${a} ${aPort}`, `${b} ${bPort}`].sort().join(' ');
  };
  for (const smb of facts.smb.items) {
    if (smb.dialect !== '') oracle.dialects.set(keyOf(smb.flow), smb.dialect);
    if (smb.sessionStatus >= 0) oracle.sessions.set(keyOf(smb.flow), smb.sessionStatus);
  }
  for (const tree of facts.trees.items) push(oracle.trees, keyOf(tree.flow), tree.path);
  for (const open of facts.opens.items)
    if (/OPEN$/.test(open.action)) push(oracle.opens, keyOf(open.flow), named(open.path));
  return oracle;
}

if (HAS_CORPUS) {
  const withTshark = testWith('tshark');
  for (const row of truth('files.tsv')) {
    const file = row['file'] ?? '';
    if (!/\b(?:nbss|smb2?)=/.test(row['protocols'] ?? '')) continue;
    withTshark(`dialects, sessions, trees and opens of ${file} equal tshark's`, async (t) => {
      const expected = oracleOf(file);
      const actual = ours(await read(file));
      t.deepEqual(actual.dialects, expected.dialects);
      t.deepEqual(actual.sessions, expected.sessions);
      t.deepEqual(actual.trees, expected.trees);
      const opens = [...expected.opens].map(([key, names]) => [key, names.map(named)] as const);
      t.deepEqual(actual.opens, new Map(opens));
    });
  }
}
