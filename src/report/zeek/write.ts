/**
 * All flows as Zeek's conn.log in its TSV format (Zeek scripts/base/protocols/conn/main.zeek for the fields,
 * src/logging/writers/ascii/Ascii.cc for the format), with `community_id` last, as the corelight policy adds it.
 *
 *   #separator \x09 … #path conn … #fields ts uid id.orig_h … #types time string addr … rows … #close
 *
 * Unset is `-`. What this program does not measure stays unset: local_orig, local_resp, missed_bytes and
 * tunnel_parents. Times are truncated to microseconds, as libpcap does for Zeek.
 */
import type { FlowModel, ReportModel, TimeStamp } from '../model.js';
import type { Sink } from '../sink.js';
import { uid } from './uid.js';

/** The name that Zeek's readers look for in the folder. */
export const CONN_LOG = 'conn.log';

const UNSET = '-';
const EMPTY = '(empty)';
/** Text that needs no escape. */
const PLAIN = /^[0-9A-Za-z][ -[\]-~]*$/;
const IP_PROTO = { tcp: 6, udp: 17, icmp: 1, icmp6: 58 } as const;

type Column = readonly [name: string, type: string, read: (flow: FlowModel) => string];

const COLUMNS: readonly Column[] = [
  ['ts', 'time', (f) => seconds(f.firstTime)],
  ['uid', 'string', uid],
  ['id.orig_h', 'addr', (f) => f.orig.ip],
  ['id.orig_p', 'port', (f) => String(f.orig.port)],
  ['id.resp_h', 'addr', (f) => f.resp.ip],
  ['id.resp_p', 'port', (f) => String(f.resp.port)],
  ['proto', 'enum', (f) => (f.proto === 'icmp6' ? 'icmp' : f.proto)],
  ['service', 'string', (f) => zeekText(f.service)],
  ['duration', 'interval', (f) => (f.orig.packets + f.resp.packets < 2 ? UNSET : f.duration.toFixed(6))],
  ['orig_bytes', 'count', (f) => counter(f.origSeqBytes)],
  ['resp_bytes', 'count', (f) => counter(f.respSeqBytes)],
  ['conn_state', 'string', (f) => zeekText(f.connState)],
  ['local_orig', 'bool', () => UNSET],
  ['local_resp', 'bool', () => UNSET],
  ['missed_bytes', 'count', () => UNSET],
  ['history', 'string', (f) => zeekText(f.history)],
  ['orig_pkts', 'count', (f) => counter(f.orig.packets)],
  ['orig_ip_bytes', 'count', (f) => counter(f.orig.bytes)],
  ['resp_pkts', 'count', (f) => counter(f.resp.packets)],
  ['resp_ip_bytes', 'count', (f) => counter(f.resp.bytes)],
  ['tunnel_parents', 'set[string]', () => UNSET],
  ['ip_proto', 'count', (f) => String(IP_PROTO[f.proto])],
  ['community_id', 'string', (f) => zeekText(f.communityId)],
];

function counter(value: number): string {
  return value >= 0 ? String(value) : UNSET;
}

function seconds(time: TimeStamp): string {
  return `${time.sec}.${String(Math.floor(time.nsec / 1000)).padStart(6, '0')}`;
}

/** A string field: separators, control and invisible characters as \xNN of their UTF-8 bytes. */
export function zeekText(value: string): string {
  if (PLAIN.test(value)) return value;
  if (value === '') return UNSET;
  // A value that looks like one of the two literals would be read back as nothing.
  if (value === UNSET || value === EMPTY) return `\\x${hex(value.charCodeAt(0))}${value.slice(1)}`;
  return value.replace(/[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (char) => {
    if (char === '\\') return '\\\\';
    return [...Buffer.from(char, 'utf8')].map((byte) => `\\x${hex(byte)}`).join('');
  });
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** '2026-05-01-09-30-00' in UTC. */
function zeekDate(time: TimeStamp): string {
  return time.iso.slice(0, 19).replace(/[T:]/g, '-');
}

/** Writes every flow of the model as one conn.log. */
export async function writeZeek(model: ReportModel, sink: Sink): Promise<void> {
  const date = zeekDate(model.generatedAt);
  await sink.write(
    `#separator \\x09\n#set_separator\t,\n#empty_field\t${EMPTY}\n#unset_field\t${UNSET}\n#path\tconn\n` +
      `#open\t${date}\n` +
      `#fields\t${COLUMNS.map(([name]) => name).join('\t')}\n` +
      `#types\t${COLUMNS.map(([, type]) => type).join('\t')}\n`,
  );
  for (const flow of model.flows) {
    await sink.write(`${COLUMNS.map(([, , read]) => read(flow)).join('\t')}\n`);
  }
  await sink.write(`#close\t${date}\n`);
}
