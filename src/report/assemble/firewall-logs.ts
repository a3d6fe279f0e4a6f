/** Firewall logs as the report tells of them: what they are, whose time they tell, and what came of their entries. */
import type { JoinedLog, JoinedLogs, LogUse } from '../../verdict/firewall/join-logs.js';
import type { ZoneSource } from '../../verdict/firewall/log-clock.js';
import type { FirewallLog, LogKind } from '../../verdict/firewall/log-entry.js';
import type { FirewallLogModel } from '../model/model.js';
import { count, counted } from '../text/quantities.js';
import { hoursText, spanText, zoneText } from './words/log-time-text.js';
import { sourceName } from './input/names.js';

const KINDS: Readonly<Record<LogKind, string>> = {
  packet_log: 'Log of the Windows firewall (pfirewall.log)',
  net_events: 'Network events of the Windows Filtering Platform',
  security: 'Events of the Windows Security log',
  filters: 'Filters of the Windows Filtering Platform',
};

const ZONES: Readonly<Record<ZoneSource, string>> = {
  utc: 'Its times are UTC.',
  option: 'Its times are local, in the zone that the command line gives.',
  trace: 'Its times are local, in the zone of the machine that captured.',
  packets: '',
  none: 'Its times are local, and nothing tells their zone: its entries have no place in time.',
};

export function firewallLogModels(joined: JoinedLogs): FirewallLogModel[] {
  return joined.logs.map((one) => modelOf(one));
}

function modelOf({ log, clock, use }: JoinedLog): FirewallLogModel {
  const { counts } = log;
  const minutes = clock.quarters * 15;
  return {
    path: sourceName(log.path),
    sha256: log.sha256,
    sizeBytes: log.bytes,
    kind: log.kind,
    entries: counts.records,
    blocked: counts.blocked,
    zone: clock.source,
    movedMinutes: clock.source === 'packets' ? 0 : minutes,
    met: clock.met,
    use,
    malformed: counts.malformed,
    leftOut: counts.omitted,
    notes: [
      kindNote(log),
      ...timeNotes(log, clock.source, minutes, clock.met),
      ...useNotes(use),
      ...faultNotes(log),
    ],
  };
}

function kindNote({ kind, unit, counts, filterNames }: FirewallLog): string {
  const names = filterNames.size === 0 ? '' : `${counted(filterNames.size, 'filter')} with their names`;
  if (kind === 'filters') return `${KINDS[kind]}: ${names === '' ? 'no names' : names}.`;
  const events = `${counted(counts.records, unit)}, ${count(counts.blocked)} of something blocked`;
  return `${KINDS[kind]}: ${events}${names === '' ? '' : `; ${names}`}.`;
}

function timeNotes({ kind }: FirewallLog, source: ZoneSource, minutes: number, met: number): string[] {
  if (kind === 'filters') return [];
  const meets =
    met === 0
      ? ''
      : ` ${counted(met, 'entry', 'entries')} of it ${met === 1 ? 'meets' : 'meet'} packets of the capture.`;
  if (source === 'packets')
    return [`Its times are local, in ${zoneText(-minutes)} as its packets show.${meets}`];
  const moved =
    minutes === 0
      ? ''
      : ` They were moved by ${hoursText(Math.abs(minutes))} ${minutes < 0 ? 'back' : 'on'} to meet their packets.`;
  return [`${ZONES[source]}${moved}${meets}`];
}

function useNotes(use: LogUse): string[] {
  const told: readonly (readonly [number, string])[] = [
    [use.before, 'of attempts on required ports that never became a packet'],
    [use.flows, 'of connections in the capture that were dropped'],
    [use.withoutPacket, 'of packets on required ports that came in and are not in the capture'],
    [use.against, 'of attempts that were seen on the wire all the same'],
    [
      use.otherTime,
      `on required ports outside of the time of the capture (${spanText(use.otherFrom, use.otherTo)})`,
    ],
    [use.noTime, 'on required ports without a time that is known'],
    [use.other, 'of other traffic'],
  ];
  const parts = told.filter(([n]) => n > 0).map(([n, what]) => `${count(n)} ${what}`);
  return parts.length === 0 ? [] : [`Blocked: ${parts.join('; ')}.`];
}

function faultNotes({ counts, damage, unit }: FirewallLog): string[] {
  const notes: string[] = [];
  if (counts.malformed > 0) notes.push(`${counted(counts.malformed, unit)} cut or not understood.`);
  if (counts.nulBytes > 0)
    notes.push(`${count(counts.nulBytes)} zero bytes passed over, as a crash leaves them.`);
  if (counts.lost > 0)
    notes.push(`The firewall says that it could not write ${counted(counts.lost, 'event')}.`);
  if (counts.omitted > 0)
    notes.push(`${counted(counts.omitted, 'entry', 'entries')} beyond the limit left out.`);
  if (damage !== '') notes.push(damage);
  return notes;
}
