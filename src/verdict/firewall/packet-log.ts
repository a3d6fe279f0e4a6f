/**
 * pfirewall.log, which the firewall of Windows writes line by line (Microsoft Learn, "Configure Windows Firewall
 * logging"). `#Fields` names the columns, and may come again in the middle; times are those of the machine's own clock:
 *
 *   #Version: 1.5
 *   #Software: Microsoft Windows Firewall
 *   #Time Format: Local
 *   #Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags … info path pid
 *   2026-11-29 10:15:02 DROP TCP 10.20.0.10 10.1.1.5 51022 9003 0 - 0 0 0 - - - SEND 4711
 */
import { addressOf, portOf, quote, secondsOf } from './entry-text.js';
import type { LogCounts, LogEntry } from './log-entry.js';

const DEFAULT_FIELDS =
  'date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path';
const BLOCKS = /^DROP$/i;
const ALLOWS = /^(ALLOW|OPEN|OPEN-INBOUND)$/i;
const PROTOCOLS: Readonly<Record<string, number>> = { ICMP: 1, TCP: 6, UDP: 17, ICMPV6: 58 };
const ICMP_ECHO: Readonly<Record<number, string>> = { 1: '8', 58: '128' };
/** A line of it, for a file whose head is gone. */
export const PACKET_LOG_LINE =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (ALLOW|DROP|OPEN|OPEN-INBOUND|CLOSE|INFO-EVENTS-LOST) |#(Version|Verson|Fields|Software): )/im;

export class PacketLogReader {
  /** `#Time Format: UTC` was never seen of Windows itself, and is believed. */
  utc = false;
  readonly #counts: LogCounts;
  readonly #keep: (entry: LogEntry) => void;
  #columns = columnsOf(DEFAULT_FIELDS);
  #number = 0;

  constructor(counts: LogCounts, keep: (entry: LogEntry) => void) {
    this.#counts = counts;
    this.#keep = keep;
  }

  /** One line, without its end; `cut`: it had none, so its last words may be missing. */
  take(raw: string, cut = false): void {
    this.#number++;
    const line = raw.includes('\0') ? this.#withoutZeros(raw) : raw.trim();
    if (line === '') return;
    if (line.startsWith('#')) {
      this.#header(line);
      return;
    }
    this.#counts.records++;
    const cells = line.split(/ +/);
    const cell = (name: string): string => cells[this.#columns.get(name) ?? -1] ?? '';
    const action = cell('action');
    if (/^INFO-EVENTS-LOST$/i.test(action)) {
      this.#counts.lost += Number(/\d{1,9}/.exec(cell('info'))?.[0] ?? 1);
      return;
    }
    if (cut && cells.length <= (this.#columns.get('path') ?? 0)) {
      this.#counts.malformed++;
      return;
    }
    const blocks = BLOCKS.test(action);
    if (!blocks && !ALLOWS.test(action)) {
      if (/^CLOSE$/i.test(action)) this.#counts.other++;
      else this.#counts.malformed++;
      return;
    }
    const entry = this.#entry(cell, blocks ? 'block' : 'allow', line);
    if (entry === null) this.#counts.malformed++;
    else if (!beginsSomething(entry, cell)) this.#counts.other++;
    else {
      if (blocks) this.#counts.blocked++;
      else this.#counts.allowed++;
      this.#keep(entry);
    }
  }

  #withoutZeros(raw: string): string {
    const line = raw.replaceAll('\0', '');
    this.#counts.nulBytes += raw.length - line.length;
    return line.trim();
  }

  #header(line: string): void {
    const fields = /^#Fields:\s*(.*)$/i.exec(line)?.[1];
    if (fields !== undefined && /\baction\b/.test(fields)) this.#columns = columnsOf(fields);
    if (/^#Time Format:\s*(UTC|GMT)\b/i.test(line)) this.utc = true;
    else if (/^#Time Format:/i.test(line)) this.utc = false;
  }

  #entry(cell: (name: string) => string, action: LogEntry['action'], line: string): LogEntry | null {
    const time = secondsOf(`${cell('date')} ${cell('time')}`);
    const protocol = protocolOf(cell('protocol'));
    const [from, to] = [addressOf(cell('src-ip')), addressOf(cell('dst-ip'))];
    const [fromPort, toPort] = [portOf(cell('src-port')), portOf(cell('dst-port'))];
    if (Number.isNaN(time) || protocol < 0 || from === null || to === null) return null;
    if (fromPort === null || toPort === null || from.version !== to.version) return null;
    const path = cell('path').toUpperCase();
    const opens = cell('action').toUpperCase();
    const inward = path === 'RECEIVE' || opens === 'OPEN-INBOUND';
    const direction = inward ? 'in' : path === 'SEND' || opens === 'OPEN' ? 'out' : null;
    const [source, target] = [
      { address: from, port: fromPort },
      { address: to, port: toPort },
    ];
    return {
      number: this.#number,
      action,
      time,
      protocol,
      direction,
      local: direction === 'in' ? target : source,
      remote: direction === 'in' ? source : target,
      endsUnsure: false,
      layer: 'not_told',
      filterId: '',
      ruleName: '',
      text: action === 'block' ? quote(line) : '',
    };
  }
}

/** A packet that belongs to an older connection, or an answer, says nothing of whether one may begin. */
function beginsSomething({ protocol, direction }: LogEntry, cell: (name: string) => string): boolean {
  const echo = ICMP_ECHO[protocol];
  if (echo !== undefined) return ['', '-', echo].includes(cell('icmptype'));
  const flags = cell('tcpflags');
  if (protocol !== 6 || flags === '' || flags === '-') return true;
  // Nothing is known of flags beside S that begin one; ECN sets E and C as well.
  return direction === 'out' ? !/[ARF]/i.test(flags) : /S/i.test(flags) && !/[ARF]/i.test(flags);
}

function protocolOf(text: string): number {
  const known = PROTOCOLS[text.toUpperCase()];
  if (known !== undefined) return known;
  return /^\d{1,3}$/.test(text) && Number(text) < 256 ? Number(text) : -1;
}

function columnsOf(fields: string): ReadonlyMap<string, number> {
  return new Map(
    fields
      .trim()
      .toLowerCase()
      .split(/\s+/)
      .map((name, at) => [name, at]),
  );
}
