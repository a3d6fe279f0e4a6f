/**
 * Records of the Windows Filtering Platform as entries.
 *
 * Network events (FWPM_NET_EVENT, fwpmtypes.h) name the local and the remote end. Events of the Security log name source
 * and destination: of a blocked packet (5152) those of the packet; of a blocked connection (5157) the local end comes
 * first, and in the field both orders occur. Layers are the run-time ids FWPS_BUILTIN_LAYERS (fwpsk.h).
 */
import { addressOf, portOf, quote, secondsOf } from './entry-text.js';
import { MAX_NAME_CHARS } from './limits.js';
import type { BlockLayer } from '../words/log-block.js';
import type { LogEnd, LogEntry } from './log-entry.js';
import type { Values } from './xml-records.js';

/** What a record says; `other`: nothing of a packet or connection that was blocked or allowed. */
export type ReadRecord = LogEntry | 'other' | 'malformed';

const LAYERS: readonly (readonly [BlockLayer, readonly number[]])[] = [
  ['accept', [44, 45, 46, 47]],
  ['connect', [48, 49, 50, 51]],
  // INBOUND_TRANSPORT_V4_DISCARD and _V6_DISCARD: no socket took the packet.
  ['no_listener', [13, 15]],
];
const BLOCKED_PACKET = 5152;
const PACKET_EVENTS: ReadonlySet<number> = new Set([BLOCKED_PACKET, 5153]);
const CONNECTION_EVENTS: ReadonlySet<number> = new Set([5156, 5157]);
const ALLOWED = 5156;
const INBOUND = '%%14592';
const OUTBOUND = '%%14593';
/** Of FWPM_NET_EVENT_CLASSIFY_DROP2: FWP_DIRECTION_IN and _OUT. */
const DIRECTIONS: Readonly<Record<string, 'in' | 'out'>> = {
  14592: 'in',
  '0x00003900': 'in',
  14593: 'out',
  '0x00003901': 'out',
};
/** Where the origin of a filter is told, this one stands for stealth mode. */
const STEALTH = /^stealth$/i;
const GUID = /^\{[0-9A-Fa-f-]{36}\}$/;

function layerOf(id: string, origin: string): BlockLayer {
  if (STEALTH.test(origin)) return 'no_listener';
  const number = /^\d{1,4}$/.test(id) ? Number(id) : -1;
  if (number < 0) return 'not_told';
  return LAYERS.find(([, ids]) => ids.includes(number))?.[0] ?? 'other';
}

/** A name for people: an origin that is a GUID names nothing. */
function ruleNameOf(origin: string): string {
  return origin === '' || GUID.test(origin) || /^unknown$/i.test(origin)
    ? ''
    : origin.slice(0, MAX_NAME_CHARS);
}

function endOf(address: string, port: string): LogEnd | null {
  const words = addressOf(address);
  const number = portOf(port);
  return words === null || number === null ? null : { address: words, port: number };
}

function first(values: Values, ...paths: readonly string[]): string {
  for (const path of paths) {
    const value = values.get(path);
    if (value !== undefined) return value;
  }
  return '';
}

/** A network event of `netsh wfp show netevents` or `netsh wfp capture`. */
export function netEventOf(values: Values, number: number): ReadRecord {
  const type = first(values, 'type');
  const blocks = /CLASSIFY_DROP$/.test(type);
  if (!blocks && !/CLASSIFY_ALLOW$/.test(type)) return type === '' ? 'malformed' : 'other';
  const part = blocks ? 'classifyDrop' : 'classifyAllow';
  if (/^(true|1)$/i.test(first(values, `${part}/isLoopback`))) return 'other';
  const origin = first(values, 'internalFields/filterOrigin', `${part}/filterOrigin`);
  const layer = layerOf(first(values, `${part}/layerId`), origin);
  const protocol = Number(first(values, 'header/ipProtocol') || NaN);
  const wide = (end: string): string =>
    first(
      values,
      `header/${end}V4`,
      `header/${end}V6.byteArray16`,
      `header/${end}V6/byteArray16`,
      `header/${end}V6`,
    );
  const local = endOf(wide('localAddr'), first(values, 'header/localPort'));
  const remote = endOf(wide('remoteAddr'), first(values, 'header/remotePort'));
  const time = secondsOf(first(values, 'header/timeStamp'));
  if (local === null || remote === null || Number.isNaN(time) || !(protocol < 256)) return 'malformed';
  return {
    number,
    action: blocks ? 'block' : 'allow',
    time,
    protocol,
    direction: directionOf(first(values, `${part}/msFwpDirection`, `${part}/direction`), layer),
    local,
    remote,
    endsUnsure: false,
    layer,
    filterId: first(values, `${part}/filterId`),
    ruleName: ruleNameOf(origin),
    text: blocks ? netEventText(values, part) : '',
  };
}

function directionOf(told: string, layer: BlockLayer): 'in' | 'out' | null {
  const known = DIRECTIONS[told];
  if (known !== undefined) return known;
  if (/(^|_)(IN|INBOUND)$/i.test(told)) return 'in';
  if (/(^|_)(OUT|OUTBOUND)$/i.test(told)) return 'out';
  if (layer === 'connect') return 'out';
  return layer === 'accept' || layer === 'no_listener' ? 'in' : null;
}

/** Windows writes the program as UTF-16 with a dot for each zero byte. */
function programOf(text: string): string {
  return /^(.\.)+.?$/s.test(text) ? text.replace(/(.)\./gs, '$1') : text;
}

function netEventText(values: Values, part: string): string {
  const end = (name: string): string =>
    first(values, `header/${name}AddrV4`, `header/${name}AddrV6.byteArray16`, `header/${name}AddrV6`);
  const program = programOf(first(values, 'header/appId/asString'));
  return quote(
    [
      first(values, 'header/timeStamp'),
      first(values, 'type'),
      first(values, `${part}/msFwpDirection`),
      `protocol=${first(values, 'header/ipProtocol')}`,
      `local=${end('local')} ${first(values, 'header/localPort')}`,
      `remote=${end('remote')} ${first(values, 'header/remotePort')}`,
      `filterId=${first(values, `${part}/filterId`)}`,
      `layerId=${first(values, `${part}/layerId`)}`,
      program === '' ? '' : `program=${program}`,
    ].join(' '),
  );
}

/** An event of the Security log: 5152, 5153, 5156, 5157. */
export function securityEventOf(values: Values, number: number): ReadRecord {
  const id = Number(first(values, 'System/EventID') || NaN);
  if (!PACKET_EVENTS.has(id) && !CONNECTION_EVENTS.has(id)) return Number.isNaN(id) ? 'malformed' : 'other';
  const data = (name: string): string => first(values, `EventData/${name}`);
  const told = data('Direction');
  const layer = layerOf(data('LayerRTID'), data('FilterOrigin'));
  const direction =
    told === INBOUND ? 'in' : told === OUTBOUND ? 'out' : directionOf(told.replace(/bound$/i, ''), layer);
  const source = endOf(data('SourceAddress'), data('SourcePort'));
  const target = endOf(data('DestAddress'), data('DestPort'));
  const time = secondsOf(first(values, 'System/TimeCreated@SystemTime'));
  const protocol = Number(data('Protocol') || NaN);
  if (source === null || target === null || Number.isNaN(time) || !(protocol < 256)) return 'malformed';
  // Of a packet that comes in, the source is who sent it.
  const turned = direction === 'in' && PACKET_EVENTS.has(id);
  return {
    number,
    action: id === ALLOWED ? 'allow' : 'block',
    time,
    protocol,
    direction,
    local: turned ? target : source,
    remote: turned ? source : target,
    endsUnsure: true,
    layer,
    filterId: data('FilterRTID'),
    ruleName: ruleNameOf(data('FilterOrigin')),
    text: id === ALLOWED ? '' : securityText(values, id),
  };
}

function securityText(values: Values, id: number): string {
  const data = (name: string): string => first(values, `EventData/${name}`);
  const names = ['Direction', 'Protocol', 'FilterRTID', 'LayerRTID', 'FilterOrigin', 'Application'];
  return quote(
    [
      first(values, 'System/TimeCreated@SystemTime'),
      `EventID=${id}`,
      `Source=${data('SourceAddress')} ${data('SourcePort')}`,
      `Dest=${data('DestAddress')} ${data('DestPort')}`,
      ...names.filter((name) => data(name) !== '').map((name) => `${name}=${data(name)}`),
    ].join(' '),
  );
}

/** Run-time id and name of a filter; null = it has none. */
export function filterOf(values: Values): { readonly id: string; readonly name: string } | null {
  const id = first(values, 'filterId');
  const name = first(values, 'displayData/name').replace(/\s+/g, ' ').trim();
  if (!/^\d{1,20}$/.test(id) || name === '') return null;
  return { id, name: name.slice(0, MAX_NAME_CHARS) };
}
