/** Opens the logs of the firewall of Windows by what they contain, and reads them; the name plays no part. */
import { UsageError } from '../../capture/bytes/usage-error.js';
import type { Digest } from '../../platform/contract.js';
import { errorCode } from '../../platform/error-code.js';
import { platform } from '../../platform/platform.js';
import { printable } from '../../rules/words/printable.js';
import { filterOf, netEventOf, securityEventOf } from './event-records.js';
import type { ReadRecord } from './event-records.js';
import { MAX_FILTER_NAMES, MAX_LOG_BYTES, MAX_LOG_ENTRIES } from './limits.js';
import { noCounts } from './log-entry.js';
import type { FirewallLog, LogCounts, LogEntry, LogKind } from './log-entry.js';
import { PACKET_LOG_LINE, PacketLogReader } from './packet-log.js';
import { ENCODING_HEAD_BYTES, encodingOf } from './text-decoder.js';
import { LineSplitter } from './text-lines.js';
import { XmlRecords } from './xml-records.js';

const CHUNK_BYTES = 1 << 16;
/** Windows wrote a log that is recognised by its second page at the latest. */
const HEAD_BYTES = CHUNK_BYTES;
const XML = /<(?:\w+:)?(netEvents?|Events?|filters|wfpstate|wfpdiag)[\s>/]/;
const EVTX = 'ElfFile';
const HOW =
  'give pfirewall.log, the XML of "netsh wfp show netevents" or "netsh wfp show filters", or events 5152 and 5157 by "wevtutil qe Security /f:xml"';

/** When entries may concern the capture, in seconds since 1970. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * What kind of log it is, by its beginning.
 * @throws UsageError when it cannot be read or is none of them
 */
export async function checkFirewallLog(path: string): Promise<void> {
  for await (const chunk of chunksOf(path)) {
    if (kindOf(path, chunk) !== null) return;
    break;
  }
  throw new UsageError(`${printable(path)}: is no log of the Windows firewall; ${HOW}.`);
}

/** @throws UsageError likewise */
function kindOf(path: string, head: Uint8Array): 'lines' | 'xml' | null {
  const text = textOf(head);
  if (text.startsWith(EVTX)) {
    throw new UsageError(
      `${printable(path)}: is an event log as it lies on the disk (.evtx); write it as XML: wevtutil qe ua.evtx /lf:true /f:xml > ua.xml`,
    );
  }
  if (/^[\s\uFEFF]*</.test(text)) return XML.test(text) ? 'xml' : null;
  return PACKET_LOG_LINE.test(text) ? 'lines' : null;
}

function textOf(head: Uint8Array): string {
  const bytes = head.subarray(0, HEAD_BYTES);
  return new TextDecoder(encodingOf(bytes.subarray(0, ENCODING_HEAD_BYTES)))
    .decode(bytes)
    .replaceAll('\0', '');
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    const input = await platform.openInput(path);
    if (input.kind === 'stream') {
      for await (const chunk of input.chunks) {
        yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
      }
      return;
    }
    try {
      const buffer = new Uint8Array(CHUNK_BYTES);
      for (let position = 0; ;) {
        const got = await input.read(buffer, 0, CHUNK_BYTES, position);
        if (got === 0) return;
        position += got;
        yield buffer.subarray(0, got);
      }
    } finally {
      await input.close();
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = errorCode(error);
    const why =
      code === 'ENOENT'
        ? 'no such file'
        : code === 'EISDIR'
          ? 'is a directory'
          : `cannot be read (${code || 'unknown error'})`;
    throw new UsageError(`${printable(path)}: ${why}.`);
  }
}

/** Takes pieces of one log's text. */
interface LogText {
  readonly kind: LogKind;
  readonly clock: 'utc' | 'local';
  readonly stopped: string;
  push(text: string): void;
  end(): void;
}

/** Keeps what may concern the capture. */
class Keeper {
  readonly entries: LogEntry[] = [];
  readonly counts: LogCounts = noCounts();
  readonly filterNames = new Map<string, string>();
  readonly #window: Window;

  constructor(window: Window) {
    this.#window = window;
  }

  readonly keep = (entry: LogEntry): void => {
    if (entry.time < this.#window.from || entry.time > this.#window.to) return;
    if (this.entries.length < MAX_LOG_ENTRIES) this.entries.push(entry);
    else this.counts.omitted++;
  };

  take(read: ReadRecord): void {
    if (typeof read === 'string') this.counts[read]++;
    else {
      this.counts[read.action === 'block' ? 'blocked' : 'allowed']++;
      this.keep(read);
    }
  }

  name(id: string, name: string): void {
    if (this.filterNames.size < MAX_FILTER_NAMES) this.filterNames.set(id, name);
    else this.counts.omitted++;
  }
}

function linesOf(keeper: Keeper): LogText {
  const lines = new LineSplitter();
  const reader = new PacketLogReader(keeper.counts, keeper.keep);
  return {
    kind: 'packet_log',
    get clock() {
      return reader.utc ? 'utc' : 'local';
    },
    stopped: '',
    push: (text) => {
      for (const line of lines.push(text)) reader.take(line);
    },
    end: () => {
      const last = lines.end();
      if (last !== '') reader.take(last, true);
    },
  };
}

function xmlOf(keeper: Keeper): LogText {
  const { counts } = keeper;
  let kind: LogKind = 'filters';
  const records = new XmlRecords((found, values) => {
    if (found === 'filter') {
      const filter = filterOf(values);
      if (filter !== null) keeper.name(filter.id, filter.name);
      return;
    }
    counts.records++;
    kind = found === 'netEvent' ? 'net_events' : 'security';
    keeper.take((found === 'netEvent' ? netEventOf : securityEventOf)(values, counts.records));
  });
  return {
    get kind() {
      return kind;
    },
    clock: 'utc',
    get stopped() {
      return records.stopped;
    },
    push: (text) => {
      counts.nulBytes += text.length - text.replaceAll('\0', '').length;
      records.push(text);
    },
    end: () => {
      records.end();
      counts.malformed += records.cut;
    },
  };
}

/**
 * Reads one log.
 * @param window entries outside of it are counted and not kept
 * @param mostBytes what lies behind them is not read
 * @throws UsageError when it cannot be read or is no such log
 */
export async function readFirewallLog(
  path: string,
  window: Window,
  mostBytes = MAX_LOG_BYTES,
): Promise<FirewallLog> {
  const keeper = new Keeper(window);
  const digest: Digest = platform.sha256();
  let log: LogText | null = null;
  let decoder = new TextDecoder();
  let bytes = 0;
  let damage = '';
  for await (const chunk of chunksOf(path)) {
    if (log === null) {
      const kind = kindOf(path, chunk);
      if (kind === null)
        throw new UsageError(`${printable(path)}: is no log of the Windows firewall; ${HOW}.`);
      decoder = new TextDecoder(encodingOf(chunk.subarray(0, ENCODING_HEAD_BYTES)));
      log = kind === 'xml' ? xmlOf(keeper) : linesOf(keeper);
    }
    if (bytes + chunk.length > mostBytes) {
      damage = 'It is longer than is read.';
      break;
    }
    bytes += chunk.length;
    digest.update(chunk);
    log.push(decoder.decode(chunk, { stream: true }));
    if (log.stopped !== '') {
      damage = `It was read to byte ${bytes}: ${log.stopped}.`;
      break;
    }
  }
  if (log === null) throw new UsageError(`${printable(path)}: is empty.`);
  log.push(decoder.decode());
  log.end();
  return {
    path,
    kind: log.kind,
    sha256: digest.end('hex'),
    bytes,
    clock: log.clock,
    unit: log.kind === 'packet_log' ? 'line' : 'record',
    entries: keeper.entries,
    counts: keeper.counts,
    filterNames: keeper.filterNames,
    damage,
  };
}
