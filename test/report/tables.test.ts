import test from 'ava';
import { csvCell } from '../../src/report/write/csv-cell.js';
import { writeCsv } from '../../src/report/csv/write.js';
import { writeMatrix } from '../../src/report/matrix-csv/write.js';
import { uid } from '../../src/report/zeek/uid.js';
import { writeConn } from '../../src/report/zeek/conn.js';
import { zeekText } from '../../src/report/zeek/tsv.js';
import { collected } from './collect.js';
import { healthy, withFindings } from './fixture.js';
import { flow, flowList } from './parts.js';
import { ATTACKS, hostile } from './hostile.js';

/** RFC 4180, read by its grammar. */
function parsedCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

function zeekRows(text: string): Record<string, string>[] {
  const fields = (/^#fields\t(.*)$/m.exec(text)?.[1] ?? '').split('\t');
  const rows = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return rows.map((line) =>
    Object.fromEntries(line.split('\t').map((value, i) => [fields[i] ?? `extra${i}`, value])),
  );
}

test('the CSV has a byte order mark, a header and a row for each flow, all of one length', async (t) => {
  const text = await collected(writeCsv, withFindings());
  t.true(text.startsWith('\uFEFFid,first_time,'));
  const [header = [], ...rows] = parsedCsv(text.slice(1));
  t.is(rows.length, 61);
  t.true(rows.every((row) => row.length === header.length));
  const value = (name: string) => rows[0]?.[header.indexOf(name)];
  t.is(value('resp_port'), '9003');
  t.is(value('first_time'), '2026-05-01T09:30:00.373456789Z');
  t.is(value('syn_ack_delay'), '');
  t.is(value('outcome'), 'no_reply');
});

test('hostile names stay inside their cells and run no formula', async (t) => {
  const [header = [], ...rows] = parsedCsv((await collected(writeCsv, hostile())).slice(1));
  t.is(rows.length, ATTACKS.length + 1);
  t.true(rows.every((row) => row.length === header.length));
  for (const cell of rows.flat()) {
    t.notRegex(cell, /^[=+\-@\t\r]/);
    t.notRegex(cell, /[\p{Cc}\p{Cf}]/u);
  }
});

test('the matrix has a line for each computer, the worst first, and says what was seen', async (t) => {
  const model = withFindings();
  const text = await collected(writeMatrix, model);
  t.true(text.startsWith('\uFEFF'));
  const [header, ...rows] = parsedCsv(text.slice(1));
  t.deepEqual(header, ['name', 'address', 'group', ...model.rules.map(({ label }) => label)]);
  t.is(rows.length, model.hosts.length);
  const cells = rows.flatMap((row) => row.slice(3));
  t.is(cells.filter((cell) => cell === 'No answer').length > 0, true);
  t.true(cells.includes('Working'));
  t.false(cells.includes('Blocked'), 'what is blocked says how');
});

test('hostile names of computers stay inside the cells of the matrix', async (t) => {
  const model = hostile();
  const [header = [], ...rows] = parsedCsv((await collected(writeMatrix, model)).slice(1));
  t.true(rows.every((row) => row.length === header.length));
  for (const cell of rows.flat()) t.notRegex(cell, /^[=+\-@\t\r]|[\p{Cc}\p{Cf}]/u);
});

test('a cell that a spreadsheet would run as a formula begins with an apostrophe', (t) => {
  t.is(csvCell('=1+1'), `"'=1+1"`);
  t.is(csvCell(' @SUM(A1)'), `"' @SUM(A1)"`);
  t.is(csvCell('\t=1'), `"'\\t=1"`);
  t.is(csvCell('＝1'), `"'＝1"`);
  t.is(csvCell('say "hi", 10-5'), '"say ""hi"", 10-5"');
  t.is(csvCell(-1), '-1');
});

test("conn.log has Zeek's header, field order and types", async (t) => {
  const lines = (await collected(writeConn, healthy())).split('\n');
  t.deepEqual(lines.slice(0, 8), [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\tconn',
    '#open\t2026-05-01-11-30-00',
    '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\tip_proto\tcommunity_id',
    '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]\tcount\tstring',
  ]);
  t.deepEqual(lines.slice(-2), ['#close\t2026-05-01-11-30-00', '']);
});

test('conn.log reads back: values, unset fields, ICMP as Zeek names it', async (t) => {
  const single = flow(3, 'no_reply', {
    proto: 'icmp6',
    orig: { ...flow(3, 'no_reply').orig, ip: 'fd00::1', port: 128, packets: 1 },
    resp: { ...flow(3, 'no_reply').resp, ip: 'fd00::2', port: 0 },
  });
  const model = { ...healthy(), flows: flowList([flow(1, 'established'), single]) };
  const [tcp, icmp] = zeekRows(await collected(writeConn, model));
  t.like(tcp, {
    ts: '1777627800.373456',
    'id.orig_h': '10.20.0.5',
    'id.orig_p': '49701',
    proto: 'tcp',
    service: 'dotnet-remoting',
    duration: '9.000000',
    orig_bytes: '1302',
    resp_bytes: '3890',
    conn_state: 'SF',
    missed_bytes: '-',
    history: 'ShADadFf',
    orig_ip_bytes: '1830',
    ip_proto: '6',
    community_id: '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
  });
  t.like(icmp, {
    proto: 'icmp',
    'id.orig_p': '128',
    duration: '-',
    orig_bytes: '-',
    service: '-',
    ip_proto: '58',
  });
});

test('hostile text adds no field, line or header to conn.log', async (t) => {
  const text = await collected(writeConn, hostile());
  const rows = zeekRows(text);
  t.is(rows.length, ATTACKS.length + 1);
  t.true(rows.every((row) => Object.keys(row).length === 23));
  t.is(text.split('\n').filter((line) => line.startsWith('#')).length, 9);
});

test('Zeek text escapes separators and what looks like an unset or empty field', (t) => {
  t.is(zeekText(''), '-');
  t.is(zeekText('-'), '\\x2d');
  t.is(zeekText('(empty)'), '\\x28empty)');
  t.is(zeekText('a\tb\nc\\d'), 'a\\x09b\\x0ac\\\\d');
  t.is(zeekText('\u202e'), '\\xe2\\x80\\xae');
  t.is(zeekText('smb,dce_rpc'), 'smb,dce_rpc');
});

test('a uid is stable, has the form of a Zeek uid and differs between flows', (t) => {
  const ids = Array.from({ length: 5000 }, (_, i) => uid(flow(i, 'established')));
  t.is(new Set(ids).size, 5000);
  t.true(ids.every((id) => /^C[0-9A-Za-z]{18}$/.test(id)));
  t.is(uid(flow(7, 'established')), ids[7] ?? '');
  const base = flow(7, 'established');
  t.not(uid({ ...base, firstFrame: 99 }), ids[7] ?? '');
});
