/** DCE/RPC over TCP against tshark's and Zeek's readings of the same captures; pipes are SMB's part. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { RpcDissector } from '../../src/recognise/dcerpc/dce-rpc.js';
import { mayBePdu, MIN_SIGNATURE_BYTES } from '../../src/recognise/dcerpc/rpc-pdu.js';
import { Facts } from '../../src/recognise/facts/facts.js';
import { zeekEndpoint } from '../../src/recognise/dcerpc/rpc-interfaces.js';
import { zeekOperation } from '../../src/recognise/dcerpc/rpc-operations.js';
import { replay, tcpStreams } from '../recognise/dcerpc/rpc-streams.js';
import type { TcpStream } from '../recognise/dcerpc/rpc-streams.js';
import { testWith } from '../test-with.js';
import { CORPUS, grouped, NO_CORPUS, pathOf, truth } from './truth.js';
import type { Row } from './truth.js';

/** Zeek prints six digits. */
const RTT_TOLERANCE = 1e-5;

interface Conversation {
  readonly stream: TcpStream;
  readonly facts: Facts;
}

const read = new Map<string, Promise<readonly Conversation[]>>();

/** Every connection of a capture on which a side begins with a DCE/RPC header. */
function conversations(file: string): Promise<readonly Conversation[]> {
  const known = read.get(file);
  if (known !== undefined) return known;
  const reading = tcpStreams(pathOf(file)).then((streams) =>
    streams.flatMap((stream) => {
      const firsts = ([0, 1] as const).map(
        (side) => stream.pieces.find((piece) => piece.side === side)?.bytes,
      );
      const begins = (bytes: Uint8Array): boolean =>
        bytes.length >= MIN_SIGNATURE_BYTES && mayBePdu(bytes, 0, bytes.length);
      if (!firsts.some((bytes) => bytes !== undefined && begins(bytes))) return [];
      const facts = new Facts();
      replay(new RpcDissector(facts, 0, 'tcp'), stream.pieces);
      return [{ stream, facts }];
    }),
  );
  read.set(file, reading);
  return reading;
}

function keyOf({ orig, origPort, resp, respPort }: TcpStream): string {
  return `${orig} ${origPort} ${resp} ${respPort}`;
}

async function conversation(file: string, a: string, b: string): Promise<Conversation | undefined> {
  const all = await conversations(file);
  return all.find(({ stream }) => [`${a} ${b}`, `${b} ${a}`].includes(keyOf(stream)));
}

const words = (text: string | undefined): string[] =>
  (text ?? '').split(/[ ;]/).filter((word) => word !== '');

/**
 * '3=2 4=1' with every opnum counted for its request and its answer, sorted. Where the bind was not captured tshark
 * gives answers no opnum.
 */
function opnumCounts(facts: Facts): string[] {
  const bound = facts.binds.items.length > 0;
  const counts = new Map<number, number>();
  for (const call of facts.calls.items) {
    counts.set(call.opnum, (counts.get(call.opnum) ?? 0) + (bound && call.rtt >= 0 ? 2 : 1));
  }
  return [...counts].map(([opnum, count]) => `${opnum}=${count}`).sort();
}

const whenPresent = testWith(() => NO_CORPUS);

whenPresent(
  'bind interfaces, their answers and the calls of every connection are those of tshark',
  async (t) => {
    const rows = truth('rpc.tsv').filter((row) => row['transport'] === 'tcp');
    t.true(rows.length > 0);
    for (const row of rows) {
      const file = row['file'] ?? '';
      const found = await conversation(
        file,
        `${row['a_ip']} ${row['a_port']}`,
        `${row['b_ip']} ${row['b_port']}`,
      );
      const where = `${file} stream ${row['stream']}`;
      if (found === undefined) {
        t.fail(where);
        continue;
      }
      const { facts } = found;
      const binds = facts.binds.items;
      t.deepEqual([...new Set(binds.map((b) => b.uuid))].sort(), words(row['bind_uuids']).sort(), where);
      const results = binds.flatMap((b) => (b.result === null ? [] : [String(b.result)]));
      t.deepEqual(results, words(row['ack_results']), where);
      t.is(binds[0]?.secondaryAddress ?? '', row['sec_addr'] ?? '', where);
      t.deepEqual(opnumCounts(facts), expectedCounts(row), where);
      t.is(facts.serviceOf(0)?.certainty, 'confirmed', where);
    }
  },
);

/** Counts that tshark's list has otherwise, with the reason. */
const COUNTED_OTHERWISE: Readonly<Record<string, string>> = {
  // One PutInstance was sent in six fragments, which the list counts one by one.
  'covenant_wmi_remote_event_subscription_ActiveScriptEventConsumers 3 14=11': '14=6',
};

function expectedCounts(row: Row): string[] {
  const file = /covenant_wmi\w+?Consumers/.exec(row['file'] ?? '')?.[0] ?? '';
  return words(row['opnums'])
    .map((count) => COUNTED_OTHERWISE[`${file} ${row['stream']} ${count}`] ?? count)
    .sort();
}

whenPresent('ports of every endpoint mapper answer are found, and no others', async (t) => {
  const answers = truth('epm.tsv').filter((row) => row['pkt_type'] === '2');
  for (const [file, rows] of grouped(answers, 'file')) {
    const mapped = (await conversations(file)).flatMap(({ facts }) => facts.mappings.items);
    const ports = mapped
      .filter((m) => m.source === 'ept_map')
      .map((m) => `${m.frame} ${m.uuid} ${m.address} ${m.port}`);
    const expected = rows.flatMap((row) => {
      const [uuid = ''] = words(row['epm_uuids']);
      const addresses = words(row['epm_ips']);
      return words(row['epm_tcp_ports']).map(
        (port, i) => `${row['frame']} ${uuid} ${addresses[i] ?? ''} ${port}`,
      );
    });
    t.deepEqual(ports.sort(), expected.sort(), file);
    const bindings = mapped.filter((m) => m.source === 'dcom').map((m) => `${m.frame} ${m.host}[${m.port}]`);
    const named = rows.flatMap((row) =>
      words(row['dcom_network_addr'])
        .filter((text) => text.endsWith(']'))
        .map((text) => `${row['frame']} ${text}`),
    );
    t.deepEqual(bindings.sort(), named.sort(), file);
  }
});

whenPresent('captures without endpoint mapper answers name no port', async (t) => {
  const files = new Set(truth('epm.tsv').map((row) => row['file']));
  for (const file of new Set(truth('rpc.tsv').map((row) => row['file'] ?? ''))) {
    if (files.has(file)) continue;
    for (const { facts } of await conversations(file)) t.is(facts.mappings.items.length, 0, file);
  }
});

/** One row of dce_rpc.log, without its time. */
interface ZeekRow {
  readonly rtt: number;
  readonly text: string;
}

function zeekRow(row: Row): ZeekRow {
  const pipe = (row['named_pipe'] ?? '').replaceAll('\\\\', '\\');
  return { rtt: Number(row['rtt']), text: `${pipe} ${row['endpoint']} ${row['operation']}` };
}

/** Rows that Zeek writes although no such call was answered, with the reason. */
const ZEEK_ONLY: Readonly<Record<string, string>> = {
  'zeek__mapi.pcap 192.168.0.173 1073 1032 exchange_mapi EcRRegisterPushNotification':
    'at the end of the connection Zeek writes the last row again for a request without answer',
};

for (const name of ['zeek_dce_rpc.tsv', 'otrf_zeek_dce_rpc.tsv']) {
  whenPresent(`every row of ${name} that came over TCP is reproduced`, async (t) => {
    const rows = truth(name).filter((row) => row['id.resp_p'] !== '445' && row['id.resp_p'] !== '139');
    t.true(rows.length > 0);
    let extra = 0;
    for (const [file, ofFile] of grouped(rows, 'file')) {
      for (const [port, ofFlow] of grouped(ofFile, 'id.orig_p')) {
        const [first = {}] = ofFlow;
        const orig = `${first['id.orig_h']} ${port}`;
        const found = await conversation(file, orig, `${first['id.resp_h']} ${first['id.resp_p']}`);
        const ours = (found?.facts.calls.items ?? [])
          .filter((call) => call.rtt >= 0 && call.uuid !== '')
          .map((call) => ({
            rtt: call.rtt,
            text: `${call.endpoint} ${zeekEndpoint(call.uuid)} ${zeekOperation(call.uuid, call.opnum)}`,
          }));
        for (const row of ofFlow.map(zeekRow)) {
          const at = ours.findIndex((o) => o.text === row.text && Math.abs(o.rtt - row.rtt) < RTT_TOLERANCE);
          if (at >= 0) ours.splice(at, 1);
          else if (`${file} ${orig} ${row.text}` in ZEEK_ONLY) extra++;
          else t.fail(`${file} ${orig}: ${row.text} ${row.rtt}`);
        }
      }
    }
    t.true(extra <= 1);
  });
}

/** Frame, PDU types, call ids, opnums and last fragment flags of all DCE/RPC over TCP; one line a frame. */
function tsharkCalls(file: string): string[] {
  const fields = [
    'tcp.stream',
    'frame.number',
    'dcerpc.pkt_type',
    'dcerpc.cn_call_id',
    'dcerpc.opnum',
    'dcerpc.cn_flags.last_frag',
  ];
  const args = ['-r', pathOf(file), '-Y', 'dcerpc && tcp && !smb && !smb2', '-T', 'fields'];
  for (const field of fields) args.push('-e', field);
  const { stdout } = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 64 << 20 });
  return stdout.split('\n').filter((line) => line !== '');
}

testWith(() => NO_CORPUS, 'tshark')(
  'requests of all captures are those that tshark sees, frame by frame',
  async (t) => {
    let compared = 0;
    for (const file of readdirSync(CORPUS).filter((name) => /\.p?cap(ng)?(\.gz)?$/.test(name))) {
      if (!existsSync(pathOf(file))) continue;
      const lines = tsharkCalls(file);
      if (lines.length === 0) continue;
      const expected = lines.flatMap((line) => {
        const [, frame = '', types = '', callIds = '', opnums = '', lasts = ''] = line.split('\t');
        const calls = callIds.split(',');
        const numbers = opnums.split(',');
        const last = lasts.split(',').map((flag) => flag === '1' || flag === 'True');
        return types
          .split(',')
          .flatMap((type, i) =>
            type === '0' && last[i] === true ? [`${frame} ${calls[i]} ${numbers[i]}`] : [],
          );
      });
      const ours = new Set(
        (await conversations(file)).flatMap(({ facts }) =>
          facts.calls.items.map((call) => `${call.frame} ${call.callId} ${call.opnum}`),
        ),
      );
      const missing = expected.filter((call) => !ours.has(call));
      compared += expected.length;
      t.deepEqual(missing, [], file);
    }
    t.true(compared > 100);
  },
);
