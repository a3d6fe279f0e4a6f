/** conn_state against Zeek's own logs of the same captures. */
import test from 'ava';
import { flowsOf } from './measured.js';
import type { MeasuredFlow } from './measured.js';
import { grouped, HAS_CORPUS, pathOf, truth } from './truth.js';
import type { Row } from './truth.js';

function keyOfRow(row: Row): string {
  return [row['proto'], row['id.orig_h'], row['id.orig_p'], row['id.resp_h'], row['id.resp_p']].join(' ');
}

function keyOfFlow(flow: MeasuredFlow): string {
  const proto = flow.proto === 'icmp6' ? 'icmp' : flow.proto;
  return [proto, flow.orig, flow.origPort, flow.resp, flow.respPort].join(' ');
}

if (HAS_CORPUS) {
  for (const name of ['zeek_conn.tsv', 'otrf_zeek_conn.tsv']) {
    for (const [file, rows] of grouped(truth(name), 'file')) {
      test(`${name}: ${file}`, async (t) => {
        const flows = await flowsOf(pathOf(file));
        const ours = new Map<string, MeasuredFlow[]>();
        for (const flow of flows) ours.set(keyOfFlow(flow), [...(ours.get(keyOfFlow(flow)) ?? []), flow]);
        for (const row of rows) {
          const mine = ours.get(keyOfRow(row));
          if (!mine)
            t.log(
              'MISSING',
              keyOfRow(row),
              row['conn_state'],
              row['history'],
              row['baseline'],
              row['bpf_filter'],
            );
          else if (!mine.some((f) => f.connState === row['conn_state']))
            t.log(
              'STATE',
              keyOfRow(row),
              row['conn_state'],
              row['history'],
              'ours',
              mine.map((f) => `${f.connState} ${f.history}`).join(';'),
              row['baseline'],
            );
          else if (!mine.some((f) => f.history === row['history'] && f.connState === row['conn_state']))
            t.log('HIST', keyOfRow(row), row['history'], 'ours', mine.map((f) => f.history).join(';'));
          else if (
            !mine.some(
              (f) =>
                String(f.packets[0]) === row['orig_pkts'] &&
                String(f.bytes[0]) === row['orig_ip_bytes'] &&
                String(f.bytes[1]) === row['resp_ip_bytes'] &&
                (row['orig_bytes'] === '-' ||
                  row['orig_bytes'] === '' ||
                  String(f.content[0]) === row['orig_bytes']) &&
                (row['resp_bytes'] === '-' ||
                  row['resp_bytes'] === '' ||
                  String(f.content[1]) === row['resp_bytes']),
            )
          )
            t.log(
              'COUNT',
              keyOfRow(row),
              JSON.stringify(row),
              JSON.stringify(mine.map((f) => [f.packets, f.bytes, f.content])),
            );
        }
        t.pass();
      });
    }
  }
}
